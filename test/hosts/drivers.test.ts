import { describe, expect, onTestFinished, test } from 'vitest';
import { openSimulator, readName } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';
import { ColumnDriver } from './columnDriver.ts';
import { FrameDriver } from './frameDriver.ts';
import { LineDriver } from './lineDriver.ts';

const start = async (profile: string, baudRate?: number): Promise<Simulator> => {
  const simulator = await openSimulator({ profile, radioSpeed: 1000, ...(baudRate === undefined ? {} : { baudRate }) });
  onTestFinished(() => simulator.close());
  return simulator;
};
const read = async ({ simulator, imei }: Simulator): Promise<string> => {
  const url = `${simulator.http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`;
  return (await fetch(url)).text();
};

/** Tries until the module answers, as every driver does. */
async function booted(driver: LineDriver): Promise<void> {
  const tried = (): Promise<unknown> => driver.command('ATE0', 300).catch(() => undefined);
  await expect.poll(tried, { timeout: 5000 }).toBeDefined();
}

describe('a driver with one buffer that takes 10 ms of silence for the end of a frame', () => {
  test.each(['bc28', 'nb73', 'm5310a', 'm5310-seed?order=observe-first'])(
    'gets through a session with %s at 9600 baud: no line is torn, no two come in one frame',
    async (name) => {
      const simulator = await start(`${name}${name.includes('?') ? '&' : '?'}air=60`);
      const driver = new FrameDriver(simulator.link);
      const isCis = readName(name).profile.dialect === 'cis';
      expect(await driver.wait('OK')).toMatch(/REBOOT_CAUSE_\w+\r\n[^]*OK\r\n$/);
      for (const line of ['AT', 'ATE0', 'AT+CMEE=1', 'AT+CGSN=1', 'AT+CIMI', 'AT+NCCID', 'AT+CSQ', 'AT+CGDCONT?']) {
        expect(await driver.command(line)).toMatch(/^\r\n[^]*\r\nOK\r\n$|^\r\nOK\r\n$/);
      }
      while (!(await driver.command('AT+CGATT?')).includes('+CGATT:1'));
      await driver.command(isCis ? 'AT+MIPLCREATE' : 'AT+MIPLCREATEEX="183.230.40.39:5683",1');
      await driver.command('AT+MIPLADDOBJ=0,3303,1,"1",2,0');
      if (!isCis) await driver.command('AT+MIPLDISCOVERRSP=0,3303,1,9,"5700;5701"');
      await driver.command('AT+MIPLOPEN=0,3600,30');
      const observe = /\+MIPLOBSERVE: ?0,(\d+),1,3303,0,-1\r\n/.exec(await driver.wait('+MIPLOBSERVE'));
      expect(observe).not.toBeNull();
      if (isCis) {
        await driver.command(`AT+MIPLOBSERVERSP=0,${observe?.[1]},1`);
        const discover = /\+MIPLDISCOVER: ?0,(\d+),3303\r\n/.exec(await driver.wait('+MIPLDISCOVER'));
        await driver.command(`AT+MIPLDISCOVERRSP=0,${discover?.[1]},1,9,"5700;5701"`);
      }
      const answer = read(simulator);
      const request = /\+MIPLREAD: ?0,(\d+),3303,0,5700/.exec(await driver.wait('+MIPLREAD'));
      await driver.command(`AT+MIPLREADRSP=0,${request?.[1]},1,3303,0,5700,4,4,21.5,0,0`);
      expect(await answer).toContain('"val":21.5');
    },
  );
});

describe('a driver that reads lines and waits for OBSERVE before anything else', () => {
  test.each(['bc28', 'me3616', 'nb73', 'bc28?bootstrap', 'm5310-seed?order=observe-first'])(
    'gets through a session with %s',
    async (name) => {
      const simulator = await start(name, 0);
      const driver = new LineDriver(simulator.link);
      await booted(driver);
      const registration = async (): Promise<string[]> => driver.command('AT+CEREG?');
      await expect.poll(registration).toContainEqual(expect.stringMatching(/^\+CEREG: ?0,1$/));
      await driver.command('AT+MIPLCREATE');
      await driver.command('AT+MIPLADDOBJ=0,3303,1,"1",2,0');
      await driver.command('AT+MIPLOPEN=0,3600,30');
      await driver.registered();
      const [, observeId] = await driver.expectNext('OBSERVE');
      await driver.command(`AT+MIPLOBSERVERSP=0,${observeId},1`);
      const [, discoverId] = await driver.expectNext('DISCOVER');
      await driver.command(`AT+MIPLDISCOVERRSP=0,${discoverId},1,9,"5700;5701"`);
      await driver.command(`AT+MIPLNOTIFY=0,${observeId},3303,0,5700,4,4,22.5,0,0,9`);
      expect(await driver.expectNext('EVENT')).toEqual(['0', '26', '9']);
      await driver.command('AT+MIPLCLOSE=0');
      await expect(driver.command('AT+MIPLCLOSE=0')).rejects.toThrow(/ERROR/);
      await driver.command('AT+MIPLDELETE=0');
    },
  );

  test('is lost where the platform discovers first, as the document alone has it', async () => {
    const simulator = await start('nb73?order=discover-first', 0);
    const driver = new LineDriver(simulator.link);
    await booted(driver);
    await driver.command('AT+MIPLCREATE');
    await driver.command('AT+MIPLADDOBJ=0,3303,1,"1",2,0');
    await driver.command('AT+MIPLOPEN=0,3600,30');
    await driver.registered();
    await expect(driver.expectNext('OBSERVE')).rejects.toThrow(/\+MIPLDISCOVER/);
  });
});

describe('a driver that reads columns', () => {
  test.each(['bc28', 'nb73', 'm5310a', 'm5310-seed'])('finds every number of %s at its place', async (name) => {
    const simulator = await start(name, 0);
    const driver = new ColumnDriver(simulator.link);
    await expect.poll(() => driver.command('ATE0').catch(() => undefined)).toBeDefined();
    // "+CEREG:0,1": the tenth character of the line says whether there is a network.
    await expect.poll(async () => (await driver.command('AT+CEREG?')).charAt(2 + 9)).toBe('1');
    expect((await driver.command('AT+CGATT?')).charAt(2 + 7)).toBe('1');
    expect(Number((await driver.command('AT+CSQ')).slice(2 + 5, 2 + 7))).toBeGreaterThan(10);
    expect((await driver.command('AT+CGSN=1')).slice(2 + 6, 2 + 21)).toBe(simulator.imei);
    expect((await driver.command('AT+CIMI')).slice(2, 17)).toBe(simulator.imsi);
    expect((await driver.command('AT+NBAND?')).charAt(2 + 7)).toBe('8');
    expect((await driver.command('AT+CGPADDR')).slice(2 + 9, 2 + 11)).toBe('0,');
    const { dialect, spacing } = readName(name).profile;
    await driver.command(dialect === 'cis' ? 'AT+MIPLCREATE' : 'AT+MIPLCREATEEX="183.230.40.39:5683",1');
    await driver.command('AT+MIPLADDOBJ=0,3303,1,"1",2,0');
    await driver.command('AT+MIPLOPEN=0,3600,30');
    if (name === 'm5310-seed') {
      const id = (await driver.find('+MIPLDISCOVER:0,')).slice('+MIPLDISCOVER:0,'.length).split(',')[0];
      await driver.command(`AT+MIPLDISCOVERRSP=0,${id},1,9,"5700;5701"`);
    }
    const head = `+MIPLOBSERVE:${spacing.mipl}0,`;
    const id = (await driver.find(head)).slice(head.length).split(',')[0];
    expect(Number(id)).toBeGreaterThan(0);
  });
});
