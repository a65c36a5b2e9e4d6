import { describe, expect, it } from 'vitest';
import { LogBook } from '../../main/log/logBook.ts';
import { entryBytes } from '../../shared/entryRing.ts';
import type { DecodedLine, LogEntry } from '../../shared/log.ts';

const line = (text: string) => ({ atMs: 1, kind: 'unasked', text }) as const;

const decodedData = (text: string): DecodedLine => ({ kind: 'data', params: { text, index: 1 }, note: 'n' });

describe('the log book', () => {
  it('numbers entries from 1 without gaps', () => {
    const book = new LogBook();
    book.add(line('a'));
    book.add(line('b'));
    expect(book.read(1, 10).map((entry) => entry.seq)).toEqual([1, 2]);
  });

  it('takes msgid and path from the decoded line', () => {
    const book = new LogBook();
    const params = { ref: 0, msgId: 7, objectId: 3303, instanceId: 0, resourceId: -1 };
    book.add({ ...line('+MIPLREAD:0,7,3303,0,-1'), decoded: { kind: 'urc', name: '+MIPLREAD', params } });
    expect(book.read(1, 1)[0]).toMatchObject({ msgId: 7, path: '/3303/0' });
  });

  it.each([
    [{ objectId: 3303, instanceId: -1, resourceId: -1 }, '/3303'],
    [{ objectId: 3303 }, '/3303'],
    [{ objectId: 3303, instanceId: 1, resourceId: 5700 }, '/3303/1/5700'],
  ])('writes the path of %o as %s', (params, path) => {
    const book = new LogBook();
    book.add({ ...line('x'), decoded: { kind: 'urc', name: '+MIPLREAD', params } });
    expect(book.read(1, 1)[0]?.path).toBe(path);
  });

  it('tells new entries in batches, each entry once', () => {
    const book = new LogBook();
    const told: LogEntry[] = [];
    book.onBatch((entries) => told.push(...entries));
    book.add(line('a'));
    book.flush();
    book.flush();
    book.add(line('b'));
    book.flush();
    expect(told.map((entry) => entry.text)).toEqual(['a', 'b']);
  });

  it('leaves the oldest of a flood to paging and never tells more than a batch holds', () => {
    const book = new LogBook();
    const batches: LogEntry[][] = [];
    book.onBatch((entries) => batches.push(entries));
    for (let count = 0; count < 5000; count++) book.add(line(String(count)));
    book.flush();
    expect(batches).toHaveLength(1);
    expect(batches[0]?.length).toBeLessThanOrEqual(600);
    expect(batches[0]?.at(-1)?.text).toBe('4999');
    expect(book.read(1, 1)[0]?.text).toBe('0');
  });

  it('tells the newest again to whom has missed them', () => {
    const book = new LogBook();
    expect(book.newest()).toEqual([]);
    for (let count = 0; count < 5000; count++) book.add(line(String(count)));
    book.flush();
    const newest = book.newest();
    expect([newest.length, newest.at(-1)?.text]).toEqual([600, '4999']);
    expect(book.newest(4998).map(({ text }) => text)).toEqual(['4998', '4999']);
  });

  it('forgets what no longer fits and answers the rest', () => {
    const book = new LogBook();
    for (let count = 1; count <= 50_010; count++) book.add(line(String(count)));
    expect(book.read(1, 5).map((entry) => entry.seq)).toEqual([]);
    expect(book.read(11, 2).map((entry) => entry.text)).toEqual(['11', '12']);
    expect(book.lastSeq).toBe(50_010);
    book.flush();
  });

  it('keeps long lines only as far as there is room for them, and always the newest', () => {
    const book = new LogBook();
    const long = 'x'.repeat(8192);
    for (let count = 1; count <= 10_000; count++) book.add({ ...line(long), decoded: decodedData(long) });
    const held = book.read(1, 10_000);
    expect(held.length).toBeGreaterThan(1000);
    expect(held.reduce((sum, entry) => sum + entryBytes(entry), 0)).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(held.at(-1)?.seq).toBe(10_000);
    expect(held.map(({ seq }) => seq)).toEqual(held.map((_, at) => 10_001 - held.length + at));
    book.flush();
  });

  it('tells of long lines only as many at a time as the screen can take', () => {
    const book = new LogBook();
    const batches: LogEntry[][] = [];
    book.onBatch((entries) => batches.push(entries));
    for (let count = 1; count <= 600; count++) book.add(line('x'.repeat(8192)));
    book.flush();
    expect(batches[0]?.length).toBeGreaterThan(10);
    expect(batches[0]?.reduce((sum, entry) => sum + entryBytes(entry), 0)).toBeLessThanOrEqual(1024 * 1024);
    expect(batches[0]?.at(-1)?.seq).toBe(600);
    book.add(line('x'.repeat(2_000_000)));
    book.flush();
    expect(batches[1]?.map(({ seq }) => seq)).toEqual([601]);
  });
});
