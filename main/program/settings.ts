import { readFile, rename } from 'node:fs/promises';
import { CodedError, faultOf } from '../../shared/errors.ts';
import type { Fault } from '../../shared/errors.ts';
import { identityNumber } from '../../shared/identity.ts';
import { parsePlatformHost, platformModes } from '../../shared/platform.ts';
import {
  automaticNotificationModes,
  createForms,
  defaultSettings,
  isInRange,
  isServerHost,
  ranges,
} from '../../shared/settings.ts';
import type { Settings, WholeRange } from '../../shared/settings.ts';
import { makeDirectoryFor, writeWhole } from '../files/writeWhole.ts';
import { systemClock } from '../time/clock.ts';

type Check = (value: unknown) => boolean;

const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const within =
  (range: WholeRange): Check =>
  (value) =>
    isInRange(value, range);

function isCreate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const create = value as Record<string, unknown>;
  return (
    oneOf(...createForms)(create['form']) &&
    isServerHost(create['host']) &&
    isInRange(create['port'], ranges.serverPort) &&
    typeof create['isBootstrap'] === 'boolean'
  );
}

function isRecentPort(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { path, baudRate } = value as Record<string, unknown>;
  return typeof path === 'string' && path.length < 1000 && isInRange(baudRate, ranges.baudRate);
}

/** One rule a setting. */
const checks: { readonly [N in keyof Settings]: Check } = {
  language: oneOf('zh', 'en', 'system'),
  theme: oneOf('system', 'dark', 'light', 'sunlight'),
  lifetimeSeconds: within(ranges.lifetimeSeconds),
  openTimeoutSeconds: within(ranges.openTimeoutSeconds),
  commandGapMs: within(ranges.commandGapMs),
  answerDeadlineMs: within(ranges.answerDeadlineMs),
  create: isCreate,
  registerOnConnect: (value) => typeof value === 'boolean',
  automaticNotifications: oneOf(...automaticNotificationModes),
  automaticUpdate: (value) => typeof value === 'boolean',
  platformMode: oneOf(...platformModes),
  platformHost: (value) => typeof value === 'string' && parsePlatformHost(value)?.origin === value,
  dialects: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length <= 10_000 &&
    Object.entries(value).every(([imei, name]) => identityNumber.test(imei) && (name === 'cis' || name === 'cmcc')),
  recentPorts: (value) => Array.isArray(value) && value.length <= 20 && value.every(isRecentPort),
};

/**
 * The settings that may be taken over from something unknown: a file, an argument.
 * @throws CodedError with `code`, detail: the name of the wrong setting.
 */
export function checkSettings(given: unknown, code: 'BAD_ARGUMENT' | 'FILE_BAD_SETTINGS'): Partial<Settings> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new CodedError(code, 'Settings are an object');
  }
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Settings] : undefined;
    if (!check?.(value)) throw new CodedError(code, `The setting ${name} has no such value`, name);
  }
  return given;
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
    return { settings: { ...defaultSettings, ...checkSettings(given, 'FILE_BAD_SETTINGS') } };
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
