import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineTag, LogEntry } from '../../shared/log.ts';
import { foldLines, foldOver } from '../../shared/fold.ts';

let seq = 0;
function line(kind: LogEntry['kind'], text: string, more: Partial<LogEntry> = {}): LogEntry {
  seq += 1;
  return { seq, atMs: seq * 10, kind, text, ...more };
}

let exchanges = 0;
/** A command with its answer and its result. */
function asked(command: string, answer: string, more: Partial<LogEntry> = {}, result = 'OK'): LogEntry[] {
  exchanges += 1;
  const exchange = exchanges;
  return [
    line('engine', command, { exchange, ...more }),
    line('answer', answer, { exchange, ...more, decoded: { kind: 'response' } }),
    line('answer', result, { exchange, ...more, decoded: { kind: 'final', name: result } }),
  ];
}

const shown = (lines: readonly LogEntry[], open: readonly number[] = []) => {
  const { rows, folds } = foldLines(lines, new Set(open));
  return rows.map(({ seq: number, text }) => [text, folds.get(number)?.count ?? 1]);
};

describe('folded lines', () => {
  it('an exchange is its command, with the count of its lines and how it ended', () => {
    const lines = [...asked('AT+CGSN', '863703031234567'), line('unasked', '+CEREG:1')];
    const { rows, folds } = foldLines(lines, new Set());
    expect(rows.map(({ text }) => text)).toEqual(['AT+CGSN', '+CEREG:1']);
    expect([...folds.values()]).toEqual([
      { count: 3, lastSeq: lines[2]?.seq, result: 'OK', isPolling: false, said: '863703031234567', problems: 0 },
    ]);
  });

  it('a request of the platform holds its own lines, the commands that answer it, and what those are told', () => {
    const belongsTo: LineTag = { request: '7' };
    const lines = [
      line('unasked', '+MIPLREAD:0,7,3303,0,5700', { belongsTo, msgId: 7 }),
      ...asked('AT+MIPLREADRSP=0,7,1,…', 'x', { belongsTo }),
      ...asked('AT+MIPLREADRSP=0,7,1,…', 'x', { belongsTo }),
    ];
    expect(shown(lines)).toEqual([['+MIPLREAD:0,7,3303,0,5700', 7]]);
    expect(shown(lines, [lines[0]?.seq ?? 0])).toHaveLength(7);
  });

  it('of a kept session, which does not say whose a line is, a request and its answers are told by their msgid', () => {
    const answered = (msgId: number) =>
      asked(`AT+MIPLREADRSP=0,${msgId},1,…`, 'x', { msgId, decoded: { kind: 'command', name: '+MIPLREADRSP' } });
    const notified = asked('AT+MIPLNOTIFY=0,9,…', 'x', { msgId: 9, decoded: { kind: 'command', name: '+MIPLNOTIFY' } });
    const lines = [
      line('unasked', '+MIPLREAD:0,7,3303,0,5700', { msgId: 7 }),
      ...answered(7),
      line('unasked', '+MIPLOBSERVE:0,9,1,3303,0', { msgId: 9 }),
      ...answered(9),
      ...notified,
      ...notified.map((entry) => ({ ...entry, exchange: 1000 })),
    ];
    expect(shown(lines)).toEqual([
      ['+MIPLREAD:0,7,3303,0,5700', 4],
      ['+MIPLOBSERVE:0,9,1,3303,0', 4],
      ['AT+MIPLNOTIFY=0,9,…', 6],
    ]);
  });

  it('a notification that is sent again and again is no polling; what has a task is told by its exchange', () => {
    const notified = () =>
      asked('AT+MIPLNOTIFY=0,9,…', 'x', { belongsTo: { notification: String(exchanges) }, msgId: 9 });
    expect(shown([...notified(), ...notified(), ...notified()])).toHaveLength(3);
    const belongsTo: LineTag = { task: 'bringUp' };
    const opened = asked('AT+MIPLOBSERVERSP=0,9,1', 'x', {
      belongsTo,
      msgId: 9,
      decoded: { kind: 'command', name: '+MIPLOBSERVERSP' },
    });
    expect(shown(opened)).toEqual([['AT+MIPLOBSERVERSP=0,9,1', 3]]);
  });

  it('over lines that belong together is what stands behind the first of them', () => {
    const lines = asked('AT+CSQ', 'x');
    expect(foldOver(lines)).toEqual(foldLines(lines, new Set()).folds.get(lines[0]?.seq ?? 0));
    expect(foldOver(lines.slice(0, 1))).toBeUndefined();
    expect(foldOver([...lines, ...asked('AT+CSQ', 'y')])).toMatchObject({ count: 6, isPolling: true, said: 'y' });
  });

  it('what is asked again and again is one row, also where the questions take turns', () => {
    const one = Array.from({ length: 5 }, (_, n) => asked('AT+CSQ', `+CSQ:${n},99`)).flat();
    expect(shown(one)).toEqual([['AT+CSQ', 15]]);
    const turns = Array.from({ length: 3 }, (_, n) => [...asked('AT+CSQ', `+CSQ:${n}`), ...asked('AT+NUESTATS', 'x')]);
    const { rows, folds } = foldLines([...turns.flat(), line('unasked', '+MIPLEVENT:0,6')], new Set());
    expect(rows.map(({ text }) => text)).toEqual(['AT+CSQ', '+MIPLEVENT:0,6']);
    expect([...folds.values()]).toMatchObject([{ count: 18, isPolling: true, said: 'x' }]);
  });

  it('what a person typed twice is no polling, and neither is one question', () => {
    const typed = [...asked('AT+CSQ', 'a', { kind: 'person' }), ...asked('AT+CSQ', 'b', { kind: 'person' })];
    expect(shown(typed)).toEqual([
      ['AT+CSQ', 3],
      ['AT+CSQ', 3],
    ]);
  });

  it('a problem ends the polling and is counted where it stands', () => {
    const bad = asked('AT+CSQ', 'x', {}, 'ERROR').map((entry, place) =>
      place === 2 ? { ...entry, problem: true } : entry,
    );
    const poll = () => asked('AT+CSQ', '+CSQ:1,99');
    const { rows, folds } = foldLines([...poll(), ...poll(), ...bad, ...poll(), ...poll()], new Set());
    expect(rows).toHaveLength(3);
    expect([...folds.values()].map(({ problems, count }) => [problems, count])).toEqual([
      [0, 6],
      [1, 3],
      [0, 6],
    ]);
  });

  it('hides no line: those that are shown and those behind them are all there are, in their order', () => {
    const any = fc.array(
      fc.record({
        kind: fc.constantFrom<LogEntry['kind'][]>('engine', 'person', 'answer', 'unasked', 'note'),
        text: fc.constantFrom('AT+CSQ', 'OK', 'x'),
        exchange: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
        msgId: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
        problem: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(any, fc.array(fc.nat({ max: 40 })), (made, open) => {
        const lines = made.map(({ exchange, msgId, problem, ...rest }, place) => ({
          seq: place + 1,
          atMs: place,
          ...rest,
          ...(exchange === undefined ? {} : { exchange }),
          ...(msgId === undefined ? {} : { msgId }),
          ...(problem ? { problem } : {}),
        }));
        const { rows, folds } = foldLines(lines, new Set(open));
        const isOpen = new Set(open);
        const covered = rows.flatMap((row) => {
          const fold = folds.get(row.seq);
          return fold && !isOpen.has(row.seq) ? lines.slice(row.seq - 1, fold.lastSeq) : [row];
        });
        expect(covered.map((row) => row.seq)).toEqual(lines.map((row) => row.seq));
      }),
    );
  });
});
