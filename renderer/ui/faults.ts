import type { ErrorCode, Fault } from '../../shared/errors.ts';
import type { DialectState } from '../../shared/state.ts';
import { faultValues, faultWhat } from '../../shared/faultWords.ts';
import { isMac } from '../i18n/keys.ts';
import { visible } from './format.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { phrase } from '../../shared/phrase.ts';

/** A fault for a person: what is, what to do, and the system's own words in small. */
export interface FaultText {
  readonly what: Phrase;
  readonly advice: Phrase;
  /** Text of the system or the module, to be shown as it is. */
  readonly system: string;
  /** A command to copy, where one helps. */
  readonly command?: string;
}

/** Every error code, so that a missing text is a failing test and not an English code on the screen. */
export const errorCodes = Object.keys({
  PORT_NOT_ALLOWED: 0,
  PORT_NOT_FOUND: 0,
  PORT_BUSY: 0,
  PORT_DENIED: 0,
  PORT_LOST: 0,
  PORT_TAKEN: 0,
  PORT_LOGIN: 0,
  PORT_OPEN_HERE: 0,
  PORT_NOT_OPEN: 0,
  PORT_FAILED: 0,
  LINE_NOT_SET: 0,
  AT_TIMEOUT: 0,
  AT_ERROR: 0,
  AT_CME: 0,
  AT_CMS: 0,
  AT_CIS: 0,
  AT_SILENT: 0,
  AT_RESTARTED: 0,
  AT_TOO_LATE: 0,
  AT_BAD_LINE: 0,
  AT_PARSE: 0,
  MIPL_NOT_REGISTERED: 0,
  MIPL_NOT_OBSERVED: 0,
  MIPL_NOT_HELD: 0,
  MIPL_REQUEST_GONE: 0,
  MIPL_INCOMPLETE: 0,
  MIPL_UNREADABLE: 0,
  MIPL_EVENT_TIMEOUT: 0,
  MIPL_REFUSED: 0,
  MIPL_TOO_LONG: 0,
  LWM2M_BAD_PATH: 0,
  LWM2M_NOT_FOUND: 0,
  LWM2M_NOT_ALLOWED: 0,
  LWM2M_BAD_VALUE: 0,
  LWM2M_OUT_OF_RANGE: 0,
  SIM_NOT_READY: 0,
  NETWORK_DENIED: 0,
  NETWORK_TIMEOUT: 0,
  NETWORK_CHANGING: 0,
  FILE_BAD_MODEL: 0,
  FILE_BAD_PLAN: 0,
  FILE_BAD_MACROS: 0,
  FILE_BAD_JOURNAL: 0,
  FILE_BAD_LOG: 0,
  FILE_BAD_SETTINGS: 0,
  FILE_LATER_SETTINGS: 0,
  FILE_NO_HOME: 0,
  FILE_NOT_WRITTEN: 0,
  MACRO_RUNNING: 0,
  MACRO_WAIT_OVER: 0,
  FILE_NOT_FOUND: 0,
  SESSION_LIVE: 0,
  PLATFORM_KEY: 0,
  PLATFORM_OFFLINE: 0,
  PLATFORM_TIMEOUT: 0,
  PLATFORM_REFUSED: 0,
  PLATFORM_BAD_REQUEST: 0,
  PLATFORM_UNREACHABLE: 0,
  PLATFORM_ANSWER: 0,
  UDP_NO_SOCKET: 0,
  UDP_ECHO_RUNNING: 0,
  UPDATE_OFF: 0,
  UPDATE_UNREACHABLE: 0,
  UPDATE_TIMEOUT: 0,
  UPDATE_REDIRECTED: 0,
  UPDATE_ANSWER: 0,
  UPDATE_LIST: 0,
  UPDATE_SIGNATURE: 0,
  UPDATE_OLD_LIST: 0,
  ACCEPTANCE_RUNNING: 0,
  ACCEPTANCE_NOT_READY: 0,
  ACCEPTANCE_NONE: 0,
  QUEUE_UNREACHABLE: 0,
  QUEUE_DENIED: 0,
  QUEUE_EXPIRED: 0,
  QUEUE_CREDENTIALS: 0,
  QUEUE_CERT_UNKNOWN: 0,
  QUEUE_CERT_HOST: 0,
  QUEUE_CERT_EXPIRED: 0,
  QUEUE_NO_TLS: 0,
  QUEUE_CA_FILE: 0,
  QUEUE_NO_JETSTREAM: 0,
  QUEUE_NOT_SET_UP: 0,
  QUEUE_UNSUITED: 0,
  QUEUE_FULL: 0,
  QUEUE_BAD_WORK: 0,
  QUEUE_PARTLY: 0,
  QUEUE_BAD_FILE: 0,
  ACCEPTANCE_NO_BATCH: 0,
  BAD_ARGUMENT: 0,
  FORBIDDEN: 0,
  HOST_NOT_CONFIRMED: 0,
  DEVICE_GONE: 0,
  INTERNAL: 0,
  CANCELLED: 0,
} satisfies Record<ErrorCode, 0>) as readonly ErrorCode[];

/** Groups that give far more than serial ports. */
const mightyGroups: readonly string[] = ['root', 'wheel', 'sudo', 'admin', 'adm', 'disk', 'shadow'];

/**
 * Command that lets this user open serial devices; a group name is a word, anything else is not pasted into a shell, and
 * nobody is told to join a group that rules the machine.
 */
export function groupCommand(group: string): string {
  const isFit = /^[a-z_][a-z0-9_-]*$/i.test(group) && !mightyGroups.includes(group);
  return `sudo usermod -aG ${isFit ? group : 'dialout'} $USER`;
}

/** The text of a fault. `group` is the group that owns a port, where the port list knows it. */
export function faultText(fault: Fault, dialect: DialectState['name'], group?: string, onMac = isMac): FaultText {
  const values = faultValues(fault, dialect);
  const named = group ?? fault.detail ?? 'dialout';
  // Devices of macOS belong to everybody: joining a group would change nothing there.
  const isOpenToAll = fault.code === 'PORT_DENIED' && onMac;
  const owner = mightyGroups.includes(named) ? 'dialout' : named;
  return {
    what: faultWhat(fault, dialect),
    advice: phrase(`error.${fault.code}.${isOpenToAll ? 'adviceMac' : 'advice'}`, { ...values, group: visible(owner) }),
    system: visible(fault.message),
    ...(fault.code === 'PORT_DENIED' && !onMac ? { command: groupCommand(owner) } : {}),
  };
}
