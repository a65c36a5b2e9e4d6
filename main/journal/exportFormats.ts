import type { ExportFormat } from '../../shared/contract/log.ts';
import type { ModuleIdentity } from '../../shared/state.ts';
import { csvCell } from '../files/csv.ts';
import { visibleLine, visibleJson } from '../files/visible.ts';
import type { NoteLikeRecord } from './format.ts';
import type { JournalLine } from './journalLines.ts';
import type { Masker } from './masking.ts';
import { isoWithZone, localTime } from '../../shared/localTime.ts';

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

/** Time since the line before, in seconds with sign. */
export function secondsText(deltaMs: number): string {
  return `${deltaMs < 0 ? '-' : '+'}${(Math.abs(deltaMs) / 1000).toFixed(3)}`;
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
const txt: Format = {
  head: (head) =>
    `${headFacts(head)
      .map((fact) => `# ${fact}\n`)
      .join('')}# date time zone, seconds since the line before, > to the module or < from it or # note, text\n`,
  line: ({ atMs, direction, text }, deltaMs) => {
    const { date, time, zone } = localTime(atMs);
    return `${date} ${time} ${zone} ${secondsText(deltaMs).padStart(9)} ${marks[direction]} ${visibleLine(text)}\n`;
  },
};

const csv: Format = {
  head: (head) =>
    // The byte order mark tells Excel that the file is UTF-8.
    `\ufeffseq,date,time,delta_s,direction,text\r\n${headFacts(head)
      .map((fact) => `0,,,,head,${csvCell(fact)}\r\n`)
      .join('')}`,
  line: ({ seq, atMs, direction, text }, deltaMs) => {
    const { date, time, zone } = localTime(atMs);
    const delta = (deltaMs / 1000).toFixed(3);
    return `${seq},${date},${time}${zone},${delta},${direction},${csvCell(visibleLine(text))}\r\n`;
  },
};

const jsonLine = (value: unknown): string => `${visibleJson(value)}\n`;

/** For programs: one JSON object per line, texts exact. */
const ndjson: Format = {
  head: (head) => jsonLine({ type: 'head', ...head }),
  line: ({ seq, atMs, direction, text, isFragment }, deltaMs) => {
    const at = isoWithZone(atMs);
    return jsonLine({ seq, at, atMs, deltaMs, direction, text, ...(isFragment ? { isFragment } : {}) });
  },
};

/** The formats that need no memory, by name. */
export const plainFormats: Readonly<Record<Exclude<ExportFormat, 'html' | 'pcapng'>, Format>> = { txt, csv, ndjson };

/** What another tool wrote of itself names users, folders and computers in ways that no rule knows. */
export function masked(line: JournalLine, masker: Masker): JournalLine {
  return { ...line, text: line.isForeign ? 'a note of the other tool, left out' : masker.mask(line.text) };
}
