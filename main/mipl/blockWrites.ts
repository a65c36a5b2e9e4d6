import { formatPath } from '../../shared/lwm2m.ts';
import { utf8Length } from '../../shared/values.ts';
import type { UrcOf } from './messages.ts';
import type { AssembledWrite } from './messageAssembler.ts';

type WriteParams = UrcOf<'+MIPLWRITE'>['params'];

/** Size of all blocks of a long value but the last. */
const BLOCK_BYTES = 1024;
/** The next block follows the answer to the one before within seconds; after this the platform has given up. */
const BLOCK_TIMEOUT_MS = 30_000;
/** 4 MB, more than any module's flash takes. */
const MAX_BLOCKS = 4096;

interface OpenValue {
  readonly blocks: WriteParams[];
  lastMs: number;
  /** Joined, after the last block: that one may come again. */
  whole?: AssembledWrite;
}

/** A line was a block: not the last, or the last, with the whole value as one write. */
export type WriteBlock = { readonly isLast: false } | { readonly isLast: true; readonly write: AssembledWrite };

/**
 * Joins long values that China Mobile firmware cuts into blocks of 1024 bytes, each a request with a msgid of its own and
 * flag 1 first, 2 middle, 0 last (OneNET's SOTA description, transcript 28). Lines of one write share their msgid instead:
 * those are the MessageAssembler's.
 */
export class BlockWrites {
  readonly #open = new Map<string, OpenValue>();

  /** Takes a line; undefined when it is no block. */
  add(part: WriteParams, nowMs: number): WriteBlock | undefined {
    if (part.index !== undefined) return undefined;
    const path = formatPath(part);
    const open = this.#open.get(path);
    if (open && isAgain(open, part)) return open.whole ? { isLast: true, write: open.whole } : { isLast: false };
    if (part.flag === 1) {
      this.#open.delete(path);
      if (bytesOf(part) < BLOCK_BYTES) return undefined;
      this.#open.set(path, { blocks: [part], lastMs: nowMs });
      return { isLast: false };
    }
    if (!open || open.blocks.at(-1)?.msgId === part.msgId) return undefined;
    if (open.whole || nowMs - open.lastMs > BLOCK_TIMEOUT_MS || open.blocks.length >= MAX_BLOCKS) {
      this.#open.delete(path);
      return undefined;
    }
    open.blocks.push(part);
    open.lastMs = nowMs;
    if (part.flag === 2) return { isLast: false };
    open.whole = joined(open.blocks, part);
    open.blocks.splice(0, open.blocks.length, part);
    return { isLast: true, write: open.whole };
  }

  /** The value will never be whole: a block was refused. */
  drop(part: WriteParams): void {
    this.#open.delete(formatPath(part));
  }

  /** Forgets everything: the module started anew. */
  clear(): void {
    this.#open.clear();
  }
}

/** The block that came last comes again, because our answer to it was lost. */
function isAgain({ blocks }: OpenValue, { msgId, flag, value }: WriteParams): boolean {
  const last = blocks.at(-1);
  return last?.msgId === msgId && last.flag === flag && last.value === value;
}

function bytesOf({ length, value }: WriteParams): number {
  return length ?? utf8Length(value);
}

function joined(blocks: readonly WriteParams[], last: WriteParams): AssembledWrite {
  const value = blocks.map((block) => block.value).join('');
  const length = blocks.reduce((total, block) => total + bytesOf(block), 0);
  return { ref: last.ref, msgId: last.msgId, parts: [{ ...last, value, length }] };
}
