import { expect, onTestFinished, vi } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { Replay } from '../../main/facts/replay.ts';
import { readJournal } from '../../main/journal/journalReader.ts';
import { JournalWriter } from '../../main/journal/journalWriter.ts';
import type { DeviceState } from '../../shared/state.ts';

/** How many facts the journal had been told of when the state was so. */
interface Moment {
  readonly facts: number;
  readonly state: DeviceState;
}

/** Hears every change of the state as long as there is a journal, with the count of facts that the journal was told of until then. */
export function momentsOf(device: Device): readonly Moment[] {
  const moments: Moment[] = [];
  let facts = 0;
  onTestFinished(() => void vi.restoreAllMocks());
  for (const name of ['fact', 'identify'] as const) {
    const tell = JournalWriter.prototype[name];
    vi.spyOn(JournalWriter.prototype, name).mockImplementation(function (this: JournalWriter, value: unknown) {
      facts++;
      tell.call(this, value as never);
    });
  }
  let isClosed = false;
  const close = JournalWriter.prototype.close;
  vi.spyOn(JournalWriter.prototype, 'close').mockImplementation(function (this: JournalWriter) {
    isClosed = true;
    return close.call(this);
  });
  device.state.onChange(() => {
    if (facts > 0 && !isClosed) moments.push({ facts, state: device.state.state });
  });
  return moments;
}

/**
 * Folds a journal fact by fact and compares with what the state was at each of these moments. Gives the count of moments
 * that were compared, and the last state.
 */
export async function compareWithJournal(
  file: string,
  moments: readonly Moment[],
): Promise<{ readonly compared: number; readonly last: DeviceState }> {
  const problems: string[] = [];
  const replay = new Replay((message) => problems.push(message));
  let facts = 0;
  let compared = 0;
  let next = 0;
  /** Parts as they were compared last: most have not changed since. */
  const alike = new Map<string, readonly [folded: unknown, had: unknown]>();
  const expectSame = (folded: DeviceState, had: DeviceState, when: string): void => {
    expect(Object.keys(folded).sort()).toEqual(Object.keys(had).sort());
    for (const part of Object.keys(had) as (keyof DeviceState)[]) {
      const [before, after] = alike.get(part) ?? [];
      if (before === folded[part] && after === had[part]) continue;
      expect(folded[part], `${part} ${when}`).toStrictEqual(had[part]);
      alike.set(part, [folded[part], had[part]]);
    }
  };
  const compare = (): void => {
    facts++;
    for (; moments[next]?.facts === facts; next++) {
      expectSame(replay.state, moments[next]?.state as DeviceState, `after fact ${facts}`);
      compared++;
    }
  };
  for await (const record of readJournal(file)) {
    if (record.kind === 'identity') {
      replay.push(record);
      compare();
    }
    if (record.kind !== 'facts') continue;
    for (const fact of record.facts) {
      replay.fold(fact);
      compare();
    }
  }
  expect(problems).toEqual([]);
  return { compared, last: replay.state };
}
