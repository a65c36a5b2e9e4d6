import en from './texts/en.json' with { type: 'json' };
import zh from './texts/zh.json' with { type: 'json' };
import type { Translate } from './phrase.ts';
import type { Language } from './settings.ts';

/** The sentences about lines of the log, by the keys of {@link Phrase}: screen and exported page say the same. */
export const lineTexts = { en, zh } as const;

interface Texts {
  readonly [key: string]: string | Texts;
}

/** A text cut at its values: what stands before each, the name of the value, and what stands behind the last. */
type Template = readonly string[];

function templateIn(texts: Texts, key: string): Template | undefined {
  let found: string | Texts | undefined = texts;
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  return typeof found === 'string' ? found.split(/\{(\w+)\}/) : undefined;
}

/** Speaks phrases of {@link lineTexts} in a language, without the window; a key without a text stays a key. */
export function lineTranslate(language: Language): Translate {
  const templates = new Map<string, Template | undefined>();
  return (key, values) => {
    let template = templates.get(key);
    if (!template && !templates.has(key)) templates.set(key, (template = templateIn(lineTexts[language], key)));
    if (!template) return key;
    let said = '';
    for (let place = 0; place < template.length; place++) {
      const part = template[place] as string;
      said += place % 2 === 0 ? part : String(values[part] ?? '');
    }
    return said;
  };
}
