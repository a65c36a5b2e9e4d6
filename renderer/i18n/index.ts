import { createI18n } from 'vue-i18n';
import type { Language } from '../../shared/settings.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { speak } from '../../shared/phrase.ts';
import { numberedText } from '../../shared/plural.ts';
import { keysHere } from './keys.ts';
import { en, zh } from './texts.ts';

/** The texts of the interface; the compiler of vue-i18n 11 needs no `eval`, so the content policy stands. */
export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  missingWarn: false,
  fallbackWarn: false,
  messages: { en, zh },
});

/** Changes the language of the whole window at once. */
export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

const texts = { en, zh } as const;
/** Without anything that vue-i18n reads as more than itself. */
const plain = /^[^{}@|\\]*$/;

function textOf(language: Language, key: string): string | undefined {
  let found: unknown = texts[language];
  for (const part of key.split('.'))
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[part] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/**
 * A text in words. One that stands for itself, as most do, is what it is: the first screen has hundreds of them, and vue-i18n takes
 * as long to compile and fill them as it takes to draw a tenth of the screen.
 */
function worded(key: string, values: Record<string, string | number>): string {
  const text = textOf(language(), key);
  if (text !== undefined && plain.test(text)) return text;
  const { one } = numberedText(text ?? '');
  if (!one) return fill(key, values);
  // As texts: a `count` that is a number is what vue-i18n chooses by, and one of 0 it takes for none.
  const said = Object.fromEntries(
    Object.entries({ [one.name]: '', ...values }).map(([name, value]) => [name, String(value)]),
  );
  return fill(key, said, said[one.name] === '1' ? 1 : 2);
}

/** `t` for texts, `say` for phrases, `language` for names that come in both. All follow the language of the window. */
export function useWords(): {
  t: (key: string, values?: Record<string, string | number>) => string;
  say: (sentence: Phrase | string | undefined) => string;
  language: () => Language;
} {
  return words;
}

const { t: fill, locale } = i18n.global;
const language = (): Language => (locale.value === 'zh' ? 'zh' : 'en');
const translate = (key: string, values: Record<string, string | number> = {}): string => keysHere(worded(key, values));
const words = {
  t: translate,
  say: (sentence: Phrase | string = ''): string =>
    typeof sentence === 'string' ? sentence : speak(sentence, translate),
  language,
};
