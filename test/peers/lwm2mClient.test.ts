import { expect, onTestFinished, test } from 'vitest';
import { openPlatform } from '../../main/sim/platform/platform.ts';
import { platformWithDefinitions } from '../../main/sim/simulator.ts';
import type { PlatformEvent } from '../../main/sim/platform/lwm2mServer.ts';
import { lwm2mClients } from './known.ts';
import { startPeer, until } from './peer.ts';

/** An LwM2M client of others at the simulated platform: see docs/peers.md. */

/** Resources any LwM2M 1.0 client has (Appendix E): its manufacturer, its lifetime, the trigger of an update, its clock. */
const paths = {
  object: 'obj_id=3',
  read: 'obj_id=3&obj_inst_id=0&res_id=0',
  instance: 'obj_id=1&obj_inst_id=0',
  trigger: 'obj_id=1&obj_inst_id=0&res_id=8',
  clock: 'obj_id=3&obj_inst_id=0&res_id=13',
};
const lifetime = 1;

if (lwm2mClients.length === 0) test.skip('an LwM2M client of others is there', () => undefined);

test.for(lwm2mClients)('the LwM2M client $name works with the platform', { timeout: 120_000 }, async (known) => {
  const { command, lacks } = known;
  const endpoint = process.env['MIPL_PEER_ENDPOINT'] ?? '869334030000010;460041234567899';
  const platform = await openPlatform(platformWithDefinitions({ autoDiscover: false, autoObserve: false }));
  onTestFinished(() => platform.close());
  const events: PlatformEvent[] = [];
  platform.onEvent = (event) => events.push(event);
  const seen = (kind: PlatformEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const { host, port } = platform.coap;
  const peer = startPeer(command, { host, port, endpoint });
  await until('the registration', peer, () => seen('registered') > 0);

  const imei = platform.devices[0]?.identity.imei ?? '';
  const call = async (path: string, query: string, body?: unknown): Promise<string> => {
    const url = `${platform.http}${path}?imei=${encodeURIComponent(imei)}&${query}`;
    const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    return response.text();
  };
  const done = '{"errno":0,"error":"succ"}';

  expect(await call('/nbiot/discover', paths.object)).toMatch(/"res_id":\[[^\]]*\b0\b/);
  expect(await call('/nbiot', paths.read)).toMatch(/^\{"errno":0,"data":\[\{"res":\[\{"val":"[^"]+","res_id":0\}/);
  expect(await call('/nbiot', paths.object)).toContain('"obj_inst_id":0');
  // A client without partial update (POST) is asked to replace (PUT).
  const mode = lacks.has('partialUpdate') ? 1 : 2;
  expect(await call('/nbiot', `${paths.instance}&mode=${mode}`, { data: [{ res_id: lifetime, val: 400 }] })).toBe(done);
  expect(await call('/nbiot', `${paths.instance}&res_id=${lifetime}`)).toContain('"val":400');

  const updates = seen('updated');
  expect(await call('/nbiot/execute', paths.trigger, {})).toBe(done);
  await until('the update', peer, () => seen('updated') > updates);

  expect(await call('/nbiot/observe', `${paths.clock}&cancel=false&pmin=1&pmax=2`, {})).toBe(done);
  const notified = seen('notified');
  await until('a notification', peer, () => seen('notified') > notified);
  expect(await call('/nbiot/observe', `${paths.clock}&cancel=true`, {})).toBe(done);

  await peer.stop();
  await until('the deregistration', peer, () =>
    events.some((one) => one.kind === 'offline' && one.reason === 'deregistered'),
  );
});
