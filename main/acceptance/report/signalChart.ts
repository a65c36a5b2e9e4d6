import type { SignalSample } from '../../../shared/acceptance.ts';
import type { Html } from './markup.ts';
import { markup } from './markup.ts';

const width = 640;
const height = 160;
const left = 56;
const bottom = 24;
const top = 12;

const series = [
  { key: 'rssiDbm', label: 'RSSI', unit: 'dBm', className: 'rssi', dash: '' },
  { key: 'rsrpDbm', label: 'RSRP', unit: 'dBm', className: 'rsrp', dash: '6 3' },
  { key: 'snrDb', label: 'SNR', unit: 'dB', className: 'snr', dash: '2 3' },
] as const;

/** The signal over the run as an SVG; undefined when nothing was measured. */
export function signalChart(samples: readonly SignalSample[]): Html | undefined {
  const values = samples
    .flatMap((sample) => series.map(({ key }) => sample[key]))
    .filter((value) => value !== undefined);
  const [first, last] = [samples[0]?.atMs, samples.at(-1)?.atMs];
  if (values.length === 0 || first === undefined || last === undefined) return undefined;
  const low = Math.floor(Math.min(...values) / 10) * 10;
  const high = Math.max(low + 10, Math.ceil(Math.max(...values) / 10) * 10);
  const x = (atMs: number): string =>
    (left + ((atMs - first) / Math.max(1, last - first)) * (width - left - 8)).toFixed(1);
  const y = (value: number): string => (top + ((high - value) / (high - low)) * (height - top - bottom)).toFixed(1);
  const seconds = Math.round((last - first) / 1000);
  const lines = series.map(({ key, className, dash }) => {
    const points = samples.filter((sample) => sample[key] !== undefined);
    if (points.length === 0) return undefined;
    const path = points.map((sample) => `${x(sample.atMs)},${y(sample[key] as number)}`).join(' ');
    const lastPoint = points.at(-1) as SignalSample;
    return markup`<polyline class="${className}" points="${path}" stroke-dasharray="${dash}" /><circle
        class="${className}"
        cx="${x(lastPoint.atMs)}"
        cy="${y(lastPoint[key] as number)}"
        r="2.5"
      />`;
  });
  const legend = series
    .filter(({ key }) => samples.some((sample) => sample[key] !== undefined))
    .map(({ key, label, unit, className }, index) => {
      const newest = samples.filter((sample) => sample[key] !== undefined).at(-1)?.[key];
      return markup`<text class="${className}" x="${left + index * 150}" y="${top - 2}"
        >${label} ${newest} ${unit}</text
      >`;
    });
  const axis = [high, (high + low) / 2, low].map(
    (value) =>
      markup`<text class="axis" x="${left - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle"
          >${value}</text
        ><line class="grid" x1="${left}" x2="${width - 8}" y1="${y(value)}" y2="${y(value)}" />`,
  );
  return markup`<svg class="chart" viewBox="0 -12 ${width} ${height + 12}" role="img" aria-label="RSSI RSRP SNR">
    ${axis}${lines}${legend}
    <text class="axis" x="${left}" y="${height - 6}">0 s</text>
    <text class="axis" x="${width - 8}" y="${height - 6}" text-anchor="end">${seconds} s</text>
  </svg>`;
}
