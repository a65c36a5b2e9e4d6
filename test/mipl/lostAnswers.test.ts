import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../main/mipl/messages.ts';
import { rig } from './rig.ts';
import type { RigOptions } from './rig.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The usual answers; the OK behind the commands of `lost` is missing as often as there. */
function losing(lost: Readonly<Record<string, number>>, answers: Readonly<Record<string, readonly string[]>> = {}) {
  const left = new Map(Object.entries(lost));
  const usual: Readonly<Record<string, readonly string[]>> = {
    'AT+CMEE?': ['+CMEE: 1', 'OK'],
    'AT+MIPLCREATE': ['+MIPLCREATE: 0', 'OK'],
    ...answers,
  };
  const reply: RigOptions['reply'] = (line) => {
    const lines = usual[line] ?? ['OK'];
    const name = /^AT\+\w+/.exec(line)?.[0] ?? '';
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count > 0 ? lines.filter((text) => text !== 'OK') : lines;
  };
  return rig({ reply });
}

/** What became of a promise once time has passed. */
async function after<T>(work: Promise<T>): Promise<T | { readonly code: string }> {
  const outcome = work.catch((error: unknown) => error as { readonly code: string });
  await vi.advanceTimersByTimeAsync(120_000);
  return outcome;
}

const named = (sent: readonly string[], name: string): string[] => sent.filter((line) => line.startsWith(`AT+${name}`));

describe('where the OK behind a command is lost', () => {
  it('a question counts with what was told', async () => {
    const { engine, sent } = losing({ 'AT+CSQ': 9 }, { 'AT+CSQ': ['+CSQ: 20,99'] });
    expect(await after(engine.ask(commands.signalQuality, {}))).toEqual([{ rssi: 20, bitErrorRate: 99 }]);
    expect(sent[0]).toBe('AT+CSQ');
  });

  it('a question to which nothing was told, or something else failed, has no answer', async () => {
    const silent = losing({}, { 'AT+CSQ': [] });
    expect(await after(silent.engine.ask(commands.signalQuality, {}))).toMatchObject({ code: 'AT_TIMEOUT' });
    const refusing = losing({}, { 'AT+CSQ': ['+CSQ: 20,99', 'ERROR'] });
    expect(await after(refusing.engine.ask(commands.signalQuality, {}))).toMatchObject({ code: 'AT_ERROR' });
  });

  it('the suite is made all the same: what could not be told from a failure is done again', async () => {
    const { engine, sent } = losing({ 'AT+MIPLADDOBJ': 2 });
    expect(await after(engine.prepareSuite())).toBeUndefined();
    expect(engine.registration).toMatchObject({ phase: 'addingObjects', ref: 0 });
    expect(named(sent, 'MIPLADDOBJ').map((line) => line.split(',')[1])).toEqual(['3303', '3303', '3303', '3306']);
  });

  it('an object that is there already is there', async () => {
    let times = 0;
    const station = rig({
      reply: (line) => {
        if (line === 'AT+CMEE?') return ['+CMEE: 1', 'OK'];
        if (!line.startsWith('AT+MIPLADDOBJ=0,3303')) return ['OK'];
        return times++ === 0 ? [] : ['+CIS ERROR: 602'];
      },
    });
    expect(await after(station.engine.prepareSuite())).toBeUndefined();
    expect(named(station.sent, 'MIPLADDOBJ')).toHaveLength(3);
  });

  it('an object that is refused at once is refused', async () => {
    const station = rig({ reply: (line) => (line.startsWith('AT+MIPLADDOBJ') ? ['+CIS ERROR: 601'] : ['OK']) });
    expect(await after(station.engine.prepareSuite())).toMatchObject({ code: 'AT_CIS' });
  });

  it('a line that loses three in a row is no line', async () => {
    const { engine, sent } = losing({ 'AT+MIPLADDOBJ': 3 });
    expect(await after(engine.prepareSuite())).toMatchObject({ code: 'AT_TIMEOUT' });
    expect(named(sent, 'MIPLADDOBJ')).toHaveLength(3);
  });

  it('the device is registered by the event, whether the OPEN was heard, and refused when said again, or not', async () => {
    let opens = 0;
    const station = rig({
      reply: (line) => {
        if (line === 'AT+CMEE?') return ['+CMEE: 1', 'OK'];
        if (!line.startsWith('AT+MIPLOPEN')) return ['OK'];
        return opens++ === 0 ? [] : ['+CIS ERROR: 602', '+MIPLEVENT: 0,6'];
      },
    });
    expect(await after(station.engine.register({ lifetimeSeconds: 3600, timeoutSeconds: 30 }))).toBeUndefined();
    expect(station.engine.registration.phase).toBe('registered');
    expect(named(station.sent, 'MIPLOPEN')).toHaveLength(2);
  });
});

describe('where event 6 is lost', () => {
  const read = '+MIPLREAD: 0,5,3303,0,5700';
  const open = { lifetimeSeconds: 3600, timeoutSeconds: 30 };

  it('a request of the platform says that the device is registered', async () => {
    const station = rig();
    const opened = station.engine.register(open).then(() => 'registered');
    await vi.advanceTimersByTimeAsync(1000);
    station.say('+MIPLOBSERVE: 0,131072,1,3303,0,-1', read);
    await vi.advanceTimersByTimeAsync(4999);
    expect(station.engine.registration.phase).toBe('opening');
    await vi.advanceTimersByTimeAsync(1);
    expect(await opened).toBe('registered');
    expect(station.engine.registration).toMatchObject({ phase: 'registered', lifetimeSeconds: 3600 });
    expect(station.observed()).toEqual(['/3303/0 131072']);
    expect(station.notes.at(-1)).toContain('event 6 has not come');
    expect(named(station.sent, 'MIPLREADRSP')).toHaveLength(1);
  });

  it('nothing is made of a request that only overtook it', async () => {
    const station = rig();
    const opened = station.engine.register(open);
    await vi.advanceTimersByTimeAsync(1000);
    station.say(read, '+MIPLEVENT: 0,6');
    await opened;
    station.say('+MIPLREAD: 0,6,3303,0,5700');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(station.registrations.filter(({ phase }) => phase === 'registered')).toHaveLength(1);
    expect(station.notes.filter((note) => note.includes('event 6'))).toEqual([]);
  });

  it('nothing is made of a request while nobody registers, or before a registration that fails', async () => {
    const station = rig();
    station.say(read);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(station.registrations).toEqual([]);
    const failed = station.engine.register(open).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1000);
    station.say('+MIPLREAD: 0,6,3303,0,5700', '+MIPLEVENT: 0,7');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await failed).toMatchObject({ code: 'MIPL_REFUSED', detail: '7' });
    expect(station.engine.registration.phase).toBe('failed');
  });
});
