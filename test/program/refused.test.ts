import { describe, expect, it } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { remark } from '../../shared/remarks.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { LinkEnd } from '../../main/transport/linkEnd.ts';
import { startDevice, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';

const address = 'tcp://10.0.0.7:4001';
const sentence = new CodedError('PORT_BUSY', `${address}: the server says “Port already in use”`, address);

/** A link to a server that says nothing. */
function silent(): LinkEnd {
  const nothing = (): Promise<void> => Promise.resolve();
  return makeLinkEnd({ write: nothing, close: nothing });
}

describe('a serial server', () => {
  it('that refuses only after it was open is told like a port that did not open, and is not asked again', async () => {
    let opens = 0;
    const end = silent();
    const device = await startDevice({
      session: {
        reopenMs: 1,
        openLink: () => {
          opens++;
          return Promise.resolve({ link: end.link });
        },
      },
    });
    await device.openPort(address, 9600);
    end.lose(sentence);
    const { connection, stages } = await until(device, 'the refusal', (state) => state.connection.phase === 'closed');
    const fault = { code: 'PORT_BUSY', message: sentence.message };
    expect(connection.fault).toMatchObject(fault);
    expect(stages.port).toMatchObject({ status: 'failed', fault });
    expect(opens).toBe(1);
    expect(device.log.read(0, 100).map(({ text }) => text)).toContain(
      `The port could not be opened: ${sentence.message}`,
    );
    expect(() => device.session.engine).toThrow(expect.objectContaining({ code: 'PORT_NOT_OPEN' }));
    await device.closePort();
    expect(device.state.state.connection.phase).toBe('closed');
  });

  it('that refuses after the module had answered is waited for, and its sentence told once', async () => {
    const modules: ScriptedModule[] = [];
    let refusals = 0;
    const device = await startDevice({
      session: {
        reopenMs: 1,
        openLink: () => {
          if (modules.length === 1 && refusals < 3) {
            refusals++;
            return Promise.reject(sentence);
          }
          const module = new ScriptedModule();
          modules.push(module);
          return Promise.resolve({ link: module.link });
        },
      },
      settings: { commandGapMs: 0 },
    });
    await device.openPort(address, 9600);
    await until(device, 'registered', ({ registration }) => registration.phase === 'registered');
    const faults: unknown[] = [];
    device.state.onChange(({ connection }) => {
      if (connection?.phase === 'waiting') faults.push(connection.fault?.code);
    });
    modules[0]?.lose(new CodedError('PORT_LOST', 'gone'));
    await until(device, 'back', ({ connection }) => modules.length === 2 && connection.phase === 'ready');
    expect(refusals).toBe(3);
    expect(faults).toContain('PORT_BUSY');
    const told = device.log.read(0, 500).filter(({ text }) => text.includes('Port already in use'));
    expect(told).toHaveLength(1);
  });

  it('that speaks telnet on tcp:// is said to, in the log and for the window to offer, until the port is closed', async () => {
    const suggestion = 'telnet://10.0.0.7:4001';
    const device = await startDevice({
      session: { openLink: () => Promise.resolve({ link: new ScriptedModule().link, suggestion }) },
      settings: { commandGapMs: 0 },
    });
    await device.openPort(address, 9600);
    expect(device.log.read(0, 10)).toContainEqual(
      expect.objectContaining({ kind: 'note', remark: remark('speaksTelnet', { from: address, to: suggestion }) }),
    );
    const { connection } = await until(device, 'ready', (state) => state.connection.phase === 'ready');
    expect(connection.suggestion).toBe(suggestion);
    await device.closePort();
    expect(device.state.state.connection.suggestion).toBeUndefined();
  });
});
