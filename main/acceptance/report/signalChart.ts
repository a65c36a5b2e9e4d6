import type { SignalSample } from '../../../shared/acceptance.ts';
import { elapsed, roundRange, timeSteps } from '../../../shared/signalAxis.ts';
import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { Html } from './markup.ts';
import { markup } from './markup.ts';
import { say } from '../cases/words.ts';

const width = 720;
const height = 190;
const side = 44;
const top = 34;
const bottom = 24;

const series = [
  { key: 'rssiDbm', label: 'RSSI', unit: 'dBm', className: 'rssi', dash: 'none' },
  { key: 'rsrpDbm', label: 'RSRP', unit: 'dBm', className: 'rsrp', dash: '6 3' },
  { key: 'snrDb', label: 'SNR', unit: 'dB', className: 'snr', dash: '2 3' },
] as const;
type Unit = (typeof series)[number]['unit'];

/** A line of the chart: what was measured of one quantity. */
interface Line {
  readonly series: (typeof series)[number];
  readonly points: readonly (readonly [atMs: number, value: number])[];
}

function linesOf(samples: readonly SignalSample[]): readonly Line[] {
  return series
    .map((one) => ({
      series: one,
      points: samples.flatMap(({ atMs, [one.key]: value }) => (value === undefined ? [] : [[atMs, value] as const])),
    }))
    .filter(({ points }) => points.length > 0);
}

/** Whole tens around all values of a unit. */
function rangeOf(lines: readonly Line[], unit: Unit): readonly [low: number, high: number] {
  const values = lines
    .filter((one) => one.series.unit === unit)
    .flatMap(({ points }) => points.map(([, value]) => value));
  return roundRange(Math.min(...values), Math.max(...values));
}

const x = (share: number): string => (side + share * (width - 2 * side)).toFixed(1);
const y = (share: number): string => (top + (1 - share) * (height - top - bottom)).toFixed(1);
const quarters = [0, 0.25, 0.5, 0.75, 1];

/** Marks of the axis of a unit, at the left for dBm and at the right for dB. */
function axisOf(lines: readonly Line[], unit: Unit): Html | undefined {
  if (!lines.some((one) => one.series.unit === unit)) return undefined;
  const [low, high] = rangeOf(lines, unit);
  const isLeft = unit === 'dBm';
  const place = isLeft ? side - 6 : width - side + 6;
  const anchor = isLeft ? 'end' : 'start';
  const marks = quarters.map(
    (share) =>
      markup`<text class="axis" x="${place}" y="${y(share)}" text-anchor="${anchor}" dominant-baseline="middle"
        >${low + share * (high - low)}</text
      >`,
  );
  return markup`${marks}<text class="axis" x="${place}" y="${top - 14}" text-anchor="${anchor}">${unit}</text>`;
}

/** Seconds with a mark: round ones, about six of them. */
function timeMarks(seconds: number): readonly number[] {
  const step = timeSteps.find((one) => seconds / one <= 6) ?? Math.ceil(seconds / 6);
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}

/** What the chart shows, in a sentence. */
export function signalWords(samples: readonly SignalSample[]): BilingualName {
  const parts = linesOf(samples).map(({ series: { label, unit }, points }) => {
    const values = points.map(([, value]) => value);
    const [low, high, last] = [Math.min(...values), Math.max(...values), values.at(-1)];
    return say(
      `${label} ${low} 至 ${high} ${unit}，最新 ${last} ${unit}`,
      `${label} ${low} to ${high} ${unit}, last ${last} ${unit}`,
    );
  });
  return say(`${parts.map(({ zh }) => zh).join('；')}。`, `${parts.map(({ en }) => en).join('; ')}.`);
}

/** The signal over the run as an SVG; undefined when nothing was measured. Lines differ by strokes, not by colour alone. */
export function signalChart(samples: readonly SignalSample[]): Html | undefined {
  const lines = linesOf(samples);
  const [first, last] = [samples[0]?.atMs, samples.at(-1)?.atMs];
  if (lines.length === 0 || first === undefined || last === undefined) return undefined;
  const shareOf = (atMs: number): number => (atMs - first) / Math.max(1, last - first);
  const grid = quarters.map(
    (share) => markup`<line class="grid" x1="${side}" x2="${width - side}" y1="${y(share)}" y2="${y(share)}" />`,
  );
  const times = timeMarks((last - first) / 1000).map(
    (seconds) =>
      markup`<text class="axis" x="${x(shareOf(first + seconds * 1000))}" y="${height - 6}" text-anchor="middle"
        >${elapsed(seconds)}</text
      >`,
  );
  const drawn = lines.map(({ series: { unit, className, dash }, points }) => {
    const [low, high] = rangeOf(lines, unit);
    const places = points.map(([atMs, value]) => [x(shareOf(atMs)), y((value - low) / (high - low))] as const);
    const path = places.map((place) => place.join(',')).join(' ');
    return markup`<polyline class="${className}" points="${path}" stroke-dasharray="${dash}" />${places.map(
      ([cx, cy]) => markup`<circle class="${className}" cx="${cx}" cy="${cy}" r="2" />`,
    )}`;
  });
  const legend = lines.map(({ series: { label, unit, className, dash }, points }, index) => {
    const left = side + 40 + index * 170;
    return markup`<line class="sample ${className}" x1="${left}" x2="${left + 26}" y1="8" y2="8" stroke-dasharray="${dash}" /><text
        x="${left + 32}"
        y="12"
        >${label} ${points.at(-1)?.[1]} ${unit}</text
      >`;
  });
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="RSSI RSRP SNR">
    ${grid}${axisOf(lines, 'dBm')}${axisOf(lines, 'dB')}${times}${drawn}${legend}
  </svg>`;
}
