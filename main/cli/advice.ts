import { visibleLines } from '../files/visible.ts';
import { faultOf } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';

/** What to do about a fault, as a part of a sentence; undefined where there is nothing to say. */
export function adviceOf(code: ErrorCode): string | undefined {
  return advice[code];
}

const advice: { readonly [C in ErrorCode]?: string } = {
  PORT_NOT_FOUND: 'check the cable and the name; for tcp, that the server runs',
  PORT_BUSY: 'close the program that uses it (ModemManager lets go after some seconds), or choose another',
  PORT_DENIED: 'join the group that owns the device, then log in again',
  PORT_LOST: 'plug the adapter in again',
  PORT_LOGIN:
    'have the server serve this port without a login (raw TCP, telnet or RFC 2217); mipl gives no names and passwords',
  PORT_TAKEN: 'disconnect the other client, or have the server give each its turn',
  FILE_BAD_LOG: 'choose the log of a serial tool, or tell with --pattern how it is written',
  FILE_NOT_WRITTEN: 'choose a folder that can be written to',
  FILE_BAD_JOURNAL: 'choose a journal (*.mipl.ndjson); mipl import makes one of the log of another tool',
  FILE_NOT_FOUND: 'check the name of the file',
  UPDATE_UNREACHABLE: 'check the network and the address; --mirror names another',
  UPDATE_TIMEOUT: 'try again later, or name a mirror with --mirror',
  UPDATE_REDIRECTED: 'if you trust that place, name it with --mirror',
  UPDATE_ANSWER: 'check the address; a sign-in page or a proxy may have answered',
  UPDATE_LIST: 'have the mirror copied anew, byte for byte',
  UPDATE_SIGNATURE: 'do not install anything from there',
  UPDATE_OLD_LIST: 'the mirror is behind, or somebody holds releases back: ask another',
};

/** What the system says when a port of this computer cannot be listened on. */
const networkCodes: Readonly<Record<string, { readonly code: ErrorCode; readonly advice: string }>> = {
  EADDRINUSE: { code: 'PORT_BUSY', advice: 'choose another port, or 0 for any' },
  EACCES: { code: 'PORT_DENIED', advice: 'choose a port above 1023' },
  EADDRNOTAVAIL: { code: 'PORT_NOT_FOUND', advice: 'choose an address of this computer' },
};

const otherDisk = 'free some space, or choose a folder on another disk';
/** Where what the system said asks for something else than our code does. */
const fileCodes: Readonly<Record<string, string>> = {
  EISDIR: 'that is a folder: name a file in it',
  ENOSPC: otherDisk,
  EDQUOT: otherDisk,
};

/** An error for a person at a terminal: code, the system's own text, what to do. */
export function describeForTerminal(error: unknown): string {
  const { code, message } = faultOf(error);
  const network = networkCodes[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  const hint = network?.advice ?? fileCodes[causeOf(error)] ?? advice[code];
  return `${network?.code ?? code}: ${visibleLines(message)}${hint === undefined ? '' : `\n${hint}`}`;
}

/** The system's own name of what became of a file. */
function causeOf(error: unknown): string {
  return (error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code) || '';
}
