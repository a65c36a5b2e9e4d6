import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type CoapMessage } from '../../main/sim/coap/message.ts';
import { cisManners } from '../../main/sim/lwm2mClient/cisManners.ts';

const bytes = fc.uint8Array({ maxLength: 60 });
const known = [1, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 17, 20, 23, 27, 28, 60, 63];
const message: fc.Arbitrary<CoapMessage> = fc.record({
  type: fc.constantFrom('CON', 'NON', 'ACK', 'RST'),
  code: fc.constantFrom('0.01', '0.02', '0.03', '0.04', '0.05', '0.31', '2.01', '2.05', '4.04', '5.00'),
  messageId: fc.integer({ min: 0, max: 65535 }),
  token: fc.uint8Array({ maxLength: 8 }),
  options: fc
    .array(fc.record({ number: fc.constantFrom(...known), value: fc.uint8Array({ maxLength: 300 }) }), { maxLength: 5 })
    .map((options) => options.toSorted((one, other) => one.number - other.number)),
  payload: bytes,
});

describe('the CIS core', () => {
  it('reads every well-formed message of options it knows as everybody else, whatever its type and code', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(cisManners.read(encodeMessage(sent))).toEqual({ message: sent });
      }),
    );
  });

  it('makes something of all bytes: a message, or an acknowledgement everybody can read', () => {
    fc.assert(
      fc.property(bytes, (datagram) => {
        const reading = cisManners.read(datagram);
        if ('message' in reading || reading.reply === undefined) return;
        const reply = decodeMessage(reading.reply);
        expect([reply.type, ['4.00', '4.02', '5.05'].includes(reply.code)]).toEqual(['ACK', true]);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses each critical option it does not know, without the token, and no elective one', () => {
    for (let number = 0; number < 300; number++) {
      const options = [{ number, value: Uint8Array.of(1) }];
      const datagram = encodeMessage({
        type: 'CON',
        code: '0.01',
        messageId: 7,
        token: Uint8Array.of(1, 2),
        options,
        payload: new Uint8Array(),
      });
      const reading = cisManners.read(datagram);
      const isTaken = number % 2 === 0 || known.includes(number);
      expect([number, 'message' in reading]).toEqual([number, isTaken]);
      if ('message' in reading) continue;
      const { code, token, messageId } = decodeMessage(reading.reply ?? new Uint8Array());
      expect([code, token.length, messageId]).toEqual([number === 35 ? '5.05' : '4.02', 0, 7]);
    }
  });

  it('serves GET, POST, PUT and DELETE of every type, answers what else is confirmable with an empty ACK, and rejects nothing', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(cisManners.isRequest(sent)).toBe(['0.01', '0.02', '0.03', '0.04'].includes(sent.code));
        expect(cisManners.unwanted(sent)).toBe(sent.type === 'CON' ? 'ACK' : undefined);
      }),
    );
  });
});
