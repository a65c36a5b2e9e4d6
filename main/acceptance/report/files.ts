import { join } from 'node:path';
import type { ReportFormat, ReportLanguage } from '../../../shared/acceptance.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import { defined } from '../../../shared/defined.ts';
import { makeDirectoryFor, writeNew } from '../../files/writeWhole.ts';
import { sessionFileName } from '../../journal/fileNames.ts';
import type { Masker } from '../../journal/masking.ts';
import { isPractice, practicePrefix } from './certificateFacts.ts';
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
  /** One for all devices of a batch: the same stand-in then means the same in all reports. */
  readonly masker?: Masker;
}

/** The report as text; `pdf` is the page to be printed. */
export function reportText(
  given: AcceptanceResult,
  {
    format,
    language,
    isMasked,
    masker,
  }: Pick<ReportOptions, 'language' | 'isMasked' | 'masker'> & { readonly format: ReportFormat },
): string {
  const result = isMasked ? maskedResult(given, masker) : given;
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
export function reportName(given: AcceptanceResult, isMasked: boolean, site: string, masker?: Masker): string {
  const { imei } = (isMasked ? maskedResult(given, masker) : given).identity;
  const name = sessionFileName({ site, atMs: given.startedMs, ...defined({ imei }) });
  return `${isPractice(given) ? practicePrefix : ''}${name}${isMasked ? '.masked' : ''}`;
}

/** Writes HTML, JUnit XML and JSON under a name nobody has taken; resolves with their paths. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function writeReports(
  given: AcceptanceResult,
  { directory, language, isMasked, site = 'acceptance', masker }: ReportOptions,
): Promise<{ readonly html: string; readonly junit: string; readonly json: string }> {
  const name = reportName(given, isMasked, site, masker);
  await makeDirectoryFor(join(directory, name));
  const [json = '', junit = '', html = ''] = await writeNew(
    directory,
    (['json', 'junit', 'html'] as const).map((format) => ({
      nameOf: (count) => `${name}${count === 1 ? '' : `-${count}`}.${reportExtensions[format]}`,
      content: reportText(given, { format, language, isMasked, ...(masker ? { masker } : {}) }),
    })),
  );
  return { html, junit, json };
}
