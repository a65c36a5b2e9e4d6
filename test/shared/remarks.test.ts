import { describe, expect, it } from 'vitest';
import { gapReasonWords } from '../../shared/gapWords.ts';
import { remark, remarkCodes, remarkIn, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';

const request = { kind: 'read', path: '/3303/0', msgId: 7 } as const;

describe('a remark', () => {
  it.each<[Remark, string]>([
    [remark('portGone', { reason: 'unplugged' }), 'The port is gone: unplugged'],
    [remark('requestHeld', request), 'The read of /3303/0 (msgid 7) waits for an answer by hand.'],
    [
      remark('answeredByHand', { ...request, how: 'error', coapCode: '4.04', meaning: 'Not Found' }),
      'The read of /3303/0 (msgid 7) is answered by hand (error): 4.04 Not Found.',
    ],
    [
      remark('tooSlow', { name: '+MIPLREAD', msgId: 7, lines: 12, seconds: '4.1' }),
      '+MIPLREAD 7 cannot be answered in time: 12 lines take at least 4.1 s at this baud rate.',
    ],
  ])('%o reads in the journal: %s', (told, text) => expect(remarkText(told)).toBe(text));

  it('of every code has a text that leaves no value out unseen', () => {
    for (const code of remarkCodes) {
      const values = new Proxy({}, { get: (_, name) => `<${String(name)}>` });
      expect([code, remarkText({ code, values }).length > 0]).toEqual([code, true]);
    }
  });
});

describe('a remark that was read back', () => {
  const told = remark('requestHeld', { kind: 'read', path: '/3303/0', msgId: 7 });
  const text = remarkText(told);

  it('is one where it says exactly what the note beside it says', () => {
    expect(remarkIn(structuredClone(told), text)).toEqual(told);
  });

  it.each([
    ['no object', 'requestHeld', text],
    ['of a code that nobody knows', { ...told, code: 'constructor' }, text],
    ['without values', { code: told.code }, text],
    ['with values that are none', { ...told, values: { ...told.values, kind: { key: 'app.name', values: {} } } }, text],
    ['of another text', told, `${text} `],
  ])('is none when it is %s', (_, data, note) => {
    expect(remarkIn(data, note)).toBeUndefined();
  });
});

describe('the reason of a gap', () => {
  it('has words, but for one of a later version, which cannot steer the screen', () => {
    expect(gapReasonWords('sleep')).toEqual({ key: 'note.reason.sleep', values: {} });
    expect(gapReasonWords('over\u202eheated')).toBe('over⟨202E⟩heated');
  });
});
