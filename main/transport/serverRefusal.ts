import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import type { TransportErrorCode } from '../../shared/errors.ts';
import type { Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import { beginsWithTelnet, withoutTelnet } from './telnet.ts';

/** What a serial server said before it closed the connection. */
export interface ServerSentence {
  readonly code: TransportErrorCode;
  readonly text: string;
}

/** So many bytes of the end of a connection are looked at for the server's last words. */
const lastWordsBytes = 512;

/**
 * Words of serial servers, and what they come to; the first that fits counts. ser2net 4.3.11 says, each with CR LF:
 * `Port already in use`, `Port's device already in use`, `Device open failure: Value or file not found`, `Device open
 * failure: Object was already in use`; its source also has `kicked off, new user is coming`, `port closing` and `Too many
 * controller ports`. The rest is what others say in the same case.
 */
const meanings: readonly (readonly [RegExp, TransportErrorCode])[] = [
  [/\bkick(ed|ing)?\b|\bnew (user|client|connection)\b|\btaken over\b|\bpre-?empted\b/i, 'PORT_TAKEN'],
  [/\b(closed|terminated|disconnected) by (?!foreign)/i, 'PORT_TAKEN'],
  [/\bidle\b|\binactiv|\btime[d -]? ?out\b/i, 'PORT_LOST'],
  [
    /\bin[ -]use\b|\bbeing used\b|\bbusy\b|\boccupied\b|\balready\b|\banother (user|client|session|connection|program)\b/i,
    'PORT_BUSY',
  ],
  [/\btoo many\b|\bmaximum\b|\b(all|no (free|more)) (connections?|ports?|sessions?)\b|\blocked\b/i, 'PORT_BUSY'],
  [/\blimit\b|\bonly one\b|\b(server|port) (is )?full\b|\breserved\b|\bis on this\b/i, 'PORT_BUSY'],
  [/\bfail(ed|ure|s)?\b|\bnot (available|found|permitted|allowed|open|ready|configured|present)\b/i, 'PORT_FAILED'],
  [/\bunavailable\b|\brefused\b|\bdenied\b|\bdisabled\b|\bclosing\b|\bno (such|device)\b|\bis down\b/i, 'PORT_FAILED'],
  [/\bshutting down\b|\breject(ed|ing)?\b|\b(un|not )authori[sz]ed\b|\boff-?line\b/i, 'PORT_FAILED'],
  [/\b(can ?not|can't|could not|couldn't|unable to)\b|\berror (opening|while)\b|\bunknown port\b/i, 'PORT_FAILED'],
  [/\b(port|device|line|i\/o) error\b|\b(device|port) (was |is )?(disconnected|removed|gone)\b/i, 'PORT_FAILED'],
];

/** What modules say: final results of V.250 and information with a sign before it. */
const fromModule = /^([+^%#$&](?! )|\*[^*]|AT\b|(OK|ERROR|BUSY|RING|CONNECT( \d.*)?|NO (CARRIER|ANSWER|DIAL ?TONE))$)/i;

/** What a server says to somebody whom it has served already. */
const farewells: readonly TransportErrorCode[] = ['PORT_TAKEN', 'PORT_LOST'];

/** Lines as they can be shown, without telnet commands. */
function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(withoutTelnet(bytes))
    .toString('latin1')
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[^\x20-\x7e]/g, '').trim())
    .filter((line) => line !== '');
}

/**
 * The sentence with which a serial server takes its leave, in the last bytes of a connection; undefined when it said none
 * that we know. Telnet commands between are left out. Pure.
 * @param isWhole these bytes are all there were; else only the last line can be the server's, and only a farewell: the
 * module has said the rest
 */
export function serverSentence(lastBytes: Uint8Array, isWhole: boolean): ServerSentence | undefined {
  const lines = linesOf(lastBytes);
  for (const line of isWhole ? lines : lines.slice(-1)) {
    const meaning = fromModule.test(line) ? undefined : meanings.find(([words]) => words.test(line));
    if (meaning && (isWhole || farewells.includes(meaning[1]))) return { code: meaning[1], text: line.slice(0, 200) };
  }
  return undefined;
}

/** Two words side by side: no line of a module that a connection begins with has that, but for names that its starts print. */
const inWords = /[A-Za-z]{2,}[,.!?]? [A-Za-z]{2,}/;

/** What a connection that ended at once had said, where it reads as a sentence; undefined for what a module prints. */
function lastWords(lastBytes: Uint8Array): string | undefined {
  return linesOf(lastBytes)
    .findLast((line) => !fromModule.test(line) && inWords.test(line))
    ?.slice(0, 200);
}

/** The end of both, {@link lastWordsBytes} long at most. Both as they are: bytes are valid during the call only. */
function endOf(before: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.length >= lastWordsBytes) return Uint8Array.from(bytes.subarray(-lastWordsBytes));
  const kept = before.subarray(-(lastWordsBytes - bytes.length));
  const end = new Uint8Array(kept.length + bytes.length);
  end.set(kept);
  end.set(bytes, kept.length);
  return end;
}

/** A link that was not refused, and what its first bytes tell. */
export interface Accepted {
  readonly link: Link;
  /** The far end negotiates telnet without having been asked. */
  readonly speaksTelnet: boolean;
}

/**
 * A serial server accepts everybody and then says why not: waits until it had time for that. Resolves with the same link,
 * nothing of it lost. Rejects when the connection ends within `graceMs`, with the code of the server's sentence or, where
 * it says none, PORT_TAKEN. An end later on carries the server's sentence, too.
 */
export async function unlessRefused(far: Link, name: string, graceMs: number): Promise<Accepted> {
  let first = new Uint8Array();
  let last = new Uint8Array();
  let isWhole = true;
  let isSettling = true;
  const end = makeLinkEnd({ write: (bytes) => far.write(bytes), close: () => far.close() });
  const reasonOf = (reason: Error | undefined): Error | undefined => {
    const sentence = serverSentence(last, isWhole);
    const words = sentence?.text ?? (isSettling && isWhole ? lastWords(last) : undefined);
    if (words !== undefined) {
      const text = `${name}: the server says “${words}”`;
      return new CodedError(sentence?.code ?? 'PORT_FAILED', text, name, { cause: reason });
    }
    if (!reason || !isSettling || withoutTelnet(last).length > 0) return reason;
    // Small serial servers serve one client and have no words for a second one.
    const text = `${name}: the server closes the connection at once, without a word; another client takes this connection`;
    return new CodedError('PORT_TAKEN', text, name, { cause: reason });
  };
  const refused = new Promise<Error | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), graceMs);
    far.onClose = (reason) => {
      clearTimeout(timer);
      const why = reasonOf(reason);
      end.lose(why);
      resolve(why);
    };
  });
  far.onData = (bytes) => {
    isWhole &&= last.length + bytes.length <= lastWordsBytes;
    last = endOf(last, bytes);
    if (first.length < 3) first = Uint8Array.from(Buffer.concat([first, bytes.subarray(0, 3)]));
    end.receive(bytes);
  };
  const refusal = await refused;
  isSettling = false;
  if (refusal) throw refusal;
  return { link: end.link, speaksTelnet: beginsWithTelnet(first) };
}
