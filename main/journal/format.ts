import { isJsonObject } from '../../shared/jsonObject.ts';
import type { ModuleIdentity } from '../../shared/state.ts';

/** First word of every journal; docs/journal-format.md describes the whole format. */
export const JOURNAL_FORMAT = 'mipl-journal';

/** The version this program writes. Older ones are read whole, later ones as far as their records are known. */
export const JOURNAL_VERSION = 2;

/** Longer lines are damage, and nothing longer is written: bytes come in pieces, a fact that is longer is named only. */
export const MAX_LINE_BYTES = 2 * 1024 * 1024;

/** Longer chunks become several records, so that no line of the file grows without bound. */
export const MAX_RECORD_BYTES = 65536;

/** How journal files end. */
export const JOURNAL_SUFFIX = '.mipl.ndjson';

/** `in` from the module, `out` to it. */
export type Direction = 'in' | 'out';

/** First line of a journal. */
export interface JournalHeader {
  readonly version: number;
  /** Version of the program that wrote it. */
  readonly app: string;
  /** ISO 8601 with zone offset. */
  readonly started: string;
  /** The same moment, milliseconds since 1970. */
  readonly startedMs: number;
  /** The monotonic clock at that moment, nanoseconds; record times count from here. */
  readonly monotonicNs: bigint;
  readonly port: string;
  readonly baudRate: number;
  readonly site?: string;
  readonly identity?: ModuleIdentity;
  /** Made of the log of another tool, whose file had this name: there are no facts, and times may be guessed. */
  readonly importedFrom?: string;
}

interface Timed {
  /** Monotonic nanoseconds since the journal's start. */
  readonly sinceStartNs: number;
  /** Wall clock, milliseconds since 1970. */
  readonly wallMs: number;
}

/** A chunk of bytes as the port gave or took it. */
export interface ByteRecord extends Timed {
  readonly kind: 'bytes';
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

export interface GapRecord extends Timed {
  readonly kind: 'gap';
  readonly reason: string;
  readonly text?: string;
  /** How many bytes are missing, where that is known. */
  readonly missingBytes?: number;
}

/** A decision of the engine or a remark of the program. */
export interface NoteRecord extends Timed {
  readonly kind: 'note';
  readonly text: string;
  readonly data?: unknown;
}

/** `data` of a note that another tool, or whoever kept its log, wrote beside the lines: names of people and places may be in it. */
export const foreignNote = { code: 'fromLog' } as const;

/** A bookmark of the person. */
export interface MarkRecord extends Timed {
  readonly kind: 'mark';
  readonly text: string;
}

/** Who the module is, once it has told; the last one counts. */
export interface IdentityRecord extends Timed {
  readonly kind: 'identity';
  readonly identity: ModuleIdentity;
}

/** What happened in one moment, as data: main/facts says what each fact is. Since version 2. */
export interface FactsRecord extends Timed {
  readonly kind: 'facts';
  readonly facts: readonly unknown[];
}

/** A message between virtual module and simulated platform, as it went over UDP; addresses are `host:port`. */
export interface DatagramRecord extends Timed {
  readonly kind: 'datagram';
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

export type JournalRecord =
  DatagramRecord | ByteRecord | GapRecord | NoteRecord | MarkRecord | IdentityRecord | FactsRecord;

/** Records that are lines of their own. */
export type NoteLikeRecord = Exclude<JournalRecord, ByteRecord | FactsRecord | DatagramRecord>;

/** The line of a byte record without its end: one character U+0000–U+00FF per byte, in JSON's own escapes. */
export function byteLine(direction: Direction, bytes: Uint8Array, sinceStartNs: number, wallMs: number): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `{"t":"${direction}","n":${sinceStartNs},"w":${wallMs},"b":${JSON.stringify(view.toString('latin1'))}}`;
}

/** The line of a datagram without its end; bytes as in {@link byteLine}. */
export function datagramLine(
  { from, to, bytes }: Pick<DatagramRecord, 'from' | 'to' | 'bytes'>,
  sinceStartNs: number,
  wallMs: number,
): string {
  const b = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return JSON.stringify({ t: 'datagram', n: sinceStartNs, w: wallMs, from, to, b });
}

/** What JSON cannot hold becomes text: a journal call must not throw for what a caller hands it. */
function asJson(fields: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(fields, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  } catch {
    return JSON.stringify({ ...fields, data: String(fields['data']) });
  }
}

/** Records with many facts become several lines, none of them longer than this where a fact is not by itself. */
const USUAL_LINE_LENGTH = 65536;
/** Beside the facts: kind and times. */
const LINE_FRAME_LENGTH = 200;

/** The lines of facts of one moment, without their ends; a fact that no line can hold is named only. */
export function factLines(facts: readonly unknown[], sinceStartNs: number, wallMs: number): string[] {
  const lines: string[] = [];
  let texts: string[] = [];
  let length = 0;
  const end = (): void => {
    if (texts.length > 0) lines.push(`{"t":"facts","n":${sinceStartNs},"w":${wallMs},"facts":[${texts.join(',')}]}`);
    texts = [];
    length = 0;
  };
  for (const fact of facts) {
    const text = factText(fact);
    if (length + text.length > USUAL_LINE_LENGTH) end();
    texts.push(text);
    length += text.length;
  }
  end();
  return lines;
}

function factText(fact: unknown): string {
  const text = JSON.stringify(fact);
  // Three bytes a unit at most: nearly no fact has to be counted.
  if (text.length * 3 + LINE_FRAME_LENGTH <= MAX_LINE_BYTES) return text;
  if (Buffer.byteLength(text) + LINE_FRAME_LENGTH <= MAX_LINE_BYTES) return text;
  return JSON.stringify({ fact: 'tooLong', of: (fact as { readonly fact?: unknown }).fact });
}

/** The line of any other record, without its end. */
export function recordLine(
  kind: NoteLikeRecord['kind'],
  sinceStartNs: number,
  wallMs: number,
  fields: Readonly<Record<string, unknown>>,
): string {
  return asJson({ t: kind, n: sinceStartNs, w: wallMs, ...fields });
}

/** The header's line, without its end. */
export function headerLine(header: JournalHeader): string {
  const { version, monotonicNs, ...rest } = header;
  // A 64-bit count of nanoseconds does not fit a JSON number.
  return JSON.stringify({ format: JOURNAL_FORMAT, version, ...rest, monotonicNs: String(monotonicNs) });
}

/** The first version whose journals have facts. */
const FACTS_VERSION = 2;

/** Whether a journal keeps what happened as facts. */
export function hasFacts({ version, importedFrom }: Pick<JournalHeader, 'version' | 'importedFrom'>): boolean {
  return version >= FACTS_VERSION && importedFrom === undefined;
}

/** Reads the first line of a file; a text that says why it is no header of ours. */
export function readHeaderLine(line: string): JournalHeader | string {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return 'the first line is not JSON';
  }
  if (!isJsonObject(fields) || fields['format'] !== JOURNAL_FORMAT)
    return `the first line does not say "${JOURNAL_FORMAT}"`;
  const { version, app, started, startedMs, monotonicNs, port, baudRate, site, identity, importedFrom } = fields;
  if (typeof version !== 'number') return 'the version is missing';
  if (typeof startedMs !== 'number' || Math.abs(startedMs) > MAX_DATE_MS || typeof started !== 'string')
    return 'the start time is missing';
  return {
    version,
    app: typeof app === 'string' ? app : '',
    started,
    startedMs,
    monotonicNs: typeof monotonicNs === 'string' && /^\d{1,20}$/.test(monotonicNs) ? BigInt(monotonicNs) : 0n,
    port: typeof port === 'string' ? port : '',
    baudRate: typeof baudRate === 'number' ? baudRate : 0,
    ...(typeof site === 'string' ? { site } : {}),
    ...(isJsonObject(identity) ? { identity: readIdentity(identity) } : {}),
    ...(typeof importedFrom === 'string' ? { importedFrom } : {}),
  };
}

function readIdentity(fields: Record<string, unknown>): ModuleIdentity {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string'));
}

/** Whether a note came with the log of another tool: see {@link foreignNote}. */
export function isForeignNote({ data }: NoteRecord): boolean {
  return isJsonObject(data) && data['code'] === foreignNote.code;
}

/** The range of the language's dates. */
const MAX_DATE_MS = 8.64e15;

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

const beyondBytes = /[^\u0000-\u00ff]/;

/**
 * Reads a line after the first; a text that says what is wrong, or null for a record of a kind that a later version
 * added, which readers pass over.
 */
export function readRecordLine(line: string): JournalRecord | string | null {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (!isJsonObject(fields)) return 'not a record';
  const { t, n, w, b, text, from, to } = fields;
  if (typeof t !== 'string') return 'no kind';
  if (!isWhole(n) || typeof w !== 'number' || Math.abs(w) > MAX_DATE_MS) return 'no time';
  const time = { sinceStartNs: n, wallMs: w };
  switch (t) {
    case 'in':
    case 'out':
      if (typeof b !== 'string' || beyondBytes.test(b)) return 'no bytes';
      return { kind: 'bytes', direction: t, ...time, bytes: Buffer.from(b, 'latin1') };
    case 'datagram':
      if (typeof b !== 'string' || beyondBytes.test(b)) return 'no bytes';
      if (typeof from !== 'string' || typeof to !== 'string') return 'no addresses';
      return { kind: 'datagram', ...time, from, to, bytes: Buffer.from(b, 'latin1') };
    case 'gap': {
      const { reason, missingBytes } = fields;
      if (typeof reason !== 'string') return 'a gap without reason';
      return {
        kind: 'gap',
        ...time,
        reason,
        ...(typeof text === 'string' ? { text } : {}),
        ...(typeof missingBytes === 'number' ? { missingBytes } : {}),
      };
    }
    case 'note':
      if (typeof text !== 'string') return 'a note without text';
      return { kind: 'note', ...time, text, ...(fields['data'] === undefined ? {} : { data: fields['data'] }) };
    case 'mark':
      if (typeof text !== 'string') return 'a mark without text';
      return { kind: 'mark', ...time, text };
    case 'facts':
      if (!Array.isArray(fields['facts'])) return 'facts without a list';
      return { kind: 'facts', ...time, facts: fields['facts'] as unknown[] };
    case 'identity':
      if (!isJsonObject(fields['identity'])) return 'an identity without content';
      return { kind: 'identity', ...time, identity: readIdentity(fields['identity']) };
    default:
      return null;
  }
}
