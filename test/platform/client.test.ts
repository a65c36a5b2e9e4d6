import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { HttpCall } from '../../main/platform/calls.ts';
import { sendCall } from '../../main/platform/client.ts';
import { freeOrigin, secretKey, startServer } from './rig.ts';

const read: HttpCall = { method: 'GET', path: '/nbiot?imei=1&obj_id=3303', timeoutMs: 2000 };
const write: HttpCall = { method: 'POST', path: '/nbiot', body: '{"data":[]}', timeoutMs: 2000 };

describe('the client', () => {
  it('sends method, path, body and the key as a header', async () => {
    let seen: unknown;
    const { origin } = await startServer((request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, key: headers['api-key'], type: headers['content-type'] };
      request.resume();
      response.end('{"errno":0}');
    });
    expect(await sendCall({ origin, key: secretKey }, write)).toEqual({ status: 200, text: '{"errno":0}', bytes: 11 });
    expect(seen).toEqual({ method: 'POST', url: '/nbiot', key: secretKey, type: 'application/json' });
    await sendCall({ origin }, read);
    expect(seen).toEqual({ method: 'GET', url: read.path, key: undefined, type: undefined });
  });

  it('has a connection of its own for each call: one left over may be closed by the platform just as the next call leaves', async () => {
    const sockets = new Set<unknown>();
    const { origin } = await startServer((request, response) => {
      // As a platform does whose patience with an idle connection is over.
      if (sockets.has(request.socket)) request.socket.resetAndDestroy();
      sockets.add(request.socket);
      request.resume();
      response.end('{"errno":0}');
    });
    for (const call of [read, write, read]) expect((await sendCall({ origin }, call)).status).toBe(200);
    expect(sockets.size).toBe(3);
  });

  it('gives up when no answer comes in time, before the head or within the body', async () => {
    const silent = await startServer(() => undefined);
    await expect(sendCall(silent, read, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'PLATFORM_TIMEOUT',
      message: 'No answer within 100 ms',
    });
    const slow = await startServer((_, response) => response.write('{"errno":'));
    await expect(sendCall(slow, read, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'PLATFORM_TIMEOUT' });
  });

  it('says which host it could not reach, in the words of the system', async () => {
    const closed = await freeOrigin();
    await expect(sendCall({ origin: closed, key: secretKey }, read)).rejects.toMatchObject({
      code: 'PLATFORM_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
      detail: closed,
    });
    const { origin } = await startServer((_, response) => response.socket?.destroy());
    await expect(sendCall({ origin }, read)).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
    // Not a TLS server.
    await expect(sendCall({ origin: origin.replace('http:', 'https:') }, read)).rejects.toMatchObject({
      code: 'PLATFORM_UNREACHABLE',
    });
  });

  it('stops reading after 1 MB of 5', async () => {
    let isOver = false;
    const { origin } = await startServer((_, response) => {
      response.on('close', () => (isOver = true));
      const chunk = Buffer.alloc(64 * 1024, ' ');
      let left = 80;
      const more = (): void => {
        while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', more);
        response.end();
      };
      more();
    });
    await expect(sendCall({ origin }, read)).rejects.toMatchObject({
      code: 'PLATFORM_ANSWER',
      detail: 'longer than 1 MB',
    });
    await expect.poll(() => isOver).toBe(true);
  });

  it('takes no redirect, and the key along none', async () => {
    let reached = 0;
    const other = await startServer((_, response) => {
      reached += 1;
      response.end('{"errno":0}');
    });
    const { origin } = await startServer((_, response) => {
      response.writeHead(302, { location: `${other.origin}/nbiot` });
      response.end();
    });
    expect(await sendCall({ origin, key: secretKey }, read)).toMatchObject({ status: 302 });
    expect(reached).toBe(0);
  });

  it('blots the key out of an answer that prints it back', async () => {
    const { origin } = await startServer((request, response) => response.end(JSON.stringify(request.headers)));
    const { text } = await sendCall({ origin, key: 'quo"te\\key' }, read);
    expect(text).toContain('(api-key)');
    expect(text).not.toContain('quo');
  });

  it('can be given up', async () => {
    const silent = await startServer(() => undefined);
    const abort = new AbortController();
    const call = sendCall(silent, read, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('reads what is no UTF-8 without an exception', async () => {
    const { origin } = await startServer((_, response) => response.end(Buffer.from([0xff, 0xfe, 0x41])));
    expect((await sendCall({ origin }, read)).text).toBe('\ufffd\ufffdA');
  });
});
