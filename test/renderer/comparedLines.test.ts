import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutAtDifferences, linesOfStep } from '../../renderer/sessions/comparedLines.ts';
import type { SessionRow } from '../../shared/sessions.ts';

const others = (text: string, msgId: number, other: string): string[] =>
  cutAtDifferences({ text, msgId }, { text: other })
    .filter(({ isOther }) => isOther)
    .map((piece) => piece.text);

it('marks the fields that differ, and not the number of the message', () => {
  const line = (msgId: number, value: string) => `AT+MIPLREADRSP=0,${msgId},1,3303,0,5700,4,4,${value},0,0`;
  expect(others(line(45061, '21.5'), 45061, line(41207, '20.123'))).toEqual(['21.5']);
  expect(others(line(45061, '21.5'), 45061, line(41207, '21.5'))).toEqual([]);
  expect(others('OK', 1, '+CIS ERROR:100')).toEqual(['OK']);
  expect(cutAtDifferences({ text: 'OK' }, undefined)).toEqual([{ text: 'OK', isOther: true }]);
});

it('the pieces are the line, whatever it is compared with, and nothing differs from itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      const pieces = cutAtDifferences({ text }, { text: other });
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      expect(cutAtDifferences({ text }, { text }).some(({ isOther }) => isOther)).toBe(false);
    }),
  );
});

it('the lines of a request are its own and what was told to the answer; of another step the last few', () => {
  const row = (seq: number, kind: SessionRow['kind'], text: string, more: Partial<SessionRow> = {}): SessionRow => ({
    ...{ seq, line: seq, atMs: seq, sinceStartMs: seq, kind, text },
    ...more,
  });
  const rows = [
    row(1, 'unasked', '+MIPLREAD:0,7,3303', { msgId: 7, path: '/3303' }),
    row(2, 'engine', 'AT+MIPLREADRSP=0,7,1', { msgId: 7 }),
    row(3, 'unasked', '+CSCON:1'),
    row(4, 'answer', 'OK'),
  ];
  expect(linesOfStep(rows, '/3303').map(({ seq }) => seq)).toEqual([1, 2, 4]);
  expect(linesOfStep(rows, undefined).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(linesOfStep(rows, '/3306').map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});
