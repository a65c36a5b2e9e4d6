import { identityNumber } from '../../shared/identity.ts';
import type { DecodedLine, LogEntry } from '../../shared/log.ts';
import type { HeardLine, SentLine } from '../at/channel.ts';
import { maximumLineBytes } from '../at/lineSplitter.ts';
import type { AtLine } from '../at/lineSplitter.ts';
import { describeCisError } from '../mipl/codes.ts';

/** What a line of the wire is in a log, live or kept: all but when it came and its number. */
export type LogRow = Pick<LogEntry, 'kind' | 'text' | 'decoded' | 'exchange' | 'belongsTo' | 'problem'> & {
  readonly decoded: DecodedLine;
};

/** Commands whose bare answer has one shape only; some modules put it in quotes. */
const fifteenDigits: ReadonlyMap<string | undefined, string> = new Map([
  ['+CGSN', 'no IMEI: that has 15 digits'],
  ['+GSN', 'no IMEI: that has 15 digits'],
  ['+CIMI', 'no IMSI: that has 15 digits'],
]);
const inQuotes = /^"(.*)"$/;

/** A restart in the place of OK is what was asked for. */
const fineResults: ReadonlySet<string | undefined> = new Set(['OK', 'REBOOTING']);

/** What stands beside the answer, such as a head or a saying of a tool, is never taken for the number itself. */
function ofShape(decoded: DecodedLine): DecodedLine {
  if (decoded.kind !== 'response') return decoded;
  const text = decoded.params?.['text'];
  const reason = text === undefined ? undefined : fifteenDigits.get(decoded.name);
  if (reason === undefined) return decoded;
  return identityNumber.test(String(text).replace(inQuotes, '$1')) ? decoded : { kind: 'data', note: reason };
}

/** What the line is, and what is odd about it: most lines are as they should be. */
function explained(decoded: DecodedLine, line: AtLine): DecodedLine {
  const isBare = line.strayBytes === 0 && line.strayBytesBehind === 0;
  const isPlain = isBare && !line.damaged && !line.cut && !line.partial;
  if (isPlain && decoded.name !== '+CIS ERROR') return decoded;
  const detail = decoded.name === '+CIS ERROR' ? Number(decoded.params?.['detail']) : NaN;
  const remarks = [
    decoded.note,
    Number.isInteger(detail) ? describeCisError(detail) : undefined,
    line.strayBytes > 0 ? `${line.strayBytes} stray bytes before the line` : undefined,
    line.strayBytesBehind > 0 ? `${line.strayBytesBehind} stray bytes behind the line` : undefined,
    line.damaged ? 'bytes that are no UTF-8' : undefined,
    line.cut ? `part of a line longer than ${maximumLineBytes} bytes` : undefined,
    line.partial ? 'a line without end' : undefined,
  ].filter((remark) => remark !== undefined);
  return remarks.length === 0 ? decoded : { ...decoded, note: remarks.join('; ') };
}

/** A line from the module. */
export function heardRow({ line, role, decoded: read, exchange, tag }: HeardLine): LogRow {
  const decoded = explained(ofShape(read), line);
  const kind = role === 'answer' || role === 'final' || role === 'echo' ? 'answer' : 'unasked';
  // Also one that answers nothing we know of: an answer is missing somewhere.
  const isBad = decoded.kind === 'unknown' || (decoded.kind === 'final' && !fineResults.has(decoded.name));
  const { text } = line;
  const row: LogRow = exchange === undefined ? { kind, text, decoded } : { kind, text, decoded, exchange };
  const tagged = tag ? { ...row, belongsTo: tag } : row;
  return isBad || line.damaged || line.cut ? { ...tagged, problem: true } : tagged;
}

/** A command that left. */
export function sentRow({ text, decoded, exchange, priority, tag }: Omit<SentLine, 'sentNs'>): LogRow {
  return { kind: priority === 'user' ? 'person' : 'engine', text, decoded, exchange, ...(tag && { belongsTo: tag }) };
}
