import { expect, onTestFinished, test } from 'vitest';
import { openSimulator } from '../../main/sim/simulator.ts';
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

test('a session as in the document registers, and the platform shows the module online', async () => {
  const { url } = await startRegistered();
  expect(await api(url('/devices/status'))).toMatchObject({ errno: 0 });
});
