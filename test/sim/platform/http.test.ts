import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { echoBlock1, RequestBodies } from '../../../main/sim/coap/block.ts';
import {
  blockOption,
  block2,
  contentFormat,
  contentFormatOption,
  decodeText,
  uriPath,
  uriQuery,
} from '../../../main/sim/coap/options.ts';
import type { Platform, PlatformOptions } from '../../../main/sim/platform/platform.ts';
import { encodeTlv, encodeValue } from '../../../main/sim/tlv.ts';
import type { ResourceType } from '../../../shared/lwm2m.ts';
import { hexOfBytes } from '../../golden.ts';
import { cisAnswers, describeRequest, textAnswer, type Answer, type TestModule } from './module.ts';
import { call, openTestModule, openTestPlatform } from './open.ts';

const imei = '869334030000010';
const resource = `imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
const instance = `imei=${imei}&obj_id=3306&obj_inst_id=0`;
const done = '{"errno":0,"error":"succ"}';
const refused = (reason: string): string => `{"errno":5106,"error":"${reason}"}`;

async function openOnline(
  answer: Answer = () => textAnswer('1'),
  options: PlatformOptions = {},
): Promise<{ platform: Platform; module: TestModule }> {
  const platform = await openTestPlatform({ now: () => Date.UTC(2026, 0, 1), ...options });
  const module = await openTestModule(platform);
  await module.bringUp();
  module.answerWith(answer);
  return { platform, module };
}

describe('GET /nbiot', () => {
  it('prints the document’s instance read, number by number', async () => {
    const float = (id: number, text: string) => ({ kind: 'resource' as const, id, value: encodeValue('float', text) });
    const payload = encodeTlv([
      float(5700, '20.123'),
      { kind: 'resource', id: 5701, value: encodeValue('string', 'Cel') },
      float(5601, '10.123'),
      float(5602, '60.2'),
      float(5603, '0.0'),
      float(5604, '99.0'),
    ]);
    const { platform } = await openOnline(() => ({ code: '2.05', options: [contentFormatOption(11542)], payload }), {
      typeOf: ({ resourceId }) => (resourceId === 5701 ? 'string' : 'float'),
    });
    expect(await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0`)).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700},{"val":"Cel","res_id":5701},{"val":10.123,"res_id":5601},' +
        '{"val":60.2,"res_id":5602},{"val":0.0,"res_id":5603},{"val":99.0,"res_id":5604}],"obj_inst_id":0}],"error":"succ"}',
    );
  });

  it('prints what nobody has defined the same by instance and by resource, whichever is asked first', async () => {
    const values: Record<number, readonly [ResourceType, string]> = {
      1: ['integer', '-70000'],
      2: ['integer', '1700000000'],
      3: ['string', '1234'],
      4: ['float', '20.123'],
      5: ['integer', '9007199254740993'],
      6: ['string', 'volt'],
      7: ['boolean', '1'],
    };
    const answer: Answer = (request) => {
      const [, , id] = describeRequest(request).split(' ')[1]?.split('/').slice(1) ?? [];
      const [type, text] = values[Number(id)] ?? [];
      if (type !== undefined && text !== undefined)
        return textAnswer(type === 'float' ? Number(text).toFixed(15) : text);
      const payload = encodeTlv(
        Object.entries(values).map(([key, [kind, one]]) => ({
          kind: 'resource' as const,
          id: Number(key),
          value: encodeValue(kind, one),
        })),
      );
      return { code: '2.05', options: [contentFormatOption(1542)], payload };
    };
    const { platform } = await openOnline(answer);
    const path = `/nbiot?imei=${imei}&obj_id=9999&obj_inst_id=0`;
    const byInstance = await call(platform, 'GET', path);
    expect(byInstance).toContain(
      '[{"val":-70000,"res_id":1},{"val":1700000000,"res_id":2},{"val":1234,"res_id":3},{"val":20.123,"res_id":4},' +
        '{"val":9007199254740993,"res_id":5},{"val":"volt","res_id":6},{"val":1,"res_id":7}]',
    );
    for (const id of Object.keys(values)) {
      const byResource = await call(platform, 'GET', `${path}&res_id=${id}`);
      expect(byInstance).toContain(/\{"val":[^}]*\}/.exec(byResource)?.[0] ?? 'nothing');
    }
  });

  it.each([
    ['4.00', 'BAD_REQUEST'],
    ['4.01', 'UNAUTHORIZED'],
    ['4.03', 'FORBIDDEN'],
    ['4.04', 'NOT_FOUND'],
    ['4.05', 'METHOD_NOT_ALLOWED'],
    ['4.06', 'NOT_ACCEPTABLE'],
    ['4.15', 'UNSUPPORTED_CONTENT_FORMAT'],
    ['4.31', 'RESP_ERROR'],
    ['5.01', 'INTERNAL_SERVER_ERROR'],
  ])('says why the device refused: %s is %s', async (code, reason) => {
    const { platform } = await openOnline(() => ({ code }));
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toBe(refused(reason));
  });

  it('says TIME_OUT when the device does not answer', async () => {
    const { platform } = await openOnline(() => undefined, { requestTimeoutMs: 50 });
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toBe(refused('TIME_OUT'));
  });

  it('says TIME_OUT also while an earlier request is being answered', async () => {
    const { platform, module } = await openOnline(() => undefined, { requestTimeoutMs: 50 });
    const session = platform.session(platform.devices[0]!)!;
    const earlier = session.read({ objectId: 3303 }, 10_000).catch((error: unknown) => error);
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toBe(refused('TIME_OUT'));
    expect(module.asked).toEqual(['GET /3303']);
    await module.deregister();
    expect(await earlier).toMatchObject({ reason: 'OFFLINE' });
  });

  it('says RESP_ERROR when the answer cannot be read', async () => {
    const { platform } = await openOnline(() => ({ code: '2.05', options: [contentFormatOption(60)] }));
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toBe(refused('RESP_ERROR'));
  });

  it('says OFFLINE when the device leaves in the middle', async () => {
    const { platform, module } = await openOnline(() => undefined);
    const answer = call(platform, 'GET', `/nbiot?${resource}`);
    await expect.poll(() => module.asked.length).toBe(1);
    await module.deregister();
    expect(await answer).toBe(refused('OFFLINE'));
  });

  it('answers one call after the other', async () => {
    const { platform, module } = await openOnline((request) => textAnswer(describeRequest(request).slice(-4)));
    const ids = [5700, 5701, 5702];
    const answers = await Promise.all(
      ids.map((id) => call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=${id}`)),
    );
    expect(answers.map((answer) => JSON.parse(answer).data[0].res[0].val)).toEqual(ids);
    expect(module.asked).toHaveLength(3);
  });

  it('puts an answer in blocks together', async () => {
    const text = 'x'.repeat(70);
    const { platform } = await openOnline((request) => {
      const { number } = block2(request) ?? { number: 0 };
      const part = textAnswer(text.slice(number * 32, number * 32 + 32));
      const block = blockOption('block2', { number, more: number < 2, size: 32 });
      return { ...part, options: [...(part.options ?? []), block] };
    });
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toContain(`"${text}"`);
  });

  it('reads bytes nobody has defined alike from a client that prints them in Base64 where it is asked for one resource', async () => {
    const values: Record<number, [bytes: string, text: string]> = {
      1: ['00ff10', 'AP8Q'],
      2: ['61316263', 'a1bc'],
      3: ['31323334', '1234'],
      4: ['616263', 'YWJj'],
    };
    let refusesTlv = false;
    const answer: Answer = (request) => {
      const id = Number(uriPath(request)[2]);
      const wanted = request.options.find(({ number }) => number === 17);
      const isTlv = wanted !== undefined && Buffer.from(wanted.value).readUIntBE(0, wanted.value.length) > 40;
      const found = values[id];
      if (found && !isTlv) return textAnswer(found[1]);
      if (found && refusesTlv) return { code: '4.06' };
      const entries = Object.entries(values).filter(([key]) => found === undefined || Number(key) === id);
      const payload = encodeTlv(
        entries.map(([key, [hex]]) => ({ kind: 'resource', id: Number(key), value: Buffer.from(hex, 'hex') })),
      );
      return { code: '2.05', options: [contentFormatOption(11542)], payload };
    };
    const platform = await openTestPlatform({ autoDiscover: false, autoObserve: false });
    const module = await openTestModule(platform, answer);
    await module.register({ queries: ['lwm2m=1.0'] });
    const path = `/nbiot?imei=${imei}&obj_id=9999&obj_inst_id=0`;
    const alone = await Promise.all(Object.keys(values).map((id) => call(platform, 'GET', `${path}&res_id=${id}`)));
    const said = alone.map((text) => /"val":([^,]*)/.exec(text)?.[1]);
    expect(said).toEqual(['"00FF10"', '"a1bc"', '1234', '"abc"']);
    const byInstance = await call(platform, 'GET', path);
    for (const one of said) expect(byInstance).toContain(`{"val":${one},`);
    refusesTlv = true;
    expect(await call(platform, 'GET', `${path}&res_id=1`)).toContain('"val":"AP8Q"');
  });

  it('asks a client that tells its version for TLV where several values come', async () => {
    const platform = await openTestPlatform({ autoDiscover: false, autoObserve: false });
    const module = await openTestModule(platform, () => ({ code: '2.05', options: [contentFormatOption(11542)] }));
    await module.register({ queries: ['lwm2m=1.0'] });
    await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303`);
    await call(platform, 'GET', `/nbiot?${resource}`);
    const accepts = module.requests.map(({ options }) => options.filter(({ number }) => number === 17).length);
    expect(accepts).toEqual([1, 0]);
  });
});

describe('POST /nbiot', () => {
  const body = (...data: unknown[]) => ({ data });

  it.each<[string, unknown[], number, string]>([
    ['one resource as one byte', [{ res_id: 5850, val: 1 }], 2, 'e116da01'],
    [
      'several in one request',
      [
        { res_id: 5850, val: 1 },
        { res_id: 5851, val: 22 },
      ],
      2,
      'e116da01e116db16',
    ],
    ['true as one byte', [{ res_id: 5850, val: true }], 2, 'e116da01'],
    ['a large number in more bytes', [{ res_id: 5851, val: 70000 }], 2, 'e416db00011170'],
    ['a fraction as a float', [{ res_id: 5851, val: 20.123 }], 2, 'e416db41a0fbe7'],
    ['a fraction of many digits as a double', [{ res_id: 5851, val: 0.123456789012 }], 2, 'e816db083fbf9add37469512'],
    ['text', [{ res_id: 5750, val: 'Cel' }], 2, 'e3167643656c'],
    ['opaque from hex', [{ res_id: 5750, val: '0A0B', type: 1 }], 2, 'e216760a0b'],
    ['time', [{ res_id: 5750, val: 1367491215, type: 2 }], 2, 'e416765182428f'],
  ])('writes %s', async (_what, data, mode, hex) => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }));
    expect(await call(platform, 'POST', `/nbiot?${instance}&mode=${mode}`, body(...data))).toBe(done);
    expect(module.asked).toEqual(['POST /3306/0']);
    expect(hexOfBytes(module.requests.at(-1)!.payload)).toBe(hex);
  });

  it('writes more than 512 bytes in blocks of 512', async () => {
    const bodies = new RequestBodies();
    const written: number[] = [];
    const answer: Answer = (request) => {
      const collected = bodies.collect(request, { host: '', port: 0 });
      if ('answer' in collected) return collected.answer;
      written.push(collected.whole.payload.length);
      return { code: '2.04', options: echoBlock1(request) };
    };
    const { platform, module } = await openOnline(answer, { maximumContentBytes: 2048 });
    const text = 'x'.repeat(1500);
    expect(await call(platform, 'POST', `/nbiot?${instance}&mode=2`, body({ res_id: 5750, val: text }))).toBe(done);
    expect(written).toEqual([1505]);
    expect(module.requests.slice(-3).map(({ payload }) => payload.length)).toEqual([512, 512, 481]);
  });

  it('replaces with PUT in mode 1', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }));
    await call(platform, 'POST', `/nbiot?${instance}&mode=1`, body({ res_id: 5850, val: 1 }));
    expect(module.asked).toEqual(['PUT /3306/0']);
  });

  it.each([
    ['float', 22, 'e416da41b00000'],
    ['string', 22, 'e216da3232'],
    ['boolean', 1, 'e116da01'],
    ['integer', '22', 'e116da16'],
  ] as const)('writes by definition: %s', async (type, val, hex) => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }), { typeOf: () => type });
    await call(platform, 'POST', `/nbiot?${instance}&mode=2`, body({ res_id: 5850, val }));
    expect(hexOfBytes(module.requests.at(-1)!.payload)).toBe(hex);
  });

  it('speaks the TLV number the module speaks', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.05', options: [contentFormatOption(1542)] }));
    const formats: (number | undefined)[] = [];
    const write = async () => {
      await call(platform, 'POST', `/nbiot?${instance}&mode=2`, body({ res_id: 5850, val: 1 }));
      formats.push(contentFormat(module.requests.at(-1)!));
    };
    await write();
    await call(platform, 'GET', `/nbiot?imei=${imei}&obj_id=3303`);
    await write();
    expect(formats).toEqual([11542, 1542]);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{"data":', 'invalid parameter: body'],
    ['a list', '[]', 'invalid parameter: body'],
    ['data that is no list', { data: {} }, 'invalid parameter: data'],
    ['no entries', body(), 'invalid parameter: data'],
    ['an entry that is none', body(7), 'invalid parameter: data'],
    ['an id that is no number', body({ res_id: '5850', val: 1 }), 'invalid parameter: res_id'],
    ['an id of 17 bits', body({ res_id: 65536, val: 1 }), 'invalid parameter: res_id'],
    ['a value that is a list', body({ res_id: 5850, val: [1] }), 'invalid parameter: val'],
    ['opaque that is no hex', body({ res_id: 5850, val: 'xyz', type: 1 }), 'invalid parameter: val'],
    ['time that is no number', body({ res_id: 5850, val: 'now', type: 2 }), 'invalid parameter: val'],
    ['an unknown type', body({ res_id: 5850, val: 1, type: 3 }), 'invalid parameter: type'],
    [
      'more than the document’s 480 bytes of data',
      body({ res_id: 5850, val: 'x'.repeat(240) }, { res_id: 5851, val: 'x'.repeat(241) }),
      'invalid parameter: data of 481 bytes, at most 480',
    ],
  ])('refuses a body with %s', async (_what, content, error) => {
    const { platform } = await openOnline();
    expect(await call(platform, 'POST', `/nbiot?${instance}&mode=2`, content)).toBe(
      JSON.stringify({ errno: 5108, error }),
    );
  });

  it.each<[string, unknown]>([
    ['data', {}],
    ['res_id', body({ val: 1 })],
    ['val', body({ res_id: 5850 })],
  ])('misses %s', async (name, content) => {
    const { platform } = await openOnline();
    expect(await call(platform, 'POST', `/nbiot?${instance}&mode=2`, content)).toBe(
      `{"errno":3,"error":"parameter missing: ${name}"}`,
    );
  });
});

describe('POST /nbiot/execute', () => {
  it('sends the arguments as text', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }));
    expect(await call(platform, 'POST', `/nbiot/execute?${resource}`, { args: 'reset' })).toBe(done);
    const request = module.requests.at(-1)!;
    expect([describeRequest(request), contentFormat(request), decodeText(request.payload)]).toEqual([
      'POST /3303/0/5700',
      0,
      'reset',
    ]);
  });

  it.each([undefined, {}])('does without arguments: %o', async (content) => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }));
    expect(await call(platform, 'POST', `/nbiot/execute?${resource}`, content)).toBe(done);
    expect(module.requests.at(-1)!.payload).toHaveLength(0);
  });

  it.each([
    ['that are no text', { args: 7 }, 'args'],
    ['longer than the document’s 480 bytes', { args: '测'.repeat(161) }, 'args of 483 bytes, at most 480'],
  ])('refuses arguments %s', async (_what, content, error) => {
    const { platform, module } = await openOnline();
    const before = module.requests.length;
    expect(await call(platform, 'POST', `/nbiot/execute?${resource}`, content)).toBe(
      `{"errno":5108,"error":"invalid parameter: ${error}"}`,
    );
    expect(module.requests).toHaveLength(before);
  });

  it('sends arguments of 480 bytes, in a message that stays below 512', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }));
    const lengths: number[] = [];
    platform.onDatagram = (direction, bytes) => direction === 'out' && lengths.push(bytes.length);
    expect(await call(platform, 'POST', `/nbiot/execute?${resource}`, { args: 'x'.repeat(480) })).toBe(done);
    expect(module.requests.at(-1)!.payload).toHaveLength(480);
    expect(lengths).toHaveLength(1);
    expect(lengths[0]).toBeLessThan(512);
  });
});

describe('/nbiot/observe', () => {
  it.each(['GET', 'POST'])('with %s observes', async (method) => {
    const { platform, module } = await openOnline(cisAnswers());
    expect(await call(platform, method, `/nbiot/observe?${resource}&cancel=false`)).toBe(done);
    expect(module.asked).toEqual(['GET /3303/0/5700 observe=0']);
  });

  it('writes the attributes first', async () => {
    const { platform, module } = await openOnline(
      cisAnswers((request) => ({ code: request.code === '0.03' ? '2.04' : '4.04' })),
    );
    const query = `${resource}&pmin=15&pmax=60&gt=50&lt=0&st=2`;
    expect(await call(platform, 'POST', `/nbiot/observe?${query}`, {})).toBe(done);
    expect(module.asked).toEqual(['PUT /3303/0/5700', 'GET /3303/0/5700 observe=0']);
    expect(uriQuery(module.requests.at(-2)!)).toEqual(['pmin=15', 'pmax=60', 'gt=50.0', 'lt=0.0', 'st=2.0']);
  });

  it('does not observe when the attributes are refused', async () => {
    const { platform, module } = await openOnline(() => ({ code: '4.05' }));
    expect(await call(platform, 'POST', `/nbiot/observe?${resource}&pmin=15`, {})).toBe(refused('METHOD_NOT_ALLOWED'));
    expect(module.asked).toEqual(['PUT /3303/0/5700']);
  });

  it('cancels what is not observed, too', async () => {
    const { platform, module } = await openOnline(cisAnswers());
    expect(await call(platform, 'GET', `/nbiot/observe?imei=${imei}&obj_id=3303&cancel=true`)).toBe(done);
    expect(module.asked).toEqual(['GET /3303 observe=1']);
  });

  it.each([
    ['the damaged URL of the document', `${resource}&pmin=15&pmax=60>=50<=0&st=2`, 5108],
    ['pmax below pmin', `${resource}&pmin=60&pmax=15`, 5108],
    ['pmin of zero with a pmax', `${resource}&pmin=0&pmax=15`, 5108],
    ['lt above gt', `${resource}&gt=0&lt=50`, 5108],
    ['a step that leaves no room', `${resource}&gt=50&lt=40&st=5`, 5108],
    ['a negative step', `${resource}&st=-1`, 5108],
    ['a threshold without resource', `imei=${imei}&obj_id=3303&obj_inst_id=0&gt=5`, 3],
  ])('refuses %s', async (_what, query, errno) => {
    const { platform, module } = await openOnline(cisAnswers());
    expect(JSON.parse(await call(platform, 'POST', `/nbiot/observe?${query}`, {})).errno).toBe(errno);
    expect(module.asked).toEqual([]);
  });
});

describe('GET /nbiot/discover', () => {
  it('asks the device', async () => {
    const { platform } = await openOnline(cisAnswers());
    expect(await call(platform, 'GET', `/nbiot/discover?imei=${imei}&obj_id=3303`)).toBe(
      '{"errno":0,"data":[{"obj_inst_id":0,"res_id":[5700]}],"error":"succ"}',
    );
  });

  it('says RESP_ERROR when the answer is no list of links', async () => {
    const { platform } = await openOnline(() => textAnswer('nothing here'));
    expect(await call(platform, 'GET', `/nbiot/discover?imei=${imei}&obj_id=3303`)).toBe(refused('RESP_ERROR'));
  });
});

describe('GET /nbiot/resources', () => {
  it('tells the resources of all objects, of one, of one instance', async () => {
    const { platform } = await openOnline();
    const count = async (query: string) =>
      JSON.parse(await call(platform, 'GET', `/nbiot/resources?imei=${imei}${query}`)).data.item.flatMap(
        ({ instances }: { instances: unknown[] }) => instances,
      ).length;
    expect([await count(''), await count('&obj_id=3303'), await count('&obj_id=3303&obj_inst_id=1')]).toEqual([
      2, 1, 0,
    ]);
  });
});

describe('devices', () => {
  it('are created, and told by id and by IMEI', async () => {
    const platform = await openTestPlatform({ isStrict: true });
    const body = {
      title: 'pump',
      protocol: 'LWM2M',
      auth_info: { [imei]: '460041234567899' },
      auth: 'abc',
      obsv: false,
    };
    const { data, ...rest } = JSON.parse(await call(platform, 'POST', '/devices', body));
    expect(rest).toEqual({ errno: 0, error: 'succ' });
    const offline = `{"errno":0,"data":{"total_count":1,"devices":[{"id":${data.device_id},"title":"pump","online":false}]},"error":"succ"}`;
    expect(await call(platform, 'GET', `/devices/status?devIds=${data.device_id}`)).toBe(offline);
    expect(await call(platform, 'GET', `/devices/status?imei=${imei}&devIds=`)).toBe(offline);
  });

  it('are online while registered', async () => {
    const { platform, module } = await openOnline();
    const isOnline = async () =>
      JSON.parse(await call(platform, 'GET', `/devices/status?imei=${imei}&devIds=`)).data.devices[0].online;
    expect(await isOnline()).toBe(true);
    await module.deregister();
    expect(await isOnline()).toBe(false);
  });

  it('that nobody knows are left out of the status', async () => {
    const platform = await openTestPlatform();
    expect(await call(platform, 'GET', '/devices/status?devIds=1,2')).toBe(
      '{"errno":0,"data":{"total_count":0,"devices":[]},"error":"succ"}',
    );
  });

  const valid = { title: 'pump', protocol: 'LwM2M', auth_info: { [imei]: '460041234567899' } };
  it.each<[string, object, number]>([
    ['no title', { title: undefined }, 3],
    ['no protocol', { protocol: undefined }, 3],
    ['no identity', { auth_info: undefined }, 3],
    ['a title that is no text', { title: 7 }, 5108],
    ['another protocol', { protocol: 'MQTT' }, 5108],
    ['an identity in text', { auth_info: 'x' }, 5108],
    ['an IMEI of 14 digits', { auth_info: { '86933403000001': '1' } }, 5108],
    ['two identities', { auth_info: { [imei]: '1', '1234': '1' } }, 5108],
    ['an IMSI with a leading zero', { auth_info: { [imei]: '046' } }, 5108],
    ['no IMSI', { auth_info: { [imei]: '' } }, 5108],
    ['an Auth_Code with other characters', { auth: 'a b' }, 5108],
  ])('are not created with %s', async (_what, change, errno) => {
    const platform = await openTestPlatform();
    expect(JSON.parse(await call(platform, 'POST', '/devices', { ...valid, ...change })).errno).toBe(errno);
    expect(platform.devices).toEqual([]);
  });

  it('are told in detail by id and by IMEI', async () => {
    const { platform } = await openOnline();
    const { id } = platform.devices[0]!;
    const details =
      `{"errno":0,"data":{"id":"${id}","title":"${imei}","protocol":"LWM2M",` +
      `"auth_info":{"${imei}":"460041234567899"},"online":true,"obsv":true,` +
      '"create_time":"2026-01-01 08:00:00"},"error":"succ"}';
    expect(await call(platform, 'GET', `/devices/${id}`)).toBe(details);
    expect(await call(platform, 'GET', `/devices/getbyimei?imei=${imei}`)).toBe(details);
  });

  it('are deleted with all they have reported, and told before', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.02' }));
    const events: string[] = [];
    platform.onEvent = (event) => events.push(`${event.kind} ${event.kind === 'offline' ? event.reason : ''}`);
    const { id } = platform.devices[0]!;
    expect(await call(platform, 'DELETE', `/devices/${id}`)).toBe(done);
    expect(module.asked).toEqual(['DELETE /1/0']);
    expect(events.at(-1)).toBe('offline deleted');
    expect(platform.devices).toEqual([]);
    expect((await module.update(['lt=100'])).code).toBe('4.04');
  });

  it('are deleted also when they do not want to hear of it', async () => {
    const { platform } = await openOnline(() => ({ code: '4.05' }));
    expect(await call(platform, 'DELETE', `/devices/${platform.devices[0]!.id}`)).toBe(done);
    expect(platform.devices).toEqual([]);
  });

  it.each([
    ['GET', '/devices/1'],
    ['DELETE', '/devices/1'],
    ['GET', '/devices/getbyimei?imei=1'],
  ])('that nobody knows: %s %s is refused', async (method, path) => {
    const platform = await openTestPlatform();
    expect(await call(platform, method, path)).toMatch(/^\{"errno":5108,/);
  });

  it('are not created twice', async () => {
    const platform = await openTestPlatform();
    await call(platform, 'POST', '/devices', valid);
    expect(JSON.parse(await call(platform, 'POST', '/devices', valid)).errno).toBe(5108);
  });
});

describe('GET /devices/<id>/datapoints', () => {
  async function openWithPoints() {
    const platform = await openTestPlatform();
    const device = platform.createDevice({ imei, imsi: '1', title: '' })!;
    for (let second = 0; second < 5; second += 1) {
      const atMs = Date.UTC(2026, 0, 1, 0, 0, second);
      device.datapoints.add('3303_0_5700', { atMs, value: { numberText: `${second}.0` } });
      device.datapoints.add('3303_0_5601', { atMs, value: second });
    }
    const ask = async (query: string) =>
      JSON.parse(await call(platform, 'GET', `/devices/${device.id}/datapoints?${query}`)).data;
    return { platform, device, ask };
  }

  it('gives the newest point of each stream', async () => {
    const { platform, device } = await openWithPoints();
    expect(await call(platform, 'GET', `/devices/${device.id}/datapoints?imei=${imei}`)).toBe(
      '{"errno":0,"data":{"count":2,"datastreams":[{"id":"3303_0_5700","datapoints":[{"at":"2026-01-01 08:00:04.000","value":4.0}]},' +
        '{"id":"3303_0_5601","datapoints":[{"at":"2026-01-01 08:00:04.000","value":4}]}]},"error":"succ"}',
    );
  });

  it('gives more of the newest, of the streams asked for', async () => {
    const { ask } = await openWithPoints();
    const { count, datastreams } = await ask('limit=3&datastream_id=3303_0_5601,3303_0_1');
    expect([count, datastreams[0].datapoints.map(({ value }: { value: number }) => value)]).toEqual([3, [2, 3, 4]]);
  });

  it('gives the points between two times, Beijing time', async () => {
    const { ask } = await openWithPoints();
    const { count } = await ask('datastream_id=3303_0_5700&start=2026-01-01T08:00:01&end=2026-01-01T08:00:02');
    expect(count).toBe(2);
  });

  it('gives the rest by cursor', async () => {
    const { ask } = await openWithPoints();
    const counts: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask(`start=2026-01-01T00:00:00&limit=4${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      counts.push(page.count);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(counts).toEqual([4, 4, 2]);
  });

  it.each(['start=yesterday', 'start=2026-13-01T00:00:00', 'limit=0', 'limit=6001', 'cursor=x'])(
    'refuses %s',
    async (query) => {
      const { platform, device } = await openWithPoints();
      expect(JSON.parse(await call(platform, 'GET', `/devices/${device.id}/datapoints?${query}`)).errno).toBe(5108);
    },
  );

  it('refuses an unknown device', async () => {
    const { platform } = await openWithPoints();
    expect(JSON.parse(await call(platform, 'GET', '/devices/1/datapoints')).errno).toBe(5108);
  });
});

describe('the API', () => {
  it('wants the api-key only where one is set', async () => {
    const platform = await openTestPlatform({ apiKey: 'secret' });
    const wrong = '{"errno":1,"error":"authentication failed"}';
    expect(await call(platform, 'GET', '/devices/status?devIds=1')).toBe(wrong);
    expect(await call(platform, 'GET', '/devices/status?devIds=1', undefined, { 'api-key': 'other' })).toBe(wrong);
    expect(await call(platform, 'GET', '/devices/status?devIds=1', undefined, { 'api-key': 'secret' })).toContain(
      '"succ"',
    );
  });

  it.each([
    ['GET', '/nbiot?obj_id=3303', 3],
    ['GET', `/nbiot?imei=${imei}`, 3],
    ['GET', `/nbiot?imei=${imei}&obj_id=3303&res_id=5700`, 3],
    ['GET', `/nbiot?imei=${imei}&obj_id=x`, 5108],
    ['GET', `/nbiot?imei=${imei}&obj_id=65536`, 5108],
    ['GET', `/nbiot?imei=${imei}&obj_id=3303&timeout=4`, 5108],
    ['GET', `/nbiot?imei=${imei}&obj_id=3303&timeout=41`, 5108],
    ['POST', `/nbiot?imei=${imei}&obj_id=3306&mode=2`, 3],
    ['POST', `/nbiot?${instance}`, 3],
    ['POST', `/nbiot?${instance}&mode=3`, 5108],
    ['POST', `/nbiot/execute?imei=${imei}&obj_id=3303`, 3],
    ['POST', `/nbiot/execute?imei=${imei}&obj_id=3303&obj_inst_id=0`, 3],
    ['GET', '/devices/status', 3],
    ['GET', `/devices/status?devIds=${'1,'.repeat(1000)}`, 5108],
    ['GET', `/nbiot?imei=123&obj_id=3303`, 2001],
    ['GET', `/nbiot/resources?imei=123&obj_id=3303`, 2001],
    ['PUT', '/nbiot', 5108],
    ['GET', '/', 5108],
    ['GET', '//', 5108],
  ])('answers %s %s with error number %d', async (method, target, errno) => {
    const { platform, module } = await openOnline();
    expect(JSON.parse(await call(platform, method, target)).errno).toBe(errno);
    expect(module.asked).toEqual([]);
  });

  it('knows a device that has left as not online', async () => {
    const { platform, module } = await openOnline();
    await module.deregister();
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toBe('{"errno":2001,"error":"device not online"}');
  });

  it('takes a time limit of 5 to 40 seconds', async () => {
    const { platform } = await openOnline();
    expect(await call(platform, 'GET', `/nbiot?${resource}&timeout=5`)).toContain('"succ"');
  });

  it('outlives callers who leave in the middle of a body', async () => {
    const { platform } = await openOnline();
    const { port } = new URL(platform.http);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise<void>((resolve) => {
      socket.write('POST /nbiot HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{', () => resolve());
    });
    socket.resetAndDestroy();
    expect(await call(platform, 'GET', `/nbiot?${resource}`)).toContain('"succ"');
  });

  it('answers any body with an error number', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }));
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({ data: fc.array(fc.record({ res_id: fc.anything(), val: fc.anything(), type: fc.anything() })) })
        .map((value) => {
          try {
            return JSON.stringify(value);
          } catch {
            return '{}';
          }
        }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom('/nbiot', '/nbiot/execute', '/devices'), async (content, path) => {
        const answer = JSON.parse(await call(platform, 'POST', `${path}?${resource}&mode=2`, content));
        expect([0, 3, 5108]).toContain(answer.errno);
      }),
      { numRuns: 150 },
    );
    expect(module.endpoint.counters.malformed).toBe(0);
  });

  it('refuses waiting calls when the platform is closed', async () => {
    const { platform, module } = await openOnline(() => undefined);
    const answer = call(platform, 'GET', `/nbiot?${resource}`);
    await expect.poll(() => module.asked.length).toBe(1);
    await platform.close();
    expect(await answer).toBe(refused('OFFLINE'));
  });

  it('refuses a fraction and what is too long for an integer, and keeps a large one exactly', async () => {
    const { platform, module } = await openOnline(() => ({ code: '2.04' }), { typeOf: () => 'integer' });
    const write = (val: string) =>
      call(platform, 'POST', `/nbiot?${instance}&mode=2`, `{"data":[{"res_id":5850,"val":${val}}]}`);
    for (const val of ['1.5', '1e20', '{"text":"1"}']) expect(await write(val)).toContain('"errno":5108');
    let written = '';
    module.answerWith((request) => {
      written = hexOfBytes(request.payload);
      return { code: '2.04' };
    });
    expect(await write('9007199254740993')).toBe(done);
    expect(written).toMatch(/0020000000000001$/);
  });

  it('says in its own words that it is full', async () => {
    const platform = await openTestPlatform();
    for (let number = 0; number < 10_000; number++) {
      platform.createDevice({ imei: String(number), imsi: '1', title: 'one of many' });
    }
    const body = { title: 'one more', protocol: 'LWM2M', auth_info: { '869334030000099': '460041234567899' } };
    expect(await call(platform, 'POST', '/devices', body)).toBe(
      '{"errno":5006,"error":"device limit reached: 10000 devices"}',
    );
    const module = await openTestModule(platform);
    const refused = await module.register();
    expect([refused.code, decodeText(refused.payload)]).toEqual(['4.03', 'device limit reached']);
  });

  it('cannot be opened on a port that is taken', async () => {
    const taken = await openTestPlatform();
    const { port } = new URL(taken.http);
    await expect(openTestPlatform({ httpPort: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(openTestPlatform({ coapPort: taken.coap.port })).rejects.toMatchObject({ code: 'NETWORK' });
  });
});
