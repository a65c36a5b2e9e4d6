import type { Phrase } from '../../shared/phrase.ts';

/** The first rule in the way of something, and what to do about it. */
export interface Obstacle {
  readonly reason: Phrase;
  readonly advice: Phrase;
}

/** May it be done, and with what; if not, what is in the way. */
export type Permission<T> = { readonly allowed: true; readonly value: T } | ({ readonly allowed: false } & Obstacle);
