import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodedLog } from '../../main/capture/decodedLog.ts';
import type { DecodedRow } from '../../main/capture/decodedLog.ts';
import { sessions } from './session.ts';
import { writers } from './writers.ts';

function read(log: string | Uint8Array, cut = Infinity): DecodedRow[] {
  const bytes = Buffer.from(log as Uint8Array);
  const decoded = new DecodedLog();
  const rows: DecodedRow[] = [];
  for (let start = 0; start < bytes.length; start += cut)
    rows.push(...decoded.push(bytes.subarray(start, start + cut)));
  return [...rows, ...decoded.end()];
}

/** Lines of the wire alone, as they are told. */
function told(rows: readonly DecodedRow[]) {
  return rows
    .filter(({ kind }) => kind !== 'mark')
    .map(({ raw, text = raw.trim(), from, at, kind, name, params }) => ({ text, from, at, kind, name, params }));
}

describe('the same session in any format', () => {
  it.each(writers)(
    '$tool: its lines are those of a plain capture, with its times and speakers',
    ({ write, at, tellsSpeaker, tool }) => {
      fc.assert(
        fc.property(sessions, (said) => {
          const plain = told(read(said.map(({ text }) => `${text}\r\n`).join('')));
          const rows = told(read(write(said)));
          expect(rows.map(({ text, kind, name, params }) => ({ text, kind, name, params }))).toEqual(
            plain.map(({ text, kind, name, params }) => ({ text, kind, name, params })),
          );
          if (tellsSpeaker) expect(rows.map(({ from }) => from)).toEqual(said.map(({ from }) => from));
          else expect(rows.some(({ from }) => from !== undefined)).toBe(false);
          if (at) expect(rows.map((row) => row.at)).toEqual(said.map((line) => at(line, said)));
          else if (!tool.startsWith('ts')) expect(rows.some((row) => row.at !== undefined)).toBe(false);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(writers.filter(({ tool }) => /socat|plain|SSCOM$|extended|gammu/.test(tool)))(
    '$tool: however the bytes arrive',
    ({ write }) => {
      fc.assert(
        fc.property(sessions, fc.integer({ min: 1, max: 200 }), (said, cut) => {
          expect(told(read(write(said), cut)).map(({ text }) => text)).toEqual(said.map(({ text }) => text));
        }),
        { numRuns: 20 },
      );
    },
  );
});

describe('a value with a line break inside', () => {
  const head = '+MIPLWRITE: 0,8179,3306,0,5750,1,10,"a';
  const wire = `\r\n${head}\r\nOK,b\r\nc",0,0\r\n\r\nOK\r\n`;
  const parts = [head, 'OK,b', 'c",0,0', '', 'OK'];
  const hex = Buffer.from(wire)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  it.each([
    ['a plain capture', wire],
    ['a capture of Unix', parts.map((part) => `${part}\n`).join('')],
    ['stamps on each row', parts.map((part) => `[2026-01-05 14:03:09.1] ${part}\n`).join('')],
    ['socat -v', `< 2026/01/05 14:03:09.000041182  length=${wire.length} from=0 to=1\n${wire.replaceAll('\r', '\\r')}`],
    ['socat -x', `< 2026/01/05 14:03:09.000041182  length=${wire.length} from=0 to=1\n ${hex}\n`],
    ['jpnevulator', `2026-01-05 14:03:09.651746:\n${hex.toUpperCase()}\n`],
  ])('is one value in %s, and what it reads is no line', (_, log) => {
    const rows = read(log).filter(({ kind }) => kind !== 'mark');
    expect(rows.map(({ name }) => name)).toEqual(['+MIPLWRITE', 'OK']);
    expect(rows[0]?.params).toMatchObject({ value: 'a\r\nOK,b\r\nc', flag: 0, index: 0 });
  });

  it('whose length is wrong costs no line', () => {
    const rows = read(`${head}\r\nAT\r\nOK\r\n+CSQ:18,99\r\n`);
    expect(rows.map(({ raw }) => raw)).toEqual([head, 'AT', 'OK', '+CSQ:18,99']);
  });
});

describe('hostile logs', () => {
  it.each(writers)('$tool: damage neither throws nor makes a line of nothing', ({ write }) => {
    fc.assert(
      fc.property(sessions, fc.infiniteStream(fc.nat()), (said, random) => {
        const bytes = Uint8Array.from(Buffer.from(write(said) as Uint8Array));
        for (let hit = 0; hit < 5; hit++)
          bytes[(random.next().value as number) % bytes.length] = (random.next().value as number) % 256;
        for (const row of read(bytes, 50)) {
          expect(row.line).toBeGreaterThan(0);
          expect(row.text ?? row.raw).not.toBe('');
        }
      }),
      { numRuns: 20 },
    );
  });
});
