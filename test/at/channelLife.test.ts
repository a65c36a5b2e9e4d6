import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AtChannel } from '../../main/at/channel.ts';
import { counted, integer, line } from '../../main/at/codec.ts';
import { lineFrames } from '../../main/at/lineFrames.ts';
import { maximumLineBytes } from '../../main/at/lineSplitter.ts';
import { loopback } from '../../main/transport/loopback.ts';
import { CodedError } from '../../shared/errors.ts';
import { testClock } from '../clock.ts';
import { as, failureOf, station, testTable } from './rig.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('sending', () => {
  it('ends a command with CR LF', async () => {
    const [near, far] = loopback();
    const heard: string[] = [];
    far.onData = (bytes) => heard.push(Buffer.from(bytes).toString());
    const channel = new AtChannel(near, silent());
    channel.send('AT', as('user')).catch(() => undefined);
    await vi.waitFor(() => expect(heard).toEqual(['AT\r\n']));
    channel.close();
  });

  it('ends a command with CR alone when told', async () => {
    const [near, far] = loopback();
    const heard: string[] = [];
    far.onData = (bytes) => heard.push(Buffer.from(bytes).toString());
    const channel = new AtChannel(near, silent(), { lineEnding: 'CR' });
    channel.send('AT', as('user')).catch(() => undefined);
    await vi.waitFor(() => expect(heard).toEqual(['AT\r']));
    channel.close();
  });

  it('tells when a command was handed to the link', () => {
    const { channel, told } = station();
    const times: bigint[] = [];
    void channel.send('AT', as('poll', { onSent: (ns) => times.push(ns) }));
    expect(times).toHaveLength(1);
    expect(told).toEqual(['sent #1 poll AT']);
  });

  it('measures the exchange on the monotonic clock', async () => {
    const { channel, say } = station();
    const exchange = channel.send('AT', as('user'));
    vi.advanceTimersByTime(42);
    say('OK');
    const { sentNs, finishedNs } = await exchange;
    expect(finishedNs - sentNs).toBe(42_000_000n);
  });
});

describe('the end of the link', () => {
  it('rejects the exchange in flight and all that waits with PORT_LOST', async () => {
    const { channel, told, lose, say } = station();
    const failures = [failureOf(channel.send('AT+A', as('user'))), failureOf(channel.send('AT+B', as('user')))];
    say('+A: 1');
    lose(new Error('device disconnected'));
    const [first, second] = await Promise.all(failures);
    expect(first).toMatchObject({ code: 'PORT_LOST', message: 'device disconnected', exchange: { lines: ['+A: 1'] } });
    expect(second).toMatchObject({ code: 'PORT_LOST', exchange: { command: 'AT+B' } });
    expect(told.at(-1)).toBe('close device disconnected');
  });

  it('keeps the code of the link', async () => {
    const { channel, lose } = station();
    const failure = failureOf(channel.send('AT', as('user')));
    lose(new CodedError('PORT_BUSY', 'taken'));
    expect((await failure).code).toBe('PORT_BUSY');
  });

  it('rejects with PORT_NOT_OPEN when the link was closed from our side', async () => {
    const { channel, link, told } = station();
    const failure = failureOf(channel.send('AT', as('user')));
    await link.close();
    expect((await failure).code).toBe('PORT_NOT_OPEN');
    expect(told.at(-1)).toBe('close ');
  });

  it('refuses commands after the end', async () => {
    const { channel, lose } = station();
    lose(new Error('gone'));
    expect(await failureOf(channel.send('AT', as('user')))).toMatchObject({ code: 'PORT_LOST' });
  });

  it('ends when a write fails', async () => {
    const { channel, failWrites } = station();
    failWrites(new CodedError('PORT_LOST', 'write failed'));
    expect(await failureOf(channel.send('AT', as('user')))).toMatchObject({ code: 'PORT_LOST' });
  });

  it('takes a failed write after the end for no news', async () => {
    const { channel, told, failWrites, lose } = station();
    failWrites(new CodedError('PORT_LOST', 'write failed'));
    const failure = failureOf(channel.send('AT', as('user')));
    lose(new Error('gone'));
    await failure;
    await Promise.resolve();
    expect(told.filter((entry) => entry.startsWith('close'))).toEqual(['close gone']);
  });

  it('does without listeners for close and fault', async () => {
    const [near, far] = loopback();
    const table = testTable({ answers: () => fail() });
    const channel = new AtChannel(near, { ...silent(), onSent: () => fail() }, { table });
    const failure = failureOf(channel.send('AT', as('user')));
    await far.write(Buffer.from('+X: 1\r\n'));
    await far.close();
    expect(await failure).toMatchObject({ code: 'PORT_LOST', exchange: { lines: ['+X: 1'] } });
  });

  it('tells a close without listener to nobody', async () => {
    const [near] = loopback();
    const channel = new AtChannel(near, silent());
    await near.close();
    expect(await failureOf(channel.send('AT', as('user')))).toMatchObject({ code: 'PORT_NOT_OPEN' });
  });
});

describe('close', () => {
  it('rejects what waits with PORT_NOT_OPEN, stops all timers and leaves the link open', async () => {
    const { channel, link, bytes, say } = station();
    void channel.send('AT+A', as('user'));
    say('OK');
    const failures = [failureOf(channel.send('AT+B', as('user'))), failureOf(channel.send('AT+C', as('poll')))];
    bytes('half a li');
    channel.close();
    expect((await Promise.all(failures)).map(({ code }) => code)).toEqual(['PORT_NOT_OPEN', 'PORT_NOT_OPEN']);
    expect(vi.getTimerCount()).toBe(0);
    await expect(link.write(Buffer.from('x'))).resolves.toBeUndefined();
  });

  it('stops the timers of a resync', async () => {
    const { channel } = station();
    const failures = [failureOf(channel.send('AT+A', as('user'))), failureOf(channel.send('AT+B', as('user')))];
    vi.advanceTimersByTime(1000);
    channel.close();
    await Promise.all(failures);
    expect(vi.getTimerCount()).toBe(0);
    expect(channel.busy).toBe(false);
  });

  it('can be repeated', () => {
    const { channel } = station();
    channel.close();
    expect(() => channel.close()).not.toThrow();
  });

  it('asks nothing more when whoever hears the answer to a question ends the channel', () => {
    const [near] = loopback();
    const sent: string[] = [];
    const channel: AtChannel = new AtChannel(
      near,
      { ...silent(), onSent: ({ text }) => sent.push(text), onLine: () => channel.close() },
      { startsInStep: false },
    );
    void failureOf(channel.send('AT+CSQ', as('user')));
    near.onData?.(Buffer.from('OK\r\n'));
    expect(sent).toEqual(['AT']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('only logs what the same chunk still brings', () => {
    const [near] = loopback();
    const told: string[] = [];
    const channel: AtChannel = new AtChannel(near, {
      ...silent(),
      onUrc: () => channel.close(),
      onLine: ({ line, role }) => {
        told.push(`${role} ${line.text}`);
      },
    });
    near.onData?.(Buffer.from('+FIRST: 1\r\n+SECOND: 2\r\nhalf'));
    expect(told).toEqual(['unasked +SECOND: 2']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('fragments', () => {
  it('logs the pieces of 64 KB without a newline and keeps none of them', async () => {
    const { channel, told, bytes, say } = station();
    const exchange = channel.send('AT', as('user'));
    bytes('x'.repeat(65_536));
    bytes('\r\n');
    say('OK');
    expect((await exchange).lines).toEqual([]);
    expect(told.filter((entry) => entry.startsWith('unasked #1 xxx'))).toHaveLength((64 * 1024) / maximumLineBytes);
  });

  it('does not take the last piece of a long line for a final result', () => {
    const { channel, told, bytes } = station();
    void channel.send('AT', as('user'));
    bytes(`${'x'.repeat(maximumLineBytes)}OK\r\n`);
    expect(told.at(-1)).toBe('unasked #1 OK');
    expect(channel.busy).toBe(true);
  });

  it('logs a partial line after two seconds of quiet', () => {
    const { told, bytes } = station();
    bytes('> ');
    vi.advanceTimersByTime(1999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['unasked > ']);
  });

  it('waits a little longer for the rest of a line when this process itself was held up', () => {
    const clock = testClock();
    const { told, bytes } = station({ clock });
    bytes('+MIPLREAD:0,5,');
    // Two seconds for the timer, four by the clock: reading the chunk took that long.
    clock.pass(4000);
    vi.advanceTimersByTime(2000);
    bytes('3303,0,5700\r\n');
    expect(told).toEqual(['urc +MIPLREAD:0,5,3303,0,5700']);
    bytes('+MIPLREAD:0,6,');
    clock.pass(4000);
    vi.advanceTimersByTime(2000);
    vi.advanceTimersByTime(200);
    // What never ends is handed on as it is: the engine refuses a request of which it can read the msgid.
    expect(told.at(-1)).toBe('urc +MIPLREAD:0,6,');
  });

  it('waits a second without a byte for the rest of a value, then hands on what there is', () => {
    const frames = lineFrames([line('+SHORT', { length: integer(), value: counted({ isStrict: true }) })]);
    const { told, bytes } = station({ frames });
    bytes('+SHORT: 9,"abc\r\n');
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1001);
    expect(told).toEqual(['urc +SHORT: 9,"abc']);
  });

  it('logs the next partial line too', () => {
    const { told, bytes } = station();
    bytes('> ');
    vi.advanceTimersByTime(2000);
    bytes('< ');
    vi.advanceTimersByTime(2000);
    expect(told).toEqual(['unasked > ', 'unasked < ']);
  });

  it('watches an open line with one timer', () => {
    const { bytes } = station();
    for (const byte of 'slowly') bytes(byte);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('counts the two seconds from the last byte', () => {
    const { told, bytes } = station();
    bytes('slow');
    vi.advanceTimersByTime(1500);
    bytes('ly');
    vi.advanceTimersByTime(1500);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(told).toEqual(['unasked slowly']);
  });

  it('has no timer running when no line is open', () => {
    const { bytes } = station();
    bytes('slow');
    bytes('ly\r\n');
    vi.advanceTimersByTime(2000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('logs a partial line when the link ends', () => {
    const { told, bytes, lose } = station();
    bytes('half');
    lose(new Error('gone'));
    expect(told).toEqual(['unasked half', 'close gone']);
  });
});

describe('robustness', () => {
  it('never throws whatever arrives, at any cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
        const { channel, bytes, faults } = station();
        channel.send('AT', as('user')).catch(() => undefined);
        for (const chunk of chunks) bytes(chunk);
        channel.close();
        expect(faults).toEqual([]);
      }),
    );
  });

  it('tells every line exactly once', () => {
    const line = fc.constantFrom('OK', 'ERROR', '+CSQ: 1,2', 'Neul', '+MIPLEVENT: 0,6', 'AT', '+CEREG:1', 'noise');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { channel, told, say } = station();
        channel.send('AT', as('user')).catch(() => undefined);
        say(...lines);
        channel.close();
        const seen = told.filter((entry) => /^(urc|echo|final|answer|unasked|boot)/.test(entry));
        expect(seen.map((entry) => entry.replace(/^\w+ (#\d+ )?/, ''))).toEqual(lines);
      }),
    );
  });
});

function silent() {
  const nothing = (): void => undefined;
  return { onUrc: nothing, onLine: nothing, onSent: nothing, onRestart: nothing, onSync: nothing };
}

function fail(): never {
  throw new Error('listener');
}
