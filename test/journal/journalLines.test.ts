import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../main/at/lineSplitter.ts';
import type { JournalRecord } from '../../main/journal/format.ts';
import { LineCounter } from '../../main/journal/lineCounter.ts';
import { LineMaker, readJournalLines } from '../../main/journal/journalLines.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { openSample, say, startedMs } from './samples.ts';
import { tempDirectory } from '../tempDirectory.ts';

const MS = 1_000_000;

function chunk(direction: 'in' | 'out', text: string, afterMs: number, wallMs = afterMs): JournalRecord {
  return { kind: 'bytes', direction, bytes: Buffer.from(text), sinceStartNs: afterMs * MS, wallMs };
}

function linesOf(...records: JournalRecord[]): readonly JournalLine[] {
  const maker = new LineMaker();
  for (const record of records) maker.push(record);
  maker.flush();
  return maker.take();
}

const brief = ({ seq, atMs, direction, text }: JournalLine): unknown[] => [seq, atMs, direction, text];

test('lines of both directions come in the order they were complete, counted from 1', () => {
  const lines = linesOf(
    chunk('out', 'AT\r\n', 1),
    chunk('in', '\r\nO', 2),
    chunk('out', 'ATI\r', 3),
    chunk('in', 'K\r\n', 4),
  );
  expect(lines.map(brief)).toEqual([
    [1, 1, 'out', 'AT'],
    [2, 3, 'out', 'ATI'],
    [3, 2, 'in', 'OK'],
  ]);
});

test('a line has the wall time of its first byte, whatever the clock did meanwhile', () => {
  const lines = linesOf(
    chunk('in', 'on', 1, 1000),
    chunk('in', 'e\r\ntw', 2, 50),
    chunk('in', 'o', 3, 60),
    chunk('in', '\r\nthree\r\n', 4, 70),
  );
  expect(lines.map(brief)).toEqual([
    [1, 1000, 'in', 'one'],
    [2, 50, 'in', 'two'],
    [3, 70, 'in', 'three'],
  ]);
});

test('the time between lines is by the count that does not jump, whatever the clock of the machine did', () => {
  const gap = (reason: string, afterMs: number, wallMs: number): JournalRecord => {
    return { kind: 'gap', reason, sinceStartNs: afterMs * MS, wallMs };
  };
  const lines = linesOf(
    chunk('out', 'AT\r\n', 10, 1_000_010),
    chunk('in', 'OK\r\n', 1010, 1_000_010 - 7_200_000),
    chunk('out', 'ATI\r\n', 2010, 1_002_010),
    // A sleep of an hour in which the monotonic clock stood still counts, one in which it went on counts once.
    gap('sleep', 3000, 1_003_000),
    gap('resumed', 3000, 1_003_000 + 3_600_000),
    gap('sleep', 4000, 5_000_000),
    gap('resumed', 3_604_000, 8_600_000),
    gap('resumed', 3_604_000, 99_600_000),
  );
  expect(lines.map(({ sinceStartMs }) => sinceStartMs)).toEqual([
    10, 1010, 2010, 3000, 3_603_000, 3_604_000, 7_204_000, 7_204_000,
  ]);
});

test('a gap ends the line before it', () => {
  const gap: JournalRecord = { kind: 'gap', reason: 'unplugged', text: 'ENXIO', sinceStartNs: 2 * MS, wallMs: 2 };
  const lines = linesOf(chunk('in', '+MIPLRE', 1), gap, chunk('in', 'OK\r\n', 3));
  expect(lines.map(({ text, isFragment }) => [text, isFragment])).toEqual([
    ['+MIPLRE', true],
    ['gap: unplugged (ENXIO)', false],
    ['OK', false],
  ]);
});

test('a line without end is given out when nothing follows for two seconds, as on the screen', () => {
  const lines = linesOf(chunk('in', '> ', 1), chunk('in', 'late\r\n', 2001));
  expect(lines.map(({ text }) => text)).toEqual(['> ', 'late']);
});

test('a line that goes on within two seconds is one line', () => {
  const lines = linesOf(chunk('in', '> ', 1), chunk('in', 'soon\r\n', 2000));
  expect(lines.map(({ text }) => text)).toEqual(['> soon']);
});

test('notes, marks, gaps and identities are lines of their own', () => {
  const time = { sinceStartNs: 0, wallMs: 5 };
  const lines = linesOf(
    { kind: 'note', ...time, text: 'answered' },
    { kind: 'mark', ...time, text: 'here' },
    { kind: 'gap', ...time, reason: 'dropped', missingBytes: 7 },
    { kind: 'identity', ...time, identity: { model: 'M5310-A', imei: '863703031234567' } },
  );
  expect(lines.map(brief)).toEqual([
    [1, 5, 'note', 'answered'],
    [2, 5, 'note', 'mark: here'],
    [3, 5, 'note', 'gap: dropped, 7 bytes missing'],
    [4, 5, 'note', 'identity: model M5310-A, imei 863703031234567'],
  ]);
});

test('the lines of a file are those of the records that were written', async () => {
  const journal = await openSample(await tempDirectory());
  say(journal, 'out', 'AT\r', 1);
  say(journal, 'in', '\r\nOK\r\n\r\n温', 2);
  await journal.close();
  const lines: JournalLine[] = [];
  for await (const some of readJournalLines(journal.file)) lines.push(...some);
  expect(lines.map(brief)).toEqual([
    [1, startedMs + 1, 'out', 'AT'],
    [2, startedMs + 2, 'in', 'OK'],
    [3, startedMs + 2, 'in', '温'],
  ]);
});

test('a journal without bytes has no lines', async () => {
  const journal = await openSample(await tempDirectory());
  await journal.close();
  for await (const lines of readJournalLines(journal.file)) expect(lines).toBe('never');
});

test('the texts are those of the screen at any cut', () => {
  const noise = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'AT', 'é', '\u0000', 'x'.repeat(3000)), { maxLength: 12 });
  fc.assert(
    fc.property(noise, fc.array(fc.nat(40_000), { maxLength: 8 }), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(''));
      const screen: string[] = [];
      const splitter = new LineSplitter((line) => screen.push(line.text));
      splitter.push(bytes, 0n);
      splitter.flush();
      const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const records = places.map((place, index): JournalRecord => {
        const piece = bytes.subarray(places[index - 1] ?? 0, place);
        return { kind: 'bytes', direction: 'in', bytes: piece, sinceStartNs: index, wallMs: index };
      });
      expect(linesOf(...records).map(({ text }) => text)).toEqual(screen);
    }),
  );
});

test('the line counter counts what the splitter gives', () => {
  const noise = fc.array(fc.constantFrom('\r', '\n', 'AT', 'x'.repeat(4095), 'y', 'z'.repeat(9000)), { maxLength: 12 });
  fc.assert(
    fc.property(noise, (pieces) => {
      let lines = 0;
      const splitter = new LineSplitter(() => lines++);
      const counter = new LineCounter();
      let counted = 0;
      for (const piece of pieces) {
        splitter.push(Buffer.from(piece), 0n);
        counted += counter.push(Buffer.from(piece));
      }
      expect(counted).toBe(lines);
    }),
  );
});
