import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Why a command is to end when nobody reads its output any more (`| head`): that is no fault of anybody. */
export const readerGone = new Error('Nobody reads the output any more');

/** Why a command is to end when its output cannot be written: a full disk, a quota. The cause says which. */
export class OutputNotWritten extends Error {
  constructor(cause: Error) {
    super(`The output could not be written: ${cause.message}`, { cause });
  }
}

/** What the system says when the other end went away; EIO and ENXIO only of a terminal that was closed. */
const goneCodes = ['EPIPE', 'ECONNRESET'];
const hungUpCodes = ['EIO', 'ENXIO'];

/** A reader that went away, or a place that takes no more. */
function reasonOf(error: NodeJS.ErrnoException, stream: Writable): Error {
  const isTerminal = 'isTTY' in stream && stream.isTTY === true;
  const codes = isTerminal ? [...goneCodes, ...hungUpCodes] : goneCodes;
  return codes.includes(error.code ?? '') ? readerGone : new OutputNotWritten(error);
}

/** Standard output as the program watches it. */
export interface WatchedOutput {
  /** Aborted with {@link readerGone} or {@link OutputNotWritten} at the first write that fails. */
  readonly signal: AbortSignal;
  /** Resolves when everything written so far has arrived or failed. */
  settled(): Promise<void>;
}

/** Watches a stream from now on; a failing write then ends nothing by itself. */
export function watchOutput(stream: Writable): WatchedOutput {
  const abort = new AbortController();
  // Comes again with every further write.
  stream.on('error', (error) => {
    if (!abort.signal.aborted) abort.abort(reasonOf(error, stream));
  });
  return {
    signal: abort.signal,
    settled: () =>
      new Promise((resolve) => {
        if (stream.destroyed || stream.writableEnded) resolve();
        // The error event of a write comes after its callback.
        else stream.write('', () => setImmediate(resolve));
      }),
  };
}

/** Writes to a file or a device at once and whole: Node's own stream takes a short write (a disk that becomes full) for a whole one. */
class FileOutput extends Writable {
  readonly #fd: number;

  constructor(fd: number) {
    super({ decodeStrings: true });
    this.#fd = fd;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      for (let from = 0; from < bytes.length;) from += writeSync(this.#fd, bytes, from);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }
}

/** The stream for an output of this process: Node's own for pipes and terminals, one that writes whole for all else. */
export function wholeOutput(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): Writable {
  try {
    const entry = fstatSync(stream.fd);
    if (entry.isFile() || (entry.isCharacterDevice() && !stream.isTTY)) return new FileOutput(stream.fd);
  } catch {
    // Closed: Node's own stream says so.
  }
  return stream;
}
