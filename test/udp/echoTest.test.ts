import { describe, expect, test } from 'vitest';
import { testClock } from '../clock.ts';
import { scripted, startEcho, startTool } from './rig.ts';

describe('an echo test through the virtual module', () => {
  test('finds every datagram answered, with round trips', async () => {
    const { tool, echoEnd, socket, datagrams } = await startTool();
    const { test: options, server } = await startEcho();
    await tool.open({ port: 0, report: 1 });
    tool.startEcho(options);
    const { phase, figures, startedMs = 0, finishedMs = 0 } = await echoEnd();
    expect(phase).toBe('done');
    expect(figures).toMatchObject({
      sent: 5,
      answered: 5,
      lost: 0,
      duplicates: 0,
      reordered: 0,
      damaged: 0,
      refused: 0,
    });
    expect(figures.worstMs).toBeLessThan(1000);
    expect(figures.samples.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(finishedMs).toBeGreaterThanOrEqual(startedMs);
    expect(server.received).toBe(5);
    expect(socket()).toMatchObject({ sentCount: 5, sentBytes: 160, receivedCount: 5 });
    const numbers = datagrams()
      .filter(({ direction }) => direction === 'in')
      .map(({ echo }) => echo);
    expect(numbers.sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('finds the loss of a server that loses', async () => {
    const { tool, echoEnd } = await startTool();
    const { test: options } = await startEcho({ fate: (index) => (index % 5 < 2 ? { copies: 0 } : {}) });
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 10, timeoutMs: 300 });
    const { phase, figures } = await echoEnd();
    expect(phase).toBe('done');
    expect(figures).toMatchObject({ sent: 10, answered: 6, lost: 4, late: 0 });
    expect(figures.samples.filter(({ status }) => status === 'lost').map(({ number }) => number)).toEqual([1, 2, 6, 7]);
  });

  test('takes the bare answers of other echo servers, tells duplicates and reordering', async () => {
    const { tool, echoEnd, figures } = await startTool();
    const fates = [{ delayMs: 150 }, { copies: 2 }, { delayMs: 300 }];
    const { test: options } = await startEcho({ isPlain: true, fate: (index) => fates[index] ?? {} });
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 3 });
    await echoEnd();
    expect(figures()).toMatchObject({ answered: 3, lost: 0, duplicates: 1, reordered: 1 });
  });

  test('counts what comes too late as lost, and says so', async () => {
    const { tool, echoEnd, figures } = await startTool();
    const { test: options } = await startEcho({ fate: (index) => ({ delayMs: index === 0 ? 200 : 5000 }) });
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 2, timeoutMs: 120, intervalMs: 250 });
    await echoEnd();
    expect(figures()).toMatchObject({ sent: 2, answered: 0, lost: 2, late: 1 });
  });

  test('keeps the interval between datagrams', async () => {
    const { tool, echoEnd } = await startTool();
    const { test: options } = await startEcho();
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 4, intervalMs: 80 });
    const { startedMs = 0, finishedMs = 0 } = await echoEnd();
    expect(finishedMs - startedMs).toBeGreaterThanOrEqual(3 * 80 - 5);
  });

  test('asks a silent socket by itself', async () => {
    const { tool, sent, echoEnd } = await startTool();
    const { test: options } = await startEcho();
    await tool.open({ port: 0, report: 0 });
    tool.startEcho({ ...options, count: 2 });
    expect((await echoEnd()).figures).toMatchObject({ answered: 2, lost: 0 });
    expect(sent).toContain('AT+NSORF=0,512');
  });

  test('reads answers that come as they are', async () => {
    const { tool, echoEnd } = await startTool();
    const { test: options } = await startEcho();
    await tool.setReportMode(3);
    await tool.open({ port: 0, report: 1 });
    tool.startEcho(options);
    expect((await echoEnd()).figures).toMatchObject({ answered: 5, lost: 0 });
  });

  test('can be stopped; the figures stay, and another can be started', async () => {
    const { tool, echo, figures, echoEnd } = await startTool();
    const { test: options } = await startEcho();
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 1000, intervalMs: 60_000 });
    expect(() => tool.startEcho(options)).toThrowError(expect.objectContaining({ code: 'UDP_ECHO_RUNNING' }));
    await expect.poll(() => figures().answered).toBe(1);
    tool.stopEcho();
    tool.stopEcho();
    expect(echo()).toMatchObject({ phase: 'stopped', figures: { sent: 1, answered: 1 } });
    tool.startEcho(options);
    expect(await echoEnd()).toMatchObject({ phase: 'done', figures: { answered: 5 } });
  });

  test('needs a socket', async () => {
    const { tool } = await startTool();
    const { test: options } = await startEcho();
    expect(() => tool.startEcho(options)).toThrowError(expect.objectContaining({ code: 'UDP_NO_SOCKET' }));
  });

  test('ends with the restart of the module, and says why', async () => {
    const { tool, engine, echo, figures } = await startTool();
    const { test: options } = await startEcho();
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 1000, intervalMs: 60_000 });
    await expect.poll(() => figures().answered).toBe(1);
    await engine.sendLine('AT+NRB').catch(() => undefined);
    await expect.poll(() => echo().phase).toBe('failed');
    expect(echo().fault?.code).toBe('AT_RESTARTED');
  });
});

describe('an echo test with a module that refuses', () => {
  const options = { socket: 0, address: '10.0.0.1', port: 7, count: 6, intervalMs: 0, size: 16, timeoutMs: 1000 };

  test('goes on after a refusal now and then', async () => {
    let sends = 0;
    const { tool, say, echoEnd } = scripted((command) => {
      if (command.startsWith('AT+NSOCR')) return ['0', 'OK'];
      if (!command.startsWith('AT+NSOST')) return ['OK'];
      if (++sends % 2 === 1) return ['+CME ERROR: 159'];
      const [, , , , data = ''] = command.split(',');
      setImmediate(() => say(`+NSONMI:0,16,${data}`));
      return ['0,16', 'OK'];
    });
    await tool.open({ port: 0, report: 1 });
    tool.startEcho(options);
    const { phase, figures } = await echoEnd();
    expect(phase).toBe('done');
    expect(figures).toMatchObject({ sent: 3, answered: 3, refused: 3, lost: 0 });
  });

  test('gives up when it refuses all', async () => {
    const { tool, echoEnd, sent } = scripted((command) => (command.startsWith('AT+NSOCR') ? ['0', 'OK'] : ['ERROR']));
    await tool.open({ port: 0, report: 1 });
    tool.startEcho(options);
    expect(await echoEnd()).toMatchObject({ phase: 'failed', fault: { code: 'AT_ERROR' }, figures: { refused: 3 } });
    expect(sent).toHaveLength(4);
  });

  test('starts the clock with the last byte of the command: the time until the OK counts', async () => {
    const clock = testClock();
    const { tool, say, echoEnd } = scripted(
      (command) => {
        if (command.startsWith('AT+NSOCR')) return ['0', 'OK'];
        const [, , , , data = ''] = command.split(',');
        // 350 ms until the module says OK, and as long again until the answer is there.
        setImmediate(() => {
          clock.pass(350);
          say('0,16', 'OK');
          clock.pass(350);
          say(`+NSONMI:0,16,${data}`);
        });
        return undefined;
      },
      { clock },
      9600,
    );
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 1 });
    const { figures } = await echoEnd();
    // AT+NSOST=0,10.0.0.1,7,16, and 32 digits are 59 bytes with CR LF: 61.5 ms at 9600 baud.
    expect(figures.worstMs).toBeCloseTo(700 - 61.5, 0);
  });

  test('tells answers that are not whole', async () => {
    const { tool, say, echoEnd, figures } = scripted((command) => {
      if (command.startsWith('AT+NSOCR')) return ['0', 'OK'];
      const [, , , , data = ''] = command.split(',');
      setImmediate(() => say(`+NSONMI:0,15,${data.slice(0, -2)}`));
      return ['0,16', 'OK'];
    });
    await tool.open({ port: 0, report: 1 });
    tool.startEcho({ ...options, count: 1, timeoutMs: 60 });
    expect(await echoEnd()).toMatchObject({ phase: 'done' });
    expect(figures()).toMatchObject({ sent: 1, answered: 0, lost: 1, damaged: 1 });
  });
});
