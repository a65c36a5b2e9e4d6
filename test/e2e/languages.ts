import { en, zh } from '../../renderer/i18n/texts.ts';
import { numberedText } from '../../shared/plural.ts';
import { looks, smallestLooks } from './pictures.ts';
import type { Look } from './pictures.ts';

/** The languages of the window: one journey is made in each, with its words. */
export const languages = ['en', 'zh'] as const;
export type WindowLanguage = (typeof languages)[number];

/** The words of the window in each language. */
export const wordsIn = { en, zh } as const;

/** A text of the window with its values filled in; of `one | several` as the window chooses. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  const { one, several } = numberedText(text);
  const isOne = one && String(values[one.name]) === '1';
  return Object.entries(values).reduce(
    (told, [name, value]) => told.replaceAll(`{${name}}`, String(value)),
    isOne ? one.text : several,
  );
}

/** A look of the window in one language. */
export const lookIn = (language: WindowLanguage, theme: Look['theme'] = 'dark', width = 1280, height = 720): Look => ({
  language,
  theme,
  width,
  height,
});

/** Every look that a picture is taken in, in one language. */
export const looksIn = (language: WindowLanguage): Look[] =>
  [...smallestLooks, ...looks].filter((look) => look.language === language);
