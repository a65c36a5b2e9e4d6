import en from './texts/en.json' with { type: 'json' };
import zh from './texts/zh.json' with { type: 'json' };
import type { Translate } from './phrase.ts';
import type { Language } from './settings.ts';

/** The sentences about lines of the log, by the keys of {@link Phrase}: screen and exported page say the same. */
export const lineTexts = { en, zh } as const;

interface Texts {
  readonly [key: string]: string | Texts;
}

/** Speaks phrases of {@link lineTexts} in a language, without the window; a key without a text stays a key. */
export function lineTranslate(language: Language): Translate {
  const texts: Texts = lineTexts[language];
  return (key, values) => {
    let found: string | Texts | undefined = texts;
    for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
    return typeof found === 'string'
      ? found.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
      : key;
  };
}
