import type { Schema, ValueOf } from '../schema.ts';

/** Whom a request is about: the program as a whole, or one module with all that hangs on it. */
export type Scope = 'program' | 'device';

declare const replied: unique symbol;
/** Stands for the type of a reply; there is nothing in it at run time, since main is believed. */
export interface Reply<T> {
  readonly [replied]?: T;
}

/**
 * A request of the screen as data. Everything else about it follows: the function in `window.api`, the check of its argument, the
 * refusal during an acceptance run, the hostile calls of the tests.
 */
export interface RequestRow {
  readonly scope: Scope;
  /**
   * What becomes of it while an acceptance run goes on with its device, or with any where it is about the program: `refused`
   * what would come between the steps of the run.
   */
  readonly duringRun: 'served' | 'refused';
  /** Absent where there is nothing to say. */
  readonly argument?: Schema;
  readonly reply: Reply<unknown>;
}

/** A part of the contract: requests by name, each with what it does as doc comment. */
export type Rows = Readonly<Record<string, RequestRow>>;

/** A reply that says no more than that it was accepted; what comes of it shows in the state. */
export const accepted: Reply<void> = {};

/** A reply with something in it: `reply<{ id: string }>()`. */
export const reply = <T>(): Reply<T> => accepted as Reply<T>;

/** What main is handed for a request: its argument, or nothing. */
export type ArgumentsOf<R> = R extends { readonly argument: infer S } ? [argument: ValueOf<S>] : [];

/** What main answers. */
export type ReplyOf<R> = R extends { readonly reply: Reply<infer T> } ? T : never;
