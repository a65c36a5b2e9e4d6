import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../shared/log.ts';
import { LogBuffer } from '../../renderer/log/logBuffer.ts';
import { everything, isEverything, matcher } from '../../renderer/log/logFilter.ts';
import { copyLines, missingBefore, screenLines, startsExchange, timeText } from '../../renderer/log/logRows.ts';
import { sessionLog } from './samples/sampleLog.ts';

const entry = (seq: number, change: Partial<LogEntry> = {}): LogEntry => ({
  seq,
  atMs: seq * 10,
  kind: 'unasked',
  text: `line ${seq}`,
  ...change,
});
const entries = (from: number, to: number): LogEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(from + i));
const seqs = (buffer: LogBuffer): number[] => buffer.select(() => true).map(({ seq }) => seq);

describe('the ring of lines', () => {
  it('keeps the newest and lets the oldest go', () => {
    const buffer = new LogBuffer(5);
    buffer.append(entries(1, 3));
    buffer.append(entries(4, 8));
    expect(seqs(buffer)).toEqual([4, 5, 6, 7, 8]);
    expect([buffer.firstSeq, buffer.newest?.seq, buffer.size]).toEqual([4, 8, 5]);
  });

  it('lets long lines go earlier, so that they cannot fill the memory', () => {
    const buffer = new LogBuffer(1000, 100_000);
    buffer.append(entries(1, 3));
    for (let seq = 4; seq <= 50; seq++) buffer.append([entry(seq, { text: 'x'.repeat(8192) })]);
    expect(seqs(buffer)).toEqual([45, 46, 47, 48, 49, 50]);
  });

  it('takes no line twice', () => {
    const buffer = new LogBuffer(10);
    buffer.append(entries(1, 3));
    expect(buffer.append(entries(2, 4)).map(({ seq }) => seq)).toEqual([4]);
  });

  it('goes by the numbers of lines alone: a line that began before a remark is entered after it', () => {
    const buffer = new LogBuffer(10);
    const batch = [...entries(1, 3), entry(4, { atMs: 104 }), entry(5, { atMs: 99 })];
    buffer.append(batch);
    expect(buffer.append(batch)).toEqual([]);
    expect(seqs(buffer)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the filter', () => {
  const lines = sessionLog().entries;
  const texts = (filter: Partial<typeof everything>): string[] =>
    lines.filter(matcher({ ...everything, ...filter })).map(({ text }) => text);

  it('lets everything through by default', () => {
    expect(isEverything(everything)).toBe(true);
    expect(texts({})).toHaveLength(lines.length);
  });

  it('leaves classes out', () => {
    expect(
      lines
        .filter(matcher({ ...everything, hidden: ['engine', 'answer', 'note', 'unasked'] }))
        .every(({ kind }) => kind === 'person'),
    ).toBe(true);
  });

  it('shows the lines of a msgid', () => {
    expect(texts({ msgId: 64431 })).toEqual([
      '+MIPLEXECUTE:0,64431,3303,0,5605,5,"reset"',
      'AT+MIPLEXECUTERSP=0,64431,2',
    ]);
  });

  it('shows what concerns a path: itself, what is below, and what contains it', () => {
    const about = texts({ path: '/3303/0/5601' });
    expect(about).toContain('AT+MIPLNOTIFY=0,130839,3303,0,5601,4,4,10.123,0,0,77');
    expect(about).toContain('+MIPLREAD:0,64441,3303,-1,-1');
    expect(about).not.toContain('+MIPLEXECUTE:0,64431,3303,0,5605,5,"reset"');
    expect(texts({ path: 'nonsense' })).toEqual([]);
  });

  it('shows only problems, and only what contains a text', () => {
    expect(texts({ problemsOnly: true })[0]).toBe('+CIS ERROR:601');
    expect(texts({ text: 'miplopen' })).toEqual(['AT+MIPLOPEN=0,3600,30']);
  });
});

describe('rows', () => {
  it('shows the time of day where an exchange starts and spans inside it', () => {
    const command = entry(1, { exchange: 1, atMs: new Date(2026, 0, 1, 9, 41, 24, 870).getTime() });
    const ok = entry(2, { exchange: 1, atMs: command.atMs + 296 });
    const other = entry(3, { exchange: 2, atMs: ok.atMs + 5 });
    expect([timeText(undefined, command), timeText(command, ok), timeText(ok, other)]).toEqual([
      '09:41:24.870',
      '+0.296',
      '09:41:25.171',
    ]);
  });

  it('counts lines of one msgid as one exchange, and a long pause as a new one', () => {
    expect(startsExchange(entry(1, { msgId: 5 }), entry(2, { msgId: 5, exchange: 3 }))).toBe(false);
    expect(startsExchange(entry(1, { msgId: 5 }), entry(2, { msgId: 6 }))).toBe(true);
    expect(startsExchange(entry(1, { exchange: 1 }), entry(2, { exchange: 1, atMs: 100_000 }))).toBe(true);
  });

  it('knows how many lines are missing and how many a text takes', () => {
    expect([
      missingBefore(undefined, entry(9)),
      missingBefore(entry(3), entry(9)),
      missingBefore(entry(8), entry(9)),
    ]).toEqual([0, 5, 0]);
    expect(screenLines(entry(1, { text: 'x'.repeat(60) }), 60)).toBe(1);
    expect(screenLines(entry(1, { text: 'x'.repeat(61) }), 60)).toBe(2);
    expect(screenLines(entry(1, { text: '温'.repeat(31) }), 60)).toBe(2);
    expect(screenLines(entry(1, { text: '' }), 60)).toBe(1);
  });

  it('copies with times or without', () => {
    const line = entry(1, { kind: 'engine', text: 'AT\u0000', atMs: new Date(2026, 0, 1, 9, 0, 0, 1).getTime() });
    expect(copyLines([line, line], false, String)).toBe('AT␀\nAT␀');
    expect(copyLines([line], true, String)).toBe('09:00:00.001 ▶ AT␀');
  });
});
