import { copyFile, readFile, rename } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { fits, open, partial, read, text } from '../../shared/schema.ts';
import { defaultSettings, settingsSchema } from '../../shared/settings.ts';
import type { Settings } from '../../shared/settings.ts';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
import { compareVersions, isVersion } from '../updates/versions.ts';
import { systemClock } from '../time/clock.ts';

const change = partial(settingsSchema);

/** The settings that a file may set. @throws CodedError `FILE_BAD_SETTINGS`, detail: which one is wrong. */
export function checkSettings(given: unknown): Partial<Settings> {
  try {
    return read(change, given, 'settings');
  } catch (error) {
    const { message, detail } = faultOf(error);
    throw new CodedError('FILE_BAD_SETTINGS', message, detail, { cause: error });
  }
}

/** Settings and what was wrong with the file they come from. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** The file was damaged, or is of a later version, and stands beside under the name in the detail. */
  readonly fault?: Fault;
}

/** Where the file names the version that wrote it. */
const writer = open({ writtenBy: text(64) });

const isSetting = ([name]: readonly [string, unknown]): boolean => name !== 'writtenBy';

/** The version that wrote the settings, where that is a later one than this. */
function laterWriter(given: unknown, version: string): string | undefined {
  if (!fits(writer, given) || !isVersion(given.writtenBy)) return undefined;
  return compareVersions(given.writtenBy, version) > 0 ? given.writtenBy : undefined;
}

/** Of what a later version has set, each setting that this one knows and takes; the names of all others. */
function knownOf(given: object): { readonly settings: Partial<Settings>; readonly others: readonly string[] } {
  const entries = Object.entries(given).filter(isSetting);
  const isKnown = (entry: readonly [string, unknown]): boolean => fits(change, Object.fromEntries([entry]));
  return {
    settings: checkSettings(Object.fromEntries(entries.filter(isKnown))),
    others: entries.filter((entry) => !isKnown(entry)).map(([name]) => name),
  };
}

/** The settings of a file that a later version has written: a copy of it stays, for when that one is there again. */
async function laterSettings(file: string, given: object, writtenBy: string): Promise<LoadedSettings> {
  const { settings, others } = knownOf(given);
  const copy = `${file}.of-${writtenBy}`;
  await copyFile(file, copy).catch(() => undefined);
  const message = `Written by ${writtenBy}; not known here: ${others.length === 0 ? 'nothing' : others.join(', ')}`;
  return {
    settings: { ...defaultSettings, ...settings },
    fault: { code: 'FILE_LATER_SETTINGS', message, detail: copy },
  };
}

/**
 * Reads the settings; a missing file gives the defaults, a damaged one too and is set aside, never deleted. Of a later
 * version's file this program takes what it knows.
 * @param version of this program
 */
export async function loadSettings(file: string, version: string): Promise<LoadedSettings> {
  try {
    const given: unknown = JSON.parse(await readFile(file, 'utf8'));
    const writtenBy = laterWriter(given, version);
    if (writtenBy !== undefined) return await laterSettings(file, given as object, writtenBy);
    const settings = fits(writer, given) ? Object.fromEntries(Object.entries(given).filter(isSetting)) : given;
    return { settings: { ...defaultSettings, ...checkSettings(settings) } };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { settings: defaultSettings };
    const aside = `${file}.damaged-${systemClock.wallMs()}`;
    await rename(file, aside).catch(() => undefined);
    return {
      settings: defaultSettings,
      fault: { code: 'FILE_BAD_SETTINGS', message: faultOf(error).message, detail: aside },
    };
  }
}

/**
 * Writes the settings so that the file is whole at any moment, readable to this user alone. @param version of this program
 * @throws CodedError `FILE_NOT_WRITTEN`.
 */
export async function saveSettings(file: string, settings: Settings, version: string): Promise<void> {
  await makeDirectoryFor(file);
  await writeWhole(file, `${JSON.stringify({ writtenBy: version, ...settings }, null, 2)}\n`, { mode: 0o600 });
}
