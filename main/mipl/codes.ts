import type { ErrorCode } from '../../shared/errors.ts';

/** What an event means for the session: on the way, arrived, gone wrong, or only told. */
export type EventOutcome = 'progress' | 'success' | 'failure' | 'notice';

export interface EventMeaning {
  /** English, for log and journal; the screen has its own texts under `event.<n>`. */
  readonly meaning: string;
  readonly outcome: EventOutcome;
}

/**
 * Numbers of +MIPLEVENT. 1–26 agree in the CIS header and five manuals; 31–33 are China Mobile firmware; 51 is told
 * differently by two sources (firmware over software download, or `51,<total>,<done>`), so it stays a notice. Gosuncn's
 * example numbers 16–19 without gaps and is not followed.
 */
export const eventMeanings: Readonly<Record<number, EventMeaning>> = {
  1: { meaning: 'bootstrap started', outcome: 'progress' },
  2: { meaning: 'bootstrap done', outcome: 'progress' },
  3: { meaning: 'bootstrap failed', outcome: 'failure' },
  4: { meaning: 'connected to the server', outcome: 'progress' },
  5: { meaning: 'connection to the server failed', outcome: 'failure' },
  6: { meaning: 'registered', outcome: 'success' },
  7: { meaning: 'registration failed', outcome: 'failure' },
  8: { meaning: 'registration timed out', outcome: 'failure' },
  9: { meaning: 'lifetime over', outcome: 'failure' },
  10: { meaning: 'stack halted', outcome: 'failure' },
  11: { meaning: 'registration updated', outcome: 'success' },
  12: { meaning: 'registration update failed', outcome: 'failure' },
  13: { meaning: 'registration update timed out', outcome: 'failure' },
  14: { meaning: 'registration update needed', outcome: 'notice' },
  15: { meaning: 'deregistered', outcome: 'success' },
  20: { meaning: 'answer could not be sent', outcome: 'failure' },
  21: { meaning: 'answer sent', outcome: 'notice' },
  25: { meaning: 'notification failed', outcome: 'failure' },
  26: { meaning: 'notification acknowledged', outcome: 'success' },
  31: { meaning: 'device deleted on the platform', outcome: 'failure' },
  32: { meaning: 'DTLS address aged', outcome: 'notice' },
  33: { meaning: 'packet over 1500 bytes dropped', outcome: 'failure' },
  40: { meaning: 'firmware downloading', outcome: 'notice' },
  41: { meaning: 'firmware download failed', outcome: 'failure' },
  42: { meaning: 'firmware downloaded', outcome: 'notice' },
  43: { meaning: 'firmware updating', outcome: 'notice' },
  44: { meaning: 'firmware updated', outcome: 'success' },
  45: { meaning: 'firmware update failed', outcome: 'failure' },
  46: { meaning: 'firmware update finished', outcome: 'notice' },
  47: { meaning: 'firmware download cut off', outcome: 'failure' },
  48: { meaning: 'flash erased', outcome: 'notice' },
  49: { meaning: 'flash erase failed', outcome: 'failure' },
  50: { meaning: 'firmware update triggered', outcome: 'notice' },
  51: { meaning: 'software download progress', outcome: 'notice' },
  52: { meaning: 'software downloaded', outcome: 'notice' },
  53: { meaning: 'software erase', outcome: 'notice' },
  54: { meaning: 'software updating', outcome: 'notice' },
  60: { meaning: 'OTA started', outcome: 'notice' },
  61: { meaning: 'OTA succeeded', outcome: 'success' },
  62: { meaning: 'OTA failed', outcome: 'failure' },
  63: { meaning: 'OTA finished', outcome: 'notice' },
  99: { meaning: 'state recovered', outcome: 'notice' },
};

/** Event numbers the engine acts on. */
export const event = {
  bootstrapStarted: 1,
  bootstrapDone: 2,
  bootstrapFailed: 3,
  connected: 4,
  connectFailed: 5,
  registered: 6,
  registrationFailed: 7,
  registrationTimeout: 8,
  lifetimeOver: 9,
  halted: 10,
  updated: 11,
  updateFailed: 12,
  updateTimeout: 13,
  updateNeeded: 14,
  deregistered: 15,
  answerFailed: 20,
  notifyFailed: 25,
  notifyAcknowledged: 26,
  deviceDeleted: 31,
} as const;

/**
 * Events that Xinyi's firmware tells in words behind `+FIRMWARE` (its onet_on_event_cb); the last ones are the CIS header's
 * words for the events that it numbers.
 */
export const firmwareEvents: Readonly<Record<string, number>> = {
  DOWNLOADING: 40,
  'DOWNLOAD FAILED': 41,
  DOWNLOADED: 42,
  UPDATING: 43,
  'UPDATE SUCCESS': 44,
  'UPDATE FAILED': 45,
  'UPDATE OVER': 46,
  'ERASE SUCCESS': 48,
  'DOWNLOAD DISCONNECT': 47,
  'ERASE FAIL': 49,
  'ERASE FAILED': 49,
  TRIGGERED: 50,
  'UPDATE TRIGGERED': 50,
};

/** Result numbers of the …RSP commands and the CoAP code the module makes of them (Xinyi, ME3616, NB73, OneMO agree). */
export const results: Readonly<Record<number, { readonly coapCode: string; readonly meaning: string }>> = {
  1: { coapCode: '2.05', meaning: 'Content' },
  2: { coapCode: '2.04', meaning: 'Changed' },
  11: { coapCode: '4.00', meaning: 'Bad Request' },
  12: { coapCode: '4.01', meaning: 'Unauthorized' },
  13: { coapCode: '4.04', meaning: 'Not Found' },
  14: { coapCode: '4.05', meaning: 'Method Not Allowed' },
  15: { coapCode: '4.06', meaning: 'Not Acceptable' },
  16: { coapCode: '2.31', meaning: 'Continue' },
  17: { coapCode: '4.08', meaning: 'Request Entity Incomplete' },
  18: { coapCode: '4.13', meaning: 'Request Entity Too Large' },
  19: { coapCode: '4.15', meaning: 'Unsupported Content-Format' },
};

/** Success of READ, OBSERVE and DISCOVER. */
export const RESULT_CONTENT = 1;
/** Success of WRITE, EXECUTE and PARAMETER. The ME3616 text says 1 for PARAMETER; its example and four sources say 2. */
export const RESULT_CHANGED = 2;

/** The result number for an error of the object store. */
export function resultOf(code: ErrorCode): number {
  if (code === 'LWM2M_NOT_FOUND') return 13;
  if (code === 'LWM2M_NOT_ALLOWED') return 14;
  // There is no 4.13 for reads: firmware takes 1 and 11–15 (mipl-at.md §5). Why 4.06: docs/decisions/answer-size.md.
  if (code === 'MIPL_TOO_LONG') return 15;
  return 11;
}

/** Readings of `+CIS ERROR: n`, by dialect, since 651–653 clash (mipl-at.md §11; with an unknown dialect show both). */
export const cisErrors: Readonly<Record<number, { readonly common: string; readonly gosuncn?: string }>> = {
  100: { common: 'unknown, or not observed' },
  601: { common: 'parameter or syntax' },
  602: { common: 'wrong state: not registered, registering, or it exists already' },
  651: { common: 'not permitted now, an operation is in progress', gosuncn: 'out of memory' },
  652: { common: 'uplink busy', gosuncn: 'parameter' },
  653: { common: 'no resource: the instance exists, or is missing', gosuncn: 'format, or wrong state' },
  654: { common: 'unknown', gosuncn: 'internal error' },
  655: { common: 'unknown', gosuncn: 'not found' },
};

/** One line about a CIS error number; both readings where they clash. */
export function describeCisError(number: number): string {
  const entry = cisErrors[number];
  if (!entry) return `CIS error ${number}, not documented`;
  return entry.gosuncn === undefined
    ? `CIS error ${number}: ${entry.common}`
    : `CIS error ${number}: ${entry.common}; on ME3616 and BC260: ${entry.gosuncn}`;
}
