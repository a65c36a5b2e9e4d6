import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { cutResponse, echoBlock1, MAX_BODY_BYTES, RequestBodies, requestWhole } from '../../../main/sim/coap/block.ts';
import type { CoapResponse } from '../../../main/sim/coap/exchange.ts';
import { emptyMessage, type CoapMessage } from '../../../main/sim/coap/message.ts';
import { block1, block2, blockOption, decodeText, encodeText, uriPathOptions } from '../../../main/sim/coap/options.ts';

const peer = { host: '127.0.0.1', port: 5683 };
const message = (change: Partial<CoapMessage>): CoapMessage => ({ ...emptyMessage('CON', 1), code: '0.02', ...change });
const asMessage = (response: CoapResponse): CoapMessage =>
  message({ code: response.code, options: response.options ?? [], payload: response.payload ?? new Uint8Array() });

describe('a response in blocks', () => {
  it('comes out whole, whatever the length and the size', async () => {
    const sizes = fc.constantFrom(16, 32, 64, 128, 256, 512, 1024);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), sizes, async (payload, size) => {
        const whole = await requestWhole(
          async ({ code, options = [] }) =>
            asMessage(cutResponse(message({ code, options }), { code: '2.05', payload }, size)),
          { code: '0.01', options: uriPathOptions('/3303/0') },
          {},
        );
        expect(whole).toMatchObject({ code: '2.05', payload, options: [] });
      }),
    );
  });

  it('is left alone when it fits and no block is asked for', () => {
    const response = { code: '2.05', payload: encodeText('short') };
    expect(cutResponse(message({}), response)).toBe(response);
  });

  it('has the size the request asks for, when that is the smaller one', () => {
    const asked = message({ options: [blockOption('block2', { number: 1, more: false, size: 16 })] });
    const cut = cutResponse(asked, { code: '2.05', payload: encodeText('0123456789abcdefXYZ') }, 64);
    expect([decodeText(cut.payload!), block2(asMessage(cut))]).toEqual(['XYZ', { number: 1, more: false, size: 16 }]);
  });

  it('has no block behind its end', () => {
    const asked = message({ options: [blockOption('block2', { number: 5, more: false, size: 16 })] });
    expect(cutResponse(asked, { code: '2.05', payload: encodeText('short') })).toEqual({ code: '4.00' });
  });

  it('ends with what the server says instead of the next block', async () => {
    const answers = [
      message({
        code: '2.05',
        options: [blockOption('block2', { number: 0, more: true, size: 16 })],
        payload: new Uint8Array(16),
      }),
      message({ code: '4.08' }),
    ];
    const response = await requestWhole(async () => answers.shift()!, { code: '0.01' }, { timeoutMs: 1000 });
    expect(response.code).toBe('4.08');
  });

  it.each([
    ['whose size does not fit', { number: 0, more: true, size: 32 }],
    ['out of turn', { number: 3, more: true, size: 16 }],
  ])('is refused with a block %s', async (_what, block) => {
    const answer = message({ code: '2.05', options: [blockOption('block2', block)], payload: new Uint8Array(16) });
    await expect(requestWhole(async () => answer, { code: '0.01' }, {})).rejects.toMatchObject({
      code: 'BAD_RESPONSE',
    });
  });

  it('is refused when it does not end', async () => {
    let number = 0;
    const endless = async () => {
      const options = [blockOption('block2', { number, more: true, size: 1024 })];
      number += 1;
      return message({ code: '2.05', options, payload: new Uint8Array(1024) });
    };
    await expect(requestWhole(endless, { code: '0.01' }, {})).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
    expect(number).toBeLessThan(MAX_BODY_BYTES / 1024 + 3);
  });
});

describe('a request in blocks', () => {
  const part = (number: number, more: boolean, payload: Uint8Array, path = '/rd'): CoapMessage =>
    message({ options: [...uriPathOptions(path), blockOption('block1', { number, more, size: 16 })], payload });
  const codeOf = (result: ReturnType<RequestBodies['collect']>): string =>
    'answer' in result ? result.answer.code : 'whole';

  it('in one piece is handed on as it is', () => {
    const request = message({ payload: encodeText('all') });
    expect(new RequestBodies().collect(request, peer)).toEqual({ whole: request });
    expect(echoBlock1(request)).toEqual([]);
  });

  it('is collected until its last block', () => {
    const bodies = new RequestBodies();
    const first = bodies.collect(part(0, true, encodeText('0123456789abcdef')), peer);
    expect('answer' in first && [first.answer.code, block1(asMessage(first.answer))]).toEqual([
      '2.31',
      { number: 0, more: true, size: 16 },
    ]);
    const last = bodies.collect(part(1, false, encodeText('xyz')), peer);
    expect('whole' in last && decodeText(last.whole.payload)).toBe('0123456789abcdefxyz');
    expect(echoBlock1(part(1, false, encodeText('xyz')))).toHaveLength(1);
  });

  it('is incomplete when a block is missing or comes from elsewhere', () => {
    const bodies = new RequestBodies();
    bodies.collect(part(0, true, new Uint8Array(16)), peer);
    expect(codeOf(bodies.collect(part(1, false, new Uint8Array(1)), { ...peer, port: 1 }))).toBe('4.08');
    expect(codeOf(bodies.collect(part(2, false, new Uint8Array(1)), peer))).toBe('4.08');
  });

  it('is too large at some point', () => {
    const bodies = new RequestBodies();
    const codes = new Set<string>();
    for (let number = 0; number <= MAX_BODY_BYTES / 16; number += 1) {
      codes.add(codeOf(bodies.collect(part(number, true, new Uint8Array(16)), peer)));
    }
    expect([...codes]).toEqual(['2.31', '4.13']);
  });

  it('is forgotten when too many others are begun', () => {
    const bodies = new RequestBodies();
    for (let port = 1; port <= 65; port += 1) bodies.collect(part(0, true, new Uint8Array(16)), { ...peer, port });
    expect(codeOf(bodies.collect(part(1, false, new Uint8Array(1)), { ...peer, port: 1 }))).toBe('4.08');
    expect(codeOf(bodies.collect(part(1, false, new Uint8Array(1)), { ...peer, port: 65 }))).toBe('whole');
  });
});
