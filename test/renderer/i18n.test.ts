import { describe, expect, it } from 'vitest';
import { decodeLine, parseCommand } from '../../main/mipl/decode.ts';
import type { LogEntry, LogKind } from '../../shared/log.ts';
import { lineTexts, lineTranslate } from '../../shared/lineTexts.ts';
import { explain } from '../../shared/explain.ts';
import { speak } from '../../shared/phrase.ts';
import { i18n, useWords } from '../../renderer/i18n/index.ts';

const { t } = useWords();

function meaning(language: 'en' | 'zh', kind: LogKind, text: string, command?: string): string {
  i18n.global.locale.value = language;
  const decoded = decodeLine(text, command === undefined ? undefined : parseCommand(command)?.spec);
  const entry: LogEntry = { seq: 1, atMs: 0, kind, text, decoded };
  return speak(explain(entry, { dialect: 'cis', deadlineMs: 3000 }), t);
}

describe('a line of the log in words', () => {
  it.each([
    [
      '+MIPLREAD:0,64441,3303,-1,-1',
      'The platform reads every instance of object /3303. The answer is due within 3 s.',
    ],
    [
      '+MIPLREAD:0,64441,3303,0,-1',
      'The platform reads every resource of instance /3303/0. The answer is due within 3 s.',
    ],
    ['+MIPLREAD:0,64441,3303,0,5700', 'The platform reads /3303/0/5700. The answer is due within 3 s.'],
    [
      '+MIPLWRITE:0,64429,3306,0,5850,2,1,01,0,1',
      'The platform writes 01 (opaque (hex)) to /3306/0/5850; 1 more line of this write follows.',
    ],
    [
      '+MIPLWRITE:0,64429,3306,0,5851,2,1,16,0,0',
      'The platform writes 16 (opaque (hex)) to /3306/0/5851, last line of this write.',
    ],
    ['+MIPLEXECUTE:0,64431,3303,0,5605,5, "reset"', 'The platform executes /3303/0/5605 with the arguments reset.'],
    ['+MIPLEXECUTE:0,64431,3303,0,5605', 'The platform executes /3303/0/5605 without arguments.'],
    [
      '+MIPLOBSERVE:0,130839,1,3303,0,-1',
      'The platform observes the instance /3303/0. Notifications carry msgid 130839 from now on.',
    ],
    ['+MIPLOBSERVE:0,130839,0,3303,-1,-1', 'The platform ends its observation of the object /3303.'],
    ['+MIPLDISCOVER:0,65306,3303', 'The platform asks which resources object /3303 has (discover).'],
    ['+MIPLEVENT: 0,6', 'Event 6: registered.'],
    ['+MIPLEVENT:0,14,93', 'Event 14: an update is needed; 93 s are left.'],
    ['+MIPLEVENT:0,26,77', 'Event 26: notification acknowledged (ackid 77).'],
    ['+MIPLEVENT:0,77', 'Event 77: event 77, meaning not documented.'],
    ['+CEREG:2', 'Network registration changed: searching.'],
    ['+CSCON:1', 'The radio connection is up.'],
  ])('%s', (line, words) => {
    expect(meaning('en', 'unasked', line)).toBe(words);
  });

  it.each([
    [
      'AT+MIPLOPEN=0,3600,30',
      'Registers on OneNET with a lifetime of 3600 s. OK comes at once, event 6 when it is done.',
    ],
    ['AT+MIPLOPEN?', 'Asks whether the module is registered.'],
    ['AT+MIPLCREATEEX=?', 'Asks which values MIPLCREATEEX takes.'],
    [
      'AT+MIPLCREATE=49,130031F10003F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000,0,49,0',
      'Creates the communication suite with a configuration: direct 183.230.40.40:5683 · layout plain · MTU 1024.',
    ],
    [
      'AT+MIPLREADRSP=0,64441,1,3303,0,5700,4,4,20.123,11,0',
      'Answers the read with msgid 64441: /3303/0/5700 = 20.123 (float); 11 more lines follow.',
    ],
    ['AT+MIPLREADRSP=0,64438,13', 'Answers the read with msgid 64438: 4.04 not found.'],
    ['AT+MIPLWRITERSP=0,64429,2', 'Answers the write with msgid 64429: 2.04 changed.'],
    [
      'AT+MIPLNOTIFY=0,130839,3303,0,5601,4,4,10.123,0,0,77',
      'Reports /3303/0/5601 = 10.123 under the observation with msgid 130839; event 26 with ackid 77 confirms delivery.',
    ],
    ['AT', 'Checks that the module answers.'],
  ])('%s', (line, words) => {
    expect(meaning('en', 'engine', line)).toBe(words);
  });

  it('tells the answer by the command before it', () => {
    expect(meaning('en', 'answer', '+CEREG:1,1,19E6,94,9', 'AT+CEREG?')).toBe(
      'Network registration: registered, home.',
    );
    expect(meaning('en', 'answer', '+CSQ:20,99', 'AT+CSQ')).toBe('Signal strength -73 dBm.');
  });

  it('says what an error number means in the dialect', () => {
    expect(meaning('en', 'answer', '+CIS ERROR: 601')).toBe(
      'The module refused the command, error 601: wrong parameter.',
    );
    expect(meaning('en', 'answer', 'ERROR')).toBe('The module refused the command.');
  });

  it('keeps what it cannot read, with the reason', () => {
    expect(meaning('en', 'unasked', '+WEIRD:1')).toContain('cannot read');
  });

  it('speaks Chinese', () => {
    expect(meaning('zh', 'unasked', '+MIPLREAD:0,64441,3303,-1,-1')).toBe(
      '平台读取对象 /3303 的全部实例，应答时限 3 s。',
    );
    expect(meaning('zh', 'unasked', '+MIPLEVENT:0,26,77')).toBe('事件 26：上报已确认（ackid 77）。');
  });

  it('leaves braces and control characters of the wire as text', () => {
    expect(meaning('en', 'unasked', '+MIPLEXECUTE:0,1,3303,0,5605,10,"{msgId}\u001b@x"')).toContain('{msgId}␛@x');
  });
});

describe('a sentence without the window', () => {
  it('is the one that the window says, whatever the values', () => {
    for (const language of ['en', 'zh'] as const) {
      const translate = lineTranslate(language);
      i18n.global.locale.value = language;
      const values = {
        path: '/3303/0/5700',
        seconds: 3,
        value: 'a{b}$&',
        type: 'x',
        rest: language === 'en' ? 1 : 2,
        msgId: 0,
        count: 0,
      };
      for (const key of flatKeys(lineTexts[language])) {
        expect([key, translate(key, values)]).toEqual([key, t(key, values)]);
      }
    }
  });

  it('is the key where there is none', () => {
    expect(lineTranslate('en')('explain.nowhere.at.all', {})).toBe('explain.nowhere.at.all');
    expect(lineTranslate('en')('explain', {})).toBe('explain');
  });
});

type Texts = { readonly [key: string]: string | Texts };

function flatKeys(texts: Texts): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [key] : flatKeys(value).map((inner) => `${key}.${inner}`),
  );
}
