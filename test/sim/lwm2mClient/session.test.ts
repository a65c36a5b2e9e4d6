import { expect, onTestFinished, test, vi } from 'vitest';
import { uriPath, uriQuery } from '../../../main/sim/coap/options.ts';
import { seedProfile, startBooted, startModule, startRegistered, startServer } from '../moduleAndServer.ts';
import { Host } from '../host.ts';

async function startCreated(answer?: Parameters<typeof startServer>[0]) {
  const server = await startServer(answer);
  const { host, module } = await startBooted({ server: server.endpoint.address });
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLADDOBJ=0,3303,1,"1",6,1');
  return { server, host, module };
}

test('the endpoint name is IMEI and IMSI, the lifetime that of OPEN, and no LwM2M version is named', async () => {
  const { host, server, module } = await startCreated();
  await host.must('AT+MIPLOPEN=0,86400,30');
  await host.urc('+MIPLEVENT: 0,6');
  const registration = await server.requests.next('the registration');
  expect(uriPath(registration)).toEqual(['rd']);
  const { imei, imsi } = module.identity;
  expect(uriQuery(registration)).toEqual([`ep=${imei};${imsi}`, 'b=U', 'lt=86400']);
});

test('a platform that refuses the registration is told as event 7, and OPEN may be tried again', async () => {
  let refuses = true;
  const { host } = await startCreated(() => (refuses ? { code: '4.03' } : undefined));
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,7');
  refuses = false;
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,6');
});

test('a platform that does not answer is told as event 8 when the timeout of OPEN is over', async () => {
  const { host } = await startBooted();
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLOPEN=0,3600,1');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,8');
});

test('OPEN waits for the network and gives up with event 8', async () => {
  const { host } = await startCreated();
  await host.must('AT+CFUN=0');
  await host.must('AT+MIPLOPEN=0,3600,1');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,8');
});

test('a second OPEN, and an OPEN while registering, are refused as wrong state', async () => {
  const { host } = await startRegistered();
  expect(await host.ask('AT+MIPLOPEN=0,3600,30')).toEqual(['+CIS ERROR:602']);
});

test('an update the platform does not know is told as event 12', async () => {
  const { host } = await startCreated((message) => (uriPath(message).length === 2 ? { code: '4.04' } : undefined));
  await host.must('AT+MIPLOPEN=0,3600,30');
  await host.urc('+MIPLEVENT: 0,6');
  await host.must('AT+MIPLUPDATE=0,3600,0');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,12');
});

test('an update always carries the lifetime, and the objects only when asked to', async () => {
  const { host, server } = await startRegistered();
  await server.requests.next('the registration');
  await host.must('AT+MIPLUPDATE=0,120,0');
  const without = await server.requests.next('the update');
  expect([uriQuery(without), without.payload.length]).toEqual([['lt=120'], 0]);
  await host.must('AT+MIPLUPDATE=0,0,1');
  const withObjects = await server.requests.next('the update');
  expect(uriQuery(withObjects)).toEqual(['lt=3600']);
  expect(Buffer.from(withObjects.payload).toString()).toBe('</>;rt="oma.lwm2m",</0/0>,</3303/0>,</3303/1>,</3306/0>');
});

test.each(['AT+MIPLOPEN=0,14,30', 'AT+MIPLUPDATE=0,14,0'])('%s is refused: too short a lifetime', async (line) => {
  const { host } = line.includes('OPEN') ? await startCreated() : await startRegistered();
  expect(await host.ask(line)).toEqual(['+CIS ERROR:601']);
});

test('event 14 warns 93 s before the end of the lifetime, event 9 ends the session without a word to the platform', async () => {
  const { host, server } = await startCreated();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  await host.must('AT+MIPLOPEN=0,3600,30');
  await host.urc('+MIPLEVENT: 0,6');
  await server.requests.next('the registration');
  await vi.advanceTimersByTimeAsync((3600 - 93) * 1000 - 1000);
  expect(host.urcs.left).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await host.urcs.next('the warning')).toBe('+MIPLEVENT:0,14,93');
  await vi.advanceTimersByTimeAsync(93_000);
  expect(await host.urcs.next('the end')).toBe('+MIPLEVENT:0,9');
  expect(await host.ask('AT+MIPLUPDATE=0,3600,0')).toEqual(['+CIS ERROR:602']);
  expect(server.requests.left).toEqual([]);
});

test('a short lifetime is warned of half-way', async () => {
  const { host } = await startCreated();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  await host.must('AT+MIPLOPEN=0,60,30');
  await host.urc('+MIPLEVENT: 0,6');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await host.urcs.next('the warning')).toBe('+MIPLEVENT:0,14,30');
});

test('CLOSE deregisters; the document shows no event for it, other modules print 15', async () => {
  const { host, server } = await startRegistered(seedProfile({ deregisteredEvent: 'after' }));
  await server.requests.next('the registration');
  await host.must('AT+MIPLCLOSE=0');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,15');
  const farewell = await server.requests.next('the farewell');
  expect([farewell.code, uriPath(farewell)]).toEqual(['0.04', ['rd', 'a1']]);
});

test('a module that prints event 15 before the OK of DELETE does so', async () => {
  const { host } = await startRegistered(seedProfile({ deregisteredEvent: 'beforeDelete' }));
  expect(await host.ask('AT+MIPLDELETE=0')).toEqual(['+MIPLEVENT:0,15', 'OK']);
});

test.each([
  ['AT+MIPLOPEN=0,3600,30', '+CIS ERROR:602'],
  ['AT+MIPLADDOBJ=0,3303,1,"1",1,0', '+CIS ERROR:602'],
  ['AT+MIPLCLOSE=0', '+CIS ERROR:602'],
  ['AT+MIPLDELETE=0', '+CIS ERROR:601'],
  ['AT+MIPLNOTIFY=0,1,3303,0,5700,4,4,1.0,0,0', '+CIS ERROR:602'],
])('before CREATE, %s is answered by %s', async (line, error) => {
  const { host } = await startBooted();
  expect(await host.ask(line)).toEqual([error]);
});

test('a second CREATE is refused', async () => {
  const { host } = await startBooted();
  expect(await host.must('AT+MIPLCREATE')).toEqual(['+MIPLCREATE:0']);
  expect(await host.ask('AT+MIPLCREATE')).toEqual(['+CIS ERROR:602']);
});

test('an object can be added once, and deleted once', async () => {
  const { host } = await startCreated();
  expect(await host.ask('AT+MIPLADDOBJ=0,3303,1,"1",6,1')).toEqual(['+CIS ERROR:602']);
  await host.must('AT+MIPLDELOBJ=0,3303');
  expect(await host.ask('AT+MIPLDELOBJ=0,3303')).toEqual(['+CIS ERROR:601']);
});

test.each(['3,"11"', '2,"00"', '2,"1x"', '9,"111111111"', '0,""'])(
  'ADDOBJ with %s as instances is refused',
  async (instances) => {
    const { host } = await startCreated();
    expect(await host.ask(`AT+MIPLADDOBJ=0,3306,${instances},1,0`)).toEqual(['+CIS ERROR:601']);
  },
);

test('the bitmap counts instances from the left, quotes may be missing', async () => {
  const { host, server } = await startCreated();
  await host.must('AT+MIPLADDOBJ=0,3200,5,10010,1,0');
  await host.must('AT+MIPLOPEN=0,3600,30');
  const registration = await server.requests.next('the registration');
  expect(Buffer.from(registration.payload).toString()).toContain(',</3200/0>,</3200/3>');
});

test('a blob that names a loopback server leads there, in one piece or several', async () => {
  const server = await startServer();
  const { host } = await startBooted();
  const text = `127.0.0.1:${server.endpoint.address.port}`;
  const hex = (length: number): string => length.toString(16).padStart(4, '0');
  const name = Buffer.from(text).toString('hex');
  const net = `f2${hex(3 + 3 + 6 + 2 + text.length + 3)}040011000000000000${hex(text.length)}${name}000131`;
  const items = `f10003${net}f30008c000000000`;
  const blob = `13${hex(3 + items.length / 2)}${items}`;
  const total = blob.length / 2;
  await host.must(`AT+MIPLCREATE=${total},${blob.slice(0, 20)},1,10,1`);
  expect(await host.must(`AT+MIPLCREATE=${total},${blob.slice(20)},0,${total - 10},0`)).toEqual(['+MIPLCREATE:0']);
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,6');
});

test('a blob with the real address of OneNET stays on this machine', async () => {
  const server = await startServer();
  const { host } = await startBooted({ server: server.endpoint.address });
  const blob = '130031F10003F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000';
  expect(await host.must(`AT+MIPLCREATE=49,${blob},0,49,0`)).toEqual(['+MIPLCREATE:0']);
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT: 0,6');
});

test('a blob whose length is not the announced one is refused', async () => {
  const { host } = await startBooted();
  expect(await host.ask('AT+MIPLCREATE=49,1300,0,3,0')).toEqual(['+CIS ERROR:601']);
});

test('a reboot forgets the session without telling the platform', async () => {
  const { host, server } = await startRegistered();
  await server.requests.next('the registration');
  expect(await host.ask('AT+NRB')).toEqual(['REBOOTING']);
  expect(await host.urcs.next('the banner')).toBe('REBOOT_CAUSE_APPLICATION_AT');
  await host.urc('OK');
  expect(await host.ask('AT+MIPLUPDATE=0,3600,0')).toEqual(['+CIS ERROR:602']);
  expect(server.requests.left).toEqual([]);
});

test('events on the way are printed by modules that print them', async () => {
  const server = await startServer();
  const profile = seedProfile({ openEvents: { direct: [4, 6], bootstrap: [] } });
  const { module } = await startModule({ server: server.endpoint.address, profile });
  const host = new Host(module.link);
  await host.urc('OK');
  await host.must('AT+MIPLCREATE');
  await host.must('AT+MIPLOPEN=0,3600,30');
  expect([await host.urc('+MIPLEVENT'), await host.urc('+MIPLEVENT')]).toEqual(['+MIPLEVENT: 0,4', '+MIPLEVENT: 0,6']);
});

test.each([
  ['registering', 'AT+MIPLOPEN=0,3600,30'],
  ['deregistering', 'AT+MIPLCLOSE=0'],
])('a module switched off while %s leaves no socket', async (_, line) => {
  const { host, module, server } = line.includes('CLOSE') ? await startRegistered() : await startCreated();
  server.endpoint.onRequest = () => undefined;
  await host.must(line);
  await module.close();
  await server.endpoint.close();
  expect(process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP')).toEqual([]);
});
