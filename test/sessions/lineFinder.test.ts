import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineMaker } from '../../main/journal/journalLines.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { LineFinder, patternQuery, textQuery } from '../../main/sessions/lineFinder.ts';
import type { FindQuery, FoundBlock } from '../../main/sessions/lineFinder.ts';
import { sessions } from '../capture/session.ts';
import type { Said } from '../capture/session.ts';

function linesOf(said: readonly Said[]): readonly JournalLine[] {
  const maker = new LineMaker();
  said.forEach(({ from, text, atMs }, index) =>
    maker.push({
      kind: 'bytes',
      direction: from === 'host' ? 'out' : 'in',
      sinceStartNs: atMs * 1e6,
      wallMs: atMs,
      bytes: Buffer.from(from === 'host' ? `${text}\r` : `\r\n${text}\r\n`),
      line: index + 2,
    }),
  );
  maker.flush();
  return maker.take();
}

function find(lines: readonly JournalLine[], query: Partial<FindQuery>): readonly FoundBlock[] {
  const finder = new LineFinder({ matches: () => true, classes: [], ...query });
  return [...lines.flatMap((line) => finder.push(line)), ...finder.end()];
}

const foundIn = (blocks: readonly FoundBlock[]) =>
  blocks.flatMap(({ lines }) => lines.filter(({ isFound }) => isFound)).toSorted((one, other) => one.seq - other.seq);

it('finds exactly the lines that hold the text, each once, with its line of the file', () => {
  fc.assert(
    fc.property(sessions, fc.constantFrom('ok', 'MIPL', '63', 'at', 'zzz', ''), (said, text) => {
      const lines = linesOf(said);
      const wanted = lines.filter((line) => line.text.toLowerCase().includes(text.toLowerCase()));
      const found = foundIn(find(lines, { matches: textQuery(text) }));
      expect(found.map(({ seq, line, text: is }) => [seq, line, is])).toEqual(
        wanted.map(({ seq, line, text: is }) => [seq, line, is]),
      );
      expect(found.every(({ seq, line }) => line === seq + 1)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it('gives a line with its whole exchange, in the order of the wire', () => {
  const said: Said[] = [
    { from: 'host', text: 'AT+CSQ', atMs: 0 },
    { from: 'module', text: '+MIPLEVENT: 0,6', atMs: 1 },
    { from: 'module', text: '+CSQ:18,99', atMs: 2 },
    { from: 'module', text: 'OK', atMs: 3 },
    { from: 'host', text: 'AT', atMs: 4 },
    { from: 'module', text: 'ERROR', atMs: 5 },
  ];
  const texts = (query: Partial<FindQuery>): string[][] =>
    find(linesOf(said), query).map(({ lines }) => lines.map(({ text, isFound }) => `${isFound ? '*' : ' '}${text}`));
  expect(texts({ matches: textQuery('18,99') })).toEqual([[' AT+CSQ', '*+CSQ:18,99', ' OK']]);
  expect(texts({ matches: textQuery('6') })).toEqual([['*+MIPLEVENT: 0,6']]);
  // The event was found while an exchange that was found before it went on.
  expect(texts({ matches: patternQuery('^AT.|EVENT') })).toEqual([
    ['*AT+CSQ', ' +CSQ:18,99', ' OK'],
    ['*+MIPLEVENT: 0,6'],
  ]);
  expect(texts({ classes: ['problem'] })).toEqual([[' AT', '*ERROR']]);
  expect(texts({ classes: ['unasked', 'command'] }).flat()).toEqual([
    '*AT+CSQ',
    ' +CSQ:18,99',
    ' OK',
    '*+MIPLEVENT: 0,6',
    '*AT',
    ' ERROR',
  ]);
});

it('an exchange that does not end holds back neither its own lines nor others for ever', () => {
  const said: Said[] = [{ from: 'host', text: 'AT+CSQ', atMs: 0 }];
  for (let index = 0; index < 5000; index++) said.push({ from: 'module', text: `+CSQ:${index % 32},99`, atMs: 1 });
  const finder = new LineFinder({ matches: textQuery('csq'), classes: [] });
  let [held, most] = [0, 0];
  for (const line of linesOf(said)) {
    held += 1;
    held -= finder.push(line).flatMap(({ lines }) => lines).length;
    most = Math.max(most, held);
  }
  expect(most).toBeLessThanOrEqual(200);
  expect(finder.foundCount).toBe(5001);
});

it('a pattern is linear in the line, whatever it is', () => {
  const matches = patternQuery('(a+)+$');
  expect(matches(`${'a'.repeat(8000)}b`)).toBe(false);
  expect(() => patternQuery('(a)\\1')).toThrow(/parsing/);
});
