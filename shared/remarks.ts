import type { ErrorCode } from './errors.ts';
import { isJsonObject } from './jsonObject.ts';
import { counted } from './plural.ts';
import type { RequestKind } from './requestKinds.ts';

/** A request of the platform, as a remark speaks of it. */
export interface RequestMention {
  readonly kind: RequestKind;
  readonly path: string;
  readonly msgId: number;
}

interface Reason {
  /** The system's or the module's own words. */
  readonly reason: string;
}

/** A macro that has ended, and how long it took. */
interface MacroEnd {
  readonly name: string;
  readonly seconds: string;
}

/** A line that a remark is about. */
interface LineMention {
  readonly name: string;
  readonly msgId: number;
}

function request({ kind, path, msgId }: RequestMention): string {
  return `The ${kind} of ${path} (msgid ${msgId})`;
}

/** An answer that is set beforehand. */
interface ArmedMention {
  readonly kind: RequestKind;
  readonly path: string;
  readonly times: number;
  readonly how: string;
}

function armed({ kind, path, times, how }: ArmedMention): string {
  return `the answer to the next ${kind} of ${path}, ${counted(times, 'time')} (${how})`;
}

/**
 * Everything the program remarks in log and journal, in English as the journal keeps it. The screen has its own texts under
 * `remark.<code>`, with the same values.
 */
const texts = {
  portNotOpened: ({ reason }: Reason) => `The port could not be opened: ${reason}`,
  portGone: ({ reason }: Reason) => `The port is gone: ${reason}`,
  portBack: (_: object) => 'The port is back.',
  lineChanged: ({ settings }: { readonly settings: string }) => `The line is set otherwise: ${settings}`,
  speaksTelnet: ({ from, to }: { readonly from: string; readonly to: string }) =>
    `The far end of ${from} speaks telnet; open it as ${to}, or by rfc2217:// to set its baud rate.`,
  connectionTaken: ({ seconds }: { readonly seconds: number }) =>
    `The server ends each connection soon: another client takes this connection, or its idle time is short. ` +
    `The next try is in ${seconds} s.`,
  portMoved: ({ from, to }: { readonly from: string; readonly to: string }) =>
    `The adapter that was at ${from} is at ${to} now`,
  portShared: ({ holders }: { readonly holders: string }) =>
    `Other programs have this port open, too, and take a share of its bytes: ${holders}`,
  virtualModule: ({ text }: { readonly text: string }) => `Virtual module: ${text}`,
  lineLost: (_: object) => 'AT answers are out of step; getting back in step.',
  lineRegained: (_: object) => 'AT answers are in step again.',
  lineSilent: (_: object) => 'The module does not answer AT.',
  listenerFailed: ({ reason }: Reason) => `A listener failed: ${reason}`,
  bringUpStopped: ({ code, reason }: Reason & { readonly code: string }) => `Bring-up stopped: ${code} ${reason}`,
  networkCame: (_: object) => 'The network came after all: bring-up goes on.',
  moduleStarting: (_: object) => 'The module is starting.',
  restartDoubted: ({ sign }: { readonly sign: string }) =>
    `The module said "${sign}": it may have restarted. It is asked whether the session is still there.`,
  modelUsed: ({ name }: { readonly name: string }) => `The device is made of the device model "${name}".`,
  linesFell: ({ lines }: { readonly lines: string }) =>
    `The lines ${lines} fell and came back: the module may have restarted. It is asked whether the session is still there.`,
  sessionKept: (_: object) => 'The session is still there and goes on.',
  moduleRestarted: (_: object) => 'The module restarted: communication suite, objects and registration are gone.',
  oldSuiteDeleted: (_: object) => 'The module had an old communication suite; it was deleted.',
  registeredUnsaid: (_: object) => 'The platform asks although event 6 has not come: the device is registered.',
  noCloseEvent: (_: object) => 'No event 15 after AT+MIPLCLOSE: its OK counts.',
  renewing: (_: object) => 'The registration is updated before its lifetime ends.',
  registeringAnew: (_: object) =>
    'The platform has no registration any more, and the module does not register by itself: it is closed and opened again.',
  renewFailed: ({ code, reason }: Reason & { readonly code: string }) =>
    `Updating the registration failed: ${code} ${reason}`,
  notificationFailed: ({ path, code, reason }: Reason & { readonly path: string; readonly code: string }) =>
    `Automatic notification of ${path} failed: ${code} ${reason}`,
  requestHeld: (mention: RequestMention) => `${request(mention)} waits for an answer by hand.`,
  neverAnswered: (mention: RequestMention) => `${request(mention)} is never answered, on purpose.`,
  answeredByHand: ({
    how,
    coapCode,
    meaning,
    ...mention
  }: RequestMention & { readonly how: string; readonly coapCode: string; readonly meaning: string }) =>
    `${request(mention)} is answered by hand (${how}): ${coapCode} ${meaning}.`,
  neverAsArmed: (mention: RequestMention) => `${request(mention)} is never answered, as was set beforehand.`,
  answeredAsArmed: ({
    how,
    coapCode,
    meaning,
    ...mention
  }: RequestMention & { readonly how: string; readonly coapCode: string; readonly meaning: string }) =>
    `${request(mention)} is answered as was set beforehand (${how}): ${coapCode} ${meaning}.`,
  armed: (order: ArmedMention) => `Set beforehand: ${armed(order)}.`,
  disarmed: (order: ArmedMention) => `No longer set beforehand: ${armed(order)}.`,
  tooSlow: ({ name, msgId, lines, seconds }: LineMention & { readonly lines: number; readonly seconds: string }) =>
    `${name} ${msgId} cannot be answered in time: ${counted(lines, 'line')} ${lines === 1 ? 'takes' : 'take'} at least ${seconds} s at this baud rate.`,
  notUnderstood: ({ name, msgId, reason }: LineMention & Reason) => `${name} ${msgId} is not understood: ${reason}`,
  requestRefused: ({
    name,
    msgId,
    reason,
  }: LineMention & Reason & { readonly code: ErrorCode; readonly detail: string }) =>
    `${name} ${msgId} refused: ${reason}`,
  newestFirst: ({ waiting }: { readonly waiting: number }) =>
    `Requests come faster than they can be answered: the newest is answered first, ${waiting} older ones wait.`,
  caughtUp: (_: object) => 'Requests are answered in their order again.',
  requestsGivenUp: ({ count }: { readonly count: number }) =>
    `${counted(count, 'request')} ${count === 1 ? 'was' : 'were'} not answered: after 25 s neither module nor platform waits ${count === 1 ? 'for it' : 'for them'} any more.`,
  journalBack: (_: object) => 'The journal is being written again.',
  journalTorn: ({ file, bytes }: { readonly file: string; readonly bytes: number }) =>
    `${file} was torn: ${counted(bytes, 'byte')} of its last line cut off.`,
  journalMoved: ({ from, to }: { readonly from: string; readonly to: string }) =>
    `${from} was removed or moved: the journal goes on in ${to}, with everything from before.`,
  journalAnew: ({ from, to }: { readonly from: string; readonly to: string }) =>
    `${from} was removed, moved or emptied and cannot be read any more: the journal begins again in ${to}.`,
  caseBegins: ({ id }: { readonly id: string }) => `Acceptance: ${id} begins.`,
  caseEnds: ({ id, verdict }: { readonly id: string; readonly verdict: string }) => `Acceptance: ${id} ${verdict}.`,
  macroBegins: ({ name }: { readonly name: string }) => `Macro "${name}" begins.`,
  macroDone: ({ name, seconds }: MacroEnd) => `Macro "${name}" is done after ${seconds} s.`,
  macroStopped: ({ name, seconds }: MacroEnd) => `Macro "${name}" was stopped after ${seconds} s.`,
  macroFailed: ({ name, code, reason }: Reason & { readonly name: string; readonly code: string }) =>
    `Macro "${name}" failed: ${code} ${reason}`,
  fault: ({ code, reason }: Reason & { readonly code: string }) => `${code} ${reason}`,
  windowEnded: ({ reason }: Reason) => `The window's process ended: ${reason}`,
  processEnded: ({ type, reason }: Reason & { readonly type: string }) => `A helper process ended: ${type}, ${reason}`,
  internalError: ({ reason }: Reason) => `Internal error: ${reason}`,
} as const;

type Texts = typeof texts;
export type RemarkCode = keyof Texts;
type ValuesOf<C extends RemarkCode> = Parameters<Texts[C]>[0];

/** A remark of the program: which, and the values in it. */
export interface Remark {
  readonly code: RemarkCode;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Every code, for the check that each has its texts. */
export const remarkCodes = Object.keys(texts) as readonly RemarkCode[];

/** Makes a remark; the compiler checks the values. */
export function remark<C extends RemarkCode>(code: C, values: ValuesOf<C>): Remark {
  return { code, values: values as unknown as Remark['values'] };
}

/** The remark in English, as journal and exports write it. */
export function remarkText({ code, values }: Remark): string {
  return (texts[code] as (values: unknown) => string)(values);
}

/** The remark that the data of a note in a journal is, where it says exactly what the note says: a file may hold anything. */
export function remarkIn(data: unknown, text: string): Remark | undefined {
  if (!isJsonObject(data)) return undefined;
  const code = remarkCodes.find((known) => known === data['code']);
  const { values } = data;
  if (code === undefined || !isJsonObject(values)) return undefined;
  if (!Object.values(values).every((value) => typeof value === 'string' || typeof value === 'number')) return undefined;
  const told: Remark = { code, values: values as Remark['values'] };
  return remarkText(told) === text ? told : undefined;
}
