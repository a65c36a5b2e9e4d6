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
