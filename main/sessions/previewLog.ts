import { open } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import { defined } from '../../shared/defined.ts';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { LogPreview, PreviewRow } from '../../shared/importPattern.ts';
import { DecodedLog } from '../capture/decodedLog.ts';
import type { DecodedRow } from '../capture/decodedLog.ts';
import { compileOwnPattern } from '../capture/ownPattern.ts';
import { layoutBy } from '../capture/patternLayout.ts';

/** So much of the file is looked at: a pattern that takes its time keeps the program no longer than this. */
const HEAD_BYTES = 16_384;
const MOST_ROWS = 60;
/** A row that is longer says no more of how the log is written. */
const RAW_CHARACTERS = 300;

/**
 * The first rows of a log as an import by this pattern would read them; the file is never changed.
 * @throws CodedError `FILE_NOT_FOUND`.
 */
export async function previewLog(file: string, source: string): Promise<LogPreview> {
  const pattern = compileOwnPattern(source);
  if ('fault' in pattern) return pattern;
  const { head, isWhole } = await headOf(file);
  const log = new DecodedLog({ isExact: true, layout: layoutBy(pattern) });
  const rows = log.push(head);
  return { rows: (isWhole ? [...rows, ...log.end()] : rows).flatMap(previewRow).slice(0, MOST_ROWS) };
}

function previewRow({ line, raw, at, from, kind, text, exact }: DecodedRow): PreviewRow[] {
  if (kind === 'blank') return [];
  const row = { line, raw: raw.slice(0, RAW_CHARACTERS), ...defined({ at, from }) };
  if (kind === 'mark') return [{ ...row, is: exact?.isFrame ? 'heading' : 'note' }];
  return [{ ...row, is: 'line', text: (text ?? raw).slice(0, RAW_CHARACTERS) }];
}

async function headOf(file: string): Promise<{ readonly head: Uint8Array; readonly isWhole: boolean }> {
  const unreadable = (error: unknown): CodedError =>
    new CodedError('FILE_NOT_FOUND', faultOf(error).message, file, { cause: error });
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0).catch((error) => {
      throw unreadable(error);
    });
    return { head: buffer.subarray(0, bytesRead), isWhole: bytesRead < HEAD_BYTES };
  } finally {
    await handle.close();
  }
}
