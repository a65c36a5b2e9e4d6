import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, faultOf } from '../../../shared/errors.ts';
import type { AcceptanceResult, ReportFormat, ReportLanguage } from '../../../shared/acceptance.ts';
import { sessionFileName } from '../../journal/fileNames.ts';
import { makeDirectory } from '../../journal/makeDirectory.ts';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { maskedResult } from './masked.ts';

/** Where and how reports are written. */
export interface ReportOptions {
  readonly directory: string;
  readonly language: ReportLanguage;
  /** Identities, addresses and keys become stand-ins. */
  readonly isMasked: boolean;
  /** Tells the device of a batch from the others. */
  readonly site?: string;
}

/** SHA-256 of a file in hex, or of so many bytes at its beginning; undefined when it cannot be read. */
export async function checksumOf(file: string, bytes?: number): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, bytes === undefined ? {} : { end: Math.max(0, bytes - 1) }))
      hash.update(chunk as Uint8Array);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

/** Writes a file that appears whole or not at all. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function writeWhole(file: string, text: string | Uint8Array): Promise<void> {
  const draft = `${file}.part`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, file, { cause: error });
  }
}

/** The report as text; `pdf` is the page to be printed. */
export function reportText(
  given: AcceptanceResult,
  { format, language, isMasked }: { format: ReportFormat; language: ReportLanguage; isMasked: boolean },
): string {
  const result = isMasked ? maskedResult(given) : given;
  if (format === 'json') return `${JSON.stringify(result, undefined, 2)}\n`;
  if (format === 'junit') return junitReport(result, language);
  return htmlReport(result, { language, isMasked, isPrinted: format === 'pdf' });
}

/** Ends of file names. */
export const reportExtensions: Readonly<Record<ReportFormat, string>> = {
  html: 'html',
  pdf: 'pdf',
  junit: 'junit.xml',
  json: 'json',
};

/** Name of a report without its extension. */
export function reportName(given: AcceptanceResult, isMasked: boolean, site: string): string {
  const { imei } = (isMasked ? maskedResult(given) : given).identity;
  const name = sessionFileName({ site, atMs: given.startedMs, ...(imei === undefined ? {} : { imei }) });
  return isMasked ? `${name}.masked` : name;
}

/** Writes HTML, JUnit XML and JSON; resolves with their paths. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function writeReports(
  given: AcceptanceResult,
  { directory, language, isMasked, site = 'acceptance' }: ReportOptions,
): Promise<{ readonly html: string; readonly junit: string; readonly json: string }> {
  const base = join(directory, reportName(given, isMasked, site));
  try {
    await makeDirectory(directory);
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, directory, { cause: error });
  }
  const paths = { html: `${base}.html`, junit: `${base}.junit.xml`, json: `${base}.json` };
  for (const format of ['json', 'junit', 'html'] as const) {
    await writeWhole(paths[format], reportText(given, { format, language, isMasked }));
  }
  return paths;
}
