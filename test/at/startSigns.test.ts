import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StartSigns } from '../../main/at/startSigns.ts';
import { as, station, testTable } from './rig.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A channel whose module was told not to echo. */
async function quiet(hasSession: boolean) {
  const parts = station({ gapMs: 0, mayHaveKept: () => hasSession });
  const exchange = parts.channel.send('ATE0', as('session'));
  parts.say('ATE0', 'OK');
  await exchange;
  const silent = parts.channel.send('AT+CMEE=1', as('session'));
  parts.say('OK');
  await silent;
  parts.told.length = 0;
  return parts;
}

const readyMarks = [
  'RDY',
  'APP RDY',
  'ECRDY',
  '+POWERON:0',
  '+POWERON: 1',
  '*MATREADY: 1',
  '*ATREADY: 1',
  '+MATREADY',
  'MATREADY',
  'AT command ready',
  '+SIM READY',
];
const proofs = [
  'REBOOT_CAUSE_APPLICATION_AT',
  'REBOOTING',
  'NORMAL POWER DOWN',
  'Boot: Unsigned',
  'Neul',
  'BC95',
  'Quectel',
  'UNDER-VOLTAGE POWER DOWN',
  'MODEM:STARTUP',
  '+SYSSTART',
  'BC28-CNV',
  'RESETING',
  '^SYSSTART AIRPLANE MODE',
  'BC950K-GL',
  'BC660K-GL',
  'BC28F',
  'SIM7022',
  'SIM7080G',
];

describe('a start without a session', () => {
  it.each([...readyMarks, ...proofs])('is noticed by %s', async (line) => {
    const { told, say } = await quiet(false);
    say(line);
    expect(told).toEqual([`boot ${line}`, `restart ${line}`]);
  });

  it('is noticed by the two settings that it prints', async () => {
    const { told, say } = await quiet(false);
    say('+CFUN: 1', '+CPIN: READY');
    expect(told).toEqual(['urc +CFUN: 1', 'urc +CPIN: READY', 'restart +CPIN: READY']);
  });

  it.each(['SIM PIN', 'SIM PUK', 'NOT READY', 'NOT INSERTED'])(
    'is noticed by them also where the card is %s',
    async (state) => {
      const { told, say } = await quiet(false);
      say(`+CPIN: ${state}`, '+CFUN:1');
      expect(told.at(-1)).toBe('restart +CFUN:1');
    },
  );

  it('is noticed by them in the middle of a command too', async () => {
    const { channel, told, say } = await quiet(false);
    channel.send('AT+CSQ', as('poll')).catch(() => undefined);
    say('+CPIN: READY', '+CFUN: 1');
    expect(told.at(-1)).toBe('restart +CFUN: 1');
  });
});

describe('a module with a session', () => {
  it.each(proofs)('has lost it at %s', async (line) => {
    const { told, say } = await quiet(true);
    say(line);
    expect(told).toEqual([`boot ${line}`, `restart ${line}`]);
  });

  it.each(readyMarks)('may only have woken at %s: nothing is refused, and the next command probes', async (line) => {
    const { channel, told, sent, say } = await quiet(true);
    const exchange = channel.send('AT+CSQ', as('poll'));
    say(line, '+CSQ: 20,99', 'OK');
    expect((await exchange).lines).toEqual(['+CSQ: 20,99']);
    expect(told).toContain(`doubt ${line}`);
    void channel.send('AT+NEXT', as('user'));
    expect(sent.at(-1)).toBe('AT');
  });

  it('may have started anew when its echo is back', async () => {
    const { channel, told, say } = await quiet(true);
    const exchange = channel.send('AT+CSQ', as('poll'));
    say('AT+CSQ', '+CSQ: 20,99', 'OK');
    expect((await exchange).lines).toEqual(['+CSQ: 20,99']);
    expect(told.filter((entry) => entry.startsWith('doubt'))).toEqual(['doubt AT+CSQ']);
  });
});

describe('what is no sign', () => {
  it('an echo that nobody switched off, or that a person switched on again', () => {
    const signs = new StartSigns();
    expect(signs.onEcho()).toBe(false);
    /** Whether an echo is a sign after the command and one more, both without echo. */
    const isSignAfter = (command: string): boolean => {
      signs.onDone(command);
      signs.onDone('AT+CSQ');
      const isSign = signs.onEcho();
      signs.onDone('AT+CSQ');
      return isSign;
    };
    const commands = ['ATE0', 'AT+CSQ', 'ATQ0V1', 'ATE1', 'ATQ0V1E0', 'ATZ', 'ATE', 'AT&F', 'AT+NSOST=0,E0'];
    expect(commands.map(isSignAfter)).toEqual([true, true, true, false, true, false, true, false, false]);
  });

  it('the echo of a module that says OK to ATE0 and goes on echoing', () => {
    const signs = new StartSigns();
    signs.onEcho();
    signs.onDone('ATE0');
    for (const command of ['AT+CMEE=1', 'AT+CGMI', 'AT+CGMM']) {
      expect(signs.onEcho()).toBe(false);
      signs.onDone(command);
    }
  });

  it('the command itself in the list that AT+CLAC gives', async () => {
    const { channel, told, say } = await quiet(false);
    const list = channel.send('AT+CLAC', as('user'));
    say('AT+CGMM', 'AT+CLAC', 'AT+CSQ', 'OK');
    expect((await list).lines).toEqual(['AT+CGMM', 'AT+CLAC', 'AT+CSQ']);
    expect(told.filter((entry) => entry.startsWith('restart'))).toEqual([]);
  });

  it('one setting alone, both long after one another, or the answer to a person', async () => {
    const { channel, told, say } = await quiet(false);
    say('+CFUN: 1');
    vi.advanceTimersByTime(10_001);
    say('+CPIN: READY');
    vi.advanceTimersByTime(10_001);
    const asked = channel.send('AT+CFUN?', as('user'));
    say('+CFUN: 1', 'OK');
    await asked;
    say('+CPIN: READY');
    expect(told.filter((entry) => entry.startsWith('restart'))).toEqual([]);
  });
});

describe('who the module is', () => {
  const questions = ['AT+CGMI', 'AT+CGMM', 'AT+CGMR', 'AT+CGSN', 'AT+CIMI', 'AT+GSN', 'ATI'];
  const strays = [
    '^SIMST:1',
    '+QNBIOTEVENT: "ENTER PSM"',
    '+NNMI:2,ABCD',
    '%CESQ: 40,2,20,2',
    '*MATWAKEUP',
    '+FIRMWARE DOWNLOADING',
    '#X',
    'RING',
    'NO CARRIER',
    'SMS Ready',
    'UNDER-VOLTAGE WARNNING',
    'ENTER PSM',
    'ECSLEEP',
    'ECWAKEUP',
    'GPRS DETACHED',
    'DST: 0',
    'F1: 0000 0000',
    'V0: 0000 0000 [0001]',
    'Leaving the BROM',
    '>',
  ];
  it.each(questions.flatMap((question) => strays.map((stray) => [question, stray] as const)))(
    '%s is not answered by %s',
    async (question, stray) => {
      const { channel, told, say } = station({ table: testTable({ answers: () => true, isBare: true }) });
      const exchange = channel.send(question, as('session'));
      say(stray, 'bare 1', 'OK');
      expect((await exchange).lines).toEqual(['bare 1']);
      expect(told).toContain(`urc ${stray}`);
    },
  );

  it('may be told behind the name of the question', async () => {
    const { channel, say } = station();
    const exchange = channel.send('AT+CGMR', as('session'));
    say('+CGMR: V1', 'OK');
    expect((await exchange).lines).toEqual(['+CGMR: V1']);
  });
});
