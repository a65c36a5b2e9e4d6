import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { serverSentence, unlessRefused } from '../../main/transport/serverRefusal.ts';

const of = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const telnetGreeting = '\xff\xfb\x03\xff\xfd\x03\xff\xfb\x01\xff\xfe\x01\xff\xfd\x00\xff\xfb\x00\xff\xfd\x2c';

describe('the sentence of a serial server', () => {
  it.each([
    // ser2net 4.3.11 as it is run by the tests in test/tty/serialServers.test.ts
    ['Port already in use\r\n', 'PORT_BUSY'],
    ["Port's device already in use\r\n", 'PORT_BUSY'],
    ['Device open failure: Object was already in use\r\n', 'PORT_BUSY'],
    ['Device open failure: Value or file not found\r\n', 'PORT_FAILED'],
    ['Device open failure: Permission denied\r\n', 'PORT_FAILED'],
    ['Device open failure\r\n', 'PORT_FAILED'],
    ['Too many controller ports\r\n', 'PORT_BUSY'],
    ['kicked off, new user is coming\r\n', 'PORT_TAKEN'],
    ['port closing\r\n', 'PORT_FAILED'],
    // In its source alone
    ['Accessed denied due to your net address\r\n', 'PORT_FAILED'],
    ["Port's device failed open\r\n", 'PORT_FAILED'],
    ['port is shutting down\r\n', 'PORT_FAILED'],
    [`${telnetGreeting}Port already in use\r\n`, 'PORT_BUSY'],
    // Others in the same case
    ['Port is busy', 'PORT_BUSY'],
    ['All connections in use\n', 'PORT_BUSY'],
    ['Line is locked by another user\r\n', 'PORT_BUSY'],
    ['Connection refused.\r\n', 'PORT_FAILED'],
    ['Could not open serial port /dev/ttyUSB0\r\n', 'PORT_FAILED'],
    ['Serial port not available\r\n', 'PORT_FAILED'],
    ['Port disabled\r\n', 'PORT_FAILED'],
    ['Connection closed: idle timeout\r\n', 'PORT_LOST'],
    ['*** Session taken over by a new connection ***\r\n', 'PORT_TAKEN'],
    ['Session closed by administrator\r\n', 'PORT_TAKEN'],
    ['Connection timed out\r\n', 'PORT_LOST'],
    ['Socket is being used\r\n', 'PORT_BUSY'],
    ['Only one connection allowed\r\n', 'PORT_BUSY'],
    ['Connection limit exceeded\r\n', 'PORT_BUSY'],
    ['Server full\r\n', 'PORT_BUSY'],
    ['[no, tom is on this console]\r\n', 'PORT_BUSY'],
    ['[console is down]\r\n', 'PORT_FAILED'],
    ['Device not present\r\n', 'PORT_FAILED'],
    ['Serial port error\r\n', 'PORT_FAILED'],
    ['Device disconnected\r\n', 'PORT_FAILED'],
    ['% Line 3 is in use\r\n', 'PORT_BUSY'],
    ['Connection rejected\r\n', 'PORT_FAILED'],
    ['Not authorized\r\n', 'PORT_FAILED'],
    ['Device offline\r\n', 'PORT_FAILED'],
  ])('%j comes to %s', (text, code) => {
    const words = text.replace(telnetGreeting, '').trim();
    expect(serverSentence(of(text), true)).toEqual({ code, text: words });
  });

  it('stands behind the banner of the server', () => {
    const text = 'ser2net port 2000 device /dev/ttyS0 [9600 N81]\r\nPort already in use\r\n';
    expect(serverSentence(of(text), true)).toEqual({ code: 'PORT_BUSY', text: 'Port already in use' });
  });

  it.each([
    'OK\r\n',
    '\r\nBUSY\r\n',
    'NO CARRIER\r\n',
    'ERROR\r\n',
    '+CME ERROR: not found\r\n',
    '+CIS ERROR: 602\r\n',
    '^SIMST:1 busy\r\n',
    '*MNBIOTEVENT:not found\r\n',
    'CONNECT 9600\r\n',
    'AT+CSQ failed',
    'REBOOT_CAUSE_APPLICATION_AT\r\n',
    'Neul\r\nOK\r\n',
    '',
    '\xff\xfb\x01',
  ])('is not what a module says: %j', (text) => {
    expect(serverSentence(of(text), true)).toBeUndefined();
  });

  it('after much else can only be the last line', () => {
    expect(serverSentence(of('the module says: in use\r\nOK\r\n'), false)).toBeUndefined();
    expect(serverSentence(of('OK\r\nSIM failure\r\n'), false)).toBeUndefined();
    expect(serverSentence(of('+CSQ:20,99\r\nOK\r\nkicked off, new user is coming\r\n'), false)).toMatchObject({
      code: 'PORT_TAKEN',
    });
  });

  it('is text that can be shown, of bounded length, whatever bytes there were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), fc.boolean(), (noise, isWhole) => {
        const input = Buffer.concat([noise, of('\r\nPort already in use \x1b[31m\x07'), of('x'.repeat(300))]);
        const sentence = serverSentence(input, isWhole);
        expect(sentence?.text ?? '').toMatch(/^[\x20-\x7e]{0,200}$/);
      }),
    );
  });
});

describe('a connection that a server has accepted', () => {
  const name = 'tcp://test:1';

  it('is refused with the server’s sentence when it ends at once', async () => {
    const [near, server] = loopback();
    const opening = unlessRefused(near, name, 5000);
    await server.write(of('Port already in use\r\n'));
    await server.close();
    await expect(opening).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: 'tcp://test:1: the server says “Port already in use”',
      detail: name,
    });
  });

  it('has another client when it ends at once without a word', async () => {
    const [near, server] = loopback();
    const opening = unlessRefused(near, name, 5000);
    await server.close();
    await expect(opening).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringMatching(/without a word; another client takes this connection$/) as string,
    });
  });

  it('is refused in words of any kind when it ends at once', async () => {
    const [near, server] = loopback();
    const opening = unlessRefused(near, name, 5000);
    await server.write(of('\r\nGoodbye, come back tomorrow.\r\n'));
    await server.close();
    await expect(opening).rejects.toMatchObject({
      code: 'PORT_FAILED',
      message: 'tcp://test:1: the server says “Goodbye, come back tomorrow.”',
    });
  });

  it('was lost when the module spoke before it ended at once', async () => {
    const [near, server] = loopback();
    const opening = unlessRefused(near, name, 5000);
    await server.write(of('+CSQ:20,99\r\n'));
    await server.close();
    await expect(opening).rejects.toMatchObject({ code: 'PORT_LOST' });
  });

  it('is a link of its own when it holds, with every byte that came meanwhile', async () => {
    const [near, server] = loopback();
    void server.write(of('+POWERON:0\r\n'));
    const { link, speaksTelnet } = await unlessRefused(near, name, 5);
    let heard = '';
    link.onData = (bytes) => (heard += Buffer.from(bytes).toString('latin1'));
    expect(speaksTelnet).toBe(false);
    expect(heard).toBe('+POWERON:0\r\n');
    let atServer = '';
    server.onData = (bytes) => (atServer += Buffer.from(bytes).toString('latin1'));
    await link.write(of('AT\r'));
    await Promise.resolve();
    expect(atServer).toBe('AT\r');
    await link.close();
  });

  it('tells that the far end negotiates telnet, however the bytes are cut', async () => {
    for (const cuts of [[telnetGreeting], [...telnetGreeting]]) {
      const [near, server] = loopback();
      for (const piece of cuts) void server.write(of(piece));
      expect(await unlessRefused(near, name, 5)).toMatchObject({ speaksTelnet: true });
    }
  });

  it('that ends later carries the server’s sentence, or the reason as it was', async () => {
    for (const [said, code] of [
      ['Device open failure: Value or file not found\r\n', 'PORT_FAILED'],
      [`${'+CSQ:20,99\r\nOK\r\n'.repeat(50)}kicked off, new user is coming\r\n`, 'PORT_TAKEN'],
      ['+CSQ:20,99\r\n', 'PORT_LOST'],
    ] as const) {
      const [near, server] = loopback();
      const { link } = await unlessRefused(near, name, 1);
      const reason = new Promise<Error | undefined>((resolve) => {
        link.onClose = resolve;
      });
      await server.write(of(said));
      await server.close();
      expect(await reason).toMatchObject({ code });
      expect(await reason).toBeInstanceOf(CodedError);
    }
  });

  it('that we close ourselves has no reason', async () => {
    const [near] = loopback();
    const { link } = await unlessRefused(near, name, 1);
    const heard: unknown[][] = [];
    link.onClose = (...reason) => heard.push(reason);
    await link.close();
    expect(heard).toEqual([[]]);
  });
});
