import { describe, expect, it } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { usualLine } from '../../shared/lineSettings.ts';
import type { LineSettings } from '../../shared/lineSettings.ts';
import type { PortInfo } from '../../shared/state.ts';
import type { Device } from '../../main/device/device.ts';
import type { Link, LineControl } from '../../main/transport/link.ts';
import { startApplication, until } from './rig.ts';
import { ScriptedModule } from './scriptedModule.ts';

const adapter: PortInfo = { path: '/dev/ttyUSB7', kind: 'serial', usbId: '1a86:7523', serialNumber: 'A1' };

interface Opened {
  readonly baudRate: number;
  readonly line: LineSettings;
  readonly set: Parameters<LineControl['set']>[0][];
  readonly module: ScriptedModule;
}

/** A device at an adapter whose line takes what `refuses` does not; every opening of its port. */
async function atAdapter(refuses: (change: object) => boolean = () => false, hasLine = true) {
  const opened: Opened[] = [];
  const application = await startApplication({
    session: {
      openLink: (_port, baudRate, line) => {
        const module = new ScriptedModule();
        const set: Opened['set'][number][] = [];
        opened.push({ baudRate, line, set, module });
        const control: LineControl = {
          set: (change) => {
            if (refuses(change)) return Promise.reject(new CodedError('LINE_NOT_SET', 'Inappropriate ioctl'));
            set.push(change);
            return Promise.resolve();
          },
          watch: (watcher) => {
            watcher.onLines({ cts: true, dsr: false, dcd: false });
            return { stop: () => undefined };
          },
        };
        return Promise.resolve({ link: Object.assign(module.link, hasLine ? { line: control } : {}) as Link });
      },
      reopenMs: 5,
    },
  });
  application.state.change({ ports: [adapter] });
  const device = application.openDevice();
  await device.openPort(adapter.path, 9600);
  await until(device, 'registered', ({ registration }) => registration.phase === 'registered');
  return { application, device, opened };
}

const lines = (device: Device): string[] => device.log.read(0, 1000).map(({ text }) => text);

describe('the line of an open port', () => {
  it('is set otherwise without an end of the session, and kept for the adapter under whatever name', async () => {
    const { application, device, opened } = await atAdapter();
    const session = device.session;
    await device.changeLine({ baudRate: 115_200, rts: false, lineEnding: 'CR' });
    expect(opened[0]?.set).toEqual([{ baudRate: 115_200, rts: false }]);
    expect(device.session).toBe(session);
    const { connection, registration } = device.state.state;
    const line = { ...usualLine, rts: false, lineEnding: 'CR' };
    expect(connection).toMatchObject({ phase: 'ready', baudRate: 115_200, line, modemLines: { cts: true } });
    expect(registration.phase).toBe('registered');
    expect(lines(device)).toContain('The line is set otherwise: 115200 8N1, CR, DTR on, RTS off');
    application.state.change({ ports: [{ ...adapter, path: '/dev/ttyUSB9' }] });
    await device.openPort('/dev/ttyUSB9', 9600);
    expect(opened[1]?.line).toEqual(line);
    expect(application.state.state.settings.adapters).toMatchObject({ '1a86:7523:A1': { baudRate: 115_200 } });
  });

  it('is opened so again after the cable was pulled', async () => {
    const { device, opened } = await atAdapter();
    await device.changeLine({ baudRate: 57_600, parity: 'even' });
    opened[0]?.module.lose(new CodedError('PORT_LOST', 'pulled'));
    await until(device, 'the port again', ({ connection }) => opened.length === 2 && connection.phase === 'ready');
    expect(opened[1]).toMatchObject({ baudRate: 57_600, line: { ...usualLine, parity: 'even' } });
  });

  it('is set for the port that is away, too', async () => {
    const { device, opened } = await atAdapter();
    const isAway = until(device, 'the loss', ({ connection }) => connection.phase !== 'ready');
    opened[0]?.module.lose(new CodedError('PORT_LOST', 'pulled'));
    await isAway;
    await device.changeLine({ dtr: false });
    await until(device, 'the port again', ({ connection }) => opened.length === 2 && connection.phase === 'ready');
    expect(device.state.state.connection.line).toEqual({ ...usualLine, dtr: false });
  });

  it('ends commands otherwise from the next one on, which needs no line', async () => {
    const { device } = await atAdapter(undefined, false);
    await device.changeLine({ lineEnding: 'LF' });
    expect(device.state.state.connection.line).toEqual({ ...usualLine, lineEnding: 'LF' });
    await expect(device.changeLine({ dtr: false })).rejects.toMatchObject({ code: 'LINE_NOT_SET' });
  });

  it('stays as it was where the port does not take a setting', async () => {
    const { application, device } = await atAdapter((change) => 'dtr' in change);
    await expect(device.changeLine({ dtr: false })).rejects.toMatchObject({ code: 'LINE_NOT_SET' });
    expect(device.state.state.connection.line).toEqual(usualLine);
    expect(application.state.state.settings.portLines).toEqual({});
  });
});
