import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { as, failureOf, station } from './station.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A channel on which `AT+LOST` was never answered. */
async function outOfStep(options = {}) {
  const parts = station({ gapMs: 0, ...options });
  const failure = failureOf(parts.channel.send('AT+LOST', as('user')));
  vi.advanceTimersByTime(1000);
  await failure;
  parts.sent.length = 0;
  parts.told.length = 0;
  return parts;
}

describe('rule 5: a missing answer puts the line out of step', () => {
  it('tells that the line is out of step', async () => {
    const { channel, told } = station();
    const failure = failureOf(channel.send('AT+LOST', as('user')));
    vi.advanceTimersByTime(1000);
    expect((await failure).code).toBe('AT_TIMEOUT');
    expect(told).toEqual(['sent #1 user AT+LOST', 'sync lost']);
  });

  it('sends nothing until somebody wants something', async () => {
    const { sent } = await outOfStep();
    vi.advanceTimersByTime(60_000);
    expect(sent).toEqual([]);
  });

  it('probes before the next command, then keeps silent for a spell', async () => {
    const { channel, sent, told, say } = await outOfStep();
    const exchange = channel.send('AT+NEXT', as('user'));
    expect(channel.busy).toBe(true);
    say('OK');
    vi.advanceTimersByTime(499);
    expect(sent).toEqual(['AT']);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['AT', 'AT+NEXT']);
    expect(told).toContain('sync regained');
    say('OK');
    expect((await exchange).lines).toEqual([]);
  });

  it('never credits a late answer to the next command', async () => {
    const { channel, sent, told, say } = await outOfStep();
    const exchange = channel.send('AT+NEXT', as('user'));
    // The late answer comes first, the answer to the probe after it.
    say('+LOST: 1', 'OK');
    vi.advanceTimersByTime(400);
    say('OK');
    vi.advanceTimersByTime(499);
    expect(sent).toEqual(['AT']);
    vi.advanceTimersByTime(1);
    say('+NEXT: 2', 'OK');
    expect((await exchange).lines).toEqual(['+NEXT: 2']);
    expect(told.slice(0, 5)).toEqual([
      'sent #2 session AT',
      'unasked +LOST: 1',
      'final #2 OK',
      'unasked OK',
      'sync regained',
    ]);
  });

  it('does not take a late answer for a URC before anybody sends', async () => {
    const { told, say } = await outOfStep();
    say('+LOST: 1', 'OK');
    expect(told).toEqual(['unasked +LOST: 1', 'unasked OK']);
  });

  it('still delivers URCs', async () => {
    const { channel, told, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('+MIPLEVENT: 0,6');
    expect(told).toContain('urc +MIPLEVENT: 0,6');
  });

  it('accepts any final result of the probe', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('ERROR');
    vi.advanceTimersByTime(500);
    expect(sent).toEqual(['AT', 'AT+NEXT']);
  });

  it('does not take the echo of the probe for anything', async () => {
    const { channel, told, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('AT');
    expect(told).toEqual(['sent #2 session AT', 'echo #2 AT']);
  });

  it('lets a chatty module draw out the silence only so far', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('OK');
    for (let count = 0; count < 11; count++) {
      vi.advanceTimersByTime(450);
      say('debug: tick');
    }
    vi.advanceTimersByTime(50);
    expect(sent).toEqual(['AT', 'AT+NEXT']);
  });

  it('probes once for all that wait', async () => {
    const { channel, sent } = await outOfStep();
    channel.send('AT+A', as('user')).catch(() => undefined);
    channel.send('AT+B', as('answer')).catch(() => undefined);
    expect(sent).toEqual(['AT']);
  });

  it('probes three times, a second apart', async () => {
    const { channel, sent } = await outOfStep();
    channel.send('AT+NEXT', as('user')).catch(() => undefined);
    vi.advanceTimersByTime(2999);
    expect(sent).toEqual(['AT', 'AT', 'AT']);
  });

  it('refuses everything that waits with AT_SILENT when no probe is answered', async () => {
    const { channel, told } = await outOfStep();
    const failures = [failureOf(channel.send('AT+A', as('user'))), failureOf(channel.send('AT+B', as('answer')))];
    vi.advanceTimersByTime(3000);
    expect((await Promise.all(failures)).map(({ code }) => code)).toEqual(['AT_SILENT', 'AT_SILENT']);
    expect(told.at(-1)).toBe('sync silent');
    expect(channel.busy).toBe(false);
  });

  it('tries again with the next command after silence', async () => {
    const { channel, sent, say } = await outOfStep();
    const failure = failureOf(channel.send('AT+A', as('user')));
    vi.advanceTimersByTime(3000);
    await failure;
    void channel.send('AT+B', as('user'));
    say('OK');
    vi.advanceTimersByTime(500);
    expect(sent.at(-1)).toBe('AT+B');
  });

  it('tells the loss once although a second answer is missing', async () => {
    const { channel, told, say } = await outOfStep({ resyncSilenceMs: 100 });
    void channel.send('AT+A', as('user'));
    say('OK');
    vi.advanceTimersByTime(100);
    say('OK');
    expect(told.filter((entry) => entry.startsWith('sync'))).toEqual(['sync regained']);
  });

  it('goes straight to the probe when others wait', () => {
    const { channel, sent } = station({ gapMs: 0, resyncAttempts: 1, resyncTimeoutMs: 10 });
    channel.send('AT+LOST', as('user')).catch(() => undefined);
    channel.send('AT+NEXT', as('user')).catch(() => undefined);
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual(['AT+LOST', 'AT']);
  });
});

describe('after a restart', () => {
  it('does not credit the OK of the start to the first command', async () => {
    const { channel, sent, say } = station();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    const exchange = channel.send('AT+MIPLCREATE', as('session'));
    expect(sent).toEqual(['AT']);
    say('OK');
    vi.advanceTimersByTime(300);
    say('OK');
    vi.advanceTimersByTime(500);
    expect(sent).toEqual(['AT', 'AT+MIPLCREATE']);
    say('+MIPLCREATE: 0', 'OK');
    expect((await exchange).lines).toEqual(['+MIPLCREATE: 0']);
  });

  it('gives the module twenty probes to start', async () => {
    const { channel, sent, say } = station();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    const failure = failureOf(channel.send('AT+A', as('session')));
    vi.advanceTimersByTime(19_999);
    expect(sent).toHaveLength(20);
    vi.advanceTimersByTime(1);
    expect((await failure).code).toBe('AT_SILENT');
  });

  it('counts the probes anew when another boot line shows that it is alive', () => {
    const { channel, sent, say } = station({ bootAttempts: 2 });
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    channel.send('AT+A', as('session')).catch(() => undefined);
    vi.advanceTimersByTime(1500);
    say('Neul');
    vi.advanceTimersByTime(2000);
    expect(sent).toEqual(['AT', 'AT', 'AT', 'AT']);
  });

  it('waits on when a boot line comes after the answer to the probe', () => {
    const { channel, sent, say } = station();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    void channel.send('AT+A', as('session'));
    say('OK');
    vi.advanceTimersByTime(400);
    say('Neul');
    vi.advanceTimersByTime(400);
    expect(sent).toEqual(['AT']);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual(['AT', 'AT+A']);
  });

  it('keeps what was queued since the first boot line', () => {
    const { channel, told, say } = station();
    say('Neul');
    void channel.send('AT+A', as('session'));
    say('Lierda', 'OK');
    vi.advanceTimersByTime(500);
    expect(told.at(-1)).toBe('sent #2 session AT+A');
  });

  it('tells of the next restart', () => {
    const { channel, told, say } = station();
    say('Neul');
    channel.send('AT+A', as('session')).catch(() => undefined);
    say('OK');
    vi.advanceTimersByTime(500);
    say('Neul');
    expect(told.filter((entry) => entry === 'restart Neul')).toHaveLength(2);
  });

  it('tells of a restart in the middle of a resync', async () => {
    const { channel, told, say } = await outOfStep();
    const failure = failureOf(channel.send('AT+NEXT', as('user')));
    say('Neul');
    expect((await failure).code).toBe('AT_RESTARTED');
    expect(told.slice(1)).toEqual(['boot Neul', 'restart Neul']);
    expect(vi.getTimerCount()).toBe(0);
    void channel.send('AT+AGAIN', as('user'));
    expect(told.at(-1)).toBe('sent #3 session AT');
  });
});
