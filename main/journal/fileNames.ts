import { fileStamp } from './times.ts';

/** What a file of a session is named after. */
export interface FileNameParts {
  /** Name of the place, as the person wrote it. */
  readonly site?: string;
  readonly imei?: string;
  readonly atMs: number;
}

/** Forbidden in names on Windows, or with a meaning to a shell; blanks break the copying of paths. */
const forbidden = /[\u0000-\u0020\u007f-\u009f<>:"/\\|?*%$&'`;!#]+/g;

/** Windows takes these for devices, whatever the extension. */
const deviceNames = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A text as part of a file name: forbidden characters become `-`, at most 40 characters, never empty or a device. */
export function safeNamePart(text: string): string {
  const cleaned = [...text.normalize('NFC').replace(forbidden, '-')].slice(0, 40).join('');
  const trimmed = cleaned.replace(/^[-.]+|[-.]+$/g, '');
  return trimmed === '' || deviceNames.test(trimmed) ? 'session' : trimmed;
}

/** `site_1234_20261122-211305`, without extension; the middle is the end of the IMEI and is left out while unknown. */
export function sessionFileName({ site, imei, atMs }: FileNameParts): string {
  const end = imei === undefined ? '' : imei.replace(/\D/g, '').slice(-4);
  return [safeNamePart(site ?? ''), ...(end === '' ? [] : [end]), fileStamp(atMs)].join('_');
}
