import { withoutUnseen } from '../files/visible.ts';
import { isDeviceName } from '../files/windowsNames.ts';
import { fileStamp } from '../../shared/localTime.ts';

/** What a file of a session is named after. */
export interface FileNameParts {
  /** Name of the place, as the person wrote it. */
  readonly site?: string;
  readonly imei?: string;
  readonly atMs: number;
}

/**
 * Forbidden in names on Windows, or with a meaning to a shell; blanks of any kind break the copying of paths. What is not
 * seen makes two names look alike, or one look like another.
 */
const forbidden = /[\u0000-\u0020\u007f-\u009f\p{Zs}\u2800<>:"/\\|?*%$&'`;!#]+/gu;

/** A text as part of a file name: forbidden characters become `-`, at most 40 characters, never empty or a device. */
export function safeNamePart(text: string): string {
  const cleaned = [...withoutUnseen(text.normalize('NFC'), '-').replace(forbidden, '-')].slice(0, 40).join('');
  const trimmed = cleaned.replace(/^[-.]+|[-.]+$/g, '');
  if (trimmed === '') return 'session';
  if (!isDeviceName(trimmed)) return trimmed;
  // `con.site` is the console, too.
  return trimmed.includes('.') ? trimmed.replace('.', '_') : 'session';
}

/** `site_1234_20261122-211305`, without extension; the middle is the end of the IMEI and is left out while unknown. */
export function sessionFileName({ site, imei, atMs }: FileNameParts): string {
  const end = imei === undefined ? '' : imei.replace(/\D/g, '').slice(-4);
  return [safeNamePart(site ?? ''), ...(end === '' ? [] : [end]), fileStamp(atMs)].join('_');
}

/** The name of a journal or what is made of it without place and module, for what may be shared: stamp and ending only. */
export function namelessFileName(name: string): string {
  const [rest = ''] = /(?<=^|_)\d{8}-\d{6}(?:-\d+)?(?:\.|$).*$/.exec(name) ?? [];
  return rest === '' ? 'session' : `session_${rest}`;
}
