import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reasonOf } from '../../main/detect/detection.ts';
import { readReply } from '../../main/detect/reply.ts';

const reply = (text: string, sent = 'AT'): ReturnType<typeof readReply> => readReply(Buffer.from(text, 'latin1'), sent);

it.each([
  ['nothing', '', { kind: 'silent', hasEcho: false, lines: [] }],
  ['OK', '\r\nOK\r\n', { kind: 'answer', hasEcho: false, lines: [] }],
  ['an echo before OK', 'AT\r\r\nOK\r\n', { kind: 'answer', hasEcho: true, lines: [] }],
  ['an error', '\r\nERROR\r\n', { kind: 'answer', hasEcho: false, lines: [] }],
  ['a module that answers in digits', '0\r', { kind: 'answer', hasEcho: false, lines: [] }],
  [
    'OK behind what a port that wakes spits out',
    '\x00\xff\r\nOK\r\n',
    { kind: 'answer', hasEcho: false, lines: ['\x00\xff'] },
  ],
  ['our own bytes alone', 'AT\r\n', { kind: 'echo', hasEcho: true, lines: [] }],
  ['a console', 'login: \r\n', { kind: 'text', hasEcho: false, lines: ['login:'] }],
  ['bytes of another rate', '\x18\xf8\x9e', { kind: 'garbage', hasEcho: false, lines: ['\x18\xf8\x9e'] }],
  ['line ends alone', '\r\n\r\n', { kind: 'garbage', hasEcho: false, lines: [] }],
])('reads %s', (_, text, expected) => {
  expect(reply(text)).toEqual(expected);
});

it('never takes OK inside other text for an answer, and never throws', () => {
  expect(reply('BOOK\r\n').kind).toBe('text');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, sent) => {
      const { kind, lines } = readReply(bytes, sent);
      expect(kind === 'silent').toBe(bytes.length === 0);
      expect(lines.every((line) => line !== '' && line !== sent)).toBe(true);
    }),
  );
});

it.each([
  [['silent', 'silent'], 'silent'],
  [['silent', 'garbage', 'silent'], 'garbage'],
  [['garbage', 'echo'], 'echo'],
  [['garbage', 'text', 'echo'], 'text'],
  [['answer', 'garbage'], 'text'],
] as const)('says of %j that it is %s', (kinds, reason) => {
  expect(reasonOf(kinds.map((kind) => ({ kind, byteCount: 1 })))).toBe(reason);
});
