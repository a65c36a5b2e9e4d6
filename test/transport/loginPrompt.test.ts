import { Buffer } from 'node:buffer';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usualLine } from '../../shared/lineSettings.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { loginQuestion, unlessLogin } from '../../main/transport/loginPrompt.ts';
import { openNetwork } from '../../main/transport/networkLink.ts';

const of = (text: string): Uint8Array => Buffer.from(text);
const name = 'tcp://test:1';

describe('the question of a serial server for a login', () => {
  it.each([
    ['login: ', 'login:'],
    ['cm4116 login: ', 'cm4116 login:'],
    ['\r\nUser Access Verification\r\n\r\nUsername: ', 'Username:'],
    ['\r\nUser Access Verification\r\n\r\nPassword: ', 'Password:'],
    ['\r\nUsername> ', 'Username>'],
    ['\r\nLogin name: ', 'Login name:'],
    ['\r\nPlease keyin your password:', 'Please keyin your password:'],
    ['Enter your user name: ', 'Enter your user name:'],
    ['login: AT\r\nPassword: ', 'Password:'],
    ['login: AT\r\nPassword: \r\nLogin incorrect\r\nlogin: ', 'login:'],
    ['User ID : ', 'User ID :'],
    ['请输入密码：', '请输入密码：'],
    ['用户名:', '用户名:'],
    ['\0\r\nlogin: ', 'login:'],
  ])('%j is one', (text, asked) => {
    expect(loginQuestion(of(text))).toBe(asked);
  });

  it('is one behind the negotiation of telnet', () => {
    expect(loginQuestion(Buffer.from('\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\r\nlogin: ', 'latin1'))).toBe('login:');
  });

  it.each([
    '',
    'OK\r\n',
    'login: \r\n',
    '+CPIN: READY\r\n',
    '+PASSWORD:',
    '+CUSER: login:',
    'Last login: Mon Jan  5\r\nOK\r\n',
    'password accepted\r\n',
    '\r\n> ',
    'Signal power:',
    'blogin2: ',
  ])('%j is none', (text) => {
    expect(loginQuestion(of(text))).toBeUndefined();
  });
});

describe('a link to a server that asks for a login', () => {
  it('ends with what was asked, once nothing follows', async () => {
    const [near, server] = loopback();
    const link = unlessLogin(near, name);
    let heard = '';
    link.onData = (bytes) => (heard += Buffer.from(bytes).toString());
    const reason = new Promise<Error | undefined>((resolve) => (link.onClose = resolve));
    await server.write(of('Welcome\r\nlog'));
    await server.write(of('in: '));
    expect(await reason).toMatchObject({
      code: 'PORT_LOGIN',
      message: 'tcp://test:1: the server asks “login:” before it lets anybody to the serial port',
    });
    expect(heard).toBe('Welcome\r\nlogin: ');
  });

  it('goes on where the line goes on, and where a module has spoken for long', async () => {
    const [near, server] = loopback();
    const link = unlessLogin(near, name);
    let ends = 0;
    link.onClose = () => ends++;
    const silence = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));
    await server.write(of('login:'));
    await server.write(of(' nobody\r\n'));
    await server.write(of('OK\r\n'.repeat(600)));
    await server.write(of('more\r\n'));
    await server.write(of('login:'));
    await silence();
    expect(ends).toBe(0);
    await server.close();
    expect(ends).toBe(1);
  });

  it.each(['tcp', 'telnet', 'rfc2217'] as const)('is what %s:// comes to', async (scheme) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (scheme !== 'tcp') socket.write(Buffer.from([255, 251, 1, 255, 251, 3]));
      socket.write('Digi CM 32\r\nlogin: ');
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { lineEnding: _text, ...line } = usualLine;
    const times = { connectTimeoutMs: 5000, negotiationMs: 30_000, graceMs: 50 };
    const reason = await openNetwork({ scheme, host: '127.0.0.1', port }, { baudRate: 9600, ...line }, times).then(
      ({ link }) => new Promise<Error | undefined>((resolve) => (link.onClose = resolve)),
      (error: unknown) => error,
    );
    expect(reason).toMatchObject({ code: 'PORT_LOGIN' });
  });
});
