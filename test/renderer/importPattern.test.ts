import { describe, expect, it } from 'vitest';
import { compileOwnPattern } from '../../main/capture/ownPattern.ts';
import { i18n } from '../../renderer/i18n/index.ts';
import { importObstacle, patternFaultWords, previewCounts } from '../../renderer/sessions/patternWords.ts';
import { withPattern } from '../../shared/importPattern.ts';
import type { PreviewRow } from '../../shared/importPattern.ts';
import { speak } from '../../shared/phrase.ts';

function words(language: 'en' | 'zh', pattern: string): string {
  const compiled = compileOwnPattern(pattern);
  if (!('fault' in compiled)) return 'no fault';
  i18n.global.locale.value = language;
  try {
    return speak(patternFaultWords(compiled.fault), (key, values) => {
      expect([key, i18n.global.te(key)]).toEqual([key, true]);
      return i18n.global.t(key, values);
    });
  } finally {
    i18n.global.locale.value = 'en';
  }
}

describe('a pattern that is none', () => {
  it.each([
    ['(?<text>.*', 'A bracket ( is not closed in (?<text>.*.', '(?<text>.* 中的左括号 ( 没有闭合。'],
    ['(?<text>a))', 'There is a ) without its ( in (?<text>a)).', '(?<text>a)) 中有多余的右括号 )。'],
    ['[a', 'A character class [ is not closed in [a.', '[a 中的字符组 [ 没有闭合。'],
    ['[b-a]', 'b-a is no range of characters.', 'b-a 不是有效的字符范围。'],
    ['\\8', '\\8 is no known escape.', '\\8 不是可识别的转义。'],
    ['a\\', 'The pattern ends with a single backslash.', '表达式以单个反斜杠结尾。'],
    ['(?<a b>x)', '(?<a b> is no name of a group: write (?<text>…).', '(?<a b> 不是有效的组名，应写作 (?<text>…)。'],
    ['(?<text>a)(?<text>b)', 'The group text is there twice.', '命名组 text 出现了两次。'],
    ['(?=a)', /^\(\?= is not known here: look-ahead/, /^不支持 \(\?=：前瞻/],
    ['*', 'Nothing stands before the repetition *.', '重复符 * 之前没有内容。'],
    ['a**', '** repeats a repetition: put brackets around the first.', '** 对重复再重复：请给前者加括号。'],
    ['a{9999}', '{9999} repeats too often: at most 1000 times.', '{9999} 重复次数过多，最多 1000 次。'],
    [`${'('.repeat(1100)}a${')'.repeat(1100)}`, 'The brackets of the pattern are nested too deeply.', /嵌套过深/],
    ['((a{100}){10}){10}', /repeats too often|too large/, /过多|过大/],
    ['(?<text>a)(?<who>b)', 'The pattern has a group "who": only time, direction, text mean something.', /“who”/],
    ['.*', 'The group (?<text>…) is missing: it says what went over the wire.', /缺少命名组/],
    ['(?<text>(?:a{500}){2}(?:b{500}){2}(?:c{500}){2})', /^The pattern is too large: \d+ steps/, /^表达式过大/],
  ] as const)('%s', (pattern, en, zh) => {
    expect(words('en', pattern)).toMatch(en);
    expect(words('zh', pattern)).toMatch(zh);
  });

  it('of a kind that RE2 has learned since is told in its own words', () => {
    expect(speak(patternFaultWords({ what: 'syntax', reason: 'new' }), (key, { reason }) => `${key} ${reason}`)).toBe(
      'session.pattern.syntax.other new',
    );
  });
});

const rows: readonly PreviewRow[] = [
  { line: 1, raw: 'start', is: 'note' },
  { line: 2, raw: '> AT', is: 'line', from: 'host', text: 'AT', at: '14:03:09.000' },
  { line: 3, raw: '< OK', is: 'line', from: 'module', text: 'OK' },
];

describe('the import by a pattern', () => {
  it('counts what the pattern has made of the rows', () => {
    expect(previewCounts(rows)).toEqual({ rows: 3, lines: 2, sent: 1, received: 1, timed: 1 });
  });

  it('is in the way of itself until a log is chosen and the pattern fits a row of it', () => {
    const log = { log: '1', name: 'a.log' };
    const why = (...given: Parameters<typeof importObstacle>) => importObstacle(...given)?.reason.key;
    expect(why(undefined, undefined)).toBe('session.pattern.why.noLog');
    expect(why(log, undefined)).toBe('session.pattern.why.notRead');
    expect(why(log, { fault: { what: 'noText' } })).toBe('session.pattern.why.fault');
    expect(why(log, { rows: rows.slice(0, 1) })).toBe('session.pattern.why.nothing');
    expect(why(log, { rows })).toBeUndefined();
    for (const reason of ['noLog', 'notRead', 'fault', 'nothing'])
      for (const part of ['why', 'advice']) expect(i18n.global.te(`session.pattern.${part}.${reason}`)).toBe(true);
  });

  it('a pattern is kept by its name, once', () => {
    const one = withPattern([], { name: ' Gateway ', pattern: 'a' });
    const two = withPattern(one, { name: 'Bench', pattern: 'b' });
    expect(withPattern(two, { name: 'Gateway', pattern: 'c' })).toEqual([
      { name: 'Bench', pattern: 'b' },
      { name: 'Gateway', pattern: 'c' },
    ]);
  });
});
