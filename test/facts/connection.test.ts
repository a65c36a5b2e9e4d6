import { describe, expect, it } from 'vitest';
import { stepConnection } from '../../main/facts/connection.ts';
import type { ConnectionInput } from '../../main/facts/connection.ts';
import { Hindrances, freshStages, staleFrom, withStage } from '../../main/facts/stages.ts';
import { usualLine } from '../../shared/lineSettings.ts';
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

  it('keeps how its line is set through a loss, and forgets what the far end drives with it', () => {
    const line = { ...usualLine, rts: false };
    const lines = { cts: true, dsr: false, dcd: false };
    const told: ConnectionInput[] = [
      { type: 'open', port, baudRate: 9600, line: usualLine },
      { type: 'opened' },
      { type: 'modemLines', lines },
      { type: 'answering' },
    ];
    expect(after(...told)).toMatchObject({ phase: 'ready', line: usualLine, modemLines: lines });
    expect(after(...told, { type: 'line', line, baudRate: 115_200 })).toMatchObject({
      phase: 'ready',
      line,
      baudRate: 115_200,
      modemLines: lines,
    });
    expect(after(...told, { type: 'line', line }).baudRate).toBe(9600);
    const lost = after(...told, { type: 'line', line }, { type: 'lost', fault });
    expect(lost).toMatchObject({ phase: 'lost', line });
    expect(lost.modemLines).toBeUndefined();
  });

  it('can wait without ever having been open', () => {
    expect(after({ type: 'waiting' })).toEqual({ phase: 'waiting', sinceMs: 0 });
  });
});

describe('the stages', () => {
  it('a stage that is done stays so since when it was, however often the module tells it', () => {
    const done = withStage(withStage(freshStages(), 'network', 'running', 100), 'network', 'done', 400);
    expect(withStage(done, 'network', 'done', 9000)).toBe(done);
    expect(withStage(done, 'network', 'running', 9000).network).toEqual({ status: 'running', startedMs: 9000 });
  });

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

describe('what is told of a way that ended before the platform', () => {
  const noSim = { code: 'SIM_NOT_READY', message: 'no card' } as const;
  const lost = { code: 'PORT_LOST', message: 'pulled' } as const;
  /** Port and module are done, the SIM has failed. */
  function withoutSim() {
    const hindrances = new Hindrances();
    let stages = freshStages();
    for (const name of ['port', 'module'] as const) stages = withStage(stages, name, 'done', 1);
    stages = withStage(stages, 'sim', { fault: noSim }, 2);
    hindrances.see({ stages });
    return { hindrances, stages };
  }

  it('is the stage that failed, also after the port was closed', () => {
    const { hindrances, stages } = withoutSim();
    const closed = staleFrom(stages, 'port');
    hindrances.see({ stages: closed, connection: { phase: 'closed' } });
    expect(hindrances.describe(closed)).toBe('sim has failed: SIM_NOT_READY no card');
  });

  it('is that stage while it is tried again, and no longer once it is done', () => {
    const { hindrances, stages } = withoutSim();
    const again = withStage(stages, 'sim', 'running', 3);
    hindrances.see({ stages: again });
    expect(hindrances.describe(again)).toContain('SIM_NOT_READY');
    const done = withStage(again, 'sim', 'done', 4);
    hindrances.see({ stages: done });
    expect(hindrances.describe(done)).toBe('network is waiting');
  });

  it('is the port when the link was lost, until it is open again', () => {
    const { hindrances, stages } = withoutSim();
    hindrances.see({ connection: { phase: 'lost', fault: lost } });
    hindrances.see({ stages: staleFrom(stages, 'port'), connection: { phase: 'closed' } });
    expect(hindrances.describe(stages)).toBe('port has failed: PORT_LOST pulled');
    hindrances.see({ stages: withStage(freshStages(), 'port', 'done', 5) });
    expect(hindrances.describe(stages)).toContain('sim');
  });

  it('is the stage that went on when the port was closed, not the one behind it that had not begun', () => {
    const hindrances = new Hindrances();
    let stages = freshStages();
    for (const name of ['port', 'module', 'sim'] as const) stages = withStage(stages, name, 'done', 1);
    stages = withStage(stages, 'network', 'running', 2);
    hindrances.see({ stages });
    const closed = staleFrom(stages, 'port');
    hindrances.see({ stages: closed, connection: { phase: 'closed' } });
    expect(hindrances.describe(closed)).toBe('network is running');
    hindrances.see({ stages: withStage(stages, 'network', 'done', 3) });
    expect(hindrances.describe(closed)).toBe('objects is waiting');
  });

  it('is the first stage that was not reached where none has failed', () => {
    const hindrances = new Hindrances();
    expect(hindrances.describe(freshStages())).toBe('port is waiting');
    const all = ['port', 'module', 'sim', 'network', 'objects', 'onenet'] as const;
    const done = all.reduce((stages, name) => withStage(stages, name, 'done', 1), freshStages());
    expect(hindrances.describe(done)).toBe('onenet is done');
  });
});
