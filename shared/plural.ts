/** Between a text for one and the text for several: `1 line | {count} lines`. Chinese has one text for both. */
const between = ' | ';

/** A text for any number: where it has one for one alone, which value decides. */
export interface NumberedText {
  readonly several: string;
  /** What is said where the value `name` is one. */
  readonly one?: { readonly text: string; readonly name: string };
}

/** How a text is written for one and for several. The number of what there may be one of stands in the text for several alone. */
export function numberedText(text: string): NumberedText {
  const [one = '', several] = text.split(between);
  if (several === undefined) return { several: text };
  const name = valuesIn(several).find((value) => !valuesIn(one).includes(value));
  return name === undefined ? { several } : { several, one: { text: one, name } };
}

/** The names of the values that a text is filled with, in their order. */
export function valuesIn(text: string): string[] {
  return Array.from(text.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
}

/** How many there are of something, in English: `1 step`, `3 steps`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
