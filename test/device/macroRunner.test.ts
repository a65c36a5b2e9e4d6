import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import type { Macro } from '../../shared/macros.ts';
import type { Device } from '../../main/device/device.ts';
import { startDevice, until } from './rig.ts';
import { ScriptedModule } from './scriptedModule.ts';
import type { Script } from './scriptedModule.ts';

async function registered(script?: Script): Promise<{ readonly device: Device; readonly module: ScriptedModule }> {
  const module = new ScriptedModule(script);
  const device = await startDevice({
    session: { openLink: () => Promise.resolve({ link: module.link }), reopenMs: 60_000 },
  });
  await device.openPort('/dev/ttyTest', 9600);
  await until(device, 'registered', ({ registration }) => registration.phase === 'registered');
  return { device, module };
}

const send = (line: string): Macro['steps'][number] => ({ do: 'send', line, goesOnAfterError: false });
const endless: Macro = {
  name: 'Endless',
  steps: [{ do: 'wait', sought: { text: 'never', isPattern: false }, withinSeconds: 3600 }],
};

describe('a macro on a module', () => {
  it('stands in state, log and journal by its name, and its lines are told from those of the tool', async () => {
    const { device } = await registered();
    device.macros.start({ name: 'Signal', steps: [send('AT+CSQ'), send('AT+CIMI')] });
    expect(device.state.state.macro).toMatchObject({ phase: 'running', step: 0 });
    await device.macros.ended;
    expect(device.state.state.macro).toMatchObject({ phase: 'done', step: 1, macro: { name: 'Signal' } });
    const log = device.log.read(0, 1000);
    const own = log.filter(({ belongsTo }) => belongsTo && 'task' in belongsTo && belongsTo.task === 'macro');
    expect(own.map(({ text }) => text)).toEqual(['AT+CSQ', '+CSQ:21,99', 'OK', 'AT+CIMI', '460041234567899', 'OK']);
    expect(log.map(({ text }) => text)).toContain('Macro "Signal" begins.');
    const { file } = device.journal ?? { file: '' };
    await device.closePort();
    expect(readFileSync(file, 'utf8')).toMatch(/Macro \\"Signal\\" is done after \d+\.\d s\./);
  });

  it('says at which step it failed, and why', async () => {
    const { device } = await registered((line) => (line === 'AT+X' ? ['+CME ERROR: 50'] : undefined));
    device.macros.start({ name: 'Wrong', steps: [send('AT'), send('AT+X'), send('AT')] });
    await device.macros.ended;
    expect(device.state.state.macro).toMatchObject({
      phase: 'failed',
      step: 1,
      fault: { code: 'AT_CME', detail: '50' },
    });
  });

  it('runs alone, is stopped at once, and leaves the way to the next', async () => {
    const { device } = await registered();
    device.macros.start(endless);
    expect(() => device.macros.start(endless)).toThrow(
      expect.objectContaining({ code: 'MACRO_RUNNING', detail: 'Endless' }),
    );
    device.macros.stop();
    await device.macros.ended;
    expect(device.state.state.macro).toMatchObject({ phase: 'stopped' });
    device.macros.start({ name: 'Next', steps: [send('AT')] });
    await device.macros.ended;
    expect(device.state.state.macro).toMatchObject({ phase: 'done' });
  });

  it('ends with the port, whether it is pulled or closed, and does not begin without one', async () => {
    const { device, module } = await registered();
    device.macros.start(endless);
    module.lose(new CodedError('PORT_LOST', 'pulled'));
    await device.macros.ended;
    expect(device.state.state.macro).toMatchObject({ phase: 'failed', fault: { code: 'PORT_LOST' } });
    await device.closePort();
    expect(() => device.macros.start(endless)).toThrow(expect.objectContaining({ code: 'PORT_NOT_OPEN' }));
    const other = await registered();
    other.device.macros.start(endless);
    await other.device.closePort();
    await other.device.macros.ended;
    expect(other.device.state.state.macro).toMatchObject({ phase: 'failed', fault: { code: 'PORT_LOST' } });
  });
});
