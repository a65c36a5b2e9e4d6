import { Buffer } from 'node:buffer';
import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;

/** Lines of a file that a stranger may have written, without their ends; one longer than that is left out, and never in memory. */
export async function* boundedLines(file: string, mostBytes: number): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let length = 0;
  const text = (): string => Buffer.concat(pieces).toString('utf8');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    while (from < chunk.length) {
      const at = chunk.indexOf(LINE_FEED, from);
      const end = at < 0 ? chunk.length : at;
      length += end - from;
      if (length > mostBytes) pieces = [];
      else pieces.push(chunk.subarray(from, end));
      from = end + 1;
      if (at < 0) break;
      if (length <= mostBytes) yield text();
      [pieces, length] = [[], 0];
    }
  }
  if (length > 0 && length <= mostBytes) yield text();
}
