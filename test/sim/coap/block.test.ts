import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { cutResponse, echoBlock1, MAX_BODY_BYTES, RequestBodies, requestWhole } from '../../../main/sim/coap/block.ts';
import type { CoapRequest, RequestLimits } from '../../../main/sim/coap/exchange.ts';
import type { CoapResponse } from '../../../main/sim/coap/response.ts';
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

describe('a long payload', () => {
  const sizes = fc.constantFrom(16, 32, 64, 128, 256, 512, 1024);
  const ask = (payload: Uint8Array, options = uriPathOptions('/3306/0')) => ({ code: '0.02', options, payload });

  /** A server that collects blocks and wants them no larger than `largest`. */
  function collector(largest: number, refusal: '4.13' | '2.31') {
    const bodies = new RequestBodies();
    let whole: Uint8Array | undefined;
    let requests = 0;
    const send = async ({ code, options = [], payload = new Uint8Array() }: CoapRequest): Promise<CoapMessage> => {
      requests += 1;
      const request = message({ code, options, payload });
      const block = block1(request);
      const smaller = block && block.size > largest ? { ...block, more: true, size: largest } : undefined;
      if (smaller && refusal === '4.13') return message({ code: '4.13', options: [blockOption('block1', smaller)] });
      const result = bodies.collect(request, peer);
      if ('whole' in result) {
        whole = result.whole.payload;
        return message({ code: '2.04', options: echoBlock1(request) });
      }
      return asMessage(smaller ? { ...result.answer, options: [blockOption('block1', smaller)] } : result.answer);
    };
    return { send, whole: () => whole, requests: () => requests };
  }

  it('arrives whole, whatever its length and the size of the blocks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2100 }), sizes, async (payload, size) => {
        const server = collector(1024, '4.13');
        expect((await requestWhole(server.send, ask(payload), {}, size)).code).toBe('2.04');
        expect(server.whole()).toEqual(payload);
        expect(server.requests()).toBe(Math.max(1, Math.ceil(payload.length / size)));
      }),
    );
  });

  it('arrives whole also where the server wants smaller blocks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2100 }), sizes, async (payload, largest) => {
        const server = collector(largest, '4.13');
        expect((await requestWhole(server.send, ask(payload), {}, 1024)).code).toBe('2.04');
        expect(server.whole()).toEqual(payload);
      }),
    );
  });

  it('goes on in smaller blocks after the first when the server says so with 2.31', async () => {
    const payload = new Uint8Array(200).map((_, index) => index);
    const seen: string[] = [];
    const send = async ({ options = [], payload: part = new Uint8Array() }: CoapRequest): Promise<CoapMessage> => {
      const block = block1(message({ options }))!;
      seen.push(`${block.number}/${block.size}+${part.length}`);
      const answer = { ...block, size: 32 };
      return message({ code: block.more ? '2.31' : '2.04', options: [blockOption('block1', answer)] });
    };
    expect((await requestWhole(send, ask(payload), {}, 64)).code).toBe('2.04');
    expect(seen).toEqual(['0/64+64', '2/32+32', '3/32+32', '4/32+32', '5/32+32', '6/32+8']);
  });

  it('ends with what the server says to a block it does not like', async () => {
    const answers = [message({ code: '2.31' }), message({ code: '4.08' })];
    const response = await requestWhole(async () => answers.shift()!, ask(new Uint8Array(100)), {}, 16);
    expect(response.code).toBe('4.08');
  });

  it('cannot be more than it is', async () => {
    const asksOn = async (): Promise<CoapMessage> => message({ code: '2.31' });
    await expect(requestWhole(asksOn, ask(new Uint8Array(100)), {}, 64)).rejects.toMatchObject({
      code: 'BAD_RESPONSE',
    });
  });

  it('takes no longer than its time limit as a whole', async () => {
    const limits: (number | undefined)[] = [];
    const send = async (_: CoapRequest, { timeoutMs }: RequestLimits): Promise<CoapMessage> => {
      limits.push(timeoutMs);
      return message({ code: limits.length < 2 ? '2.31' : '2.04' });
    };
    await requestWhole(send, ask(new Uint8Array(100)), { timeoutMs: 1000 }, 64);
    expect(limits.every((limit) => limit !== undefined && limit <= 1000)).toBe(true);
  });
});
