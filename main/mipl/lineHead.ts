import { allowsCount } from '../at/codec.ts';
import type { CommandSpec, LineSpec } from '../at/codec.ts';
import { NameTree } from '../at/nameTree.ts';
import { skipBlanks, splitHead } from '../at/tokens.ts';
import { damagedHead } from './damagedHead.ts';
import { commands, urcs } from './messages.ts';

/** Entries of the table that share a line's name: URCs, told apart by their counts, and the information text of commands. */
export interface Namesakes {
  readonly name: string;
  readonly urcs: readonly LineSpec[];
  readonly answers: readonly LineSpec[];
}

/** Name and place of the parameters of a line the module printed. */
export interface LineHead {
  readonly name: string;
  /** The line, or what of it begins with the name. */
  readonly text: string;
  /** Where in `text` the parameters begin. */
  readonly from: number;
  /** Name, colon and parameters are the whole line. */
  readonly isWhole: boolean;
  /** What is odd about it. */
  readonly oddity: string | undefined;
  /** What the table has under the name. */
  readonly namesakes: Namesakes | undefined;
  /** The one of its URCs that has such parameters. */
  readonly urc: LineSpec | undefined;
}

function namesOf(): Map<string, Namesakes> {
  const names = new Map<string, { name: string; urcs: LineSpec[]; answers: LineSpec[] }>();
  const namesakesOf = (name: string): { urcs: LineSpec[]; answers: LineSpec[] } => {
    const namesakes = names.get(name) ?? { name, urcs: [], answers: [] };
    names.set(name, namesakes);
    return namesakes;
  };
  for (const urc of Object.values<LineSpec>(urcs)) namesakesOf(urc.name).urcs.push(urc);
  for (const { answer } of Object.values<CommandSpec>(commands)) {
    if (answer && answer.name !== '') namesakesOf(answer.name).answers.push(answer);
  }
  return names;
}

const lineNames = new NameTree(namesOf());

const SPACE = 0x20;
const DIGIT_0 = 0x30;
const COLON = 0x3a;
const EQUALS = 0x3d;
const miplName = '+MIPL';
/** `+FIRMWARE DOWNLOADING`: the one line of the table whose name has no colon behind it. */
const firmwareUpdate = /^([ \t]*\+FIRMWARE[ \t]+)(?=[A-Z])[A-Z ]+$/i;
const kinds = 'READ|WRITE|EXECUTE|OBSERVE|DISCOVER|PARAMETER|EVENT';
/** A request or an event behind other text. */
const glued = new RegExp(`^(.+?)(\\+MIPL(?:${kinds})[ \\t]*:.*)$`, 'is');

/**
 * Name and parameters of a line the module printed. A line without a head that is known may have lost the break in its middle, or
 * carry what a port that wakes has made up: a request that stands in it must be answered all the same.
 */
export function headOf(text: string): LineHead | undefined {
  const whole = wholeHead(text);
  return whole?.namesakes ? whole : (partHead(text) ?? whole);
}

/** What stands behind an odd count of quotes is somebody's text. */
export function isInQuotes(before: string): boolean {
  return before.split('"').length % 2 === 0;
}

function wholeHead(text: string): LineHead | undefined {
  const start = skipBlanks(text, 0);
  const namesakes = lineNames.find(text, start);
  if (namesakes) {
    const colon = skipBlanks(text, start + namesakes.name.length);
    const mark = text.charCodeAt(colon);
    // `+MIPLDISCOVER=0,879,1,3200` is how the M5311 specification prints it.
    if (mark !== COLON && !(mark === EQUALS && namesakes.name.startsWith(miplName))) return undefined;
    return headWith(namesakes.name, text, skipStray(text, colon + 1), namesakes, true);
  }
  const head = splitHead(text);
  return head && headWith(head.name, text, text.length - head.list.length, undefined, true);
}

/** Blanks, and control characters that noise has put there. */
function skipStray(text: string, from: number): number {
  let place = skipBlanks(text, from);
  while (text.charCodeAt(place) < SPACE) place = skipBlanks(text, place + 1);
  return place;
}

function headWith(
  name: string,
  text: string,
  from: number,
  namesakes: Namesakes | undefined,
  isWhole: boolean,
  oddity?: string,
): LineHead {
  const urc = namesakes && urcOf(namesakes.urcs, text, from);
  return { name, text, from, isWhole, oddity, namesakes, urc };
}

function urcOf(specs: readonly LineSpec[], text: string, from: number): LineSpec | undefined {
  for (const spec of specs) if (allowsCount(spec, text, from)) return spec;
  return undefined;
}

function partHead(text: string): LineHead | undefined {
  const [, before = '', rest = ''] = text.includes(miplName) && text.includes(':') ? (glued.exec(text) ?? []) : [];
  const tail = before === '' || isInQuotes(before) ? undefined : wholeHead(rest);
  if (tail) return { ...tail, isWhole: false, oddity: `behind other text: ${JSON.stringify(before)}` };
  // Most lines without a head begin with a letter or a digit.
  const state = text.charCodeAt(0) < DIGIT_0 ? firmwareUpdate.exec(text)?.[1] : undefined;
  if (state === undefined) return damaged(text);
  const { name } = urcs.firmwareUpdate;
  return headWith(name, text, state.length, lineNames.find(name, 0), false);
}

/** A request or an event whose head has lost letters. */
function damaged(text: string): LineHead | undefined {
  // None of them has less than two parameters.
  const head = text.includes(',') ? damagedHead(text) : undefined;
  return head && headWith(head.name, text, head.from, lineNames.find(head.name, 0), false, head.oddity);
}
