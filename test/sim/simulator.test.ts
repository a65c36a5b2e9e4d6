import { expect, onTestFinished, test } from 'vitest';
import { openSimulator, platformBeside, readName } from '../../main/sim/simulator.ts';
import type { SimulatorOptions } from '../../main/sim/simulator.ts';
import { Host } from './host.ts';

const api = async (url: string, body?: unknown): Promise<Record<string, unknown>> => {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
};

/** A simulator without waiting, a host at it, and the platform's API with the query of this module. */
async function start(options: Partial<SimulatorOptions> = {}) {
  const simulator = await openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: Infinity, ...options });
  onTestFinished(() => simulator.close());
  const host = new Host(simulator.link);
  await host.urc('OK');
  const url = (path: string, query = ''): string =>
    `${simulator.simulator.http}${path}?imei=${simulator.imei}${query === '' ? '' : `&${query}`}`;
  return { simulator, host, url };
}

/** Up to the objects of the document, opened, everything the platform asks at first answered. */
async function startRegistered(options: Partial<SimulatorOptions> = {}) {
  const session = await start(options);
  const { host } = session;
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,2,"11",6,1');
  await host.must('AT+MIPLADDOBJ=0,3306,1,"1",5,0');
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,6');
  const lists = { 3303: '5700;5701;5601;5602;5603;5604;5605', 3306: '5850;5851;5852;5853;5750' };
  for (const [objectId, list] of Object.entries(lists)) {
    const urc = await host.urc('+MIPLDISCOVER:0,');
    const [, msgId, object] = urc.split(',');
    expect(object).toBe(objectId);
    await host.must(`AT+MIPLDISCOVERRSP=0,${msgId},1,${list.length},"${list}"`);
  }
  const observations = new Map<string, string>();
  for (const path of ['3303,0,-1', '3303,1,-1', '3306,0,-1']) {
    const urc = await host.urc('+MIPLOBSERVE:0,');
    const [, msgId = '', flag, ...target] = urc.split(',');
    expect([flag, target.join(',')]).toEqual(['1', path]);
    await host.must(`AT+MIPLOBSERVERSP=0,${msgId},1`);
    observations.set(path, msgId);
  }
  return { ...session, observations };
}

const msgIdOf = (urc: string): string => urc.split(',')[1] ?? '';

test('a read the host refuses is refused towards the platform', async () => {
  const { host, url } = await startRegistered();
  const answer = api(url('/nbiot', 'obj_id=3303&obj_inst_id=0&res_id=5700'));
  await host.must(`AT+MIPLREADRSP=0,${msgIdOf(await host.urc('+MIPLREAD'))},13`);
  expect((await answer)['errno']).not.toBe(0);
});

test('a cancelled observation takes no more notifications', async () => {
  const { host, url, observations } = await startRegistered();
  const answer = api(url('/nbiot/observe', 'cancel=true&obj_id=3303&obj_inst_id=1'), {});
  const urc = await host.urc('+MIPLOBSERVE');
  expect(urc).toMatch(/^\+MIPLOBSERVE:0,\d{1,5},0,3303,1,-1$/);
  await host.must(`AT+MIPLOBSERVERSP=0,${msgIdOf(urc)},1`);
  expect(await answer).toMatchObject({ errno: 0 });
  const late = await host.ask(`AT+MIPLNOTIFY=0,${observations.get('3303,1,-1')},3303,1,5700,4,4,98,0,0`);
  expect(late).toEqual(['+CIS ERROR:601']);
});

test('a notification with ackid reaches the platform as a data point and comes back as event 26', async () => {
  const { simulator, host, observations } = await startRegistered();
  const values: string[] = [];
  simulator.platform.onEvent = (happened) => values.push(JSON.stringify(happened));
  await host.must(`AT+MIPLNOTIFY=0,${observations.get('3303,0,-1')},3303,0,5700,4,4,98,0,0,7`);
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,26,7');
  expect(values.join()).toContain('98');
});

test('deleting the instance deregisters first and takes the objects along', async () => {
  const { simulator, host } = await startRegistered();
  const device = simulator.platform.devices[0];
  await host.must('AT+MIPLDELETE=0');
  expect(device && simulator.platform.session(device)).toBeUndefined();
  expect(await host.ask('AT+MIPLOPEN=0,3600,30')).toEqual(['+CIS ERROR:602']);
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,2,"11",6,1');
});

test('closing the link leaves no socket and no timer', async () => {
  const { simulator, host } = await startRegistered();
  await host.must('AT+MIPLUPDATE=0,0,0');
  await simulator.link.close();
  await expect(fetch(simulator.simulator.http)).rejects.toThrow();
  expect(process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP')).toEqual([]);
});

test('an unknown profile is refused with the names there are', async () => {
  await expect(openSimulator({ profile: 'm9999' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', detail: 'm9999' });
});

test('the echo server answers the module and ends with it', async () => {
  const { simulator, host } = await start();
  const [address = '', port = ''] = simulator.simulator.echo.split(':');
  await expect.poll(() => host.must('AT+CEREG?')).toEqual(['+CEREG:0,1']);
  await host.must('AT+NSOCR="DGRAM",17,0,1');
  await host.must(`AT+NSOST=0,${address},${port},2,4869`);
  await host.urc('+NSONMI:0,');
  const [answer = ''] = await host.must('AT+NSORF=0,512');
  expect(Buffer.from(answer.split(',')[4] ?? '', 'hex').toString()).toMatch(/^\[127\.0\.0\.1:\d+\]Hi$/);
  await simulator.close();
});

test.each([
  ['m5310-seed', false],
  ['m5310a', true],
  ['m5310-seed?long-write=blocks', true],
])('beside %s a write of more than the document’s 480 bytes is sent: %s', (name, isSent) => {
  const { maximumContentBytes = 480 } = platformBeside(readName(name).profile);
  expect(maximumContentBytes > 480).toBe(isSent);
});

test('what the module does not simulate is told whoever listens, also when he comes later', async () => {
  const simulator = await openSimulator({ profile: 'bc28', baudRate: 0, radioSpeed: Infinity });
  onTestFinished(() => simulator.close());
  const host = new Host(simulator.link);
  await host.urc('OK');
  await host.must('AT+CMGF=0');
  const told: string[] = [];
  simulator.onNotice = (text) => told.push(text);
  await host.must('AT+CMGF=0');
  await host.must('AT+NCDP=1.2.3.4');
  expect(told).toEqual([expect.stringContaining('short messages'), expect.stringContaining('IoT platform')]);
});
