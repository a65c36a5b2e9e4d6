import { defaultPlatformHost } from './platform.ts';
import type { PlatformMode } from './platform.ts';

/** How the module's firmware reads the commands. */
export type DialectName = 'cis' | 'cmcc';

/** Languages of the interface. */
export const languages = ['zh', 'en'] as const;

/** One of {@link languages}. */
export type Language = (typeof languages)[number];
export type Theme = 'system' | 'dark' | 'light' | 'sunlight';

/** Whether observed values are reported by themselves: only where the platform has set attributes, or all of them. */
export const automaticNotificationModes = ['never', 'withAttributes', 'always'] as const;
export type AutomaticNotifications = (typeof automaticNotificationModes)[number];

/** Forms of MIPLCREATE, in the order the screen offers them; `plain` and `flags` are layouts of its configuration. */
export const createForms = ['auto', 'bare', 'server', 'plain', 'flags'] as const;

/** How the communication suite is created. The server counts for `server`, `plain` and `flags`. */
export interface CreateSettings {
  readonly form: (typeof createForms)[number];
  readonly host: string;
  readonly port: number;
  /** The server tells where to register, instead of being the platform itself. */
  readonly isBootstrap: boolean;
}

/** What a person has set; kept in a file by main. */
export interface Settings {
  /** `system` follows the operating system. */
  readonly language: Language | 'system';
  readonly theme: Theme;
  readonly lifetimeSeconds: number;
  readonly openTimeoutSeconds: number;
  /** Pause before commands that are no answers. */
  readonly commandGapMs: number;
  readonly answerDeadlineMs: number;
  readonly create: CreateSettings;
  /** Register by itself after connecting. */
  readonly registerOnConnect: boolean;
  readonly automaticNotifications: AutomaticNotifications;
  /** Renews the registration before its lifetime is over, and on event 14. */
  readonly automaticUpdate: boolean;
  /** Whose platform the platform page asks. */
  readonly platformMode: PlatformMode;
  /** Address of OneNET's API, see parsePlatformHost. */
  readonly platformHost: string;
  /** Dialects a person chose, by IMEI; all others are detected. */
  readonly dialects: Readonly<Record<string, DialectName>>;
  /** Ports opened before, newest first. */
  readonly recentPorts: readonly { readonly path: string; readonly baudRate: number }[];
}

/** A range of whole numbers, both ends in it. */
export interface WholeRange {
  readonly min: number;
  readonly max: number;
}

/**
 * What each number may be: one table for the page, main's check of files and calls, and the options of the command line.
 * Lifetime and open time-out are what the most lenient firmware takes (Xinyi and NB73: 15 s and 1 s; BC95 wants 16 and 30).
 */
export const ranges = {
  lifetimeSeconds: { min: 15, max: 0x0fffffff },
  openTimeoutSeconds: { min: 1, max: 65_535 },
  commandGapMs: { min: 0, max: 5000 },
  answerDeadlineMs: { min: 100, max: 60_000 },
  baudRate: { min: 300, max: 4_000_000 },
  serverPort: { min: 1, max: 65_535 },
  /** How much later a person may have a request answered; OneNET gives up after 40 s at most. */
  answerDelayMs: { min: 0, max: 600_000 },
} as const satisfies Readonly<Record<string, WholeRange>>;

/** True for a whole number of the range, whatever was given. */
export function isInRange(value: unknown, { min, max }: WholeRange): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** Reads decimal digits, blanks around them dropped; undefined when it is no whole number of the range. */
export function readWhole(text: string, range: WholeRange): number | undefined {
  const digits = text.trim();
  const value = /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  return isInRange(value, range) ? value : undefined;
}

const serverHost = /^[A-Za-z0-9._-]{1,253}$/;

/** A host name or an IPv4 address; no blanks, quotes, colons or commas that would end the parameter early. */
export function isServerHost(value: unknown): value is string {
  return typeof value === 'string' && serverHost.test(value);
}

/** Reads `host:port` of an LwM2M server; undefined when it is none. */
export function readServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, digits = ''] = /^([^:]*):(\d+)$/.exec(text.trim()) ?? [];
  const port = readWhole(digits, ranges.serverPort);
  return isServerHost(host) && port !== undefined ? { host, port } : undefined;
}

/** Settings of a first start. */
export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
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
};

/** The language of the interface where the settings leave it to the system. */
export function languageOf(chosen: Settings['language'], systemLanguage: Language): Language {
  return chosen === 'system' ? systemLanguage : chosen;
}
