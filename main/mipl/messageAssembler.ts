import type { UrcOf } from './messages.ts';

type WriteParams = UrcOf<'+MIPLWRITE'>['params'];

/** What a line of a request says beside what it carries. */
export interface MessagePart {
  readonly ref: number;
  readonly msgId: number;
  readonly instanceId: number;
  readonly resourceId: number;
  readonly flag?: number;
  readonly index?: number;
}

/** All lines of one request. */
export interface AssembledMessage<P extends MessagePart> {
  readonly ref: number;
  readonly msgId: number;
  readonly parts: readonly P[];
}

/** All lines of one write. */
export type AssembledWrite = AssembledMessage<WriteParams>;

/** More than any module keeps open; the oldest unfinished request gives way. */
const MAX_OPEN = 64;
/** A message of 2 KB, the most the platform writes, holds fewer resources than this. */
export const MAX_PARTS = 1024;

/** True for a line behind which others of the same request must come. */
export function isUnfinished({ flag = 0, index = 0 }: Pick<MessagePart, 'flag' | 'index'>): boolean {
  return flag !== 0 || index > 0;
}

/**
 * Joins the +MIPLWRITE, or the +MIPLEXECUTE, lines of one msgId. A flag of 1 or 2 says that more is to come, whatever the index says (OneMO's
 * manual has flag 1 then 0, index 0 on both); where all flags are 0, as in the document and on MT2625, the index does, which
 * counts down to 0. Where it counts, none may be missing. A line that comes again takes the place of the first, so that
 * modules which print each line twice, and requests that are repeated because a line was lost, both become one request.
 */
export class MessageAssembler<P extends MessagePart> {
  readonly #open = new Map<number, P[]>();
  readonly #textOf: (part: P) => string | undefined;

  /** `textOf`: what a line carries. */
  constructor(textOf: (part: P) => string | undefined) {
    this.#textOf = textOf;
  }

  /** Takes a line; gives the whole request when nothing is missing any more, else undefined. */
  add(part: P): AssembledMessage<P> | undefined {
    const parts = this.#partsFor(part);
    const known = parts.findIndex((one) => this.#isSame(one, part));
    if (known >= 0) parts[known] = part;
    else if (parts.length < MAX_PARTS) parts.push(part);
    // A line that was lost may have come late: the order is that of the index.
    parts.sort((one, other) => (other.index ?? 0) - (one.index ?? 0));
    if (!isWhole(parts)) return undefined;
    this.#open.delete(part.msgId);
    return { ref: part.ref, msgId: part.msgId, parts };
  }

  /** Forgets one request: its rest does not come. */
  drop(msgId: number): void {
    this.#open.delete(msgId);
  }

  /** Forgets everything: the module started anew. */
  clear(): void {
    this.#open.clear();
  }

  #partsFor(part: P): P[] {
    const open = this.#open.get(part.msgId);
    // Without an index only the flag tells that the platform has asked again.
    if (open && !(part.index === undefined && part.flag === 1)) return open;
    const fresh: P[] = [];
    this.#open.delete(part.msgId);
    this.#open.set(part.msgId, fresh);
    if (this.#open.size > MAX_OPEN) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest);
        break;
      }
    }
    return fresh;
  }

  /** The same place and the same resource; where no place is told, the same text, too. */
  #isSame(one: P, other: P): boolean {
    if (one.instanceId !== other.instanceId || one.resourceId !== other.resourceId) return false;
    if (one.index !== other.index || one.flag !== other.flag) return false;
    return (one.index !== undefined && one.index > 0) || this.#textOf(one) === this.#textOf(other);
  }
}

/** Whether one or more lines in their order are all. A first line with flag 2 is none: the first was lost. */
function isWhole(parts: readonly MessagePart[]): boolean {
  const [first, last] = [parts[0] as MessagePart, parts.at(-1) as MessagePart];
  if (first.flag === 2 || (last.flag !== undefined && last.flag !== 0)) return false;
  const count = first.index ?? 0;
  return count === 0 || new Set(parts.map(({ index }) => index)).size === count + 1;
}
