import { expect, onTestFinished, test } from 'vitest';
import { withHabit } from '../../main/sim/habits.ts';
import { profiles } from '../../main/sim/profiles.ts';
import { openVirtualModule } from '../../main/sim/virtualModule.ts';
import { Host } from '../sim/host.ts';
import { msgIdOf } from '../sim/moduleAndServer.ts';
import { lwm2mServers } from './known.ts';
import { freePort, startPeer, until } from './peer.ts';

/** The virtual module, with a stack that keeps to the standard, at an LwM2M server of others: see docs/peers.md. */
/** A server prints a number as it is, or the bytes of its text. */
function shows(output: string, number: string): boolean {
  const bytes = Array.from(Buffer.from(number), (byte) => byte.toString(16)).join(' ');
  return output.includes(number) || output.includes(bytes);
}

const list = '5700;5701;5601;5602;5603;5604;5605';

if (lwm2mServers.length === 0) test.skip('an LwM2M server of others is there', () => undefined);

test.for(lwm2mServers)('the LwM2M server $name serves the virtual module', { timeout: 120_000 }, async (known) => {
  const { command, lacks, lines: typed, readsFirst, readyWord } = known;
  const port = await freePort();
  const peer = startPeer(command, { host: '127.0.0.1', port, endpoint: '869334030000010;460041234567899' });
  const module = openVirtualModule({
    profile: withHabit(profiles.nb73, 'personality=spec'),
    server: { host: '127.0.0.1', port },
    baudRate: 0,
    radioSpeed: Infinity,
  });
  onTestFinished(() => module.close());
  if (readyWord !== undefined) await until('the server to be ready', peer, () => peer.output().includes(readyWord));
  const host = new Host(module.link);
  await host.urc('OK');
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
  await host.must('AT+MIPLADDOBJ=0,3306,1,"1",5,0');

  // The server may still be starting: CoAP repeats the registration until it answers.
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT:0,6', 30_000)).toBe('+MIPLEVENT:0,6');

  const waitMs = 10_000;
  for (let count = 0; count < readsFirst; count++) {
    const [, msgId, objectId] = (await host.urc('+MIPLREAD', waitMs)).split(',');
    await host.must(`AT+MIPLREADRSP=0,${msgId},1,${objectId},0,5700,4,4,20.5,0,0`);
  }
  if (readsFirst > 0) await until('the device to be known', peer, () => peer.output().includes('online'));

  peer.say(typed.discover);
  const discover = await host.urc('+MIPLDISCOVER', waitMs);
  await host.must(`AT+MIPLDISCOVERRSP=0,${msgIdOf(discover)},1,${list.length},"${list}"`);
  await until('the links', peer, () => peer.output().includes('/3303/0/5701'));

  const resourceRead = (): Promise<string> =>
    host.urcs.find((line) => /^\+MIPLREAD:.*,5700$/.test(line), 'a read of 5700', waitMs);
  peer.say(typed.read);
  const read = await resourceRead();
  await host.must(`AT+MIPLREADRSP=0,${msgIdOf(read)},1,3303,0,5700,4,4,20.123,0,0`);
  await until('the value', peer, () => shows(peer.output(), '20.12'));

  peer.say(typed.write);
  const write = await host.urc('+MIPLWRITE', waitMs);
  expect(write).toMatch(/,3306,0,5850,/);
  await host.must(`AT+MIPLWRITERSP=0,${msgIdOf(write)},2`);

  peer.say(typed.execute);
  const execute = await host.urc('+MIPLEXECUTE', waitMs);
  expect(execute).toMatch(/,3303,0,5605/);
  await host.must(`AT+MIPLEXECUTERSP=0,${msgIdOf(execute)},2`);

  peer.say(typed.observe);
  const observe = await host.urc('+MIPLOBSERVE', waitMs);
  await host.must(`AT+MIPLOBSERVERSP=0,${msgIdOf(observe)},1`);
  const value = await resourceRead();
  await host.must(`AT+MIPLREADRSP=0,${msgIdOf(value)},1,3303,0,5700,4,4,21.5,0,0`);

  const notify = (numbers: string): Promise<unknown> =>
    host.must(`AT+MIPLNOTIFY=0,${msgIdOf(observe)},3303,0,5700,4,4,${numbers}`);
  // The first is what some servers take for the answer to the observation itself.
  await notify('22.25,0,0');
  await notify('22.5,0,0');
  await until('the notification', peer, () => shows(peer.output(), '22.5'));
  if (!lacks.has('acknowledgement')) {
    await notify('23.5,0,0,7');
    expect(await host.urc('+MIPLEVENT:0,26', waitMs)).toBe('+MIPLEVENT:0,26,7');
  }
  if (!lacks.has('cancel')) {
    peer.say(typed.cancel ?? '');
    expect(await host.urc('+MIPLOBSERVE', waitMs)).toMatch(/^\+MIPLOBSERVE:0,\d+,0,3303,0,5700$/);
  }

  await host.must('AT+MIPLUPDATE=0,3600,1');
  expect(await host.urc('+MIPLEVENT:0,11', waitMs)).toBe('+MIPLEVENT:0,11');
  await host.must('AT+MIPLCLOSE=0');
  expect(await host.urc('+MIPLEVENT:0,15', waitMs)).toBe('+MIPLEVENT:0,15');
});
