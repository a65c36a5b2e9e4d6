import type { EchoFigures, EchoSample, EchoState } from '../../shared/udp.ts';
import { changeOf, changed } from './change.ts';
import type { Change } from './change.ts';

/** What became of an echo test. Of its many samples only those that are new or have come further. */
export interface EchoChange {
  readonly test: Change<Omit<EchoState, 'figures'>>;
  readonly figures: Change<Omit<EchoFigures, 'samples'>>;
  readonly samples: readonly EchoSample[];
  /** Number of the first sample that is still kept; absent where there is none. */
  readonly from?: number;
}

function isSame(one: EchoSample | undefined, other: EchoSample): boolean {
  return one?.status === other.status && one.roundTripMs === other.roundTripMs;
}

/** The change that makes the one out of the other. Samples stand in the order of their numbers. */
export function echoChangeOf(before: EchoState, after: EchoState): EchoChange {
  const { figures: oldFigures, ...oldTest } = before;
  const { figures, ...test } = after;
  const { samples: oldSamples, ...oldCounts } = oldFigures;
  const { samples, ...counts } = figures;
  const known = new Map(oldSamples.map((sample) => [sample.number, sample]));
  const [first] = samples;
  return {
    test: changeOf(oldTest, test),
    figures: changeOf(oldCounts, counts),
    samples: samples.filter((sample) => !isSame(known.get(sample.number), sample)),
    ...(first === undefined ? {} : { from: first.number }),
  };
}

/** The echo test after a change. Pure. */
export function echoAfter(before: EchoState, { test, figures, samples, from }: EchoChange): EchoState {
  const { figures: oldFigures, ...oldTest } = before;
  const { samples: oldSamples, ...oldCounts } = oldFigures;
  const merged = new Map([...oldSamples, ...samples].map((sample) => [sample.number, sample]));
  const kept = [...merged.values()].filter(({ number }) => from !== undefined && number >= from);
  return {
    ...changed(oldTest, test),
    figures: { ...changed(oldCounts, figures), samples: kept.sort((one, other) => one.number - other.number) },
  };
}
