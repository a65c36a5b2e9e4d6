/**
 * A sentence not yet in a language: the key of its text and the values in it, which may be phrases themselves. Pure
 * functions build phrases; only the screen turns them into words.
 */
export interface Phrase {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number | Phrase>>;
}

/** Looks up a text and fills in plain values: `t` of vue-i18n. */
export type Translate = (key: string, values: Record<string, string | number>) => string;

/** Builds a phrase. */
export function phrase(key: string, values: Phrase['values'] = {}): Phrase {
  return { key, values };
}

/** The phrase in words. */
export function speak(sentence: Phrase, translate: Translate): string {
  const values: Record<string, string | number> = {};
  for (const name of Object.keys(sentence.values)) {
    const value = sentence.values[name] as string | number | Phrase;
    values[name] = typeof value === 'object' ? speak(value, translate) : value;
  }
  return translate(sentence.key, values);
}
