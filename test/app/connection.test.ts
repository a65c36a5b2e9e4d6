import { describe, expect, it } from 'vitest';
import { stepConnection } from '../../main/app/connection.ts';
import type { ConnectionInput } from '../../main/app/connection.ts';
import { freshStages, staleFrom, withStage } from '../../main/app/stages.ts';
import type { ConnectionState } from '../../shared/state.ts';

const port = { path: '/dev/ttyUSB0', kind: 'serial' } as const;
const fault = { code: 'PORT_LOST', message: 'gone' } as const;

const after = (...inputs: ConnectionInput[]): ConnectionState =>
  inputs.reduce<ConnectionState>((state, input, position) => stepConnection(state, input, position), {
    phase: 'closed',
  });

const opened: ConnectionInput[] = [{ type: 'open', port, baudRate: 9600 }, { type: 'opened' }];

describe('the connection', () => {
  it('is ready only after the module answered', () => {
    expect(after(...opened).phase).toBe('probing');
    expect(after(...opened, { type: 'answering' })).toMatchObject({ phase: 'ready', port, baudRate: 9600, sinceMs: 2 });
  });

  it('remembers port, rate and reason while it waits for a lost port', () => {
    const lost = after(...opened, { type: 'lost', fault }, { type: 'waiting' });
    expect(lost).toEqual({ phase: 'waiting', port, baudRate: 9600, sinceMs: 2, fault });
  });

  it('keeps the address that would be right as long as the link is open', () => {
    const suggestion = 'telnet://h:1';
    const told: ConnectionInput[] = [
      { type: 'open', port, baudRate: 9600 },
      { type: 'opened', suggestion },
    ];
    expect(after(...told).suggestion).toBe(suggestion);
    expect(after(...told, { type: 'answering' }).suggestion).toBe(suggestion);
    expect(after(...told, { type: 'answering' }, { type: 'opened' }).suggestion).toBe(suggestion);
    expect(after(...told, { type: 'lost', fault }).suggestion).toBeUndefined();
  });

  it('says why the last try failed while it waits', () => {
    const busy = { code: 'PORT_BUSY', message: 'Port already in use' } as const;
    const waiting = after(...opened, { type: 'lost', fault }, { type: 'waiting' }, { type: 'waiting', fault: busy });
    expect(waiting).toMatchObject({ phase: 'waiting', fault: busy });
  });

  it('says why opening failed and which port it was', () => {
    expect(after({ type: 'open', port, baudRate: 9600 }, { type: 'failed', fault })).toMatchObject({
      phase: 'closed',
      port,
      fault,
    });
  });

  it('forgets the fault when it is closed by hand', () => {
    expect(after(...opened, { type: 'lost', fault }, { type: 'closed' }).fault).toBeUndefined();
  });

  it('can wait without ever having been open', () => {
    expect(after({ type: 'waiting' })).toEqual({ phase: 'waiting', sinceMs: 0 });
  });
});

describe('the stages', () => {
  it('keep the time they began when they end', () => {
    const running = withStage(freshStages(), 'module', 'running', 100);
    expect(withStage(running, 'module', 'done', 400).module).toEqual({
      status: 'done',
      startedMs: 100,
      finishedMs: 400,
    });
  });

  it('carry the reason when they fail', () => {
    expect(withStage(freshStages(), 'port', { fault }, 5).port).toEqual({
      status: 'failed',
      startedMs: 5,
      finishedMs: 5,
      fault,
    });
  });

  it('become stale from the one on that no longer holds, and those never begun stay waiting', () => {
    let stages = freshStages();
    for (const name of ['port', 'module', 'sim'] as const) stages = withStage(stages, name, 'done', 1);
    const stale = staleFrom(stages, 'module');
    expect([stale.port.status, stale.module.status, stale.sim.status, stale.onenet.status]).toEqual([
      'done',
      'stale',
      'stale',
      'waiting',
    ]);
  });
});
