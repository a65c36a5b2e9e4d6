import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Mipl } from './mipl.ts';
import { isInstalled } from './otherProgram.ts';
import type { ServedPort } from './ser2net.ts';
import { device, site } from './site.ts';
import { baudRate, untilOnline, untilState } from './wire.ts';

/** Another host that comes back each time it is put out, after a pause; until the test is over. */
function rivalAt(port: number, pauseMs: number): { readonly takeovers: number } {
  const rival = { takeovers: 0 };
  let socket: Socket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const come = (): void => {
    rival.takeovers++;
    socket = connect(port, '127.0.0.1').on('error', () => undefined);
    // Unread, the end would not be told.
    socket.resume();
    socket.on('close', () => (timer = setTimeout(come, pauseMs)));
  };
  come();
  onTestFinished(() => {
    clearTimeout(timer);
    socket?.removeAllListeners('close').destroy();
  });
  return rival;
}

describe.skipIf(!isInstalled('ser2net'))('ser2net with kickolduser', () => {
  it('has the tool back off and say that another client takes this connection', async () => {
    const { cable, ports, address } = await site({ options: { kickolduser: 'true' } });
    const tool = await device(cable);
    await tool.openPort(address('tcp'), baudRate);
    await untilOnline(tool);
    const [{ port }] = ports as [ServedPort];
    // After a second, as they do.
    const rival = rivalAt(port, 1000);
    const { connection } = await untilState(
      tool,
      'PORT_TAKEN',
      (state) => state.connection.fault?.code === 'PORT_TAKEN',
    );
    expect(connection.fault?.message).toContain('another client takes this connection');
    await vi.waitFor(() => expect(rival.takeovers).toBeGreaterThan(5), { timeout: 20_000 });
    const notes = tool.log.read(0, 50_000).filter(({ kind }) => kind === 'note');
    expect(notes.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('another client takes this connection') as string,
    );
    const seconds = notes.flatMap(({ remark }) =>
      remark?.code === 'connectionTaken' ? [remark.values['seconds']] : [],
    );
    expect(seconds.length).toBeGreaterThan(1);
    expect(seconds).toEqual(seconds.toSorted((one, other) => Number(one) - Number(other)));
  });

  it('is not asked again each second where the other host is back at once', async () => {
    const { ports, address } = await site({ options: { kickolduser: 'true' } });
    const [{ port }] = ports as [ServedPort];
    rivalAt(port, 20);
    const run = new Mipl(['run', '--port', address('tcp'), '--for', '20']);
    expect(await run.exit).toBe(2);
    expect(run.errors).toMatch(/PORT_TAKEN: .*another client takes this connection/);
  });
});
