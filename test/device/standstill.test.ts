import { describe, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import type { CauseCode } from '../../shared/diagnosis.ts';
import { startDevice, until } from './rig.ts';
import { ScriptedModule } from './scriptedModule.ts';
import type { Script } from './scriptedModule.ts';

const port = '/dev/ttyTest';

/** A device whose patience is short, at a module that answers by a script which may change. */
async function at(script: Script): Promise<{ readonly device: Device; readonly module: ScriptedModule }> {
  const module = new ScriptedModule(script);
  const device = await startDevice({
    session: { openLink: () => Promise.resolve({ link: module.link }), patienceMs: 200, networkTimeoutMs: 60_000 },
    settings: { commandGapMs: 0 },
  });
  return { device, module };
}

const causes = (device: Device): readonly CauseCode[] | undefined =>
  device.state.state.diagnosis?.causes.map(({ code }) => code);

/** A module that is denied because somebody locked it to a channel. */
const locked: Script = (text) =>
  ({ 'AT+CEREG?': ['+CEREG:1,3', 'OK'], 'AT+NEARFCN?': ['+NEARFCN:0,3736', 'OK'] })[text];

describe('a standstill', () => {
  it('is looked into: the module is asked what is missing, and the causes stand in the state with their lines', async () => {
    const { device, module } = await at(locked);
    await device.openPort(port, 9600);
    await until(device, 'the lock is named', () => causes(device)?.[0] === 'frequencyLock');
    expect(causes(device)).toEqual(['frequencyLock', 'registrationDenied']);
    expect(module.heard).toEqual(expect.arrayContaining(['AT+CFUN?', 'AT+CPIN?', 'AT+NEARFCN?', 'AT+COPS?']));
    const [evidence] = device.state.state.diagnosis?.causes[0]?.evidence ?? [];
    expect(device.log.read(evidence?.seq ?? 0, 1)[0]?.text).toBe('+NEARFCN:0,3736');
  });

  it('is asked about once, not with each look', async () => {
    const { device, module } = await at(locked);
    await device.openPort(port, 9600);
    await until(device, 'the lock is named', () => causes(device)?.[0] === 'frequencyLock');
    module.say('+CEREG: 3,,,,0,13');
    await until(device, 'the reject cause is heeded', () => causes(device)?.includes('roamingNotAllowed') === true);
    expect(module.heard.filter((text) => text === 'AT+COPS?')).toHaveLength(1);
  });

  it('is over when it goes on', async () => {
    let isFree = false;
    const { device } = await at((text) => (!isFree && text === 'AT+CEREG?' ? ['+CEREG:1,2', 'OK'] : undefined));
    await device.openPort(port, 9600);
    await until(device, 'it is told', ({ diagnosis }) => diagnosis !== null);
    isFree = true;
    const { diagnosis } = await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
    expect(diagnosis).toMatchObject({ verdict: 'solved', stage: 'network', solved: { by: [] } });
    expect(device.standstill.now()).toMatchObject({ verdict: 'online', causes: [] });
  });

  it('that a person ends tells by which commands it was ended', async () => {
    let isFree = false;
    const { device, module } = await at((text) => {
      if (text === 'AT+NCSEARFCN') isFree = true;
      return isFree ? undefined : locked(text);
    });
    await device.openPort(port, 9600);
    await until(device, 'the lock is named', () => causes(device)?.[0] === 'frequencyLock');
    for (const line of ['AT+NEARFCN?', 'AT+NCSEARFCN']) await device.session.engine.sendLine(line);
    module.say('+CEREG: 1');
    const { diagnosis } = await until(device, 'it goes on', ({ diagnosis }) => diagnosis?.verdict === 'solved');
    expect(diagnosis?.solved?.by.map(({ text }) => text)).toEqual(['AT+NCSEARFCN']);
    expect(diagnosis?.causes[0]?.code).toBe('frequencyLock');
  });

  it('is none where nobody wants to go on', async () => {
    const { device } = await at(locked);
    await device.openPort(port, 9600);
    await until(device, 'the lock is named', () => causes(device)?.[0] === 'frequencyLock');
    await device.closePort();
    expect(device.state.state.diagnosis).toBeNull();
  });

  it('judges a new connection by its own lines', async () => {
    const { device } = await at(locked);
    await device.openPort(port, 9600);
    await until(device, 'the lock is named', () => causes(device)?.[0] === 'frequencyLock');
    await device.closePort();
    await device.openPort('sim:m5310-seed', 9600);
    expect(device.standstill.now().causes).toEqual([]);
  });

  it('of a module that says nothing is told without asking it anything', async () => {
    const module = new ScriptedModule(() => []);
    const device = await startDevice({
      session: { openLink: () => Promise.resolve({ link: module.link }), patienceMs: 50 },
    });
    await device.openPort(port, 9600);
    await until(device, 'silence is told', () => causes(device)?.[0] === 'silent');
  });
});

describe('a person who wants to know', () => {
  it('is told that no port is open, and no more once that was enough', async () => {
    const device = await startDevice();
    expect(device.standstill.want()).toMatchObject({ verdict: 'closed', stage: 'port', causes: [] });
    expect(device.state.state.diagnosis?.verdict).toBe('closed');
    device.standstill.unwant();
    expect(device.state.state.diagnosis).toBeNull();
  });

  it('is told how it goes on the way, and in the end that nothing stands in the way', async () => {
    let isFree = false;
    const { device } = await at((text) => (!isFree && text === 'AT+CEREG?' ? ['+CEREG:1,2', 'OK'] : undefined));
    device.standstill.want();
    await device.openPort(port, 9600);
    await until(device, 'the network is waited for', ({ diagnosis }) => diagnosis?.stage === 'network');
    isFree = true;
    await until(device, 'it is online', ({ diagnosis }) => diagnosis?.verdict === 'online');
    await device.closePort();
    await until(device, 'it is closed', ({ diagnosis }) => diagnosis?.verdict === 'closed');
  });

  it('has the module asked at once, without waiting for the patience to end', async () => {
    const byHand: Script = (text) => (text === 'AT+COPS?' ? ['+COPS:1,2,"46000"', 'OK'] : undefined);
    const module = new ScriptedModule((text) => (text === 'AT+CEREG?' ? ['+CEREG:1,3', 'OK'] : byHand(text)));
    const device = await startDevice({
      session: { openLink: () => Promise.resolve({ link: module.link }), patienceMs: 60_000, networkTimeoutMs: 60_000 },
      settings: { commandGapMs: 0 },
    });
    await device.openPort(port, 9600);
    await until(device, 'denied', ({ stages }) => stages.network.status === 'failed');
    expect(device.standstill.want().causes.map(({ code }) => code)).toEqual(['registrationDenied']);
    await until(device, 'the carrier is heeded', () => causes(device)?.[1] === 'roamingNotAllowed');
    device.standstill.unwant();
    expect(causes(device)).toEqual(['registrationDenied', 'roamingNotAllowed']);
  });
});
