import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { as, failureOf, isCeregRead, station, testTable } from './rig.ts';
import { systemClock } from '../../main/time/clock.ts';
import type { Clock } from '../../main/time/clock.ts';
import type { LineTable } from '../../main/at/lineTable.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('rule 1: one exchange in flight, in the order of the classes', () => {
  it('sends the second command only after the first has its final result', async () => {
    const { channel, sent, say } = station({ gapMs: 0 });
    const first = channel.send('AT+CSQ', as('user'));
    const second = channel.send('AT+CIMI', as('user'));
    expect(sent).toEqual(['AT+CSQ']);
    say('OK');
    expect(sent).toEqual(['AT+CSQ', 'AT+CIMI']);
    say('OK');
    expect((await first).id).toBe(1);
    expect((await second).id).toBe(2);
  });

  it('takes answers before session, session before user, user before poll', () => {
    const { channel, sent, say } = station({ gapMs: 0 });
    for (const name of ['poll', 'user', 'session', 'answer', 'poll'] as const) {
      void channel.send(`AT+${name}`, as(name));
    }
    say('OK', 'OK', 'OK', 'OK', 'OK');
    expect(sent).toEqual(['AT+poll', 'AT+answer', 'AT+session', 'AT+user', 'AT+poll']);
  });

  it('is first-in first-out within a class', () => {
    const { channel, sent, say } = station({ gapMs: 0 });
    for (const number of [1, 2, 3]) void channel.send(`AT+X=${number}`, as('user'));
    say('OK', 'OK', 'OK');
    expect(sent).toEqual(['AT+X=1', 'AT+X=2', 'AT+X=3']);
  });

  it('keeps the lines of one answer together although another answer waits', () => {
    const { channel, sent, say } = station();
    const lines = (name: string) => [1, 2, 3].map((part) => ({ command: `AT+${name}=${part}`, options: as('answer') }));
    void channel.sendGroup(lines('A'));
    void channel.sendGroup(lines('B'));
    say('OK', 'OK', 'OK', 'OK', 'OK', 'OK');
    expect(sent).toEqual(['AT+A=1', 'AT+A=2', 'AT+A=3', 'AT+B=1', 'AT+B=2', 'AT+B=3']);
  });

  it('lets no answer into a group whose next line waits for the gap', () => {
    const { channel, sent, say } = station({ gapMs: 20 });
    void channel.sendGroup(['AT+A=1', 'AT+A=2'].map((command) => ({ command, options: as('session') })));
    say('OK');
    void channel.send('AT+B', as('answer'));
    expect(sent).toEqual(['AT+A=1']);
    vi.advanceTimersByTime(20);
    say('OK');
    expect(sent).toEqual(['AT+A=1', 'AT+A=2', 'AT+B']);
  });

  it('sends the next command when the line has come to rest: an answer that is said twice is no answer to it', async () => {
    const { channel, sent, say } = station({ gapMs: 20 });
    const maker = channel.send('AT+CGMI', as('session'));
    const model = channel.send('AT+CGMM', as('session'));
    say('CMCC', 'OK');
    for (const line of ['CMCC', 'OK']) {
      vi.advanceTimersByTime(15);
      say(line);
    }
    expect(sent).toEqual(['AT+CGMI']);
    vi.advanceTimersByTime(20);
    say('M5310', 'OK');
    expect((await maker).lines).toEqual(['CMCC']);
    expect((await model).lines).toEqual(['M5310']);
  });

  it('waits ten gaps at most for a line that is never quiet', () => {
    const { channel, sent, say } = station({ gapMs: 20 });
    void channel.send('AT+A', as('session'));
    void channel.send('AT+B', as('session'));
    say('OK');
    for (let waitedMs = 0; waitedMs < 190; waitedMs += 10) {
      vi.advanceTimersByTime(10);
      say('+MIPLEVENT:0,21');
    }
    expect(sent).toEqual(['AT+A']);
    vi.advanceTimersByTime(10);
    expect(sent).toEqual(['AT+A', 'AT+B']);
  });

  it('resolves a group with all its exchanges', async () => {
    const { channel, say } = station();
    const group = channel.sendGroup(['AT+A', 'AT+B'].map((command) => ({ command, options: as('answer') })));
    say('+A: 1', 'OK', '+B: 2', 'OK');
    expect((await group).map(({ lines }) => lines)).toEqual([['+A: 1'], ['+B: 2']]);
  });

  it('stops a group at its first failure and says which line it was', async () => {
    const { channel, sent, say } = station();
    const group = failureOf(
      channel.sendGroup(['AT+A', 'AT+B', 'AT+C'].map((command) => ({ command, options: as('answer') }))),
    );
    say('OK', 'ERROR');
    expect(await group).toMatchObject({ code: 'AT_ERROR', index: 1, exchange: { command: 'AT+B' } });
    expect(sent).toEqual(['AT+A', 'AT+B']);
  });

  it('goes on with the queue after a failed group', () => {
    const { channel, sent, say } = station();
    channel.sendGroup(['AT+A', 'AT+B'].map((command) => ({ command, options: as('answer') }))).catch(() => undefined);
    void channel.send('AT+C', as('answer'));
    say('ERROR');
    expect(sent).toEqual(['AT+A', 'AT+C']);
  });

  it('resolves an empty group at once', async () => {
    expect(await station().channel.sendGroup([])).toEqual([]);
  });

  it('is busy from sending to the last final result', () => {
    const { channel, say } = station();
    expect(channel.busy).toBe(false);
    void channel.send('AT+A', as('user'));
    void channel.send('AT+B', as('poll'));
    expect(channel.busy).toBe(true);
    say('OK');
    expect(channel.busy).toBe(true);
    vi.advanceTimersByTime(20);
    say('OK');
    expect(channel.busy).toBe(false);
  });
});

describe('rule 2: echo, then final result as a whole line, then URC, then information text', () => {
  it('drops the echo of a module with E1', async () => {
    const { channel, told, bytes } = station();
    const exchange = channel.send('AT+CIMI', as('user'));
    bytes('AT+CIMI\r\r\n460040000000001\r\n\r\nOK\r\n');
    expect((await exchange).lines).toEqual(['460040000000001']);
    expect(told).toContain('echo #1 AT+CIMI');
  });

  it('takes OK for a final result only when it is the whole line', async () => {
    const { channel, say } = station();
    const exchange = channel.send('AT+X?', as('user'));
    say('+X: OK', 'OK then', 'OK');
    expect((await exchange).lines).toEqual(['+X: OK', 'OK then']);
  });

  it.each([
    ['ERROR', 'AT_ERROR', undefined],
    ['+CME ERROR: 50', 'AT_CME', '50'],
    ['+CME ERROR: SIM not inserted', 'AT_CME', 'SIM not inserted'],
    ['+CMS ERROR: 302', 'AT_CMS', '302'],
    ['+CIS ERROR:602', 'AT_CIS', '602'],
  ])('rejects with the code of %s', async (line, code, detail) => {
    const { channel, say } = station();
    const failure = failureOf(channel.send('AT+X', as('user')));
    say(line);
    expect(await failure).toMatchObject({ code, detail, message: `AT+X: ${line}`, name: 'AtFailure' });
  });

  it('carries the lines so far in the failure', async () => {
    const { channel, say } = station();
    const failure = failureOf(channel.send('AT+X', as('user')));
    say('+X: 1', 'ERROR');
    expect((await failure).exchange).toMatchObject({ id: 1, lines: ['+X: 1'], final: { code: 'AT_ERROR' } });
  });

  it('does not take +MIPLCREATE: FAIL for a final result', async () => {
    const { channel, say } = station();
    const exchange = channel.send('AT+MIPLCREATE', as('session'));
    say('+MIPLCREATE: FAIL', 'OK');
    expect((await exchange).lines).toEqual(['+MIPLCREATE: FAIL']);
  });

  it('delivers a URC that stands in the middle of an answer', async () => {
    const { channel, told, say } = station();
    const exchange = channel.send('AT+NUESTATS', as('poll'));
    say('Signal power:-865', '+MIPLREAD: 0,45953,1,3303,0,5700', 'ECL:0', 'OK');
    expect((await exchange).lines).toEqual(['Signal power:-865', 'ECL:0']);
    expect(told).toContain('urc +MIPLREAD: 0,45953,1,3303,0,5700');
  });

  it('delivers every line as URC when nothing is in flight', () => {
    const { told, say } = station();
    say('+IP: 10.0.0.1', '+MIPLEVENT: 0,6');
    expect(told).toEqual(['urc +IP: 10.0.0.1', 'urc +MIPLEVENT: 0,6']);
  });

  it('logs a final result with nothing in flight and makes no error of it', () => {
    const { told, say } = station();
    say('OK');
    expect(told).toEqual(['unasked OK']);
  });

  it('knows no URC unless told', async () => {
    const { channel, say } = station({ table: undefined as never });
    const exchange = channel.send('AT+X', as('user'));
    say('+MIPLEVENT: 0,6', 'OK');
    expect((await exchange).lines).toEqual(['+MIPLEVENT: 0,6']);
  });
});

describe('rule 2: no line answers a command that left after it had come', () => {
  /** A clock on which every look takes a nanosecond. */
  function ticking(): Clock {
    let nowNs = 0n;
    return { ...systemClock, monotonicNs: () => ++nowNs, steadyMs: () => Number(nowNs) / 1e6 } as Clock;
  }

  it('an OK said twice in one piece is not that of the answer that the first of them let go', async () => {
    const { channel, told, bytes, say } = station({ clock: ticking() });
    const first = channel.send('AT+A', as('answer'));
    const second = channel.send('AT+B', as('answer'));
    bytes('\r\nOK\r\n\r\nOK\r\n+ELSE: 1\r\n');
    await first;
    expect(told).toEqual(['sent #1 answer AT+A', 'final #1 OK', 'unasked OK', 'urc +ELSE: 1', 'sent #2 answer AT+B']);
    say('+B: 1', 'OK');
    expect((await second).lines).toEqual(['+B: 1']);
  });

  it('nor to a question that finds out which answer is whose', () => {
    const { channel, told, bytes, say } = station({ clock: ticking(), startsInStep: false });
    void channel.send('AT+A', as('user'));
    bytes('OK\r\nOK\r\n');
    say('+CMEE: 1', 'OK');
    expect(told).toEqual([
      'sent #1 session AT',
      'final #1 OK',
      'unasked OK',
      'sent #2 session AT+CMEE?',
      'sent #3 session AT+CSQ',
      'answer #2 +CMEE: 1',
      'final #2 OK',
    ]);
  });
});

describe('rule 3: where a URC shares the prefix, the shape decides', () => {
  it('takes +CEREG with two fields as the answer and with one as URC', async () => {
    const { channel, told, say } = station({ table: testTable({ answers: isCeregRead }) });
    const exchange = channel.send('AT+CEREG?', as('poll'));
    say('+CEREG:2', '+CEREG:1,1', 'OK');
    expect(await exchange).toMatchObject({ lines: ['+CEREG:1,1'], answers: [{ text: '+CEREG:1,1' }] });
    expect(told).toContain('urc +CEREG:2');
  });

  it('gives a claimed line to the command although it is a known URC', async () => {
    const { channel, say } = station({ table: testTable({ isUrc: () => true, answers: isCeregRead }) });
    const exchange = channel.send('AT+CEREG?', as('poll'));
    say('+CEREG:1,1', 'OK');
    expect((await exchange).lines).toEqual(['+CEREG:1,1']);
  });

  it('gives bare lines to a command that has them although they are known URCs', async () => {
    const { channel, told, say } = station({ table: testTable({ isUrc: () => true, isBare: true }) });
    const exchange = channel.send('AT+NUESTATS', as('session'));
    say('Signal power:-865', '+CGMR: x', 'OK');
    expect((await exchange).lines).toEqual(['Signal power:-865']);
    expect(told).toContain('urc +CGMR: x');
  });

  it('gives bare lines that are known URCs to no other command', () => {
    const { channel, told, say } = station({ table: testTable({ isUrc: () => true }) });
    void channel.send('AT+CSQ', as('session'));
    say('Signal power:-865');
    expect(told).toContain('urc Signal power:-865');
  });
});

describe('when the table throws', () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  const tables: Readonly<Record<string, LineTable>> = {
    'about answers': testTable({ answers: broken }),
    'about URCs': testTable({ isUrc: broken }),
    'about lines': { ...testTable(), line: broken },
    'about commands': { ...testTable(), command: broken },
  };
  it.each(Object.keys(tables))(
    '%s, the line is read as one that nobody knows, and the exchange goes on',
    async (name) => {
      const { channel, faults, say } = station({ table: tables[name] as LineTable });
      const exchange = channel.send('AT+X?', as('user'));
      say('+X: 1', 'OK');
      expect((await exchange).lines).toEqual(['+X: 1']);
      expect(faults).toContainEqual(new Error('broken'));
    },
  );
});

describe('rule 4: an event may overtake the OK', () => {
  it('delivers the event before the exchange resolves', async () => {
    const { channel, told, say } = station();
    const deleted = channel.send('AT+MIPLDELETE=0', as('session')).then(() => told.push('resolved'));
    say('+MIPLEVENT:0,15', 'OK');
    await deleted;
    expect(told.slice(1)).toEqual(['urc +MIPLEVENT:0,15', 'final #1 OK', 'resolved']);
  });

  it('delivers an event in the same chunk as the OK before the exchange resolves', async () => {
    const { channel, told, bytes } = station();
    const opened = channel.send('AT+MIPLOPEN=0,3600', as('session')).then(() => told.push('resolved'));
    bytes('\r\nOK\r\n\r\n+MIPLEVENT: 0,1\r\n');
    await opened;
    expect(told.slice(1)).toEqual(['final #1 OK', 'urc +MIPLEVENT: 0,1', 'resolved']);
  });
});

describe('rule 6: a command line with control characters is refused', () => {
  it.each(['AT+A\rAT+B', 'AT+A\nAT+B', 'AT\u001a', 'AT\u0000', 'AT\u007f', ''])('refuses %j', async (command) => {
    const { channel, sent } = station();
    const failure = await failureOf(channel.send(command, as('user')));
    expect(failure).toMatchObject({ code: 'AT_BAD_LINE', exchange: { command, id: 0 } });
    expect(sent).toEqual([]);
  });

  it('sends nothing of a group that holds one', async () => {
    const { channel, sent } = station();
    const commands = ['AT+A', 'AT\r'].map((command) => ({ command, options: as('answer') }));
    expect(await failureOf(channel.sendGroup(commands))).toMatchObject({ code: 'AT_BAD_LINE', index: 1 });
    expect(sent).toEqual([]);
  });

  it('lets text of any language through', async () => {
    const { channel, sent, say } = station();
    const exchange = channel.send('AT+X="温度"', as('user'));
    say('OK');
    await exchange;
    expect(sent).toEqual(['AT+X="温度"']);
  });
});

describe('rule 7: an unknown line is logged and skipped', () => {
  it('goes on after noise in mid exchange', async () => {
    const { channel, bytes } = station();
    const exchange = channel.send('AT+CSQ', as('poll'));
    bytes(Uint8Array.of(0xff, 0xfe, 0x00, 0x0d));
    bytes('+CSQ:20,99\r\nOK\r\n');
    expect((await exchange).lines).toEqual(['\uFFFD\uFFFD\u0000', '+CSQ:20,99']);
  });

  it('goes on after a listener threw', async () => {
    const { channel, faults, say } = station();
    const onSent = () => {
      throw new Error('listener');
    };
    const exchange = channel.send('AT', as('user', { onSent }));
    say('OK');
    expect((await exchange).final).toEqual({ code: 'OK' });
    expect(faults).toEqual([new Error('listener')]);
  });
});

describe('rule 8: spaces mean nothing', () => {
  it.each(['+CIS ERROR:602', '+CIS ERROR: 602', '+CIS ERROR : 602 '])('reads %j', async (line) => {
    const { channel, say } = station();
    const failure = failureOf(channel.send('AT+MIPLCREATE', as('session')));
    say(line);
    expect(await failure).toMatchObject({ code: 'AT_CIS', detail: '602' });
  });
});

describe('rule 9: each command has its own time limit', () => {
  it('waits three minutes where the table says so', async () => {
    const { channel, say } = station();
    const exchange = channel.send('AT+COPS=?', as('user', { timeoutMs: 180_000 }));
    vi.advanceTimersByTime(179_000);
    say('+COPS: (1,"CHINA MOBILE")', 'OK');
    expect((await exchange).lines).toHaveLength(1);
  });

  it('rejects with AT_TIMEOUT and the lines so far', async () => {
    const { channel, say } = station();
    const failure = failureOf(channel.send('AT+X', as('user', { timeoutMs: 300 })));
    say('+X: 1');
    vi.advanceTimersByTime(300);
    expect(await failure).toMatchObject({ code: 'AT_TIMEOUT', exchange: { lines: ['+X: 1'] } });
  });

  it('does not count the time in the queue', () => {
    const { channel, told, say } = station({ gapMs: 0 });
    void channel.send('AT+COPS=?', as('user', { timeoutMs: 180_000 }));
    void channel.send('AT', as('user'));
    vi.advanceTimersByTime(60_000);
    say('OK', 'OK');
    expect(told).not.toContain('sync lost');
  });

  it('gives an answer that lay unread while the process stood still its chance', async () => {
    const { channel, say } = station();
    const exchange = channel.send('AT', as('user'));
    // The clock runs on without timers: what a blocked process or a sleeping laptop sees.
    const hrtime = vi.spyOn(process.hrtime, 'bigint').mockReturnValue(process.hrtime.bigint() + 5_000_000_000n);
    vi.advanceTimersByTime(1000);
    hrtime.mockRestore();
    say('OK');
    expect((await exchange).final).toEqual({ code: 'OK' });
  });

  it('gives that chance only once', async () => {
    const { channel } = station();
    const failure = failureOf(channel.send('AT', as('user')));
    const hrtime = vi.spyOn(process.hrtime, 'bigint').mockReturnValue(process.hrtime.bigint() + 5_000_000_000n);
    vi.advanceTimersByTime(1200);
    hrtime.mockRestore();
    expect((await failure).code).toBe('AT_TIMEOUT');
  });
});

describe('rule 10: a pause between commands, none for answers', () => {
  it('waits 20 ms after a final result', () => {
    const { channel, sent, say } = station();
    void channel.send('AT+A', as('user'));
    void channel.send('AT+B', as('user'));
    say('OK');
    vi.advanceTimersByTime(19);
    expect(sent).toEqual(['AT+A']);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['AT+A', 'AT+B']);
  });

  it('sends an answer in the same breath as the final result', () => {
    const { channel, sent, say } = station();
    void channel.send('AT+A', as('user'));
    void channel.send('AT+B', as('answer'));
    say('OK');
    expect(sent).toEqual(['AT+A', 'AT+B']);
  });

  it('sends an answer while another command waits for the pause', () => {
    const { channel, sent, say } = station();
    void channel.send('AT+A', as('user'));
    void channel.send('AT+B', as('user'));
    say('OK');
    void channel.send('AT+C', as('answer'));
    expect(sent).toEqual(['AT+A', 'AT+C']);
  });

  it('sends at once when the pause was made shorter', () => {
    const { channel, sent, say } = station({ gapMs: 5000 });
    void channel.send('AT+A', as('user'));
    void channel.send('AT+B', as('user'));
    say('OK');
    channel.setGap(0);
    expect(sent).toEqual(['AT+A', 'AT+B']);
  });

  it('waits after every final result', () => {
    const { channel, sent, say } = station();
    for (const name of ['A', 'B', 'C']) void channel.send(`AT+${name}`, as('user'));
    say('OK');
    vi.advanceTimersByTime(20);
    say('OK');
    vi.advanceTimersByTime(19);
    expect(sent).toEqual(['AT+A', 'AT+B']);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['AT+A', 'AT+B', 'AT+C']);
  });

  it('waits one pause however many commands wait for it', () => {
    const { channel, sent, say } = station();
    void channel.send('AT+A', as('user'));
    say('OK');
    void channel.send('AT+B', as('user'));
    void channel.send('AT+C', as('user'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20);
    expect(sent).toEqual(['AT+A', 'AT+B']);
  });
});

describe('rule 11: a boot line ends everything', () => {
  it.each(['REBOOT_CAUSE_SECURITY_RESET_PIN', 'Neul', '*MATREADY: 1', '*ATREADY: 1', '+MATREADY'])(
    'ends the exchange at %s',
    async (line) => {
      const { channel, told, say } = station();
      const failure = failureOf(channel.send('AT+MIPLOPEN=0,3600', as('session')));
      say('+X: 1', line);
      expect(await failure).toMatchObject({ code: 'AT_RESTARTED', exchange: { lines: ['+X: 1'] } });
      expect(told.slice(2)).toEqual([`boot #1 ${line}`, `restart ${line}`]);
    },
  );

  it('empties the queue', async () => {
    const { channel, sent, say } = station();
    const failures = (['session', 'user', 'poll'] as const).map((name) => failureOf(channel.send('AT+A', as(name))));
    say('Neul');
    expect((await Promise.all(failures)).map(({ code }) => code)).toEqual(Array(3).fill('AT_RESTARTED'));
    expect(sent).toEqual(['AT+A']);
  });

  it('tells the session once for the several boot lines of one start', () => {
    const { told, say } = station();
    say('REBOOT_CAUSE_APPLICATION_AT', 'Neul', 'M5310-A', 'OK');
    expect(told).toEqual([
      'boot REBOOT_CAUSE_APPLICATION_AT',
      'restart REBOOT_CAUSE_APPLICATION_AT',
      'boot Neul',
      'boot M5310-A',
      'unasked OK',
    ]);
  });

  it('rejects the rest of a group whose next line waits for the gap', async () => {
    const { channel, say } = station();
    const group = failureOf(
      channel.sendGroup(['AT+A', 'AT+B'].map((command) => ({ command, options: as('session') }))),
    );
    say('OK', 'Neul');
    expect(await group).toMatchObject({ code: 'AT_RESTARTED', index: 1, exchange: { command: 'AT+B', id: 0 } });
    expect(channel.busy).toBe(false);
  });

  it.each(['AT+CGMM', 'ATI', 'AT+GMI'])('leaves the name of maker and model to the question %s', async (command) => {
    const { channel, told, say } = station();
    const exchange = channel.send(command, as('session'));
    say('M5310-A', 'OK');
    expect((await exchange).lines).toEqual(['M5310-A']);
    expect(told.join()).not.toContain('restart');
  });

  it('ends even a question for the model at a line that is no name', async () => {
    const { channel, say } = station();
    const failure = failureOf(channel.send('AT+CGMM', as('session')));
    say('REBOOT_CAUSE_SECURITY_RESET_PIN');
    expect((await failure).code).toBe('AT_RESTARTED');
  });
});
