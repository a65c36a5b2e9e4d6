import type { Readable, Writable } from 'node:stream';
import { streamRoom } from '../journal/streamRoom.ts';

/** What a sub-command reads and writes: data on `stdout`, messages on `stderr`. */
export interface CliIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted by SIGINT, SIGQUIT, SIGTERM, SIGHUP, and when the output breaks: long-running commands end in order. */
  readonly signal: AbortSignal;
}

/** Exit codes of every command: fine; the thing checked failed; could not run. */
export const exit = { ok: 0, failed: 1, cannotRun: 2 } as const;

/** A sub-command. Resolves with its exit code; throws UsageError on bad arguments. */
export type CliCommand = (args: readonly string[], io: CliIo) => Promise<number>;

/** Bad arguments: the message goes to stderr with a pointer to `--help`, the exit code is 2. */
export class UsageError extends Error {}

/** Writes a line; waits when the reader is slow, until it takes more or is gone. */
export async function writeLine(stream: Writable, text: string): Promise<void> {
  if (stream.destroyed) return;
  if (!stream.write(`${text}\n`)) await streamRoom(stream);
}
