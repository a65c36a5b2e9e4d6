import { win32 } from 'node:path';
import { CodedError } from '../../shared/errors.ts';

/**
 * Windows takes these for devices, and superscripts count as digits (learn.microsoft.com, "Naming Files, Paths, and
 * Namespaces").
 */
const deviceName = /^(?:con|conin\$?|conout\$?|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])$/i;

/** Whether Windows takes a name for a device, whatever stands behind a dot, a colon or blanks: `con.site` is the console. */
export function isDeviceName(name: string): boolean {
  const [stem = ''] = name.split(/[.:]/, 1);
  return deviceName.test(stem.trimEnd());
}

const forbidden = /[\u0000-\u001f<>:"|?*]/;

/** Why no file of Windows has this name, in half a sentence; undefined where one may. */
function problemOf(name: string): string | undefined {
  if (isDeviceName(name)) return 'is the name of a device';
  const [sign] = forbidden.exec(name) ?? [];
  if (sign !== undefined) return `has ${JSON.stringify(sign)} in it, which names cannot have`;
  return /[. ]$/.test(name) ? 'ends with a dot or a blank, which Windows leaves out' : undefined;
}

/**
 * Refuses a path on which Windows would make another file than the one that is meant, or one that its own programs can
 * neither open nor remove: Node passes each name on as it is. Says nothing about other systems.
 * @throws CodedError `FILE_NOT_WRITTEN`
 */
export function checkFileName(path: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  const refuse = (what: string): never => {
    throw new CodedError('FILE_NOT_WRITTEN', `${path}: ${what}; choose another name`, path);
  };
  if (/^[\\/]{2}\.(?:[\\/]|$)/.test(path)) refuse('that is a device, not a file');
  const names = path.slice(win32.parse(path).root.length).split(/[\\/]/);
  for (const name of names.filter((one) => !['', '.', '..'].includes(one))) {
    const problem = problemOf(name);
    if (problem !== undefined) refuse(`"${name}" ${problem}`);
  }
}
