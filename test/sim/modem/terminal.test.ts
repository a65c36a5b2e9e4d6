import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startBooted, seedProfile, startModule } from '../moduleAndServer.ts';

test.each(['\r', '\n', '\r\n'])('a command may end with %j', async (end) => {
  const { host } = await startBooted();
  expect(await host.ask('AT', end)).toEqual(['OK']);
});

test('lines are framed by CR LF on both sides', async () => {
  const { host } = await startBooted();
  host.received = '';
  await host.ask('AT+CGSN=1');
  expect(host.received).toBe('\r\n+CGSN:869334030000010\r\n\r\nOK\r\n');
});

test('a block of lines has CR LF only before the first', async () => {
  const { host } = await startBooted();
  host.received = '';
  await host.ask('AT+NUESTATS');
  expect(host.received).toMatch(/^\r\nSignal power:-\d+\r\nTotal power:-\d+\r\n/);
});

test('echo gives back what is sent, byte for byte, until ATE0', async () => {
  const { host } = await startBooted();
  await host.must('ATE1');
  host.received = '';
  await host.ask('AT+CGMM');
  expect(host.received).toBe('AT+CGMM\r\n\r\nM5310\r\n\r\nOK\r\n');
  await host.ask('ATE0');
  host.received = '';
  await host.ask('AT');
  expect(host.received).toBe('\r\nOK\r\n');
});

test('echo after power-on is a habit of the module', async () => {
  const { host } = await startBooted({ profile: seedProfile({ echo: true }) });
  host.received = '';
  await host.ask('AT');
  expect(host.received).toBe('AT\r\n\r\nOK\r\n');
});

test('a line of 4000 bytes is read, a longer one is an error and disturbs nothing after it', async () => {
  const { host } = await startBooted();
  expect(await host.ask('A'.repeat(4000))).toEqual(['+CME ERROR: 50']);
  expect(await host.ask('A'.repeat(100_000))).toEqual(['+CME ERROR: 50']);
  expect(await host.ask('AT')).toEqual(['OK']);
});

test('commands that come in one burst are answered one after the other', async () => {
  const { host } = await startBooted();
  await host.send('AT+CGMM\r\nAT+CIMI\r\nAT+FOO\r\nAT\r\n');
  const expected = ['M5310', 'OK', '460041234567899', 'OK', '+CME ERROR: 50', 'OK'];
  for (const line of expected) expect(await host.urcs.next(line)).toBe(line);
});

test.each(['AT+FOO', 'AT+CSQ?', 'hello', 'AT\0', 'A\u0007T', 'AT+CGSN=', 'AT+CGSN=9', 'AT+MIPLOPEN=?', 'ATX9'])(
  '%j is answered by an error',
  async (line) => {
    const { host } = await startBooted();
    await host.must('AT+CMEE=0');
    expect(await host.ask(line)).toEqual(['ERROR']);
  },
);

test.each(['\u0007AT', '\u0000\u0000AT', '\u001b\u001aAT', 'ééAT'])(
  '%j: what comes before AT is passed over',
  async (line) => {
    const { host } = await startBooted();
    expect(await host.ask(line)).toEqual(['OK']);
  },
);

test('what the host says before the module has booted is lost', async () => {
  const { host } = await startModule();
  await host.send('AT\r\n');
  expect(await host.urcs.next('the banner')).toBe('REBOOT_CAUSE_SECURITY_RESET_PIN');
  expect(await host.urcs.next('the banner')).toBe('OK');
  expect(await host.ask('AT+CGMM')).toEqual(['M5310', 'OK']);
});

test('no bytes whatever keep the module from answering afterwards', async () => {
  const { host } = await startBooted();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await host.send(bytes);
      // Whatever line was open is closed, and its answers read, before the question.
      await host.send('\r\nAT+CGMM\r\n');
      await host.urc('M5310');
      await host.urc('OK');
    }),
    { numRuns: 200 },
  );
});
