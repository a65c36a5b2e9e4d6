import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openHttpApi } from '../../../main/sim/platform/http.ts';
import { refusalOfCaller } from '../../../main/sim/platform/httpGate.ts';
import type { Platform } from '../../../main/sim/platform/platform.ts';
import { textAnswer } from './module.ts';
import { call, openTestModule, openTestPlatform } from './open.ts';

interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** The answers in a stream, cut by their Content-Length. */
function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const headers = rest.slice(0, end);
    const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? NaN);
    answers.push({ status: Number(headers.slice(9, 12)), headers, body: rest.slice(end, end + length) });
    rest = rest.slice(end + length);
  }
  return answers;
}

/** Sends bytes as they are; all that comes back until the platform hangs up. */
function exchange(url: string, ...pieces: (string | Uint8Array)[]): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    for (const piece of pieces) socket.write(piece);
  });
}

const request = (method: string, target: string, headers: readonly string[] = [], body = ''): string =>
  [
    `${method} ${target} HTTP/1.1`,
    ...(headers.some((header) => header.startsWith('Host')) ? [] : ['Host: 127.0.0.1']),
    ...headers,
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    '',
    body,
  ].join('\r\n');

async function ask(platform: Platform, ...args: Parameters<typeof request>): Promise<RawAnswer> {
  const [method, target, headers = [], body] = args;
  const text = await exchange(platform.http, request(method, target, [...headers, 'Connection: close'], body));
  return answersIn(text)[0] ?? { status: 0, headers: '', body: '' };
}

const status = '/devices/status?devIds=1';
const invalid = (what: string): string => JSON.stringify({ errno: 5108, error: `invalid parameter: ${what}` });

describe('who may call', () => {
  it.each(['localhost:8080', 'LOCALHOST', '127.0.0.1', '127.8.8.8:1', '[::1]:8080', 'lab-pc:80', '192.168.1.7:8080'])(
    'answers a call to %s',
    (host) => {
      const caller = { headers: { host }, listenHost: 'lab-pc', localAddress: '::ffff:192.168.1.7' };
      expect(refusalOfCaller(caller)).toBeUndefined();
    },
  );

  it.each(['rebound.example', '127.0.0.1.rebound.example', 'localhost.rebound.example:80', '10.0.0.1', '', '[::2]'])(
    'refuses a call to "%s", a name that anybody could make point here',
    (host) => {
      const caller = { headers: { host }, listenHost: '127.0.0.1', localAddress: '127.0.0.1' };
      expect(refusalOfCaller(caller)).toContain('127.0.0.1');
    },
  );

  it.each([
    { origin: 'http://127.0.0.1:80', 'sec-fetch-site': 'same-origin' as const },
    { 'sec-fetch-site': 'none' as const },
    {},
  ])('answers own pages, and programs: %j', (headers) => {
    const caller = { headers: { host: '127.0.0.1:80', ...headers }, listenHost: '::1', localAddress: undefined };
    expect(refusalOfCaller(caller)).toBeUndefined();
  });

  it.each([
    { origin: 'http://elsewhere.example' },
    { origin: 'https://127.0.0.1:80' },
    { origin: 'http://127.0.0.1:81' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' as const },
    { 'sec-fetch-site': 'same-site' as const },
  ])('refuses pages of other sites: %j', (headers) => {
    const caller = { headers: { host: '127.0.0.1:80', ...headers }, listenHost: '::1', localAddress: undefined };
    expect(refusalOfCaller(caller)).toMatch(/other sites/);
  });

  it('says 403 and why, and does nothing', async () => {
    const platform = await openTestPlatform();
    const device = JSON.stringify({ title: 'x', protocol: 'LWM2M', auth_info: { '1234': '1' } });
    const rebound = await ask(platform, 'POST', '/devices', ['Host: rebound.example'], device);
    expect(rebound.status).toBe(403);
    expect(JSON.parse(rebound.body)).toEqual({
      errno: 5108,
      error: 'invalid parameter: Host: "rebound.example" is not this platform, which answers to localhost, 127.0.0.1',
    });
    expect((await ask(platform, 'POST', '/devices', ['Origin: http://rebound.example'], device)).status).toBe(403);
    expect(platform.devices).toEqual([]);
    expect((await ask(platform, 'POST', '/devices', [], device)).status).toBe(200);
    expect(platform.devices).toHaveLength(1);
  });

  it('wants a Host', async () => {
    const platform = await openTestPlatform();
    const text = await exchange(platform.http, `GET ${status} HTTP/1.1\r\nConnection: close\r\n\r\n`);
    expect(answersIn(text)).toMatchObject([{ status: 400, body: invalid('Host is missing') }]);
  });
});

describe('a body that is too long', () => {
  const tooLong = invalid('body longer than 65536 bytes');

  it.each([65 * 1024, 5 * 1024 * 1024])('of %i bytes is answered 413 with the envelope', async (length) => {
    const platform = await openTestPlatform();
    const response = await fetch(`${platform.http}/devices`, { method: 'POST', body: 'x'.repeat(length) });
    expect([response.status, await response.text()]).toEqual([413, tooLong]);
    expect(response.headers.get('connection')).toBe('close');
  });

  it('without end is answered, and cut off', async () => {
    const platform = await openTestPlatform();
    const { port } = new URL(platform.http);
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    let sent = 0;
    const piece = Buffer.alloc(256 * 1024, 'x');
    const pour = (): void => {
      while (!socket.destroyed && sent < 1024 * 1024 * 1024) {
        sent += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.on('drain', pour);
    socket.write('POST /nbiot HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n');
    pour();
    await closed;
    expect(sent).toBeLessThan(128 * 1024 * 1024);
    expect(await call(platform, 'GET', status)).toContain('"succ"');
  });
});

describe('odd requests', () => {
  it.each([
    ['PUT', status, 405, 'no such call with PUT', 'GET'],
    ['DELETE', '/nbiot', 405, 'no such call with DELETE', 'GET, POST'],
    ['POST', '/nbiot/resources', 405, 'no such call with POST', 'GET'],
    ['PATCH', '/devices/1', 405, 'no such call with PATCH', 'GET, DELETE'],
    ['OPTIONS', '/devices', 405, 'no such call with OPTIONS', 'POST'],
    ['GET', '/devices/1/2/3', 404, 'no such call', undefined],
  ])('%s %s is answered %i', async (method, target, code, error, allowed) => {
    const answer = await ask(await openTestPlatform(), method, target);
    expect([answer.status, answer.body]).toEqual([code, JSON.stringify({ errno: 5108, error })]);
    expect(/^Allow: (.*)$/m.exec(answer.headers)?.[1]?.trim()).toBe(allowed);
  });

  it.each([
    [`${status}&devIds=2`, 200, 'devIds stands twice'],
    ['/nbiot?imei=1&obj_id=3303&obj_id=3306', 200, 'obj_id stands twice'],
    ['/nbiot/observe?imei=1&obj_id=3303&cancel=true&cancel=false', 200, 'cancel stands twice'],
    ['/nbiot?imei=1&obj_id=-1', 200, 'obj_id'],
    ['/nbiot?imei=1&obj_id=1e3', 200, 'obj_id'],
    ['/nbiot?imei=1&obj_id=99999999999999999999', 200, 'obj_id'],
    ['/nbiot?imei=1&obj_id=0x10', 200, 'obj_id'],
    ['/nbiot/observe?imei=1&obj_id=1&obj_inst_id=0&res_id=1&gt=1e999', 200, 'gt'],
    ['/nbiot/observe?imei=1&obj_id=1&obj_inst_id=0&res_id=1&lt=NaN', 200, 'lt'],
    ['/nbiot?imei=%ff&obj_id=1', 400, 'URL'],
    ['/devices/status?devIds=%E6%B5', 400, 'URL'],
    ['/nbiot?imei=1&obj_id=%zz', 400, 'URL'],
    [`/nbiot?obj_id=1&imei=1&${'a=1&'.repeat(8000)}`, 431, 'URL and headers are too long'],
  ])('GET %s is answered %i', async (target, code, error) => {
    const answer = await ask(await openTestPlatform(), 'GET', target);
    expect([answer.status, answer.body]).toEqual([code, invalid(error)]);
  });

  it('looks for its own among thousands of parameters', async () => {
    const answer = await ask(await openTestPlatform(), 'GET', `/devices/status?${'a&'.repeat(7000)}devIds=1`);
    expect(answer.body).toBe('{"errno":0,"data":{"total_count":0,"devices":[]},"error":"succ"}');
  });

  it.each([
    ['cut JSON', '{"title":', 'body'],
    ['text', 'title=x', 'body'],
    ['a list', '[]', 'body'],
    ['deep nesting', `${'['.repeat(30_000)}`, 'body'],
    ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'body is no UTF-8'],
    ['half a character', Buffer.from('{"title":"测"}').subarray(0, 11), 'body is no UTF-8'],
  ])('a body of %s is named as what is wrong', async (_what, body, error) => {
    const platform = await openTestPlatform();
    const response = await fetch(`${platform.http}/devices`, { method: 'POST', body });
    expect(await response.text()).toBe(invalid(error));
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x/y; charset=utf-8', 'nonsense'])(
    'JSON is read whatever Content-Type says: %s',
    async (type) => {
      const platform = await openTestPlatform();
      const device = { title: 'x', protocol: 'LWM2M', auth_info: { '1234': '1' } };
      expect(await call(platform, 'POST', '/devices', device, { 'Content-Type': type })).toContain('"device_id"');
    },
  );

  it.each(['GET / HTTP/9.9\r\n\r\n', 'hello\r\n\r\n', '\0\0\0\0', '\x16\x03\x01\x02\x00\x01'])(
    'bytes that are no request, %j, are answered with the envelope',
    async (bytes) => {
      const platform = await openTestPlatform();
      expect(answersIn(await exchange(platform.http, bytes))).toMatchObject([
        { status: 400, body: invalid('no HTTP request') },
      ]);
    },
  );

  it('pipelined requests are answered in their order, each with its own', async () => {
    const platform = await openTestPlatform({ autoDiscover: false, autoObserve: false });
    const module = await openTestModule(platform, () => textAnswer('20.5'));
    await module.register();
    const text = await exchange(
      platform.http,
      [
        request('GET', '/nbiot?imei=869334030000010&obj_id=3303&obj_inst_id=0&res_id=5700'),
        request('POST', '/devices', [], '{'),
        request('GET', status, ['Connection: close']),
      ].join(''),
    );
    expect(answersIn(text).map(({ body }) => body)).toEqual([
      '{"errno":0,"data":[{"res":[{"val":20.5,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
      invalid('body'),
      '{"errno":0,"data":{"total_count":0,"devices":[]},"error":"succ"}',
    ]);
  });

  it.each([
    ['head', 'GET /devices/status HTTP/1.1\r\nHost: loc'],
    ['body', 'POST /devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{'],
  ])('a request with half a %s is answered 408 when its time is over', async (_what, half) => {
    const api = await openHttpApi({
      host: '127.0.0.1',
      port: 0,
      apiKey: undefined,
      slowestRequestMs: 50,
      context: { registry: never, server: never, typeOf: () => undefined, maximumContentBytes: 480 },
    });
    onTestFinished(() => api.close());
    expect(answersIn(await exchange(api.url, half))).toMatchObject([
      { status: 408, body: invalid('the request does not come to its end') },
    ]);
  });
});

/** Stands where nothing may be looked up. */
const never = new Proxy({}, { get: () => expect.unreachable() }) as never;
