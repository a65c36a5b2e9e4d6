import { expect, it } from 'vitest';
import { LineLog } from '../../main/app/lineLog.ts';
import { LogBook } from '../../main/app/logBook.ts';
import { remark } from '../../shared/remarks.ts';

it('shows the true time of a line also after a sleep in which the monotonic clock stood still', () => {
  const book = new LogBook();
  let wallMs = 1_000_000;
  let monotonicMs = 500;
  const lines = new LineLog(book, { wallMs: () => wallMs, monotonicNs: () => BigInt(monotonicMs) * 1_000_000n });
  const sent = (): void => lines.sent('AT', 1, 'user', BigInt(monotonicMs) * 1_000_000n);
  sent();
  wallMs += 3_600_000;
  lines.resumed();
  wallMs += 20;
  monotonicMs += 20;
  sent();
  lines.note(remark('portBack', {}));
  expect(book.read(1, 3).map(({ atMs }) => atMs)).toEqual([1_000_000, 4_600_020, 4_600_020]);
});
