import { describe, expect, it } from 'vitest';
import { remarkCodes } from '../../shared/remarks.ts';
import { cisErrors, eventMeanings, results } from '../../main/mipl/codes.ts';
import { commands, urcs } from '../../main/mipl/messages.ts';
import { i18n, useWords } from '../../renderer/i18n/index.ts';
import { keysHere } from '../../renderer/i18n/keys.ts';
import * as texts from '../../renderer/i18n/texts.ts';
import { errorCodes } from '../../renderer/ui/faults.ts';
import { numberedText, valuesIn } from '../../shared/plural.ts';
import { lineTranslate } from '../../shared/lineTexts.ts';
import {
  bareName,
  cisErrorNumbers,
  cmeErrorNumbers,
  eventNumbers,
  explained,
  registrationNumbers,
  resultNumbers,
} from '../../shared/explain.ts';

type Texts = { readonly [key: string]: string | Texts };

const languages: Readonly<Record<'en' | 'zh', Texts>> = { en: texts.en, zh: texts.zh };

function flat(texts: Texts, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') all.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) all.set(inner, text);
  }
  return all;
}
const en = flat(languages.en);
const zh = flat(languages.zh);
const placeholders = (text: string): string[] => valuesIn(numberedText(text).several).sort();

/** Texts that are shown only where there are several. */
const atLeastTwo = ['tab.full', 'composer.tooLong', 'udp.echo.chart', 'udp.no.tooLong.reason'];

/** True when the key has a text, or texts below it. */
const speaks = (texts: Map<string, string>, key: string): boolean =>
  texts.has(key) || [...texts.keys()].some((other) => other.startsWith(`${key}.`));

describe('texts of the interface', () => {
  it.each(['en', 'zh'] as const)('says each in %s as vue-i18n would, though most do without it', (language) => {
    const { t } = useWords();
    const values = Object.fromEntries([...en.values()].flatMap(placeholders).map((name) => [name, `<${name}>`]));
    const keys = [...en.keys(), 'no.such.key', 'stage', 'constructor.name', 'stage.failed.length', ''];
    const { locale } = i18n.global;
    locale.value = language;
    expect(keys.map((key) => t(key, values))).toEqual(keys.map((key) => keysHere(i18n.global.t(key, values, 2))));
    locale.value = 'en';
  });

  it('has the same keys in both languages', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it('fills in the same values in both languages', () => {
    for (const [key, text] of en) expect([key, placeholders(zh.get(key) ?? '')]).toEqual([key, placeholders(text)]);
  });

  it('has no empty text', () => {
    for (const [key, text] of [...en, ...zh]) expect([key, text.trim()]).not.toEqual([key, '']);
  });

  it('uses no exclamation mark, no please, no oops', () => {
    for (const [key, text] of [...en, ...zh]) expect([key, /[!！]|please|oops|请您/i.test(text)]).toEqual([key, false]);
  });

  it('uses no character that vue-i18n reads as syntax, but where there is a text for one', () => {
    for (const [key, text] of zh) expect([key, /[@|]/.test(text)]).toEqual([key, false]);
    for (const [key, text] of en)
      expect([key, /[@|]/.test(numberedText(text).one ? text.replace(' | ', '') : text)]).toEqual([key, false]);
  });

  it('has a text for one in English where what is counted would be several', () => {
    const counts =
      /\{(?:count|lines|bytes|rest|length|used)\} (?:(?:more |unreadable )?[a-z]{3,}s\b|.*\b(?:are|were)\b)/;
    const several = [...en].filter(([, text]) => counts.test(text) && !numberedText(text).one);
    expect(several.map(([key]) => key).filter((key) => !atLeastTwo.includes(key))).toEqual([]);
  });

  it('says one of a thing as one in the window and on an exported page, and several as several', () => {
    const { t } = useWords();
    expect([1, '1', 2, 0, '1,000'].map((count) => t('log.copied', { count }))).toEqual([
      '1 line copied.',
      '1 line copied.',
      '2 lines copied.',
      '0 lines copied.',
      '1,000 lines copied.',
    ]);
    const exported = lineTranslate('en');
    const rest = (number: number): string =>
      exported('explain.command.MIPLREADRSP.part', {
        msgId: 7,
        path: '/3303/0/5700',
        value: 1,
        type: 'float',
        rest: number,
      });
    expect(rest(1)).toContain('; 1 more line follows.');
    expect(rest(2)).toContain('; 2 more lines follow.');
  });

  it('has one name for each thing, as the document has it', () => {
    const others = /模块|终端|遮盖|方言|套接字|引擎|订阅|挂起|判据|刻痕|失步|驱动此值|操作员|技术员|没有打开的端口/;
    for (const [key, text] of zh) expect([key, others.exec(text)?.[0]]).toEqual([key, undefined]);
    // An address has a port number; what a module is plugged into is a 串口.
    const portNumbers = /^(udp\.|port\.placeholder$|port\.badAddress$|error\.PORT_(NOT_ALLOWED|NOT_FOUND|LOGIN)\.)/;
    for (const [key, text] of zh)
      if (!portNumbers.test(key)) expect([key, text.includes('端口')]).toEqual([key, false]);
    const inEnglish = /\b(anew|dialect|engine|unasked)\b|renew\w* the registration|registration is renewed|[“”‘’]/i;
    for (const [key, text] of en) expect([key, inEnglish.exec(text)?.[0]]).toEqual([key, undefined]);
  });

  it('writes full-width punctuation between Chinese characters', () => {
    for (const [key, text] of zh)
      expect([
        key,
        /[\u4e00-\u9fff][,;:]|[,;:][\u4e00-\u9fff]/.test(
          text.replace(/(?:tcp|telnet|rfc2217):\/\/[^\s、，]+|对象:实例/g, ''),
        ),
      ]).toEqual([key, false]);
  });
});

describe.each([
  ['en', en],
  ['zh', zh],
])('completeness in %s', (_, texts) => {
  it.each(errorCodes)('says what %s is and what to do', (code) => {
    expect(texts.has(`error.${code}.what`)).toBe(true);
    expect(texts.has(`error.${code}.advice`)).toBe(true);
  });

  it('has every event, result, registration state and error number', () => {
    const keys = [
      ...eventNumbers.map((number) => `event.${number}`),
      ...resultNumbers.map((number) => `result.${number}`),
      ...registrationNumbers.map((number) => `cereg.${number}`),
      ...cisErrorNumbers.flatMap((number) => [`cisError.cis.${number}`, `cisError.cmcc.${number}`]),
      ...cmeErrorNumbers.map((number) => `cmeError.${number}`),
    ];
    for (const key of keys) expect([key, texts.has(key)]).toEqual([key, true]);
  });

  it('knows every number the engine knows', () => {
    const numbers = (table: object): number[] => Object.keys(table).map(Number);
    expect(numbers(eventMeanings).filter((number) => !texts.has(`event.${number}`))).toEqual([]);
    expect(numbers(results).filter((number) => !texts.has(`result.${number}`))).toEqual([]);
    expect(numbers(cisErrors).filter((number) => !texts.has(`cisError.cis.${number}`))).toEqual([]);
    expect([...eventNumbers].sort()).toEqual(numbers(eventMeanings).sort());
  });

  it('has every remark of the program, with the same values', () => {
    for (const code of remarkCodes) {
      const text = texts.get(`remark.${code}`) ?? '';
      expect([code, text === '']).toEqual([code, false]);
    }
  });

  it('explains every command of the message table', () => {
    for (const { name } of Object.values(commands)) {
      const bare = bareName(name);
      expect([bare, explained.command.includes(bare)]).toEqual([bare, true]);
      expect([bare, speaks(texts, `explain.command.${bare}`)]).toEqual([bare, true]);
    }
  });

  it('explains every URC of the message table', () => {
    for (const { name } of Object.values(urcs)) {
      const bare = bareName(name);
      expect([bare, explained.urc.includes(bare)]).toEqual([bare, true]);
      expect([bare, speaks(texts, `explain.urc.${bare}`)]).toEqual([bare, true]);
    }
  });
});
