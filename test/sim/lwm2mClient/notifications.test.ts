import { expect, test } from 'vitest';
import { contentFormat, observe as observeOf } from '../../../main/sim/coap/options.ts';
import { seedProfile, startRegistered } from '../moduleAndServer.ts';

const hex = (payload: Uint8Array): string => Buffer.from(payload).toString('hex');

test('without ackid a notification is not confirmable and no event follows', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0/5700');
  await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,21.5,0,0`);
  const { type, payload, ...rest } = await server.notifications.next('the notification');
  expect([type, Buffer.from(payload).toString(), observeOf(rest)]).toEqual(['NON', '21.500000000000000', 1]);
  expect(host.urcs.left).toEqual([]);
});

test('with ackid it is confirmable, and event 26 names the ackid', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0/5700');
  await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,21.5,0,0,77`);
  expect((await server.notifications.next('the notification')).type).toBe('CON');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,26,77');
});

test('the sequence goes on with every notification of an observation', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0/5700');
  for (const value of ['1.0', '2.0', '3.0']) await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,${value},0,0`);
  const sequence = [];
  for (let count = 0; count < 3; count++) sequence.push(observeOf(await server.notifications.next('a notification')));
  expect(sequence).toEqual([1, 2, 3]);
});

test('several lines are one notification, sent with the last', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0');
  await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,-7.25,1,0`);
  expect(server.notifications.left).toEqual([]);
  await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5701,1,3,"Cel",0,0`);
  const { payload, ...rest } = await server.notifications.next('the notification');
  expect(hex(payload)).toBe('08000de41644c0e80000e3164543656c');
  expect(contentFormat(rest)).toBe(1542);
});

test('a notification nobody acknowledges is told as event 25, and the observation ends with a reset', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0/5700');
  server.state.acceptsNotifications = false;
  await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,21.5,0,0,78`);
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,25,78');
  expect(await host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,21.5,0,0`)).toEqual(['+CIS ERROR:601']);
});

test('a reset of an unconfirmed notification ends the observation too, told under its msgid', async () => {
  const { host, observe, server } = await startRegistered();
  const msgId = await observe('3303/0/5700');
  server.state.acceptsNotifications = false;
  await host.must(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,21.5,0,0`);
  expect(await host.urc('+MIPLEVENT')).toBe(`+MIPLEVENT:0,25,${msgId}`);
  expect(await host.ask(`AT+MIPLNOTIFY=0,${msgId},3303,0,5700,4,4,21.5,0,0`)).toEqual(['+CIS ERROR:601']);
});

test.each([
  ['a msgid nobody observes under', '666,3303,0,5700,4,4,1.0,0,0'],
  ['another object', '<id>,3306,0,5700,4,4,1.0,0,0'],
  ['another instance', '<id>,3303,1,5700,4,4,1.0,0,0'],
  ['an instance that does not exist', '<id>,3303,9,5700,4,4,1.0,0,0'],
  ['a value that is none', '<id>,3303,0,5700,4,4,warm,0,0'],
  ['a field too few', '<id>,3303,0,5700,4,4,1.0,0'],
  ['a field too many', '<id>,3303,0,5700,4,4,1.0,0,0,1,0x200,1'],
])('NOTIFY with %s is refused', async (_, rest) => {
  const { host, observe } = await startRegistered();
  const msgId = await observe('3303/0');
  expect(await host.ask(`AT+MIPLNOTIFY=0,${rest.replace('<id>', msgId)}`)).toEqual(['+CIS ERROR:601']);
});

test('some modules accept an unobserved NOTIFY and tell event 25 afterwards', async () => {
  const { host } = await startRegistered(seedProfile({ unobservedNotify: 'event' }));
  await host.must('AT+MIPLNOTIFY=0,666,3303,0,5700,4,4,1.0,0,0,5');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,25,5');
  await host.must('AT+MIPLNOTIFY=0,666,3303,0,5700,4,4,1.0,0,0');
  expect(await host.urc('+MIPLEVENT')).toBe('+MIPLEVENT:0,25,666');
});

test('a notification beyond 512 bytes is refused', async () => {
  const { host, observe } = await startRegistered();
  const msgId = await observe('3303/0/5701');
  const line = `AT+MIPLNOTIFY=0,${msgId},3303,0,5701,1,600,"${'x'.repeat(600)}",0,0`;
  expect(await host.ask(line)).toEqual(['+CIS ERROR:601']);
});
