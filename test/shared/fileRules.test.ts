import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readObjectFile } from '../../main/lwm2m/oma/objectFile.ts';
import { parseModel } from '../../main/lwm2m/deviceModel.ts';
import { faultOf } from '../../shared/errors.ts';
import { fileRule, ruleOfFault } from '../../shared/fileRules.ts';
import { lineTexts, lineTranslate } from '../../shared/lineTexts.ts';
import { speak } from '../../shared/phrase.ts';

const inWords = (sentence: ReturnType<typeof fileRule>, language: 'en' | 'zh'): string =>
  typeof sentence === 'string' ? sentence : speak(sentence, lineTranslate(language));

const model = (resource: string): string =>
  `{"format":"mipl-device-model","version":1,"objects":[{"id":3303,"instances":[{"id":0,"resources":[\n${resource}]}]}]}`;

function complaint(text: string): { message: string; detail: string } {
  try {
    parseModel(text, 'a.model.json');
  } catch (error) {
    const { message, detail = '' } = faultOf(error);
    return { message, detail };
  }
  return expect.unreachable('The model is good');
}

describe('why a file was refused', () => {
  it.each<[text: string, zh: string]>([
    ['{', '应为双引号中的文本，在同一行且转义正确，却是文件末尾'],
    ['['.repeat(99), '最多 64 层，却是 "["'],
    ['{"a":1,"a":1}', '字段 "a" 重复出现'],
    ['[]', '应为对象，而不是 array'],
    ['{"format":"x"}', '"x" 不是 mipl-device-model 之一'],
    ['{"format":"mipl-device-model","version":2}', '本程序读取版本 1'],
    ['{"format":"mipl-device-model","version":1,"colour":1}', '未知字段；已知字段为 format, version, name, objects'],
    ['{"format":"mipl-device-model","version":1,"objects":[]}', '列表为空'],
    [model('{"id":70000}'), '应为 0 到 65535 的整数'],
    [model('{"id":5700}'), '缺少此字段'],
    [model('{"id":5700,"value":"warm"}'), '不是类型 float 的值：应为十进制数'],
    [model('{"id":5700,"value":"1"},{"id":5700,"value":"1"}'), '5700 重复出现'],
    [model('{"id":5605,"access":"R"}'), '"R" 与类型 none 不符'],
    [model('{"id":5605,"value":"1"}'), '可执行资源没有值'],
    [model('{"id":9,"value":"1"}'), '缺少此字段，且资源 9 没有定义'],
    [model(`{"id":9,"type":"string","value":"${'x'.repeat(20_000)}"}`), '最多 16384 个字符，而不是 20000 个'],
  ])('is said in Chinese, too (%#)', (text, zh) => {
    const { message, detail } = complaint(text);
    const rule = ruleOfFault(message, detail);
    expect(inWords(rule, 'zh')).toBe(zh);
    expect(message).toContain(inWords(rule, 'en'));
  });

  it('holds for remarks about the registry', () => {
    const item = '<Item ID="1"><Operations>X</Operations><Type>Complex</Type></Item>';
    const { remarks } = readObjectFile(
      `<L><Object><ObjectID>1</ObjectID>${item}${item}</Object><Object/></L>`,
      'a.xml',
    );
    expect(remarks.map(({ text }) => inWords(fileRule(text), 'zh'))).toEqual([
      '操作 "X" 未知：不允许任何操作',
      '数据类型 "Complex" 未知：按字符串处理',
      '操作 "X" 未知：不允许任何操作',
      '数据类型 "Complex" 未知：按字符串处理',
      '资源 1 重复出现：以第一个为准',
      '没有对象的资源：已略过',
    ]);
  });

  it('has the same pieces in both languages', () => {
    const pieces = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([piece]) => piece).toSorted();
    for (const [key, en] of Object.entries(lineTexts.en.fileRule)) {
      expect([key, pieces(lineTexts.zh.fileRule[key as keyof typeof lineTexts.zh.fileRule])]).toEqual([
        key,
        pieces(en),
      ]);
    }
  });

  it('that is not ours stays as it is, cut where it has no end, with nothing that cannot be seen', () => {
    expect(fileRule('x'.repeat(500))).toBe(`${'x'.repeat(120)}…`);
    expect(fileRule('EACCES: permission denied')).toBe('EACCES: permission denied');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(inWords(fileRule(text), 'zh')).not.toMatch(/[\u0000-\u001f]/);
      }),
    );
    expect(ruleOfFault('longer', '')).toBe('longer');
  });
});
