import { expect, it } from 'vitest';
import { LineLog } from '../../main/log/lineLog.ts';
import { LogBook } from '../../main/log/logBook.ts';
import { SystemClock } from '../../main/time/clock.ts';
import { remark } from '../../shared/remarks.ts';

/** A log by a clock whose two sources are in the hands of the test. */
function logged() {
  const book = new LogBook();
  const now = { wallMs: 1_000_000, monotonicMs: 500 };
  const monotonicNs = (): bigint => BigInt(now.monotonicMs) * 1_000_000n;
  const clock = new SystemClock({ wallMs: () => now.wallMs, monotonicNs });
  const lines = new LineLog(book, clock);
  const sent = (): void =>
    lines.sent({
      text: 'AT',
      decoded: { kind: 'command', name: 'AT' },
      exchange: 1,
      priority: 'user',
      sentNs: monotonicNs(),
    });
  return { book, now, clock, lines, sent, times: () => book.read(1, 9).map(({ atMs }) => atMs) };
}

it('shows the true time of a line also after a sleep in which the monotonic clock stood still', () => {
  const { now, clock, lines, sent, times } = logged();
  sent();
  clock.suspend();
  now.wallMs += 3_600_000;
  clock.resume();
  now.wallMs += 20;
  now.monotonicMs += 20;
  sent();
  lines.note(remark('portBack', {}));
  expect(times()).toEqual([1_000_000, 4_600_020, 4_600_020]);
});

it.each([-7_200_000, 7_200_000])('keeps the lines at their distances when somebody sets the clock by %i ms', (byMs) => {
  const { now, lines, sent, times } = logged();
  sent();
  now.wallMs += byMs + 1000;
  now.monotonicMs += 1000;
  sent();
  lines.note(remark('portBack', {}));
  expect(times()).toEqual([1_000_000, 1_001_000, 1_001_000]);
});
