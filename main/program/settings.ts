import { readFile, rename } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { partial, read } from '../../shared/schema.ts';
import { defaultSettings, settingsSchema } from '../../shared/settings.ts';
import type { Settings } from '../../shared/settings.ts';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
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
  /** The file was damaged and set aside under the name in the detail. */
  readonly fault?: Fault;
}

/** Reads the settings; a missing file gives the defaults, a damaged one too and is set aside, never deleted. */
export async function loadSettings(file: string): Promise<LoadedSettings> {
  try {
    const given: unknown = JSON.parse(await readFile(file, 'utf8'));
    return { settings: { ...defaultSettings, ...checkSettings(given) } };
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

/** Writes the settings so that the file is whole at any moment, readable to this user alone. @throws CodedError `FILE_NOT_WRITTEN`. */
export async function saveSettings(file: string, settings: Settings): Promise<void> {
  await makeDirectoryFor(file);
  await writeWhole(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
}
