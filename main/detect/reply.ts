import type { ReplyKind } from '../../shared/search.ts';
import { parseFinalResult } from '../at/resultCodes.ts';

/** A reply, read. */
export interface ProbeReply {
  readonly kind: ReplyKind;
  /** What was sent came back, too. */
  readonly hasEcho: boolean;
  /** Lines of text without echo and final result. */
  readonly lines: readonly string[];
}

/** `0` and `4` are OK and ERROR of a module that was told ATV0 (V.250 §6.2.6). */
const numericResult = /^[04]$/;
const printable = /^[\t\x20-\x7e]*$/;

function isFinal(line: string): boolean {
  return parseFinalResult(line) !== undefined || numericResult.test(line);
}

/** Reads what came back for a command. Pure. @param sent the command without its end */
export function readReply(bytes: Uint8Array, sent: string): ProbeReply {
  if (bytes.length === 0) return { kind: 'silent', hasEcho: false, lines: [] };
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const hasEcho = lines.includes(sent);
  const others = lines.filter((line) => line !== sent);
  const kind = kindOf(others, hasEcho);
  return { kind, hasEcho, lines: others.filter((line) => !isFinal(line)) };
}

function kindOf(lines: readonly string[], hasEcho: boolean): ReplyKind {
  if (lines.some(isFinal)) return 'answer';
  // Line ends alone are no sign of anything but a rate that is not far off.
  if (lines.length === 0) return hasEcho ? 'echo' : 'garbage';
  return lines.every((line) => printable.test(line)) ? 'text' : 'garbage';
}
