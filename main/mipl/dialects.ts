import type { Urc } from './messages.ts';

/** How a family of firmware reads the MIPL commands. Data, not classes: mipl-at.md §0 has the evidence. */
export interface Dialect {
  readonly name: 'cis' | 'cmcc';
  /** Requests the module answers by itself; they are shown and nothing is sent. */
  readonly answersItself: ReadonlySet<Urc['name']>;
  /** Standard objects that the module answers for where our model has none of that id; shown, and nothing is sent. */
  readonly ownObjects: ReadonlySet<number>;
  /** Whether DISCOVERRSP answers a request by msgId, or announces an object before OPEN. */
  readonly discoverRsp: 'byMessage' | 'byObject';
  /** What goes into NOTIFY's msgId: that of the covering observe, or 0 for the module to find it. */
  readonly notifyMsgId: 'observation' | 'zero';
  /** Flag of a multi-line answer: always 0 (index decides), or 1 first, 2 middle, 0 last. */
  readonly multiLineFlag: 'zero' | 'position';
  /** How text with control characters is sent: hex kept as text (type 6, OneMO's manual alone), or opaque. */
  readonly controlCharacters: 'hexString' | 'opaque';
  /** Event 15 follows every CLOSE. The document's firmware prints none, other modules of its dialect do (mipl-at.md §4). */
  readonly tellsDeregistered: boolean;
  /** What CREATEEX is told where a bare CREATE is refused; absent where firmware knows no CREATEEX. */
  readonly createServer?: { readonly address: string; readonly isBootstrap: boolean };
}

/**
 * OneNET's bootstrap server, whose address every published configuration of China Mobile modules carries; the access
 * server follows from it (mipl-at.md §2, servers). A number, since not all of them resolve names.
 */
const oneNetBootstrap = { address: '183.230.40.39:5683', isBootstrap: true } as const;

/** The document's own firmware and all modules with China Mobile's CIS core. */
export const cis: Dialect = {
  name: 'cis',
  answersItself: new Set(),
  ownObjects: new Set(),
  discoverRsp: 'byMessage',
  notifyMsgId: 'observation',
  multiLineFlag: 'zero',
  controlCharacters: 'opaque',
  tellsDeregistered: false,
};

/** China Mobile's own firmware: M5310-A, M5311, MN31x, ML30x, later M5310. */
export const cmcc: Dialect = {
  name: 'cmcc',
  answersItself: new Set(['+MIPLOBSERVE', '+MIPLDISCOVER', '+MIPLPARAMETER']),
  // Real lines: +MIPLOBSERVE:0,200588,1,4,0,-1 and +MIPLREAD:0,39123,3,0,-1,0 want no answer of ours (mipl-at.md §3).
  ownObjects: new Set([0, 1, 2, 3, 4, 5, 6, 7]),
  discoverRsp: 'byObject',
  notifyMsgId: 'zero',
  multiLineFlag: 'position',
  controlCharacters: 'hexString',
  tellsDeregistered: true,
  createServer: oneNetBootstrap,
};

/** Both dialects by name. */
export const dialects: Readonly<Record<Dialect['name'], Dialect>> = { cis, cmcc };
