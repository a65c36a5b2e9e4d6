import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { MAX_LINE_BYTES } from './format.ts';

/** What whoever reads the lines of a file may be told, and how it ends. */
export interface LineBlockOptions {
  /** Where a line begins that is not the first: reading begins with it. */
  readonly from?: { readonly byte: number };
  /** How much of the file is read at once; see {@link BLOCK_BYTES}. */
  readonly blockBytes?: number;
  /** Called after each block with the bytes read so far and the size of the file at the start. */
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
  /** Called with each block of the file as it is read, before what stands in it; its memory is used again. */
  readonly onBlock?: (bytes: Uint8Array) => void;
  /** Ends the reading with `CANCELLED`. */
  readonly signal?: AbortSignal;
}

/** Whole lines of a file that were read together. */
export interface LineBlock {
  /** The lines with their ends; their memory is used again when the next block is asked for. Nothing of a line that was too long. */
  readonly bytes: Buffer;
  /** Byte of the file at which the first of them begins. */
  readonly byte: number;
  /** Byte of the file behind them; of a tail its own, since more may be written to it. */
  readonly nextByte: number;
  /** One line, the last one, which lacks its end. */
  readonly isTail: boolean;
  /** Before them stands a line that was too long to keep; that one begins at `byte`, and they begin at `restByte`. */
  readonly restByte?: number;
}

/** Small enough that a block costs the main process about a millisecond, whatever is made of it. */
export const BLOCK_BYTES = 16384;
/** The beginning of a line that the block before had is put in front of the next one, where it is no longer than this. */
const ROOM_BYTES = 4096;
const LINE_FEED = 0x0a;
const nothing = Buffer.alloc(0);

/**
 * Opens a file that is read at places of its own, in no order: a pipe would wait for whoever writes into it, a device may never end.
 *
 * @throws CodedError `FILE_NOT_FOUND`, also for what is none
 */
export async function openFile(file: string, flags: 'r' | 'r+'): Promise<FileHandle> {
  try {
    const { O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
    const handle = await open(file, O_NONBLOCK | (flags === 'r' ? O_RDONLY : O_RDWR));
    const entry = await handle.stat();
    // What is wrong with a folder the system says best, once it is read.
    if (entry.isFile() || entry.isDirectory()) return handle;
    await handle.close();
  } catch (error) {
    throw notRead(error, file);
  }
  throw notRead(new Error(`${file} is no file`), file);
}

/** Nothing to read under that name: missing, denied, a folder, a disk that fails. The system's text says which. */
function notRead(error: unknown, file: string): CodedError {
  return new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
}

/** A block as it came from the file, with room before it. */
interface ReadBlock {
  readonly memory: Buffer;
  readonly bytesRead: number;
}

/** Reads a file from a place on, one block ahead of whoever takes them, into two pieces of memory by turns. */
class ReadAhead {
  readonly #handle: FileHandle;
  readonly #blockBytes: number;
  readonly #memories: [Buffer, Buffer];
  #position: number;
  #turn = 0;
  #ahead: Promise<ReadBlock> | undefined;

  constructor(handle: FileHandle, blockBytes: number, position: number) {
    this.#handle = handle;
    this.#blockBytes = blockBytes;
    this.#position = position;
    this.#memories = [Buffer.allocUnsafe(ROOM_BYTES + blockBytes), nothing];
  }

  /** The next block, and has the one behind it read. The memory of the one before the last is used again. */
  async next(): Promise<ReadBlock> {
    const block = await (this.#ahead ?? this.#read());
    this.#ahead = undefined;
    this.#position += block.bytesRead;
    if (block.bytesRead > 0) {
      this.#ahead = this.#read();
      // Told to whoever takes it, and to nobody before.
      this.#ahead.catch(() => undefined);
    }
    return block;
  }

  /** Settles when nothing is being read any more. */
  async end(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
  }

  async #read(): Promise<ReadBlock> {
    const { length } = this.#memories[0];
    const turn = this.#turn++ & 1;
    let memory = this.#memories[turn] as Buffer;
    // A file of one block needs no second memory.
    if (memory.length === 0) memory = this.#memories[turn] = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#handle.read(memory, ROOM_BYTES, this.#blockBytes, this.#position);
    return { memory, bytesRead };
  }
}

/** Cuts a file into blocks of whole lines. @throws CodedError `FILE_NOT_FOUND`, `CANCELLED`. */
export async function* lineBlocks(
  handle: FileHandle,
  file: string,
  options: LineBlockOptions,
): AsyncGenerator<LineBlock> {
  const { size } = await handle.stat();
  let position = options.from?.byte ?? 0;
  /** Where the first line that was not given out yet begins. */
  let lineStart = position;
  /** The beginning of that line. */
  let carry: Buffer[] = [];
  let carryLength = 0;
  let isSkipping = false;
  const reading = new ReadAhead(handle, options.blockBytes ?? BLOCK_BYTES, position);
  try {
    for (;;) {
      if (options.signal?.aborted) throw new CodedError('CANCELLED', 'Reading the journal was cancelled');
      const { memory, bytesRead } = await reading.next().catch((error: unknown) => {
        throw notRead(error, file);
      });
      if (bytesRead === 0) break;
      const blockStart = position;
      position += bytesRead;
      const bytes = memory.subarray(ROOM_BYTES, ROOM_BYTES + bytesRead);
      options.onBlock?.(bytes);
      // A line feed is never part of a longer UTF-8 sequence, so the text can be cut there.
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (end > 0) {
        const nextByte = blockStart + end;
        const [byte, isTail] = [lineStart, false];
        lineStart = nextByte;
        if (isSkipping) {
          const first = bytes.indexOf(LINE_FEED) + 1;
          yield { bytes: bytes.subarray(first, end), byte, nextByte, isTail, restByte: blockStart + first };
        } else yield { bytes: behind(carry, memory, end), byte, nextByte, isTail };
        carry = [];
        carryLength = 0;
        isSkipping = false;
      }
      carryLength += bytesRead - end;
      if (carryLength > MAX_LINE_BYTES) {
        isSkipping = true;
        carry = [];
      } else if (!isSkipping && bytesRead > end) {
        // The memory is used again: what stays must be copied.
        carry.push(Buffer.from(bytes.subarray(end)));
      }
      options.onProgress?.(position, size);
    }
  } finally {
    // Nobody may close the file, and use its number again, while it is being read.
    await reading.end();
  }
  const tail = { byte: lineStart, nextByte: lineStart, isTail: true };
  if (isSkipping) yield { ...tail, bytes: nothing, restByte: position };
  else if (carryLength > 0) yield { ...tail, bytes: Buffer.concat(carry) };
}

/** What stands in the memory up to `end` behind its room, with the beginning of its first line before it. */
function behind(carry: readonly Buffer[], memory: Buffer, end: number): Buffer {
  const [first] = carry;
  if (!first) return memory.subarray(ROOM_BYTES, ROOM_BYTES + end);
  if (carry.length > 1 || first.length > ROOM_BYTES)
    return Buffer.concat([...carry, memory.subarray(ROOM_BYTES, ROOM_BYTES + end)]);
  first.copy(memory, ROOM_BYTES - first.length);
  return memory.subarray(ROOM_BYTES - first.length, ROOM_BYTES + end);
}
