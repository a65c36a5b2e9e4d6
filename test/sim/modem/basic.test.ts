import { describe, expect, test } from 'vitest';
import { profileNames } from '../../../main/sim/profile.ts';
import { profiles } from '../../../main/sim/profiles.ts';
import { startBooted } from '../moduleAndServer.ts';

describe.each([...profileNames])('%s', (name) => {
  const profile = profiles[name];
  const start = async () => {
    const { host } = await startBooted({ profile });
    await host.must('ATE0');
    return host;
  };

  test.each([
    ...[
      'ATV1',
      'ATQ0',
      'ATZ',
      'ATZ0',
      'AT&F',
      'AT&F0',
      'AT&C1',
      'AT&D2',
      'AT&W',
      'ATS0=0',
      'ATX4',
      'ATH',
      'ATH0',
      'ATI0',
    ],
    ...['ATI', 'ATE0', 'AT+GMI', 'AT+GMM', 'AT+GMR', 'AT+GSN', 'AT+CGMI', 'AT+CGMM', 'AT+CGMR', 'AT+CGSN', 'AT+CIMI'],
    ...['AT+CGMI=?', 'AT+CGMM=?', 'AT+CGMR=?', 'AT+CGSN=?', 'AT+CIMI=?', 'AT+CMEE=?', 'AT+CSQ=?', 'at+csq', 'AtZ'],
    ...['ATQ0 V1 E0 S0=0', 'ATQ0V1E0S0=0&C1&D2', 'AT+CSQ;+CGMM', 'ATE0;+CMEE=0;+CEREG=0', 'AT+CPIN?', 'AT+CGSN=1'],
  ])('answers %s with OK', async (line) => {
    const host = await start();
    const [final] = (await host.ask(line)).slice(-1);
    expect(final).toBe('OK');
  });

  test('says the same of itself by the names of V.250 and of 27.007', async () => {
    const host = await start();
    for (const word of ['MI', 'MM', 'MR']) {
      expect(await host.must(`AT+G${word}`)).toEqual(await host.must(`AT+CG${word}`));
    }
    expect(await host.must('AT+GSN')).toEqual(['869334030000010']);
    expect(await host.must('ATI0')).toEqual(profile.identity.information);
  });

  test('answers two commands of a line with one final result, and stops at the first that it refuses', async () => {
    const host = await start();
    const answer = await host.ask('AT+CGMM;+CIMI');
    expect(answer).toEqual([profile.identity.model, '460041234567899', 'OK']);
    await host.must('AT+CMEE=0');
    expect(await host.ask('AT+CGMM;+NOSUCH;+CIMI')).toEqual([profile.identity.model, 'ERROR']);
  });

  test('does the line before once more at A/, without an end of line', async () => {
    const host = await start();
    await host.must('AT+CGMM');
    expect(await host.ask('A/', '')).toEqual([profile.identity.model, 'OK']);
    expect(await host.ask('a/', '\r\n')).toEqual([profile.identity.model, 'OK']);
  });

  test('says results as numbers after ATV0, and none after ATQ1', async () => {
    const host = await start();
    host.received = '';
    await host.send('AT+CMEE=0\rATV0\rAT\rAT+CGMM\rAT+NOSUCH\r');
    const said = (): string => host.received.replace(/\r\n\+IP:.*\r\n/, '');
    await expect.poll(said).toBe(`\r\nOK\r\n0\r0\r${profile.identity.model}\r\n0\r4\r`);
    host.received = '';
    await host.send('ATV1Q1\rAT\rAT+CGMM\r');
    await expect.poll(() => host.received).toBe(`\r\n${profile.identity.model}\r\n`);
    expect(await host.ask('ATQ0')).toEqual(['OK']);
  });

  test('refuses a command it does not know as +CMEE says: bare, with a number, with words', async () => {
    const host = await start();
    await host.must('AT+CMEE=0');
    expect(await host.ask('AT+NOSUCH=1')).toEqual(['ERROR']);
    await host.must('AT+CMEE=1');
    expect(await host.ask('AT+NOSUCH=1')).toEqual(['+CME ERROR: 50']);
    expect(await host.ask('AT+CEREG=9')).toEqual(['+CME ERROR: 50']);
    expect(await host.ask('ATS0=999')).toEqual(['+CME ERROR: 50']);
    if (profile.errors.reportUpTo < 2) return;
    await host.must('AT+CMEE=2');
    expect(await host.ask('AT+NOSUCH=1')).toEqual(['+CME ERROR: incorrect parameters']);
  });
});

test('what S registers are set to is told in three digits, and ATZ puts it back', async () => {
  const { host } = await startBooted();
  expect(await host.must('ATS0?')).toEqual(['000']);
  await host.must('ATS0=3');
  expect(await host.must('ATS0?S3?')).toEqual(['003', '013']);
  await host.must('ATZ');
  expect(await host.must('ATS0?')).toEqual(['000']);
  expect(await host.ask('ATS3=65')).toEqual(['+CME ERROR: 50']);
});

test('a backspace takes back the character before it', async () => {
  const { host } = await startBooted();
  expect(await host.ask('AT+CGMN\bM')).toEqual(['M5310', 'OK']);
  expect(await host.ask('\b\bAT')).toEqual(['OK']);
});

test.each(['ATD*99#', 'ATA', 'ATO', 'ATE2', 'ATV9', 'ATS99?', 'ATX5', 'AT&Y'])('%s is refused', async (line) => {
  const { host } = await startBooted();
  expect(await host.ask(line)).toEqual(['+CME ERROR: 50']);
});
