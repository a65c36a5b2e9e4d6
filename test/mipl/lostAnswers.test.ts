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
