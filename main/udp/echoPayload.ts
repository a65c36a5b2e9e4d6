import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';

/** Marks the datagrams of one echo test, so that answers to an earlier one are told from its own. */
export function newRun(): string {
  return randomInt(0x10000).toString(16).padStart(4, '0');
}

/** `mipl`, run, number, filled up with digits to `size` bytes. */
function textOf(run: string, number: number, size: number): string {
  const tag = `mipl${run}${number.toString(16).padStart(4, '0')}.`;
  return tag + '0123456789'.repeat(Math.ceil(size / 10)).slice(0, Math.max(0, size - tag.length));
}

/** The datagram of that number as hex. */
export function echoPayload(run: string, number: number, size: number): string {
  return Buffer.from(textOf(run, number, size), 'latin1')
    .toString('hex')
    .toUpperCase();
}

/**
 * Which datagram of the run this answers, and whether all of it came back. What stands around it is the server's affair:
 * the document's test server puts `[address:port]` before, others send the payload alone.
 */
export function matchEcho(run: string, size: number, hex: string): { number: number; isWhole: boolean } | undefined {
  const text = Buffer.from(hex, 'hex').toString('latin1');
  const found = new RegExp(`mipl${run}([0-9a-f]{4})\\.`).exec(text);
  if (!found) return undefined;
  const number = parseInt(found[1] as string, 16);
  return { number, isWhole: text.includes(textOf(run, number, size)) };
}
