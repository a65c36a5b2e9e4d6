import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, faultOf } from '../../../shared/errors.ts';
import type { AcceptanceResult } from '../../../shared/acceptance.ts';
import { sessionFileName } from '../../journal/fileNames.ts';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { maskedResult } from './masked.ts';
import type { ReportLanguage } from './texts.ts';
import { makeDirectory } from '../../journal/makeDirectory.ts';

/** Where and how reports are written. */
export interface ReportOptions {
  readonly directory: string;
  readonly language: ReportLanguage;
  /** Identities, addresses and keys become stand-ins. */
  readonly isMasked: boolean;
  /** Tells the device of a batch from the others. */
  readonly site?: string;
}

/** SHA-256 of a file in hex; undefined when it cannot be read. */
export async function checksumOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

/** Writes a file that appears whole or not at all. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.part`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, file, { cause: error });
  }
}

/** Writes HTML, JUnit XML and JSON; resolves with their paths. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function writeReports(
  given: AcceptanceResult,
  { directory, language, isMasked, site = 'acceptance' }: ReportOptions,
): Promise<{ readonly html: string; readonly junit: string; readonly json: string }> {
  const result = isMasked ? maskedResult(given) : given;
  const { imei } = result.identity;
  const name = sessionFileName({ site, atMs: given.startedMs, ...(imei === undefined ? {} : { imei }) });
  const base = join(directory, isMasked ? `${name}.masked` : name);
  try {
    await makeDirectory(directory);
  } catch (error) {
    throw new CodedError('FILE_NOT_WRITTEN', faultOf(error).message, directory, { cause: error });
  }
  const paths = { html: `${base}.html`, junit: `${base}.junit.xml`, json: `${base}.json` };
  await writeWhole(paths.json, `${JSON.stringify(result, undefined, 2)}\n`);
  await writeWhole(paths.junit, junitReport(result, language));
  await writeWhole(paths.html, htmlReport(result, { language, isMasked }));
  return paths;
}
