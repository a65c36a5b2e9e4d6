import { describe, expect, it } from 'vitest';
import { FactRecord } from '../../main/facts/factRecord.ts';
import { fold } from '../../main/facts/fold.ts';
import type { Fact } from '../../main/facts/fact.ts';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DeviceState } from '../../shared/state.ts';

const after = (...facts: Fact[]): DeviceState => facts.reduce(fold, initialDeviceState());

describe('the stage OneNET', () => {
  const done: Fact = { fact: 'stage', name: 'onenet', change: 'done', atMs: 5 };
  const registered: Fact = { fact: 'registration', registration: { phase: 'registered' }, atMs: 7 };
  const failed: Fact = {
    fact: 'registration',
    registration: { phase: 'failed', fault: { code: 'MIPL_REFUSED', message: 'event 14' } },
    atMs: 9,
  };

  it('is done once there is a session, also when a person has typed MIPLOPEN', () => {
    expect(after(registered).stages.onenet).toEqual({ status: 'done', startedMs: 7, finishedMs: 7 });
    expect(after(done, registered).stages.onenet).toEqual({ status: 'done', startedMs: 5, finishedMs: 5 });
  });

  it('fails when the session ends unasked, and waits when it was closed', () => {
    expect(after(done, failed).stages.onenet).toMatchObject({ status: 'failed', fault: { message: 'event 14' } });
    const closed: Fact = { fact: 'registration', registration: { phase: 'deregistered' }, atMs: 9 };
    expect(after(done, closed).stages.onenet).toEqual({ status: 'waiting' });
  });

  it('no longer holds where the suite is gone; with the next session the objects are there again, too', () => {
    const objects: Fact = { fact: 'stage', name: 'objects', change: 'done', atMs: 4 };
    const gone: Fact = { fact: 'registration', registration: { phase: 'idle' }, atMs: 9 };
    const deleted: Fact = { fact: 'stale', from: 'objects' };
    expect(after(done, gone).stages.onenet.status).toBe('stale');
    const again = after(objects, done, deleted, gone, { ...registered, atMs: 11 }).stages;
    expect(again.objects).toEqual({ status: 'done', startedMs: 11, finishedMs: 11 });
    expect(again.onenet.status).toBe('done');
  });

  it('stays what it is where it never was done', () => {
    expect(after(failed).stages.onenet).toEqual({ status: 'waiting' });
  });
});

describe('a value', () => {
  it('stands nowhere but here until it is told, and keeps how often it was executed', () => {
    const path = '/3303/0/5700';
    const value: Fact = { fact: 'value', path, value: '20.1', by: 'person', atMs: 1 };
    const executed: Fact = { fact: 'executed', path, count: 2, atMs: 2 };
    const told: Fact = { fact: 'standing', path, standing: 'acknowledged', atMs: 3 };
    expect(after(value, executed, told).resources[path]).toEqual({
      value: '20.1',
      changedMs: 2,
      standing: 'acknowledged',
      standingMs: 3,
      executed: 2,
    });
    const written: Fact = { fact: 'value', path, value: '30', by: 'platform', atMs: 4 };
    expect(after(value, executed, written).resources[path]).toMatchObject({
      standing: 'writtenByPlatform',
      executed: 2,
    });
  });

  it('that is not there cannot be executed', () => {
    expect(() => after({ fact: 'executed', path: '/1/2/3', count: 1, atMs: 2 })).toThrow('no resource /1/2/3');
  });
});

it('settings are told when one that matters is another, and with the state where a journal begins', () => {
  const record = new FactRecord(new StateHolder(initialDeviceState()));
  const told: Fact[] = [];
  const journal = { fact: (fact: unknown) => void told.push(fact as Fact), identify: () => {}, onHole: () => {} };
  record.settings(defaultSettings);
  record.beginJournal(journal);
  record.settings({ ...defaultSettings, theme: 'dark', recentPorts: [{ path: 'COM3', baudRate: 9600 }] });
  record.settings({ ...defaultSettings, lifetimeSeconds: 60 });
  const settings = told.flatMap((fact) => (fact.fact === 'settings' ? [fact.settings] : []));
  expect(settings.map(({ lifetimeSeconds }) => lifetimeSeconds)).toEqual([defaultSettings.lifetimeSeconds, 60]);
  expect(JSON.stringify(settings)).not.toContain('COM3');
});

it('facts go into the newest journal, also when the one before it is closed only then', () => {
  const record = new FactRecord(new StateHolder(initialDeviceState()));
  const journal = (told: string[]) => ({
    fact: (fact: unknown) => void told.push((fact as Fact).fact),
    identify: () => void told.push('identity'),
    onHole: () => undefined,
  });
  const [before, now]: [string[], string[]] = [[], []];
  const [first, second] = [journal(before), journal(now)];
  record.beginJournal(first);
  record.beginJournal(second);
  record.endJournal(first);
  record.tell({ fact: 'suiteDeleted' });
  record.tell({ fact: 'identity', identity: { imei: '1' } });
  expect(now.slice(-2)).toEqual(['suiteDeleted', 'identity']);
  expect(before).not.toContain('suiteDeleted');
  record.endJournal(second);
  record.tell({ fact: 'stale', from: 'port' });
  expect(now).not.toContain('stale');
});

it('the record keeps of what it is told as a whole only what has changed', () => {
  const record = new FactRecord(new StateHolder(initialDeviceState()));
  const one = { path: '/3303/0/5700', msgId: 7, sinceMs: 1 };
  const other = { path: '/3303', msgId: 8, sinceMs: 2 };
  record.observations([one, other]);
  record.observations([other, { ...one, msgId: 9 }]);
  expect(record.holder.state.observations).toEqual([other, { ...one, msgId: 9 }]);
  record.observations([other]);
  expect(record.holder.state.observations).toEqual([other]);
});
