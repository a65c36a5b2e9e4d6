import { chmod, realpath } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { checkPortPath } from '../../main/device/ports.ts';
import { openSerial } from '../../main/transport/serialLink.ts';
import { Cable } from './cable.ts';
import { Mipl } from './mipl.ts';
import { baudRate, startApplication, startDevice } from './wire.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0).reverse()) await part.close();
});

async function bench(): Promise<{ cable: Cable; device: Device }> {
  const cable = await Cable.plugged();
  opened.push(cable);
  const device = await startDevice(cable);
  opened.push(device);
  return { cable, device };
}

/** Does it with the rights of an ordinary user: to root no port is denied. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** The port chip, the connection and the error all say the same. */
async function expectRefusal(
  device: Device,
  port: string,
  fault: { readonly code: string; readonly message: unknown },
): Promise<void> {
  await expect(device.openPort(port, baudRate)).rejects.toMatchObject(fault);
  const { connection, stages } = device.state.state;
  expect(connection).toMatchObject({ phase: 'closed', fault });
  expect(stages.port).toMatchObject({ status: 'failed', fault });
  expect(device.log.read(0, 10).map(({ text }) => text)).toEqual([
    expect.stringMatching(/^The port could not be opened: /) as string,
  ]);
}

describe('a port that cannot be opened', () => {
  it('is told PORT_NOT_FOUND with the system’s text when it is not there', async () => {
    const { cable, device } = await bench();
    const port = path.join(cable.folder, 'nowhere');
    await expectRefusal(device, port, {
      code: 'PORT_NOT_FOUND',
      message: expect.stringMatching(/nowhere: .*No such file or directory/) as string,
    });
  });

  it('is told PORT_DENIED with the system’s text and the group that may open it', async () => {
    const { cable, device } = await bench();
    await chmod(cable.folder, 0o755);
    await chmod(path.join(cable.folder, 'journals'), 0o777);
    await chmod(cable.near, 0o000);
    // Loads what opens ports while it can still be read.
    await openSerial(path.join(cable.folder, 'nowhere'), { baudRate }).catch(() => undefined);
    await asOrdinaryUser(() =>
      expectRefusal(device, cable.near, {
        code: 'PORT_DENIED',
        message: expect.stringContaining('Permission denied') as string,
      }),
    );
    expect(device.state.state.connection.fault?.detail).toMatch(/^\w+$/);
  });

  it('is told PORT_BUSY with the system’s text while another program has it', async () => {
    const { cable, device } = await bench();
    opened.push(await openSerial(cable.near, { baudRate }));
    await expectRefusal(device, cable.near, {
      code: 'PORT_BUSY',
      message: expect.stringMatching(/Cannot lock port/) as string,
    });
  });

  it('is told PORT_FAILED with the system’s text when it is no port at all', async () => {
    const { cable, device } = await bench();
    await expectRefusal(device, cable.folder, {
      code: 'PORT_FAILED',
      message: expect.stringMatching(/Is a directory|Inappropriate ioctl/) as string,
    });
  });

  it('may be asked for by the window under the name of a link, where a tty is at its end', async () => {
    const { cable } = await bench();
    await expect(checkPortPath(cable.near, [])).resolves.toBeUndefined();
    await cable.pull();
    await expect(checkPortPath(cable.near, [])).rejects.toMatchObject({ code: 'PORT_NOT_ALLOWED' });
  });

  it('can be opened at the next try', async () => {
    const { cable, device } = await bench();
    const other = await openSerial(cable.near, { baudRate });
    await expect(device.openPort(cable.near, baudRate)).rejects.toMatchObject({ code: 'PORT_BUSY' });
    await other.close();
    await device.openPort(cable.near, baudRate);
    expect(device.state.state.connection).toMatchObject({ phase: 'probing' });
    expect(device.state.state.connection.fault).toBeUndefined();
  });

  it('ends mipl run with 2 and the reason on standard error', async () => {
    const run = new Mipl(['run', '--port', '/dev/there-is-no-such-port', '--for', '1']);
    expect(await run.exit).toBe(2);
    expect(run.errors).toMatch(/^mipl run: PORT_NOT_FOUND: .*No such file or directory/m);
  });

  it('ends mipl sim with 2 and the reason on standard error', async () => {
    const sim = new Mipl(['sim', '--pty', '/dev/there-is-no-such-port']);
    expect(await sim.exit).toBe(2);
    expect(sim.errors).toMatch(/^mipl sim: PORT_NOT_FOUND: .*No such file or directory/m);
    expect(sim.lines).toEqual([]);
  });
});

describe('a port that another device of the program has', () => {
  it('is refused under whatever name, and had once it is let go', async () => {
    const cable = await Cable.plugged();
    opened.push(cable);
    const application = await startApplication(cable);
    opened.push(application);
    const [one, other] = [application.openDevice(), application.openDevice()];
    await one.openPort(cable.near, baudRate);
    await expect(other.openPort(cable.near, baudRate)).rejects.toMatchObject({ code: 'PORT_OPEN_HERE' });
    await expect(other.openPort(await realpath(cable.near), baudRate)).rejects.toMatchObject({
      code: 'PORT_OPEN_HERE',
    });
    expect(one.state.state.connection.phase).toBe('probing');
    await application.closeDevice(one.id);
    await other.openPort(await realpath(cable.near), baudRate);
    expect(other.state.state.connection.phase).toBe('probing');
  });
});
