/** How well a text fits what is sought, and at which of its characters. */
export interface FuzzyMatch {
  /** The higher the better. */
  readonly score: number;
  /** Places of the characters that fit, in UTF-16 units. */
  readonly at: readonly number[];
}

/** A word begins behind whatever is no part of one, in Chinese punctuation too, and behind a Chinese character, which is one by itself. */
const isBoundary = (text: string, index: number): boolean =>
  index === 0 || /[^\p{L}\p{N}]|\p{Script=Han}/u.test(text[index - 1] ?? '');

/** Longest text and longest query that are looked at: commands are short, and a person types. */
const MOST = 300;

/**
 * Whether the characters of a query stand in a text in their order, whatever stands between them; those that stand together, or at
 * the beginning of a word, count more. Each word of the query has to fit. Upper and lower case are the same. Pure.
 */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | undefined {
  const words = query
    .slice(0, MOST)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const at = new Set<number>();
  let score = 0;
  for (const word of words) {
    const found = wordMatch(word, text.slice(0, MOST));
    if (!found) return undefined;
    score += found.score;
    for (const index of found.at) at.add(index);
  }
  return { score: score - text.length / 100, at: [...at].sort((one, other) => one - other) };
}

function wordMatch(word: string, text: string): FuzzyMatch | undefined {
  const lower = text.toLowerCase();
  // Case may change a length (İ): what would not line up is looked at as it is.
  const searched = lower.length === text.length ? lower : text;
  const whole = wholeWord(word, searched);
  if (whole) return whole;
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const character of word) {
    const index = searched.indexOf(character, from);
    if (index < 0) return undefined;
    const isNext = index === from && at.length > 0;
    score += 1 + (isNext ? 2 : 0) + (isBoundary(searched, index) ? 3 : 0);
    for (let unit = 0; unit < character.length; unit++) at.push(index + unit);
    from = index + character.length;
  }
  return { score, at };
}

/** The word as it stands, at the beginning of a word if there is such a place. */
function wholeWord(word: string, text: string): FuzzyMatch | undefined {
  let best = text.indexOf(word);
  if (best < 0) return undefined;
  for (let index = best; index >= 0; index = text.indexOf(word, index + 1)) {
    if (!isBoundary(text, index)) continue;
    best = index;
    break;
  }
  const score = word.length * 4 + (isBoundary(text, best) ? 6 : 0);
  return { score, at: Array.from({ length: word.length }, (_, unit) => best + unit) };
}
