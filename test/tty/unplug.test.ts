import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import { stageNames } from '../../shared/stageNames.ts';
import { Cable } from './cable.ts';
import { Mipl } from './mipl.ts';
import type { Ready } from './mipl.ts';
import { baudRate, startDevice, untilOnline, untilState } from './wire.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function module(args: readonly string[]): Promise<{ readonly ready: Ready; readonly sim: Mipl }> {
  const sim = new Mipl(['sim', '--baud', String(baudRate), '--radio-speed', '200', ...args]);
  opened.push(() => sim.stop());
  return { ready: await sim.event<Ready>(), sim };
}

async function connect(cable: Cable): Promise<Device> {
  opened.push(() => cable.close());
  const device = await startDevice(cable);
  opened.push(() => device.close());
  await device.openPort(cable.near, baudRate);
  await untilOnline(device);
  return device;
}

const readOf = async ({ http, imei }: Ready): Promise<string> =>
  (await fetch(`${http}/nbiot?imei=${imei}&obj_id=3303&obj_inst_id=0&res_id=5700`)).text();

/** Notes and gaps of the one journal in the folder. */
async function notesIn(cable: Cable): Promise<string[]> {
  const folder = path.join(cable.folder, 'journals');
  const files = readdirSync(folder);
  expect(files).toHaveLength(1);
  const notes: string[] = [];
  for await (const lines of readJournalLines(path.join(folder, files[0] ?? ''))) {
    for (const { direction, text } of lines) if (direction === 'note') notes.push(text);
  }
  return notes;
}

it('tells PORT_LOST with the system’s text when the plug is pulled, and nothing passes for done any more', async () => {
  const cable = await Cable.plugged();
  await module(['--pty', cable.far]);
  const device = await connect(cable);
  await cable.pull();
  const state = await untilState(device, 'the loss', ({ connection }) => connection.phase === 'waiting');
  expect(state.connection.fault).toMatchObject({
    code: 'PORT_LOST',
    message: expect.stringContaining(cable.near) as string,
  });
  expect(state.connection.fault?.message.length).toBeGreaterThan(cable.near.length + 2);
  expect(stageNames.map((name) => state.stages[name].status)).toEqual(stageNames.map(() => 'stale'));
  expect(state.registration.phase).toBe('idle');
  expect(state.observations).toEqual([]);
  await expect(device.session.close()).resolves.toBeUndefined();
});

it('refuses what is asked while the port is gone', async () => {
  const cable = await Cable.plugged();
  await module(['--pty', cable.far]);
  const device = await connect(cable);
  await cable.pull();
  await untilState(device, 'the loss', ({ connection }) => connection.phase === 'waiting');
  expect(() => device.session.engine).toThrow(expect.objectContaining({ code: 'PORT_NOT_OPEN' }));
});

it('waits for the port and is online again when the adapter comes back, in the same journal', async () => {
  const cable = await Cable.plugged();
  const first = await module(['--pty', cable.far]);
  const device = await connect(cable);
  await cable.pull();
  await untilState(device, 'the loss', ({ connection }) => connection.phase === 'waiting');
  await first.sim.stop();
  await cable.plugIn();
  const second = await module(['--pty', cable.far]);
  const state = await untilOnline(device);
  expect(state.connection).toMatchObject({ phase: 'ready' });
  expect(state.connection.fault).toBeUndefined();
  expect(stageNames.map((name) => state.stages[name].status)).toEqual(stageNames.map(() => 'done'));
  expect(await readOf(second.ready)).toContain('"val":20.123');
  await device.closePort();
  const notes = await notesIn(cable);
  expect(notes.filter((note) => note.startsWith('gap: '))).toEqual([
    expect.stringMatching(/^gap: unplugged \(.*\)$/) as string,
    'gap: reconnected',
    'gap: closed',
  ]);
});

it('comes back to a module that kept its power and its session while the cable was out', async () => {
  const { ready } = await module(['--tcp', '127.0.0.1:0']);
  const cable = await Cable.plugged(`tcp:${ready.tcp ?? ''}`);
  const device = await connect(cable);
  expect(await readOf(ready)).toContain('"val":20.123');
  await cable.pull();
  await untilState(device, 'the loss', ({ connection }) => connection.phase === 'waiting');
  await cable.plugIn();
  await untilOnline(device);
  expect(await readOf(ready)).toContain('"val":20.123');
});

it('stops waiting for the port when the person disconnects', async () => {
  const cable = await Cable.plugged();
  await module(['--pty', cable.far]);
  const device = await connect(cable);
  await cable.pull();
  await untilState(device, 'the loss', ({ connection }) => connection.phase === 'waiting');
  await device.closePort();
  expect(device.state.state.connection).toMatchObject({ phase: 'closed' });
  await cable.plugIn();
  // The port is free: nobody opened it behind the person's back.
  await device.openPort(cable.near, baudRate);
  expect(device.state.state.connection.phase).toBe('probing');
});
