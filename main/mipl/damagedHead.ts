import { eventMeanings } from './codes.ts';
import { commands, urcs } from './messages.ts';

/** Name of a request or an event that did not come whole, and where its parameters begin. */
export interface DamagedHead {
  readonly name: string;
  readonly from: number;
  readonly oddity: string;
}

const mark = '+';
const prefix = 'MIPL';
/** With how many whole numbers each of them begins. */
const kinds = { READ: 5, WRITE: 5, EXECUTE: 5, OBSERVE: 6, DISCOVER: 3, PARAMETER: 5, EVENT: 2 } as const;
const numbersOf = new Map(Object.entries(kinds).map(([kind, count]) => [`${prefix}${kind}`, count]));
const kindNames = [...numbersOf.keys()];
/** Whatever else begins so, be it only as the echo of a command: none of them may pass for a request. */
const otherNames = [...Object.values(urcs), ...Object.values(commands)]
  .map(({ name }) => name.slice(1))
  .filter((name) => name.startsWith(prefix) && !kindNames.includes(name));

/** A name no longer than one with what noise makes of it, and suite and msgid, with which all of them begin. */
const parts = /^([^\d,="]{3,24})\d{1,3} *, *-?\d{1,10} *(?:,|$)/;
const numbers = /^(?:-?\d{1,10} *(?:, *|$)){0,6}/;
/** All that is known prints capitals; words in small letters are what somebody writes of himself (`Event: 1,2`). */
const noCapitals = /[^A-Z]/g;
/** Letters that were lost or changed. */
const mostDamage = 2;

/** How many letters must be put in, taken out or changed to make one of the other (Levenshtein). */
export function lettersBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let place = 1; place <= other.length; place++) {
      const changed = (row[place - 1] as number) + (other[place - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[place] as number) + 1, (next[place - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}

const LETTER_A = 0x41;

/** A bit for each capital that stands in it. */
function capitalsIn(text: string): number {
  let bits = 0;
  for (let place = 0; place < text.length; place++) bits |= 1 << (text.charCodeAt(place) - LETTER_A);
  return bits;
}

/** Whether more bits are set than damage can account for. */
function isTooMany(bits: number): boolean {
  let left = bits;
  for (let count = 0; count < mostDamage; count++) left &= left - 1;
  return left !== 0;
}

const capitalsOf = new Map([...kindNames, ...otherNames].map((name) => [name, capitalsIn(name)]));

/** As {@link lettersBetween} where it is no more than {@link mostDamage}. Most names are told apart by their length and letters. */
function damageOf(letters: string, capitals: number, name: string): number {
  const own = capitalsOf.get(name) as number;
  const isFar = Math.abs(letters.length - name.length) > mostDamage;
  if (isFar || isTooMany(own & ~capitals) || isTooMany(capitals & ~own)) return Infinity;
  return lettersBetween(letters, name);
}

function nearest(letters: string): string | undefined {
  const capitals = capitalsIn(letters);
  let damage = Infinity;
  let found: string | undefined;
  for (const name of kindNames) {
    const near = damageOf(letters, capitals, name);
    if (near > mostDamage || near >= damage) continue;
    damage = near;
    found = name;
  }
  if (found === undefined) return undefined;
  return otherNames.some((name) => damageOf(letters, capitals, name) <= damage) ? undefined : found;
}

/** More than half of the kind must have come: `VER` is a version. */
function withoutBeginning(letters: string): string | undefined {
  const isMost = (name: string): boolean => 2 * letters.length > name.length - prefix.length;
  const names = kindNames.filter((name) => name.endsWith(letters) && isMost(name));
  return names.length === 1 ? names[0] : undefined;
}

/**
 * Suite, number and what some add. Programs write events of their own, with other numbers and words behind them; all firmware that is known
 * gives its only suite the number 0.
 */
const eventList = /^0 *, *(\d{1,2}) *(?:, *\d+ *)?$/;

/** Whether the line has all numbers with which one of that name begins; an event needs no more than two, so they must be known. */
function hasNumbers(name: string, list: string): boolean {
  if (name === 'MIPLEVENT') return eventMeanings[Number(eventList.exec(list)?.[1])] !== undefined;
  const [told] = numbers.exec(list) as RegExpExecArray;
  return told.split(/\d+/).length > (numbersOf.get(name) as number);
}

/**
 * A request or an event in a line without a head that is known: a port that wakes, and a wire beside a motor, lose letters or change
 * them, at the beginning or in the middle. It must be answered all the same. Undefined where more than two letters are wrong, or
 * it could be another line: one that does not begin as all of them do must at least go on as they do.
 */
export function damagedHead(text: string): DamagedHead | undefined {
  const before = parts.exec(text)?.[1];
  if (before === undefined) return undefined;
  const head = before.trim();
  const letters = head.replace(noCapitals, '');
  const isAlone = /^[A-Z]+ *:$/.test(head);
  const name = (isAlone ? withoutBeginning(letters) : undefined) ?? nearest(letters);
  if (name === undefined) return undefined;
  if (!letters.startsWith(prefix) && !hasNumbers(name, text.slice(before.length))) return undefined;
  const whole = `${mark}${name}`;
  const isEnd = isAlone && name.endsWith(letters);
  return {
    name: whole,
    from: before.length,
    oddity: `its ${isEnd ? 'beginning is missing' : 'head is damaged'}: ${whole}`,
  };
}
