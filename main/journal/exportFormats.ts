import type { ExportFormat } from '../../shared/contract/log.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import { csvCell } from '../files/csv.ts';
import { visibleLine, visibleJson } from '../files/visible.ts';
import type { NoteLikeRecord } from './format.ts';
import type { JournalLine } from './journalLines.ts';
import type { Masker } from './masking.ts';
import { localTimes } from '../../shared/localTime.ts';
import { RecentTexts } from '../at/recentTexts.ts';

/** What stands above the lines. */
export interface ExportHead {
  readonly app: string;
  /** ISO 8601 with zone offset. */
  readonly started: string;
  /** Empty where the journal was made of the log of another tool. */
  readonly port: string;
  readonly baudRate: number;
  readonly site?: string;
  readonly identity: ModuleIdentity;
  readonly isMasked: boolean;
}

/** One format: the text before the lines, of a line, and after the last, each with its line end. */
export interface Format {
  head(head: ExportHead): string;
  /** What stands in place of the text of a note, before anything private is hidden; absent: the text itself. */
  note?(record: NoteLikeRecord, text: string): string;
  /** `deltaMs` is the time since the line before. */
  line(line: JournalLine, deltaMs: number): string;
  tail?(): string;
}

const marks = { in: '<', out: '>', note: '#' } as const;

const afterPoint = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, '0')}`);
/** Beyond, a double no longer tells on which side of a half it lies. */
const MAX_ROUNDED_MS = 1e9;

/** Milliseconds, none less than 0, as seconds with three decimals: what `toFixed` makes of them, which takes many times as long. */
export function thousandths(ms: number): string {
  const whole = Math.round(ms);
  if (whole > MAX_ROUNDED_MS || Math.abs(Math.abs(ms - whole) - 0.5) < 1e-6) return (ms / 1000).toFixed(3);
  return `${Math.trunc(whole / 1000)}${afterPoint[whole % 1000]}`;
}

/** Time since the line before, in seconds with sign. */
export function secondsText(deltaMs: number): string {
  return `${deltaMs < 0 ? '-' : '+'}${thousandths(Math.abs(deltaMs))}`;
}

/** What stands above the lines, one fact a line, safe for a terminal. */
export function headFacts(head: ExportHead): string[] {
  const { identity } = head;
  const facts = [
    `MIPL Field Tool ${head.app}, session log${head.isMasked ? ', masked' : ''}`,
    `started ${head.started}`,
    head.port === '' ? 'made of the log of another tool' : `port ${head.port}, ${head.baudRate} baud`,
    ...(head.site === undefined ? [] : [`site ${head.site}`]),
    ...Object.entries(identity).map(([name, value]) => `${name} ${String(value)}`),
  ];
  return facts.map(visibleLine);
}

/** For reading: date, time, zone, seconds since the line before, direction, text. */
function txt(): Format {
  const timeOf = localTimes();
  return {
    head: (head) =>
      `${headFacts(head)
        .map((fact) => `# ${fact}\n`)
        .join('')}# date time zone, seconds since the line before, > to the module or < from it or # note, text\n`,
    line: ({ atMs, direction, text }, deltaMs) => {
      const { date, time, zone } = timeOf(atMs);
      return `${date} ${time} ${zone} ${secondsText(deltaMs).padStart(9)} ${marks[direction]} ${visibleLine(text)}\n`;
    },
  };
}

function csv(): Format {
  const timeOf = localTimes();
  const cells = new RecentTexts((text) => ({ cell: csvCell(visibleLine(text)) }));
  return {
    head: (head) =>
      // The byte order mark tells Excel that the file is UTF-8.
      `\ufeffseq,date,time,delta_s,direction,text\r\n${headFacts(head)
        .map((fact) => `0,,,,head,${csvCell(fact)}\r\n`)
        .join('')}`,
    line: ({ seq, atMs, direction, text }, deltaMs) => {
      const { date, time, zone } = timeOf(atMs);
      const sign = deltaMs < 0 ? '-' : '';
      return `${seq},${date},${time}${zone},${sign}${thousandths(Math.abs(deltaMs))},${direction},${cells.of(text).cell}\r\n`;
    },
  };
}

/** For programs: one JSON object per line, texts exact. */
function ndjson(): Format {
  const timeOf = localTimes();
  const texts = new RecentTexts((text) => ({ json: visibleJson(text) }));
  return {
    head: (head) => `${visibleJson({ type: 'head', ...head })}\n`,
    // As JSON.stringify writes it, with each text made once.
    line: ({ seq, atMs, direction, text, isFragment }, deltaMs) => {
      const { date, time, zone } = timeOf(atMs);
      const end = isFragment ? ',"isFragment":true}\n' : '}\n';
      return `{"seq":${seq},"at":"${date}T${time}${zone}","atMs":${atMs},"deltaMs":${deltaMs},"direction":"${direction}","text":${texts.of(text).json}${end}`;
    },
  };
}

/** The formats that need no memory of what was before, each made anew for an export. */
export const plainFormats: Readonly<Record<Exclude<ExportFormat, 'html' | 'pcapng'>, () => Format>> = {
  txt,
  csv,
  ndjson,
};

/** What another tool wrote of itself names users, folders and computers in ways that no rule knows. */
export function masked(line: JournalLine, masker: Masker): JournalLine {
  return { ...line, text: line.isForeign ? 'a note of the other tool, left out' : masker.mask(line.text) };
}
