import { readHostPort } from './hostPort.ts';
import { identityNumber } from './identity.ts';
import { importPattern, maxImportPatterns } from './importPattern.ts';
import { lineSettingsSchema } from './lineSettings.ts';
import { isServerHost, portPath } from './places.ts';
import { defaultPlatformHost, parsePlatformHost, platformModes } from './platform.ts';
import { list, map, object, optional, text, truth, whole, word } from './schema.ts';
import type { ValueOf } from './schema.ts';
import { noStation, stationSettings } from './stations.ts';
import { defaultUpdateAddress, updateSettings } from './updates.ts';
import { isInRange } from './wholeRange.ts';

/** How the module's firmware reads the commands. */
export const dialectNames = ['cis', 'cmcc'] as const;
export type DialectName = (typeof dialectNames)[number];

/** Languages of the interface. */
export const languages = ['zh', 'en'] as const;

/** One of {@link languages}. */
export type Language = (typeof languages)[number];

/** What the window is for: everything, or four steps for a technician at a site. */
export const windowModes = ['workbench', 'technician'] as const;
export type WindowMode = (typeof windowModes)[number];

/** Colours of the interface; `system` follows the operating system. */
export const themes = ['system', 'light', 'dark', 'sunlight'] as const;
export type Theme = (typeof themes)[number];

/** Whether observed values are reported by themselves: only where the platform has set attributes, or all of them. */
export const automaticNotificationModes = ['never', 'withAttributes', 'always'] as const;
export type AutomaticNotifications = (typeof automaticNotificationModes)[number];

/** Forms of MIPLCREATE, in the order the screen offers them; `plain` and `flags` are layouts of its configuration. */
export const createForms = ['auto', 'bare', 'server', 'plain', 'flags'] as const;

/**
 * What each number may be: one table for the page, main's check of files and calls, and the options of the command line.
 * Lifetime and open time-out are what the most lenient firmware takes (Xinyi and NB73: 15 s and 1 s; BC95 wants 16 and 30).
 */
export const ranges = {
  lifetimeSeconds: whole(15, 0x0fffffff),
  openTimeoutSeconds: whole(1, 65_535),
  commandGapMs: whole(0, 5000),
  answerDeadlineMs: whole(100, 60_000),
  baudRate: whole(300, 4_000_000),
  serverPort: whole(1, 65_535),
  /** How much later a person may have a request answered; OneNET gives up after 40 s at most. */
  answerDelayMs: whole(0, 600_000),
} as const;

/** Reads `host:port` of an LwM2M server; undefined when it is none. */
export function readServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const { host, port } = readHostPort(text.trim()) ?? {};
  return isServerHost(host) && isInRange(port, ranges.serverPort) ? { host, port } : undefined;
}

/** How the communication suite is created. The server counts for `server`, `plain` and `flags`. */
const createSettings = object({
  form: word(createForms),
  host: text(253, {
    must: 'must be a host name or an IPv4 address',
    holds: isServerHost,
    example: 'nbiotbt.heclouds.com',
    counterexample: 'host,5683',
  }),
  port: ranges.serverPort,
  /** The server tells where to register, instead of being the platform itself. */
  isBootstrap: truth,
});
export type CreateSettings = ValueOf<typeof createSettings>;

/** What a person has set; kept in a file by main. */
export const settingsSchema = object({
  /** `system` follows the operating system. */
  language: word([...languages, 'system']),
  theme: word(themes),
  mode: word(windowModes),
  lifetimeSeconds: ranges.lifetimeSeconds,
  openTimeoutSeconds: ranges.openTimeoutSeconds,
  /** Pause before commands that are no answers. */
  commandGapMs: ranges.commandGapMs,
  answerDeadlineMs: ranges.answerDeadlineMs,
  create: createSettings,
  /** Register by itself after connecting. */
  registerOnConnect: truth,
  automaticNotifications: word(automaticNotificationModes),
  /** Renews the registration before its lifetime is over, and on event 14. */
  automaticUpdate: truth,
  /** Whose platform the platform page asks. */
  platformMode: word(platformModes),
  /** Address of OneNET's API, see parsePlatformHost. */
  platformHost: text(300, {
    must: 'must be the address of a platform',
    holds: (host) => parsePlatformHost(host)?.origin === host,
    example: defaultPlatformHost,
    counterexample: 'ftp://api.heclouds.com',
  }),
  /** Dialects a person chose, by IMEI; all others are detected. */
  dialects: map(
    text(15, {
      must: 'must be an IMEI',
      holds: (imei) => identityNumber.test(imei),
      example: '869334030000010',
      counterexample: '12345',
    }),
    word(dialectNames),
    10_000,
  ),
  /** Ports opened before, newest first. */
  recentPorts: list(object({ path: portPath, baudRate: ranges.baudRate }), 20),
  /** What was at an adapter when it was used last, by {@link adapterKey}. */
  adapters: map(
    text(300),
    object({ baudRate: ranges.baudRate, model: optional(text(100)), imeiEnd: optional(text(4)) }),
    1000,
  ),
  updates: updateSettings,
  /** How the line of a port is set, by lineKey; others as {@link usualLine}. */
  portLines: map(text(1000), lineSettingsSchema, 1000),
  /** By which the logs of programs of one's own are imported. */
  importPatterns: list(importPattern, maxImportPatterns),
  /** The queue of many stations, and this window as one of them. */
  station: stationSettings,
});
export type Settings = ValueOf<typeof settingsSchema>;

/** Settings of a first start. */
export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  mode: 'workbench',
  lifetimeSeconds: 3600,
  openTimeoutSeconds: 30,
  commandGapMs: 20,
  answerDeadlineMs: 3000,
  create: { form: 'auto', host: 'nbiotbt.heclouds.com', port: 5683, isBootstrap: true },
  registerOnConnect: true,
  automaticNotifications: 'withAttributes',
  automaticUpdate: true,
  platformMode: 'simulated',
  platformHost: defaultPlatformHost,
  dialects: {},
  recentPorts: [],
  adapters: {},
  updates: { isAllowed: false, address: defaultUpdateAddress },
  portLines: {},
  importPatterns: [],
  station: noStation,
};

/** The language of the interface where the settings leave it to the system. */
export function languageOf(chosen: Settings['language'], systemLanguage: Language): Language {
  return chosen === 'system' ? systemLanguage : chosen;
}
