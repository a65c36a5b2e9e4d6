import { describe, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import { lockOf } from '../../shared/networkChange.ts';
import type { NetworkChange } from '../../shared/networkChange.ts';
import { startDevice, until } from './rig.ts';
import { ScriptedModule } from './scriptedModule.ts';
import type { Script } from './scriptedModule.ts';

const online = (device: Device) =>
  until(device, 'online', ({ stages }) => stages.onenet.status === 'done' && stages.network.status === 'done', 20_000);

async function at(port: string): Promise<Device> {
  const device = await startDevice({ session: { networkTimeoutMs: 60_000 }, settings: { commandGapMs: 0 } });
  await device.openPort(port, 115_200);
  return device;
}

async function undo(device: Device): Promise<NetworkChange> {
  const { last } = device.state.state.networkChange;
  if (!last?.undo) throw new Error('Nothing can be undone');
  await device.network.change(last.undo);
  return last.undo;
}

describe('a frequency lock', () => {
  it('is asked for before anything else of the network, and told as found', async () => {
    const device = await at('sim:m5310-seed?locked');
    const { network } = await until(device, 'the lock is told', (state) => lockOf(state.network) !== undefined);
    expect(network.lock).toEqual({ earfcn: 3736, wasFound: true });
    const sent = device.log
      .read(1, 500)
      .filter(({ kind }) => kind === 'engine')
      .map(({ text }) => text);
    expect(sent.indexOf('AT+NEARFCN?')).toBeLessThan(sent.indexOf('AT+CSCON=1'));
  });

  it('is cleared, after which the module comes online; undone, it stands as before', async () => {
    const device = await at('sim:m5310-seed?locked');
    await until(device, 'the lock is told', (state) => lockOf(state.network) !== undefined);
    await device.network.change({ kind: 'clearLock' });
    expect(device.state.state.network.lock).toBe('none');
    await online(device);
    expect(await undo(device)).toEqual({ kind: 'lock', earfcn: 3736 });
    expect(device.state.state.network.lock).toEqual({ earfcn: 3736, wasFound: false });
    await until(device, 'it searches in vain', ({ stages }) => stages.network.status === 'running');
  });

  it('to a channel that is heard is joined, with the session of before', async () => {
    const device = await at('sim:m5310-seed');
    await online(device);
    await device.network.change({ kind: 'lock', earfcn: 3555 });
    expect(lockOf(device.state.state.network)).toEqual({ earfcn: 3555, wasFound: false });
    await online(device);
    expect(device.state.state.networkChange).toMatchObject({ last: { undo: { kind: 'clearLock' } } });
    expect(device.state.state.networkChange.running).toBeUndefined();
  });
});

describe('carrier and APN', () => {
  it('are changed and put back as the module had them', async () => {
    const device = await at('sim:m5310-seed');
    const { network } = await online(device);
    const { context } = network;
    if (!context) throw new Error('The module has told no context');
    await device.network.change({ kind: 'apn', ...context, apn: 'cmnbiot' });
    expect(device.state.state.network).toMatchObject({ context: { apn: 'cmnbiot' } });
    expect(await undo(device)).toEqual({ kind: 'apn', ...context });
    expect(device.state.state.network.context).toEqual(context);
    await device.network.change({ kind: 'carrier', carrier: '46000' });
    expect(device.state.state.network.carrierSelection).toEqual({ mode: 1, carrier: '46000' });
    expect(await undo(device)).toEqual({ kind: 'automaticCarrier' });
    expect(device.state.state.network.carrierSelection?.mode).toBe(0);
    await online(device);
  });

  it('are looked for by a scan', async () => {
    const device = await at('sim:m5310-seed');
    await online(device);
    await device.network.scan();
    expect(device.state.state.networkChange).toEqual({
      carriers: [
        { status: 2, carrier: '46000' },
        { status: 3, carrier: '46011' },
      ],
    });
  });
});

describe('a change that goes wrong', () => {
  async function scripted(script: Script): Promise<{ readonly device: Device; readonly module: ScriptedModule }> {
    const module = new ScriptedModule(script);
    const device = await startDevice({ session: { openLink: () => Promise.resolve({ link: module.link }) } });
    await device.openPort('/dev/ttyTest', 9600);
    await online(device);
    return { device, module };
  }

  it('leaves the radio on, and says why', async () => {
    const { device, module } = await scripted((line) => (line === 'AT+NCSEARFCN' ? ['+CME ERROR: 3'] : undefined));
    const before = module.heard.length;
    await expect(device.network.change({ kind: 'clearLock' })).rejects.toMatchObject({ code: 'AT_CME', detail: '3' });
    const sent = module.heard.slice(before).filter((line) => line.startsWith('AT+CFUN'));
    expect(sent).toEqual(['AT+CFUN=0', 'AT+CFUN=1']);
    expect(device.state.state.networkChange).toMatchObject({ fault: { code: 'AT_CME' } });
    expect(device.state.state.networkChange.last).toBeUndefined();
  });

  it('that needs no radio switched leaves the radio alone, and cannot be undone where nothing was told', async () => {
    const { device, module } = await scripted((line) => (line.startsWith('AT+COPS') ? ['ERROR'] : undefined));
    await expect(device.network.change({ kind: 'automaticCarrier' })).rejects.toMatchObject({ code: 'AT_ERROR' });
    expect(module.heard.filter((line) => line.startsWith('AT+CFUN'))).toEqual([]);
  });

  it('is refused while another one is under way, and where no port is open', async () => {
    const device = await at('sim:m5310-seed');
    await online(device);
    const first = device.network.scan();
    await expect(device.network.change({ kind: 'clearLock' })).rejects.toMatchObject({ code: 'NETWORK_CHANGING' });
    await first;
    await device.closePort();
    await expect(device.network.change({ kind: 'clearLock' })).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });
});
