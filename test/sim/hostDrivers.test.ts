import { describe, expect, onTestFinished, test } from 'vitest';
import { bc28, cisDriverAssumptions } from './cisDriverAssumptions.ts';
import { cmccDriverAssumptions } from './cmccDriverAssumptions.ts';
import { openWire, playSession } from './driverSession.ts';
import type { Recording } from './driverSession.ts';

const assumptions = [...cisDriverAssumptions, ...cmccDriverAssumptions];

const recordings = new Map<string, Promise<Recording>>();
/** One session per module serves all its rows. tmote ends its commands with CR alone, and so does the BC28 here. */
function recordingOf(module: string): Promise<Recording> {
  const known = recordings.get(module);
  if (known) return known;
  const recording = playSession(module, module === bc28 ? '\r' : '\r\n');
  recordings.set(module, recording);
  return recording;
}

test.each(assumptions)('$driver ($module), $part: $assumes', async ({ module, part, has, lacks }) => {
  const bytes = (await recordingOf(module)).part(part);
  if (has) expect(bytes).toMatch(has);
  if (lacks) expect(bytes).not.toMatch(lacks);
});

describe('every module', () => {
  const modules = [...new Set(assumptions.map(({ module }) => module))];

  test.each(modules)('%s frames each line with CR LF and prints no other control character', async (module) => {
    const { bytes } = await recordingOf(module);
    expect(bytes.replace(/\r\n[^\r\n]+(?=\r\n)/g, '').replaceAll('\r\n', '')).toBe('');
    expect(bytes).not.toMatch(/[\x00-\x09\x0b\x0c\x0e-\x1f]/);
  });

  test.each(modules)(
    '%s writes one URC at a time, since drivers that wait for silence lose the second',
    async (module) => {
      const { chunks } = await recordingOf(module);
      expect(chunks.filter((chunk) => (chunk.match(/\r\n\+MIPL/g) ?? []).length > 1)).toEqual([]);
    },
  );
});

describe('what drivers read besides MIPL', () => {
  const start = async (module: string) => {
    const { wire, simulator } = await openWire(module);
    onTestFinished(() => simulator.close());
    await wire.say('ATE0');
    while (!/\+CEREG: ?\d,1/.test(await wire.say('AT+CEREG?'))) await new Promise((resolve) => setImmediate(resolve));
    return wire;
  };

  test('area, cell and technology of the registration are bare hex (tmote BC28)', async () => {
    const wire = await start('bc28');
    await wire.say('AT+CEREG=2');
    expect(await wire.say('AT+CEREG?')).toMatch(/\r\n\+CEREG: ?2,1,[0-9A-F]+,[0-9A-F]+,\d\r\n/);
  });

  test('socket and length stand right behind the first CR LF of NSOST (tmote BC28)', async () => {
    const wire = await start('bc28');
    expect(await wire.say('AT+NSOCR=DGRAM,17,0,1')).toBe('\r\n0\r\n\r\nOK\r\n');
    expect(await wire.say('AT+NSOST=0,127.0.0.1,9,2,4869')).toBe('\r\n0,2\r\n\r\nOK\r\n');
  });

  test('a socket is a bare number, its data come unasked, its end is told (OneOS M5310-A)', async () => {
    const wire = await start('m5310a');
    expect(await wire.say('AT+NSOCR="DGRAM",17,0,2')).toBe('\r\n0\r\n\r\nOK\r\n');
    await wire.say('AT+NSOST=0,183.230.40.150,36000,2,4869');
    await wire.until(/\r\n\+NSORF:0,183\.230\.40\.150,36000,\d+,[0-9A-F]+\r\n/, 0);
    const from = wire.bytes.length;
    await wire.say('AT+NSOCL=0');
    await wire.until(/^\r\nOK\r\n\r\n\+NSOCLI:0\r\n/, from);
  });

  test.each([
    ['nbiotbt.heclouds.com', /^\r\n\+CMDNS:198\.18\.\d+\.\d+\r\n\r\nOK\r\n$/],
    ['183.230.40.39', /\+CMDNS:183\.230\.40\.39\r/],
    ['localhost', /\+CMDNS:127\.0\.0\.1\r/],
  ])('CMDNS tells the address of %s, without a space (OneOS M5310-A)', async (name, answer) => {
    expect(await (await start('m5310a')).say(`AT+CMDNS="${name}"`)).toMatch(answer);
  });

  test('a name cannot be looked up without a network, nor by modules that never heard of it', async () => {
    const wire = await start('m5310a');
    expect(await wire.say('AT+CMDNS=""')).toContain('ERROR');
    await wire.say('AT+CFUN=0');
    expect(await wire.say('AT+CMDNS="a.example"')).toContain('ERROR');
    expect(await (await start('bc28')).say('AT+CMDNS="a.example"')).toContain('ERROR');
  });

  test('NCONFIG takes CELL_RESELECTION (m53xx M5310-A)', async () => {
    expect(await (await start('m5310a')).say('AT+NCONFIG=CELL_RESELECTION,TRUE')).toBe('\r\nOK\r\n');
  });

  test('a BC95-B ends its start with Bootup Completed!!!, after a reboot as well (mbed)', async () => {
    const wire = await start('bc28?banner=bootup&bootstrap');
    expect(wire.bytes).toMatch(/^\r\nBootup Completed!!!\r\n\r\nOK\r\n/);
    const from = wire.bytes.length;
    await wire.say('AT+NRB');
    await wire.until(/^\r\nREBOOTING\r\n\r\nBootup Completed!!!\r\n/, from);
  });

  test('a float may be reported as a whole number (ME3616 SDK)', async () => {
    const wire = await start('me3616');
    await wire.say('AT+MIPLCREATE');
    await wire.say('AT+MIPLADDOBJ=0,3303,1,"1",1,0');
    await wire.say('AT+MIPLOPEN=0,3600,30');
    const [, id] = await wire.until(/\+MIPLOBSERVE: 0, (\d+), 1/, 0);
    await wire.say(`AT+MIPLOBSERVERSP=0,${id},1`);
    const [, discoverId] = await wire.until(/\+MIPLDISCOVER: 0, (\d+),/, 0);
    await wire.say(`AT+MIPLDISCOVERRSP=0,${discoverId},1,4,"5700"`);
    expect(await wire.say(`AT+MIPLNOTIFY=0,${id},3303,0,5700,4,4,21,0,0`)).toBe('\r\nOK\r\n');
  });

  test('an M5311 says event 31 when its device is deleted at the platform (OneOS M5311)', async () => {
    const { wire, simulator } = await openWire('m5311');
    onTestFinished(() => simulator.close());
    await wire.say('AT+MIPLCREATEEX="183.230.40.39:5683",1');
    await wire.say('AT+MIPLADDOBJ=0,3200,1,"1",0,0');
    await wire.say('AT+MIPLOPEN=0,3600');
    await wire.until(/\+MIPLOBSERVE:0,\d+,1/, 0);
    const [device] = simulator.platform.devices;
    await fetch(`${simulator.simulator.http}/devices/${device?.id}`, { method: 'DELETE' });
    await wire.until(/\r\n\+MIPLEVENT:0,31\r\n/, 0);
  });
});

describe('what drivers send', () => {
  const start = async (module: string) => {
    const { wire, simulator } = await openWire(module);
    onTestFinished(() => simulator.close());
    return wire;
  };

  test('a space behind a command means nothing (ESP32 M5310)', async () => {
    const wire = await start('m5310-seed');
    expect(await wire.say('AT+MIPLCREATE ')).toContain('+MIPLCREATE:0');
    expect(await wire.say('AT+MIPLADDOBJ=0,3200,1,"1",4,1 ')).toBe('\r\nOK\r\n');
  });

  test('nor does one before the equals sign (STM32 M5310)', async () => {
    const wire = await start('m5310a');
    const blob = '130031F10003F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000';
    expect(await wire.say(`AT+MIPLCREATE =49,${blob},0,49,0`)).toContain('+MIPLCREATE:0');
  });

  test('a bitmap without quotes is taken (blinker NB73)', async () => {
    const wire = await start('nb73');
    await wire.say('AT+MIPLCREATE');
    expect(await wire.say('AT+MIPLADDOBJ=0,3200,1,1,4,1')).toBe('\r\nOK\r\n');
  });

  test('an instance that is left over is deleted first (BC20)', async () => {
    const wire = await start('bc28');
    expect(await wire.say('AT+MIPLDELETE=0')).toContain('ERROR');
    expect(await wire.say('AT+MIPLCREATE')).toContain('+MIPLCREATE: 0');
  });

  test('a command that is repeated every second is answered every time (BC20)', async () => {
    const wire = await start('bc28');
    await wire.say('AT+MIPLCREATE');
    await wire.say('AT+MIPLADDOBJ=0,3200,1,"1",4,1');
    const from = wire.bytes.length;
    await wire.say('AT+MIPLOPEN=0,3600');
    const [, id] = await wire.until(/\+MIPLOBSERVE: 0,(\d+),/, from);
    expect(await wire.say(`AT+MIPLOBSERVERSP=0,${id},1`)).toContain('OK');
    expect(await wire.say(`AT+MIPLOBSERVERSP=0,${id},1`)).toContain('ERROR');
    await wire.until(/\+MIPLDISCOVER: 0,\d+,/, from);
  });

  test('a string whose length counts the quotes as well is taken (OneOS M5311)', async () => {
    const wire = await start('m5311');
    await wire.say('AT+MIPLCREATEEX="nbiotbt.heclouds.com:5683",1');
    await wire.say('AT+MIPLADDOBJ=0,3200,1,"1",0,0');
    const from = wire.bytes.length;
    await wire.say('AT+MIPLOPEN=0,3600');
    await wire.until(/\+MIPLOBSERVE:0,\d+,1/, from);
    expect(await wire.say('AT+MIPLNOTIFY=0,0,3200,0,5750,1,6,"lamp",0,0,1')).toContain('OK');
  });

  test('OBSERVERSP to firmware that needs none does no harm (QSDK)', async () => {
    const wire = await start('m5310a');
    await wire.say('AT+MIPLCREATEEX="183.230.40.39:5683",1');
    await wire.say('AT+MIPLADDOBJ=0,3200,1,"1",0,0');
    const from = wire.bytes.length;
    await wire.say('AT+MIPLOPEN=0,3600');
    const [, id] = await wire.until(/\+MIPLOBSERVE:0,(\d+),1/, from);
    expect(await wire.say(`AT+MIPLOBSERVERSP=0,${id},1`)).toBe('\r\nOK\r\n');
  });

  test.each([
    [
      '183.230.40.39 in a blob',
      'AT+MIPLCREATE=49,130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0',
    ],
    ['the address in clear', 'AT+MIPLCREATEEX="183.230.40.39:5683",1'],
    ['the name in clear', 'AT+MIPLCREATEEX="nbiotbt.heclouds.com",1'],
  ])('a module of China Mobile is created with %s', async (_, line) => {
    const wire = await start('m5310a');
    expect(await wire.say(line)).toMatch(/\+MIPLCREATE(EX)?:0\r\n\r\nOK\r\n$/);
  });

  test('a bare create is refused by modules that want to be told the server', async () => {
    expect(await (await start('m5310a')).say('AT+MIPLCREATE')).toBe('\r\n+CIS ERROR: 601\r\n');
  });

  test('the long form is refused by modules that know the bare one alone', async () => {
    const wire = await start('bc28');
    expect(await wire.say('AT+MIPLCREATE=3,130003,0,3,0')).toBe('\r\nERROR\r\n');
  });
});
