import { defined } from './defined.ts';
/**
 * A link to a module could not be opened or broke. `PORT_NOT_ALLOWED`: what was asked for is no port at all. `PORT_TAKEN`:
 * another client of a serial server takes the connection. `PORT_LOGIN`: a serial server asks for a name or a password. `PORT_OPEN_HERE`: another device of this program has the port.
 * `LINE_NOT_SET`: the open port does not take a setting of its line.
 */
export type TransportErrorCode =
  | 'PORT_NOT_ALLOWED'
  | 'PORT_NOT_FOUND'
  | 'PORT_BUSY'
  | 'PORT_DENIED'
  | 'PORT_LOST'
  | 'PORT_TAKEN'
  | 'PORT_LOGIN'
  | 'PORT_OPEN_HERE'
  | 'PORT_NOT_OPEN'
  | 'PORT_FAILED'
  | 'LINE_NOT_SET';

/** An exchange on the AT line failed. `AT_CME`, `AT_CMS` and `AT_CIS` carry the number as detail. */
export type AtErrorCode =
  | 'AT_TIMEOUT'
  | 'AT_ERROR'
  | 'AT_CME'
  | 'AT_CMS'
  | 'AT_CIS'
  | 'AT_SILENT'
  | 'AT_RESTARTED'
  | 'AT_TOO_LATE'
  | 'AT_BAD_LINE'
  | 'AT_PARSE';

/** The MIPL session could not do what was asked. `MIPL_REFUSED` carries the event number as detail. */
export type MiplErrorCode =
  | 'MIPL_NOT_REGISTERED'
  | 'MIPL_NOT_OBSERVED'
  | 'MIPL_NOT_HELD'
  | 'MIPL_REQUEST_GONE'
  | 'MIPL_INCOMPLETE'
  | 'MIPL_UNREADABLE'
  | 'MIPL_EVENT_TIMEOUT'
  | 'MIPL_REFUSED'
  | 'MIPL_TOO_LONG';

/** The object store refused. */
export type Lwm2mErrorCode =
  'LWM2M_BAD_PATH' | 'LWM2M_NOT_FOUND' | 'LWM2M_NOT_ALLOWED' | 'LWM2M_BAD_VALUE' | 'LWM2M_OUT_OF_RANGE';

/** Bring-up came to a stop although every command was answered. */
export type BringUpErrorCode = 'SIM_NOT_READY' | 'NETWORK_DENIED' | 'NETWORK_TIMEOUT';

/** `NETWORK_CHANGING`: a change of how the module joins its network, or a scan, is under way already. */
export type NetworkErrorCode = 'NETWORK_CHANGING';

/** A file on disk is not what it should be; the detail names file, line and field. `SESSION_LIVE`: a session is still written to it. */
export type FileErrorCode =
  | 'FILE_BAD_MODEL'
  | 'FILE_BAD_PLAN'
  | 'FILE_BAD_MACROS'
  | 'FILE_BAD_JOURNAL'
  | 'FILE_BAD_LOG'
  | 'FILE_BAD_SETTINGS'
  | 'FILE_LATER_SETTINGS'
  | 'FILE_NO_HOME'
  | 'FILE_NOT_WRITTEN'
  | 'FILE_NOT_FOUND'
  | 'SESSION_LIVE';

/**
 * A call of the OneNET HTTP API failed. `PLATFORM_REFUSED` carries OneNET's reason as detail, `PLATFORM_BAD_REQUEST` its
 * text, `PLATFORM_UNREACHABLE` the host, `PLATFORM_ANSWER` what came instead of an answer.
 */
export type PlatformErrorCode =
  | 'PLATFORM_KEY'
  | 'PLATFORM_OFFLINE'
  | 'PLATFORM_TIMEOUT'
  | 'PLATFORM_REFUSED'
  | 'PLATFORM_BAD_REQUEST'
  | 'PLATFORM_UNREACHABLE'
  | 'PLATFORM_ANSWER';

/** The UDP tool could not do what was asked. `UDP_NO_SOCKET` carries the number of the socket as detail. */
export type UdpErrorCode = 'UDP_NO_SOCKET' | 'UDP_ECHO_RUNNING';

/**
 * Asking for newer releases came to nothing. `UPDATE_REDIRECTED` carries the other address, `UPDATE_ANSWER` what came instead
 * of a list, `UPDATE_LIST` what is wrong in it, `UPDATE_SIGNATURE` the name of the key, `UPDATE_OLD_LIST` both numbers.
 */
export type UpdateErrorCode =
  | 'UPDATE_OFF'
  | 'UPDATE_UNREACHABLE'
  | 'UPDATE_TIMEOUT'
  | 'UPDATE_REDIRECTED'
  | 'UPDATE_ANSWER'
  | 'UPDATE_LIST'
  | 'UPDATE_SIGNATURE'
  | 'UPDATE_OLD_LIST';

/** An acceptance run: one goes on, the module is not ready for one, there is none to go on with, or no batch to enter it in. */
export type AcceptanceErrorCode =
  'ACCEPTANCE_RUNNING' | 'ACCEPTANCE_NOT_READY' | 'ACCEPTANCE_NONE' | 'ACCEPTANCE_NO_BATCH';

/** `MACRO_WAIT_OVER`: what a macro has waited for (the detail) has not come. */
export type MacroErrorCode = 'MACRO_RUNNING' | 'MACRO_WAIT_OVER';

/**
 * The queue of many stations. `QUEUE_EXPIRED`: user or account are past their time; `QUEUE_CERT_…`: what TLS says against the
 * server's certificate; `QUEUE_CA_FILE`: the file in the detail holds no authority; `QUEUE_NOT_SET_UP`: a server that could keep
 * a queue; `QUEUE_UNSUITED`: one that refused something else; `QUEUE_FULL`: it takes no more; `QUEUE_BAD_WORK`: a piece of work
 * that is none, the detail says where; `QUEUE_PARTLY`: it went away while work was added, the detail says how much is in it;
 * `QUEUE_BAD_FILE`: the file in the detail is another than the result names, or gone.
 */
export type QueueErrorCode =
  | 'QUEUE_UNREACHABLE'
  | 'QUEUE_DENIED'
  | 'QUEUE_EXPIRED'
  | 'QUEUE_CREDENTIALS'
  | 'QUEUE_CERT_UNKNOWN'
  | 'QUEUE_CERT_HOST'
  | 'QUEUE_CERT_EXPIRED'
  | 'QUEUE_NO_TLS'
  | 'QUEUE_CA_FILE'
  | 'QUEUE_NO_JETSTREAM'
  | 'QUEUE_NOT_SET_UP'
  | 'QUEUE_UNSUITED'
  | 'QUEUE_FULL'
  | 'QUEUE_BAD_WORK'
  | 'QUEUE_PARTLY'
  | 'QUEUE_BAD_FILE';

/**
 * The call itself was wrong, or we were. `HOST_NOT_CONFIRMED`: no person has said that the address in the detail may be
 * reached. `DEVICE_GONE`: the device in the detail was closed.
 */
export type AppErrorCode =
  'BAD_ARGUMENT' | 'FORBIDDEN' | 'HOST_NOT_CONFIRMED' | 'DEVICE_GONE' | 'INTERNAL' | 'CANCELLED';

/** Every error code of the product. Texts in both languages: renderer/i18n, key `error.<code>`. */
export type ErrorCode =
  | TransportErrorCode
  | AtErrorCode
  | MiplErrorCode
  | BringUpErrorCode
  | NetworkErrorCode
  | Lwm2mErrorCode
  | FileErrorCode
  | PlatformErrorCode
  | UdpErrorCode
  | UpdateErrorCode
  | AcceptanceErrorCode
  | QueueErrorCode
  | MacroErrorCode
  | AppErrorCode;

/** An error as plain data: what crosses process borders and stands in the state. */
export interface Fault {
  readonly code: ErrorCode;
  /** For log and bug report, English; carries the system's own text where there is one. */
  readonly message: string;
  /** The number, path, field or file that the code speaks of. */
  readonly detail?: string;
  /** With `PORT_BUSY`: the programs that have the port, such as `minicom (1234)`, where the system tells. */
  readonly holder?: string;
}

/** The one error class: code to search for, message for the log, detail for the text, cause for the origin. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly holder: string | undefined;

  constructor(code: ErrorCode, message: string, detail?: string, options?: { cause?: unknown; holder?: string }) {
    super(message, options);
    this.name = 'CodedError';
    this.code = code;
    this.detail = detail;
    this.holder = options?.holder;
  }
}

/** What a module that says no is told by; a line that is dead, silent or restarting is another matter. */
export const refusalCodes = ['AT_ERROR', 'AT_CME', 'AT_CMS', 'AT_CIS'] as const satisfies readonly AtErrorCode[];

/** True for an error by which the module itself refused a command: it is there and has answered. */
export function isRefusal(error: unknown): boolean {
  return isRefusalFault(faultOf(error));
}

/** The same of what was told of an error. */
export function isRefusalFault({ code }: Fault): boolean {
  return (refusalCodes as readonly ErrorCode[]).includes(code);
}

/** Turns anything thrown into a {@link Fault}; what is not ours becomes `INTERNAL`. */
export function faultOf(error: unknown): Fault {
  if (error instanceof CodedError) {
    const { code, message, detail, holder } = error;
    return {
      code,
      message,
      ...defined({ detail, holder }),
    };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
