import { createI18n, useI18n } from 'vue-i18n';
import type { Language } from '../../shared/settings.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { speak } from '../../shared/phrase.ts';
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

/** `t` for texts, `say` for phrases, `language` for names that come in both. */
export function useWords(): {
  t: (key: string, values?: Record<string, string | number>) => string;
  say: (sentence: Phrase | string | undefined) => string;
  language: () => Language;
} {
  const { t, locale } = useI18n({ useScope: 'global' });
  const translate = (key: string, values: Record<string, string | number> = {}): string => keysHere(t(key, values));
  return {
    t: translate,
    say: (sentence = '') => (typeof sentence === 'string' ? sentence : speak(sentence, translate)),
    language: () => (locale.value === 'zh' ? 'zh' : 'en'),
  };
}
