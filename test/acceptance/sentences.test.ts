import { describe, expect, test } from 'vitest';
import { lineTexts } from '../../shared/lineTexts.ts';
import { errorCodes } from '../../renderer/ui/faults.ts';
import type { LogEntry } from '../../shared/log.ts';
import { documentCases, infoOf } from '../../main/acceptance/cases/cases.ts';
import { commandTitle, faultSentence } from '../../main/acceptance/cases/faultSentence.ts';
import { stepText } from '../../main/acceptance/cases/steps.ts';
import { judge } from '../../main/acceptance/run/judge.ts';
import { planOf, rigOf, runPlan } from './rig.ts';

/** A line of the log, as far as a sentence is made of it. */
function line(kind: LogEntry['kind'], text: string, exchange: number, decoded?: object): LogEntry {
  return {
    seq: exchange,
    atMs: exchange,
    kind,
    text,
    exchange,
    ...(decoded ? { decoded } : {}),
  } as unknown as LogEntry;
}

const added = line('engine', 'AT+MIPLADDOBJ=0,3303,2,"11",7,0', 1, {
  kind: 'command',
  name: '+MIPLADDOBJ',
  params: { objectId: 3303 },
});
const final = (text: string, name: string): LogEntry => line('answer', text, 1, { kind: 'final', name });

describe('what went wrong is said as a customer reads it', () => {
  test('a command that was not answered, and for how long', () => {
    const fault = { code: 'AT_TIMEOUT', message: 'AT+MIPLADDOBJ: no answer within 5000 ms.', detail: '5 s' } as const;
    expect(faultSentence(fault, [added], 'cis')).toEqual({
      zh: 'AT+MIPLADDOBJ 3303 没有应答（5 s）',
      en: 'AT+MIPLADDOBJ 3303 was not answered (5 s)',
    });
    expect(faultSentence(fault, [], 'cis').en).toBe('the module did not answer in time');
    const { detail: _detail, ...bare } = fault;
    expect(faultSentence(bare, [added], 'cis').en).toBe('AT+MIPLADDOBJ 3303 was not answered');
  });

  test('a command that was refused, with what the number means', () => {
    const fault = { code: 'AT_CME', message: '', detail: '10' } as const;
    expect(faultSentence(fault, [added, final('+CME ERROR: 10', '+CME ERROR')], 'cis')).toEqual({
      zh: expect.stringMatching(/^AT\+MIPLADDOBJ 3303 返回 \+CME ERROR: 10：.*SIM/) as string,
      en: expect.stringMatching(/^AT\+MIPLADDOBJ 3303 was answered \+CME ERROR: 10: .*SIM/) as string,
    });
    const cis = (number: number, dialect: 'cis' | 'cmcc') =>
      faultSentence(fault, [added, final(`+CIS ERROR: ${number}`, '+CIS ERROR')], dialect);
    expect(cis(601, 'cis')).toEqual({
      zh: `AT+MIPLADDOBJ 3303 返回 +CIS ERROR: 601：${lineTexts.zh.cisError.cis['601']}`,
      en: 'AT+MIPLADDOBJ 3303 was answered +CIS ERROR: 601: wrong parameter',
    });
    expect(cis(653, 'cmcc').en).toContain(lineTexts.en.cisError.cmcc['653']);
    expect(cis(999, 'cis').en).toBe('AT+MIPLADDOBJ 3303 was answered +CIS ERROR: 999');
    expect(faultSentence(fault, [added, final('OK', 'OK')], 'cis').en).toContain('the module refused the command');
  });

  test("the platform's own words stand behind, those of the program do not", () => {
    const offline = { code: 'PLATFORM_OFFLINE', message: 'errno 2001 device not online' } as const;
    expect(faultSentence(offline, [], 'cis').zh).toBe('平台显示设备离线：errno 2001 device not online');
    expect(faultSentence({ code: 'AT_SILENT', message: 'Nothing came within 3 probes' }, [], 'cis').en).toBe(
      'the module does not answer AT',
    );
  });

  test.each(errorCodes)('%s has words of its own in both languages, and no code stands in their place', (code) => {
    const { zh, en } = faultSentence({ code, message: '', detail: '7' }, [], 'cis');
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(`${zh} ${en}`).not.toContain(code);
    expect(`${zh} ${en}`).not.toMatch(/error\.|[{}]/);
  });

  test('a long command is named without its parameters', () => {
    const long = line('engine', `AT+NSOST=0,183.230.40.150,36000,10,${'30'.repeat(10)}`, 1, {
      kind: 'command',
      name: '+NSOST',
      params: {},
    });
    expect(commandTitle(long)).toBe('AT+NSOST');
    expect(commandTitle(line('person', 'AT+CFUN=1', 1))).toBe('AT+CFUN=1');
  });
});

test('a criterion that was not met is never said as if it were a fact', () => {
  const criterion = { zh: '甲', en: 'A' };
  const { reason } = judge([{ criterion, source: 'at', judge: () => ({ outcome: 'failed', seqs: [] }) }], {
    requests: [],
    isOverdue: false,
  } as never);
  expect(reason).toEqual({ zh: '未满足：甲', en: 'not met: A' });
});

test('no step shows a template or a pattern', () => {
  for (const definition of documentCases) {
    for (const step of infoOf(definition).steps) expect(`${step.zh} ${step.en}`).not.toMatch(/[{}]|\(\?|\\d|\^/);
  }
  const send = { do: 'send', line: 'AT+NSOCL={socket}' } as const;
  expect(stepText(send).en).toBe('AT+NSOCL=<socket>');
  expect(stepText(send, { socket: '3' }).en).toBe('AT+NSOCL=3');
});

test(
  'a command that is not answered is why the event could not come, in a real run',
  { timeout: 120_000 },
  async (context) => {
    const rig = await rigOf(context);
    const { cases } = await runPlan(rig, planOf('create'), {
      during: {
        caseId: 'create',
        tampering: { hear: (text) => (text.includes('AT+MIPLADDOBJ=0,3303') ? undefined : text) },
      },
    });
    expect(cases[0]?.reason?.en).toMatch(
      /^AT\+MIPLADDOBJ 3303 was not answered \([\d.]+ s\), so event 6 could not come$/,
    );
    expect(cases[0]?.reason?.zh).toMatch(/^AT\+MIPLADDOBJ 3303 没有应答（[\d.]+ s），因此没有收到事件 6$/);
    expect(cases[0]?.verdict).toBe('failed');
  },
);
