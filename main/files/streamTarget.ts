import { close, constants, fstat, open, write } from 'node:fs';
import { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { WriteStream, isatty } from 'node:tty';
import { promisify } from 'node:util';
import { CodedError } from '../../shared/errors.ts';

const openDescriptor = promisify(open);
const closeDescriptor = promisify(close);
const statDescriptor = promisify(fstat);
const writeDescriptor = promisify(write);

/** Something open that takes bytes. */
export interface ByteTaker {
  /** Resolves when there is room for more; rejects with the system's error. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything has arrived. Rejects with the system's error. */
  end(): Promise<void>;
  /** Lets go of it, whatever has arrived. */
  abandon(): Promise<void>;
}

/** A pipe or a terminal: its reader sets the pace, so a stream of the event loop waits and no thread does. */
class PacedTaker implements ByteTaker {
  readonly #stream: Writable;
  readonly #ended: Promise<void>;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#ended = finished(stream, { readable: false });
    this.#ended.catch(() => undefined);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.#stream.write(bytes, (error) => (error ? reject(error) : resolve())));
  }

  end(): Promise<void> {
    this.#stream.end();
    return this.#ended;
  }

  async abandon(): Promise<void> {
    this.#stream.destroy();
    await this.#ended.catch(() => undefined);
  }
}

/** A device that takes what it is given at once, such as /dev/null, or a file that was open before us. */
class DescriptorTaker implements ByteTaker {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const { bytesWritten } = await writeDescriptor(this.#fd, bytes, from);
      if (bytesWritten === 0) throw new Error('The system took no bytes');
      from += bytesWritten;
    }
  }

  end(): Promise<void> {
    return closeDescriptor(this.#fd);
  }

  abandon(): Promise<void> {
    return closeDescriptor(this.#fd);
  }
}

/** Appending: what a shell has written to its output stays. Without waiting: nobody may read the pipe, ever. */
const flags =
  constants.O_WRONLY |
  constants.O_APPEND |
  ((constants.O_NONBLOCK as number | undefined) ?? 0) |
  (constants.O_NOCTTY ?? 0);

/** Opens a pipe, a terminal, a device or a descriptor to be written into. @throws CodedError; the system's error. */
export async function openStreamTarget(path: string): Promise<ByteTaker> {
  let fd: number;
  try {
    fd = await openDescriptor(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    throw new CodedError('FILE_NOT_WRITTEN', `${path} has no reader`, path, { cause: error });
  }
  if (isatty(fd)) return new PacedTaker(new WriteStream(fd));
  const isPipe = (await statDescriptor(fd)).isFIFO();
  return isPipe ? new PacedTaker(new Socket({ fd, readable: false, writable: true })) : new DescriptorTaker(fd);
}
