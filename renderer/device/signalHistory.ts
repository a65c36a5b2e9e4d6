import type { SignalSample } from '../../shared/acceptance.ts';
import { antennaLetters, powerOf } from '../../shared/antenna.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { DeviceState } from '../../shared/state.ts';

/** Something on the axis of the signal: its mark, its words and when it was. */
export interface SignalEvent {
  readonly atMs: number;
  readonly mark: string;
  readonly words: Phrase;
}

/** The samples in the order in which they were measured. */
export function samplesOf({ signalSamples }: Pick<DeviceState, 'signalSamples'>): readonly SignalSample[] {
  return Object.values(signalSamples).sort((one, other) => one.atMs - other.atMs);
}

/** What happened on the way to the platform, and where the antenna was, in the order of time. */
export function eventsOf({ stages, antenna }: Pick<DeviceState, 'stages' | 'antenna'>): readonly SignalEvent[] {
  const { network, onenet } = stages;
  const told: (readonly [number | undefined, string, Phrase])[] = [
    [network.startedMs, '○', phrase('history.search')],
    [network.status === 'done' ? network.finishedMs : undefined, '✓', phrase('history.network')],
    [network.status === 'failed' ? network.finishedMs : undefined, '✕', phrase('history.noNetwork')],
    [onenet.status === 'done' ? onenet.finishedMs : undefined, '✓', phrase('history.registered')],
    ...antennaLetters.map(
      (letter) => [antenna.positions[letter]?.startedMs, '⚑', phrase('history.antenna', { letter })] as const,
    ),
  ];
  return told
    .flatMap(([atMs, mark, words]) => (atMs === undefined ? [] : [{ atMs, mark, words }]))
    .sort((one, other) => one.atMs - other.atMs);
}

/** Which of the labels at these places have room, each of its own width; where two would touch, the later one is dropped. */
export function labelsWithRoom(labels: readonly { readonly x: number; readonly width: number }[]): readonly boolean[] {
  let end = -Infinity;
  return labels.map(({ x, width }) => {
    if (x < end) return false;
    end = x + width;
    return true;
  });
}

/** Columns as uPlot takes them: seconds of the steady clock and the power; null is a gap. */
export function powerColumns(samples: readonly SignalSample[]): [seconds: number[], power: (number | null)[]] {
  return [samples.map(({ atMs }) => atMs / 1000), samples.map((sample) => powerOf(sample) ?? null)];
}

/** The least that the axis of time shows, seconds. */
const SHORTEST_AXIS_SECONDS = 60;
/** What happened so long before the first measurement still stands on the axis, seconds. */
const BEFORE_FIRST_SECONDS = 180;

/** Ends of the axis of time, seconds: all samples, and what led to the first of them. */
export function axisOf(samples: readonly SignalSample[], events: readonly SignalEvent[]): [from: number, to: number] {
  const [first = 0, last = 0] = [samples[0]?.atMs, samples.at(-1)?.atMs].map((atMs) => (atMs ?? 0) / 1000);
  const before = events.map(({ atMs }) => atMs / 1000).filter((at) => at < first && at > first - BEFORE_FIRST_SECONDS);
  const from = Math.min(first, ...before) - 1;
  return [from, Math.max(last, from + SHORTEST_AXIS_SECONDS)];
}

/** How long was measured, and the least of it; undefined without a measurement. */
export function historyOf(
  samples: readonly SignalSample[],
):
  { readonly spanMs: number; readonly lowDbm: number; readonly lastDbm: number; readonly isRsrp: boolean } | undefined {
  const powers = samples.map(powerOf).filter((power) => power !== undefined);
  const [first, last] = [samples[0], samples.at(-1)];
  const lastDbm = powers.at(-1);
  if (!first || !last || lastDbm === undefined) return undefined;
  return {
    spanMs: last.atMs - first.atMs,
    lowDbm: Math.min(...powers),
    lastDbm,
    isRsrp: last.rsrpDbm !== undefined,
  };
}
