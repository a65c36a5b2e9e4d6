import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryRing, entryBytes } from '../../shared/entryRing.ts';
import type { LogEntry } from '../../shared/log.ts';
import { remark } from '../../shared/remarks.ts';

const entry = (seq: number, length: number): LogEntry => ({ seq, atMs: 0, kind: 'unasked', text: 'x'.repeat(length) });
const held = (ring: EntryRing<LogEntry>): LogEntry[] =>
  Array.from({ length: ring.size }, (_, at) => ring.at(at)).filter((one) => one !== undefined);

it('keeps the newest lines without a gap, within its number and its bytes, whatever their lengths', () => {
  const lengths = fc.array(fc.oneof(fc.nat(50), fc.nat(20_000)), { maxLength: 300 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 100_000 }), (all, most, bytes) => {
      const ring = new EntryRing<LogEntry>(most, bytes);
      for (const [at, length] of all.entries()) {
        ring.push(entry(at + 1, length));
        expect(ring.size).toBeLessThanOrEqual(most);
        expect(ring.bytes <= bytes || ring.size === 1).toBe(true);
        expect(ring.newest?.seq).toBe(at + 1);
      }
      expect(held(ring).map(({ seq }) => seq)).toEqual(held(ring).map((_, at) => all.length - ring.size + 1 + at));
      expect(ring.bytes).toBe(held(ring).reduce((sum, one) => sum + entryBytes(one), 0));
    }),
  );
});

it('gives back the places of what has left', () => {
  const ring = new EntryRing<LogEntry>(10, Infinity);
  for (let seq = 1; seq <= 10_000; seq++) ring.push(entry(seq, 1));
  expect(held(ring).map(({ seq }) => seq)).toEqual([9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999, 10_000]);
  ring.clear();
  expect([ring.size, ring.bytes, ring.newest, ring.at(0)]).toEqual([0, 0, undefined, undefined]);
});

it('counts texts wherever an entry has them', () => {
  const bare = entryBytes(entry(1, 0));
  expect(entryBytes(entry(1, 10))).toBe(bare + 20);
  const params = { value: 'abc', index: 1 };
  expect(entryBytes({ ...entry(1, 0), decoded: { kind: 'urc', params, note: 'odd' } })).toBe(bare + 12);
  expect(entryBytes({ ...entry(1, 0), decoded: { kind: 'urc' } })).toBe(bare);
  expect(entryBytes({ ...entry(1, 0), remark: remark('portGone', { reason: 'abcd' }) })).toBe(bare + 8);
});
