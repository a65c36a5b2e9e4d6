import type { Urc } from './messages.ts';

/** How a family of firmware reads the MIPL commands. Data, not classes: mipl-at.md §0 has the evidence. */
export interface Dialect {
  readonly name: 'cis' | 'cmcc';
  /** Requests the module answers by itself; they are shown and nothing is sent. */
  readonly answersItself: ReadonlySet<Urc['name']>;
  /** Whether DISCOVERRSP answers a request by msgId, or announces an object before OPEN. */
  readonly discoverRsp: 'byMessage' | 'byObject';
  /** What goes into NOTIFY's msgId: that of the covering observe, or 0 for the module to find it. */
  readonly notifyMsgId: 'observation' | 'zero';
  /** Flag of a multi-line answer: always 0 (index decides), or 1 first, 2 middle, 0 last. */
  readonly multiLineFlag: 'zero' | 'position';
}

/** The document's own firmware and all modules with China Mobile's CIS core. */
export const cis: Dialect = {
  name: 'cis',
  answersItself: new Set(),
  discoverRsp: 'byMessage',
  notifyMsgId: 'observation',
  multiLineFlag: 'zero',
};

/** China Mobile's own firmware: M5310-A, M5311, MN31x, ML30x, later M5310. */
export const cmcc: Dialect = {
  name: 'cmcc',
  answersItself: new Set(['+MIPLOBSERVE', '+MIPLDISCOVER', '+MIPLPARAMETER']),
  discoverRsp: 'byObject',
  notifyMsgId: 'zero',
  multiLineFlag: 'position',
};

/** Both dialects by name. */
export const dialects: Readonly<Record<Dialect['name'], Dialect>> = { cis, cmcc };
