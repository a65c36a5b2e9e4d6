import { commands, urcs } from './messages.ts';

/** Name of a request or an event that did not come whole, and where its parameters begin. */
export interface DamagedHead {
  readonly name: string;
  readonly from: number;
  readonly oddity: string;
}

const mark = '+';
const prefix = 'MIPL';
const kinds: readonly string[] = ['READ', 'WRITE', 'EXECUTE', 'OBSERVE', 'DISCOVER', 'PARAMETER', 'EVENT'];
const kindNames = kinds.map((kind) => `${prefix}${kind}`);
/** Whatever else begins so, be it only as the echo of a command: none of them may pass for a request. */
const otherNames = [...Object.values(urcs), ...Object.values(commands)]
  .map(({ name }) => name.slice(1))
  .filter((name) => name.startsWith(prefix) && !kindNames.includes(name));

/** A name no longer than one with what noise makes of it, and suite and msgid, with which all of them begin. */
const parts = /^([^\d,="]{3,24})\d{1,3} *, *-?\d{1,10} *(?:,|$)/;
const noLetters = /[^A-Z]/g;
/** Letters that were lost or changed. */
const mostDamage = 2;
/** So many letters of the kind must have come where nothing stands before them. */
const fewestLetters = 3;

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

function nearest(letters: string): string | undefined {
  const near = (name: string): number => lettersBetween(letters, name);
  const damage = Math.min(...kindNames.map(near));
  if (damage > mostDamage || otherNames.some((name) => near(name) <= damage)) return undefined;
  return kindNames.find((name) => near(name) === damage);
}

function withoutBeginning(letters: string): string | undefined {
  if (letters.length < fewestLetters) return undefined;
  const names = kindNames.filter((name) => name.endsWith(letters));
  return names.length === 1 ? names[0] : undefined;
}

/**
 * A request or an event in a line without a head that is known: a port that wakes, and a wire beside a motor, lose letters or change
 * them, at the beginning or in the middle. It must be answered all the same. Undefined where more than two letters are wrong, or
 * it could be another line.
 */
export function damagedHead(text: string): DamagedHead | undefined {
  const before = parts.exec(text)?.[1];
  if (before === undefined) return undefined;
  const head = before.trim();
  const letters = head.toUpperCase().replace(noLetters, '');
  const isAlone = /^[A-Z]+ *:$/i.test(head);
  const name = (isAlone ? withoutBeginning(letters) : undefined) ?? nearest(letters);
  if (name === undefined) return undefined;
  const whole = `${mark}${name}`;
  const isEnd = isAlone && name.endsWith(letters);
  return {
    name: whole,
    from: before.length,
    oddity: `its ${isEnd ? 'beginning is missing' : 'head is damaged'}: ${whole}`,
  };
}
