import { describe, expect, it } from 'vitest';
import { remark, remarkCodes, remarkText } from '../../shared/remarks.ts';
import type { Remark } from '../../shared/remarks.ts';

const request = { kind: 'read', path: '/3303/0', msgId: 7 } as const;

describe('a remark', () => {
  it.each<[Remark, string]>([
    [remark('portGone', { reason: 'unplugged' }), 'The port is gone: unplugged'],
    [remark('requestHeld', request), 'The read of /3303/0 (msgid 7) is on hold and waits for an answer by hand.'],
    [
      remark('answeredByHand', { ...request, how: 'error', coapCode: '4.04', meaning: 'Not Found' }),
      'The read of /3303/0 (msgid 7) is answered by hand (error): 4.04 Not Found.',
    ],
    [
      remark('tooSlow', { name: '+MIPLREAD', msgId: 7, lines: 12, seconds: '4.1' }),
      '+MIPLREAD 7 cannot be answered in time: 12 lines take at least 4.1 s on this line.',
    ],
  ])('%o reads in the journal: %s', (told, text) => expect(remarkText(told)).toBe(text));

  it('of every code has a text that leaves no value out unseen', () => {
    for (const code of remarkCodes) {
      const values = new Proxy({}, { get: (_, name) => `<${String(name)}>` });
      expect([code, remarkText({ code, values }).length > 0]).toEqual([code, true]);
    }
  });
});
