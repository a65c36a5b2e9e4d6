import en from './texts/en.json' with { type: 'json' };
import zh from './texts/zh.json' with { type: 'json' };
import type { Translate } from './phrase.ts';
import { numberedText } from './plural.ts';
import type { Language } from './settings.ts';

/** The sentences about lines of the log, by the keys of {@link Phrase}: screen and exported page say the same. */
export const lineTexts = { en, zh } as const;

interface Texts {
  readonly [key: string]: string | Texts;
}

/** A text cut at its values: what stands before each, the name of the value, and what stands behind the last. */
type Parts = readonly string[];

/** A text, and what is said in its place where one of its values is one. */
interface Template {
  readonly several: Parts;
  readonly one: { readonly parts: Parts; readonly name: string } | undefined;
}

const partsOf = (text: string): Parts => text.split(/\{(\w+)\}/);

function templateIn(texts: Texts, key: string): Template | undefined {
  let found: string | Texts | undefined = texts;
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  if (typeof found !== 'string') return undefined;
  const { several, one } = numberedText(found);
  return { several: partsOf(several), one: one && { parts: partsOf(one.text), name: one.name } };
}

/** Speaks phrases of {@link lineTexts} in a language, without the window; a key without a text stays a key. */
export function lineTranslate(language: Language): Translate {
  const templates = new Map<string, Template | undefined>();
  return (key, values) => {
    let template = templates.get(key);
    if (!template && !templates.has(key)) templates.set(key, (template = templateIn(lineTexts[language], key)));
    if (!template) return key;
    const { several, one } = template;
    const parts = one && String(values[one.name]) === '1' ? one.parts : several;
    let said = '';
    for (let place = 0; place < parts.length; place++) {
      const part = parts[place] as string;
      said += place % 2 === 0 ? part : String(values[part] ?? '');
    }
    return said;
  };
}
