import { cardNumber, identityNumber } from '../../shared/identity.ts';
import { Unreadable } from '../at/codec.ts';
import type { DecodedLine } from '../../shared/log.ts';
import { readAnswer } from './decode.ts';
import { commands, urcs } from './messages.ts';

/** Rows of AT+NUESTATS (mipl-at.md §14); no other line of a module begins like that. */
const statistics =
  /^(?:(?:Signal power|Total power|TX power|TX time|RX time|Cell ID|ECL|SNR|EARFCN|PCI|RSRQ|OPERATOR MODE|CURRENT BAND) *: *-?\d+|\+?NUESTATS *: *(?:RADIO|CELL|BLER|THP|APPSMEM|ALL)\b.*)$/i;

/** Socket, address, port, length, data, bytes that remain. */
const received = /^[0-6],\d{1,3}(?:\.\d{1,3}){3},\d{1,5},(\d{1,4}),((?:[0-9A-F]{2})+),\d{1,4}$/i;

/** What bare lines may be, the first that fits. */
const guesses: readonly (readonly [shape: RegExp, note: string])[] = [
  [identityNumber, 'could be the IMEI (AT+CGSN) or the IMSI (AT+CIMI)'],
  [cardNumber, 'could be the number of the SIM card (AT+NCCID)'],
  [/^[0-6]$/, 'could be the number of a socket (AT+NSOCR) or of a suite (AT+MIPLCREATE)'],
  [/^[0-6],\d{1,4}$/, 'could be the answer to AT+NSOST: socket and length'],
  [/^\d+$/, 'a bare number: could be an answer whose command is missing'],
];
const byShape = 'known by its shape; its command is missing';
const plainText = 'plain text: could be an answer whose command is missing';

/** Begins like a parameter list or a code, or holds what no text has. */
const noText = /^[\s,;:=+*%^#&]|[\u0000-\u0008\u000a-\u001f\u007f\ufffd]/;

const names = [...Object.values(urcs), ...Object.values(commands)].map(({ name }) => name);

/** `IPLEVENT:0,6`: a name of the table that lost its beginning. */
function beheaded(text: string): string | undefined {
  const tail = /^([A-Z]{4,}) *:/.exec(text)?.[1];
  return tail === undefined ? undefined : names.find((name) => name !== tail && name.endsWith(tail));
}

/** A word, which ends with a letter, a digit or a full stop: a name, a version, an operator. */
const bareWords = /^[\w(][\w .\-/()&]+[\w.)]$/;

/**
 * Whether text in front of a line whose break was lost is a bare answer: a number of a kind, a row of statistics, received data, or
 * with `isText` also what maker, model and version may read.
 */
export function isBareAnswer(text: string, isText: boolean): boolean {
  if (statistics.test(text) || received.test(text) || guesses.some(([shape]) => shape.test(text))) return true;
  return isText && bareWords.test(text);
}

/**
 * Says what a line is that the message table does not know, when nobody knows which command it answers: a kind only where
 * the shape leaves no doubt, else `data` with what it could be. Undefined for what is no information text at all.
 */
export function decodeStray(line: string): DecodedLine | undefined {
  const text = line.trim();
  if (text === '' || noText.test(text)) return undefined;
  if (statistics.test(text)) return { kind: 'response', name: '+NUESTATS', params: { text }, note: byShape };
  const [, length, data = ''] = received.exec(text) ?? [];
  if (Number(length) * 2 === data.length) {
    const read = readAnswer('+NSORF', urcs.dataArrived, text);
    if (!(read instanceof Unreadable)) return { kind: 'response', name: '+NSORF', params: read.params, note: byShape };
  }
  const whole = beheaded(text);
  if (whole !== undefined) return { kind: 'unknown', note: `could be ${whole} without its beginning` };
  return { kind: 'data', note: guesses.find(([shape]) => shape.test(text))?.[1] ?? plainText };
}
