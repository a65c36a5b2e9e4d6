import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { as, failureOf, station } from './rig.ts';

/** What a module answers to the question whose answer can be told from any other's. */
const marked = ['+CMEE: 1', 'OK'] as const;

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

  it('knocks before the next command, then asks what only one command is answered so', async () => {
    const { channel, sent, told, say } = await outOfStep();
    const exchange = channel.send('AT+NEXT', as('user'));
    expect(channel.busy).toBe(true);
    say('OK');
    expect(sent).toEqual(['AT', 'AT+CMEE?']);
    say(...marked);
    vi.advanceTimersByTime(99);
    expect(sent).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['AT', 'AT+CMEE?', 'AT+NEXT']);
    expect(told).toContain('sync regained');
    say('OK');
    expect((await exchange).lines).toEqual([]);
  });

  it('never credits a late answer to the next command', async () => {
    const { channel, sent, told, say } = await outOfStep();
    const exchange = channel.send('AT+NEXT', as('user'));
    // The late answer comes first, the answer to the knock after it.
    say('+LOST: 1', 'OK');
    vi.advanceTimersByTime(400);
    say('OK');
    vi.advanceTimersByTime(400);
    expect(sent).toEqual(['AT', 'AT+CMEE?']);
    say(...marked);
    vi.advanceTimersByTime(100);
    say('+NEXT: 2', 'OK');
    expect((await exchange).lines).toEqual(['+NEXT: 2']);
    expect(told.slice(0, 8)).toEqual([
      'sent #2 session AT',
      'unasked +LOST: 1',
      'final #2 OK',
      'sent #3 session AT+CMEE?',
      'final #3 OK',
      'answer #3 +CMEE: 1',
      'final #3 OK',
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

  it('asks another question where a module refuses the first', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    // The lost answer, the one to the knock, and the refusal: every command has had its own.
    say('OK', 'ERROR', 'ERROR');
    expect(sent).toEqual(['AT', 'AT+CMEE?', 'AT+CSQ']);
    say('+CSQ: 20,99', 'OK');
    vi.advanceTimersByTime(100);
    expect(sent.at(-1)).toBe('AT+NEXT');
  });

  it('does not ask what was lost: its late answer would pass for this one', async () => {
    const { channel, sent, say } = station({ gapMs: 0 });
    const failure = failureOf(channel.send('AT+CMEE?', as('user')));
    vi.advanceTimersByTime(1000);
    await failure;
    void channel.send('AT+NEXT', as('user'));
    say('OK');
    expect(sent.slice(1)).toEqual(['AT', 'AT+CSQ']);
  });

  it('counts the answers where a module refuses both questions, and waits a spell', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('OK', 'OK', 'ERROR', 'ERROR');
    vi.advanceTimersByTime(499);
    expect(sent).toEqual(['AT', 'AT+CMEE?', 'AT+CSQ']);
    vi.advanceTimersByTime(1);
    expect(sent.at(-1)).toBe('AT+NEXT');
  });

  it('waits for the longest round trip where nothing surer can be had', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('OK');
    // Neither question is ever answered: after three of them, in 1, 2 and 4 s, quiet is all there is.
    vi.advanceTimersByTime(7000 + 5499);
    expect(sent).toEqual(['AT', 'AT+CMEE?', 'AT+CSQ', 'AT+CMEE?']);
    vi.advanceTimersByTime(1);
    expect(sent.at(-1)).toBe('AT+NEXT');
  });

  it('believes an answer that comes into that quiet', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('OK');
    vi.advanceTimersByTime(7000 + 5000);
    say(...marked, '+CSQ: 20,99', 'OK', ...marked);
    vi.advanceTimersByTime(100);
    expect(sent.at(-1)).toBe('AT+NEXT');
  });

  it('does not take the echo of the probe for anything', async () => {
    const { channel, told, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('AT');
    expect(told).toEqual(['sent #2 session AT', 'echo #2 AT']);
  });

  it('lets a chatty module draw out the quiet only so far', async () => {
    const { channel, sent, say } = await outOfStep();
    void channel.send('AT+NEXT', as('user'));
    say('OK', ...marked);
    for (let count = 0; count < 12; count++) {
      vi.advanceTimersByTime(99);
      say('debug: tick');
    }
    vi.advanceTimersByTime(500);
    expect(sent).toContain('AT+NEXT');
  });

  it('probes once for all that wait', async () => {
    const { channel, sent } = await outOfStep();
    channel.send('AT+A', as('user')).catch(() => undefined);
    channel.send('AT+B', as('answer')).catch(() => undefined);
    expect(sent).toEqual(['AT']);
  });

  it('knocks three times, each patient for twice as long, the last time for a module that keeps its results back', async () => {
    const { channel, sent } = await outOfStep();
    channel.send('AT+NEXT', as('user')).catch(() => undefined);
    const atMs = [999, 1, 1999, 1].map((ms) => {
      vi.advanceTimersByTime(ms);
      return sent.length;
    });
    expect(atMs).toEqual([1, 2, 2, 3]);
    expect(sent).toEqual(['AT', 'AT', 'ATQ0V1']);
  });

  it('refuses everything that waits with AT_SILENT when no probe is answered', async () => {
    const { channel, told } = await outOfStep();
    const failures = [failureOf(channel.send('AT+A', as('user'))), failureOf(channel.send('AT+B', as('answer')))];
    vi.advanceTimersByTime(7000);
    expect((await Promise.all(failures)).map(({ code }) => code)).toEqual(['AT_SILENT', 'AT_SILENT']);
    expect(told.at(-1)).toBe('sync silent');
    expect(channel.busy).toBe(false);
  });

  it('tries again with the next command after silence, and knows how many answers are late', async () => {
    const { channel, sent, say } = await outOfStep();
    const failure = failureOf(channel.send('AT+A', as('user')));
    vi.advanceTimersByTime(7000);
    await failure;
    say('OK', 'OK');
    void channel.send('AT+B', as('user'));
    say('OK', 'OK', ...marked);
    vi.advanceTimersByTime(100);
    expect(sent.at(-1)).toBe('AT+B');
  });

  it('says nothing of a step that was never lost', () => {
    const { channel, sent, told, say } = station({ startsInStep: false });
    void channel.send('AT+A', as('user'));
    say('OK', ...marked);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual(['AT', 'AT+CMEE?', 'AT+A']);
    expect(told.filter((entry) => entry.startsWith('sync'))).toEqual([]);
  });

  it('goes straight to the probe when others wait', () => {
    const { channel, sent } = station({ gapMs: 0, resyncAttempts: 1, resyncTimeoutMs: 10 });
    channel.send('AT+LOST', as('user')).catch(() => undefined);
    channel.send('AT+NEXT', as('user')).catch(() => undefined);
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual(['AT+LOST', 'AT']);
  });

  it('asks a module that answers in digits for words', () => {
    const { channel, sent, told, bytes, say } = station({ startsInStep: false });
    void channel.send('AT+A', as('user'));
    bytes('0\r');
    expect(sent).toEqual(['AT', 'ATV1']);
    bytes('0\r');
    expect(sent).toEqual(['AT', 'ATV1']);
    say('OK', ...marked);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual(['AT', 'ATV1', 'AT+CMEE?', 'AT+A']);
    expect(told).toContain('final #2 0');
  });

  it('gives commands as much more time as the line takes', async () => {
    const { channel, told, say } = await outOfStep();
    const exchange = channel.send('AT+NEXT', as('user'));
    say('OK');
    vi.advanceTimersByTime(900);
    say(...marked);
    vi.advanceTimersByTime(100);
    // A second of its own, and twice the round trip of 900 ms.
    vi.advanceTimersByTime(2799);
    expect(told.at(-1)).toContain('AT+NEXT');
    say('OK');
    expect((await exchange).command).toBe('AT+NEXT');
  });
});

describe('after a restart', () => {
  it('does not credit the OK of the start to the first command, nor says that an answer is missing', async () => {
    const { channel, sent, told, say } = station();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    const exchange = channel.send('AT+MIPLCREATE', as('session'));
    expect(sent).toEqual(['AT']);
    say('OK');
    vi.advanceTimersByTime(300);
    say('OK', ...marked, '+CSQ: 20,99', 'OK');
    vi.advanceTimersByTime(500);
    expect(sent.at(-1)).toBe('AT+MIPLCREATE');
    say('+MIPLCREATE: 0', 'OK');
    expect((await exchange).lines).toEqual(['+MIPLCREATE: 0']);
    expect(told.filter((entry) => entry.startsWith('sync'))).toEqual([]);
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
    expect(sent).toEqual(['AT', 'ATQ0V1', 'AT', 'ATQ0V1']);
  });

  it('waits on when a boot line comes after the answers to the probes', () => {
    const { channel, sent, say } = station();
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    void channel.send('AT+A', as('session'));
    say('OK', ...marked);
    vi.advanceTimersByTime(400);
    say('Neul');
    vi.advanceTimersByTime(400);
    expect(sent).toEqual(['AT', 'AT+CMEE?']);
    vi.advanceTimersByTime(100);
    expect(sent.at(-1)).toBe('AT+A');
  });

  it('keeps what was queued since the first boot line', () => {
    const { channel, told, say } = station();
    say('Neul');
    void channel.send('AT+A', as('session'));
    say('Lierda', 'OK', ...marked);
    vi.advanceTimersByTime(500);
    expect(told.at(-1)).toBe('sent #3 session AT+A');
  });

  it('tells of the next restart', () => {
    const { channel, told, say } = station();
    say('Neul');
    channel.send('AT+A', as('session')).catch(() => undefined);
    say('OK', ...marked);
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
