import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import { stageNames } from '../../shared/stageNames.ts';
import type { DeviceState } from '../../shared/state.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { Device } from '../../main/device/device.ts';
import type { LineWatcher } from '../../main/transport/link.ts';
import type { ModemLineName } from '../../shared/lineSettings.ts';
import { startApplication, startDevice, testFolder, until } from './rig.ts';

import { ScriptedModule } from './scriptedModule.ts';
import type { Script } from './scriptedModule.ts';

const port = '/dev/ttyTest';

/** The device on scripted modules: a new one for every time the port is opened. */
async function onModules(
  script: Script = () => undefined,
  options: Partial<Parameters<typeof startDevice>[0]> = {},
): Promise<{ readonly device: Device; readonly modules: ScriptedModule[] }> {
  const modules: ScriptedModule[] = [];
  const device = await startDevice({
    ...options,
    session: {
      openLink: () => {
        const module = new ScriptedModule(script);
        modules.push(module);
        return Promise.resolve({ link: module.link });
      },
      reopenMs: 5,
      ...options.session,
    },
    settings: { commandGapMs: 0, ...options?.settings },
  });
  return { device, modules };
}

const statuses = ({ stages }: DeviceState): Record<StageName, string> =>
  Object.fromEntries(stageNames.map((name) => [name, stages[name].status])) as Record<StageName, string>;
const all = (status: string): Record<StageName, string> =>
  Object.fromEntries(stageNames.map((name) => [name, status])) as Record<StageName, string>;
const isRegistered = ({ registration, stages }: DeviceState): boolean =>
  registration.phase === 'registered' && stages.onenet.status === 'done';

describe('bring-up', () => {
  it('goes through the six stages in their order', async () => {
    const { device } = await onModules();
    const done: string[] = [];
    device.state.onChange(({ stages }) => {
      for (const name of stageNames) if (stages?.[name].status === 'done' && !done.includes(name)) done.push(name);
    });
    await device.openPort(port, 9600);
    const state = await until(device, 'registered', isRegistered);
    expect(done).toEqual([...stageNames]);
    expect(state.module).toEqual({
      manufacturer: 'CMCC',
      model: 'M5310',
      firmware: 'V100',
      imei: '869334030000010',
      imsi: '460041234567899',
      iccid: '89860469334030000010',
      miplVersion: '2.2.0',
    });
    expect(state.network).toMatchObject({ registration: 1, tac: '19E6', cellId: '94', rssiDbm: -71, rsrpDbm: -86.6 });
  });

  it('is connected only when the module has answered, not when the port is open', async () => {
    let isAwake = false;
    const { device, modules } = await onModules((line) => (line === 'AT' && !isAwake ? [] : undefined));
    await device.openPort(port, 9600);
    expect(device.state.state.connection.phase).toBe('probing');
    expect(statuses(device.state.state)).toMatchObject({ port: 'done', module: 'running' });
    isAwake = true;
    modules[0]?.say('OK');
    await until(device, 'ready', ({ connection }) => connection.phase === 'ready');
  });

  it('ends before the suite when one wants to register by hand, and registers when asked', async () => {
    const { device, modules } = await onModules(undefined, { settings: { registerOnConnect: false } });
    await device.openPort(port, 9600);
    await until(device, 'on the network', ({ stages }) => stages.network.status === 'done');
    expect(modules[0]?.heard).not.toContain('AT+MIPLCREATE');
    await device.session.suite.register();
    expect(statuses(device.state.state)).toEqual(all('done'));
    expect(modules[0]?.heard).toContain('AT+MIPLOPEN=0,3600,30');
  });

  it('makes one suite and one session, however often one asks for it meanwhile', async () => {
    const { device, modules } = await onModules((line) => (line === 'AT+CGMM' ? [] : undefined));
    await device.openPort(port, 9600);
    await until(device, 'answering', ({ connection }) => connection.phase === 'ready');
    const asked = [device.session.suite.register(), device.session.suite.register()];
    await vi.waitFor(() => expect(modules[0]?.heard.at(-1)).toBe('AT+CGMM'));
    modules[0]?.say('M5310', 'OK');
    await Promise.all(asked);
    expect(statuses(device.state.state)).toEqual(all('done'));
    const session = modules[0]?.heard.filter((line) => /MIPL(CREATE|DELETE|OPEN)(?!EX)/.test(line));
    expect(session).toEqual(['AT+MIPLCREATE', 'AT+MIPLOPEN=0,3600,30']);
    await device.session.suite.register();
    expect(modules[0]?.heard.filter((line) => line.startsWith('AT+MIPLOPEN'))).toHaveLength(1);
  });

  it('stops at the network and says that the module is not let in', async () => {
    const { device } = await onModules((line) => (line === 'AT+CEREG?' ? ['+CEREG:1,3', 'OK'] : undefined));
    await device.openPort(port, 9600);
    const state = await until(device, 'denied', ({ stages }) => stages.network.status === 'failed');
    expect(state.stages.network.fault).toMatchObject({ code: 'NETWORK_DENIED', detail: '3' });
    expect(statuses(state)).toMatchObject({ sim: 'done', objects: 'waiting', onenet: 'waiting' });
  });

  it('goes on by itself when the network comes after bring-up has given up on it', async () => {
    let state = '+CEREG:1,2';
    const { device, modules } = await onModules((line) => (line === 'AT+CEREG?' ? [state, 'OK'] : undefined), {
      session: { networkTimeoutMs: 1 },
    });
    await device.openPort(port, 9600);
    await until(device, 'the end of patience', ({ stages }) => stages.network.status === 'failed');
    modules[0]?.say('+CEREG:2');
    state = '+CEREG:1,1,19E6,94,7';
    modules[0]?.say('+CEREG:1,19E6,94,7');
    await until(device, 'registered', isRegistered);
  });

  it('stops at OneNET with the number of the event when the platform refuses', async () => {
    const { device } = await onModules((line) =>
      line.startsWith('AT+MIPLOPEN') ? ['OK', '+MIPLEVENT: 0,7'] : undefined,
    );
    await device.openPort(port, 9600);
    const state = await until(device, 'refused', ({ stages }) => stages.onenet.status === 'failed');
    expect(state.stages.onenet.fault).toMatchObject({ code: 'MIPL_REFUSED', detail: '7' });
    expect(state.registration).toMatchObject({ phase: 'failed', lastEvent: 7 });
  });

  it('deletes a suite that was left over and makes its own', async () => {
    let isThere = true;
    const { device, modules } = await onModules((line) => {
      if (line === 'AT+MIPLDELETE=0') isThere = false;
      return line === 'AT+MIPLCREATE' && isThere ? ['+CIS ERROR:602'] : undefined;
    });
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    const suite = modules[0]?.heard.filter((line) => /MIPL(CREATE|DELETE)(?!EX)/.test(line));
    expect(suite).toEqual(['AT+MIPLCREATE', 'AT+MIPLDELETE=0', 'AT+MIPLCREATE']);
  });

  it('begins again when the module restarts in the middle', async () => {
    let restarts = 1;
    const { device, modules } = await onModules((line) => {
      if (line !== 'AT+CIMI' || restarts === 0) return undefined;
      restarts -= 1;
      return ['REBOOT_CAUSE_APPLICATION_AT', 'OK'];
    });
    await device.openPort(port, 9600);
    const state = await until(device, 'registered', isRegistered);
    expect(statuses(state)).toEqual(all('done'));
    expect(modules[0]?.heard.filter((line) => line === 'AT+CGMI')).toHaveLength(2);
  });
});

describe('a session that is up', () => {
  it('brings the module up again when it restarts, and shows nothing as done meanwhile', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    const seen: Record<StageName, string>[] = [];
    device.state.onChange(({ stages }) => stages && seen.push(statuses(device.state.state)));
    modules[0]?.say('REBOOT_CAUSE_SECURITY_RESET_PIN', 'OK');
    expect(seen[0]).toEqual({ ...all('stale'), port: 'done' });
    await until(device, 'registered again', isRegistered);
    expect(statuses(device.state.state)).toEqual(all('done'));
  });

  it('follows a registration that a person closed at the console', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    modules[0]?.say('+MIPLEVENT: 0,15');
    const state = await until(device, 'closed', ({ registration }) => registration.phase === 'deregistered');
    expect(statuses(state)).toEqual({ ...all('done'), onenet: 'waiting' });
  });

  it('shows a registration that ran out as failed', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    modules[0]?.say('+MIPLEVENT: 0,9');
    const state = await until(device, 'over', ({ stages }) => stages.onenet.status === 'failed');
    expect(state.stages.onenet.fault).toMatchObject({ code: 'MIPL_REFUSED', detail: '9' });
    expect(state.observations).toEqual([]);
  });

  it('takes what the module reports of the network', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    modules[0]?.say('+CSCON:1', '+CEREG:5,19E7,95,9');
    await until(device, 'the report', ({ network }) => network.registration === 5);
    expect(device.state.state.network).toMatchObject({
      radioConnected: true,
      tac: '19E7',
      cellId: '95',
      accessTechnology: 9,
    });
  });

  it('takes the network of a module that prints the number of the report first, and that it sleeps until it answers again', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    modules[0]?.say('+CEREG: 5,5,"19E8","05F1A294",9,,,"00000010","00100100"', '+NPSMR: 1,1');
    await until(device, 'asleep', ({ network }) => network.asleep === true);
    expect(device.state.state.network).toMatchObject({
      registration: 5,
      tac: '19E8',
      activeTimeSeconds: 4,
      periodicTauSeconds: 14_400,
    });
    modules[0]?.say('REBOOTING');
    await until(device, 'awake', (state) => state.network.asleep === false && isRegistered(state));
  });

  it('keeps the requests of before a reconnect under ids of their own', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    const read = '+MIPLREAD:0,100,3303,0,5700';
    modules[0]?.say(read);
    await until(device, 'the answer', ({ requests }) => requests['1']?.status === 'answered');
    modules[0]?.lose(new CodedError('PORT_LOST', 'pulled'));
    await until(device, 'registered again', (state) => modules.length === 2 && isRegistered(state));
    modules[1]?.say(read);
    const { requests } = await until(device, 'the second answer', (state) => state.requests['2'] !== undefined);
    expect(Object.values(requests).map(({ id, msgId }) => [id, msgId])).toEqual([
      ['1', 100],
      ['2', 100],
    ]);
  });

  it('answers a request that arrived between the opening of the port and the first command', async () => {
    const module = new ScriptedModule();
    module.say('+MIPLREAD:0,100,3303,0,5700');
    const { device } = await onModules(undefined, {
      session: { openLink: () => Promise.resolve({ link: module.link }) },
      settings: { registerOnConnect: false },
    });
    await device.openPort(port, 9600);
    await until(device, 'the answer', ({ requests }) => requests['1']?.status === 'answered');
    expect(module.heard).toContain('AT+MIPLREADRSP=0,100,1,3303,0,5700,4,4,20.123,0,0');
  });

  it('knows the line of the log that each request began with, also of one asked again under its msgid', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    const asked = ['+MIPLOBSERVE:0,100,1,3303,0,-1', '+MIPLOBSERVE:0,100,0,3303,0,-1', '+MIPLREAD:0,101,3303,0,5700'];
    for (const [i, urc] of asked.entries()) {
      modules[0]?.say(urc);
      const id = String(i + 1);
      const { requests } = await until(device, urc, (state) => state.requests[id]?.status === 'answered');
      expect(device.log.read(requests[id]?.seq ?? 0, 1).map(({ text }) => text)).toEqual([urc]);
    }
  });

  it('opens the port anew after the machine slept, and marks the gap', async () => {
    const folder = testFolder();
    const { device, modules } = await onModules(undefined, { journalDirectory: folder });
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    device.suspend();
    device.resume();
    await until(device, 'registered again', (state) => modules.length === 2 && isRegistered(state));
    expect(modules[0]?.isClosed).toBe(true);
    await device.closePort();
    const journal = readFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
    const gaps = [...journal.matchAll(/"reason":"(\w+)"/g)].map(([, reason]) => reason);
    expect(gaps).toEqual(['sleep', 'resumed', 'unplugged', 'reconnected', 'closed']);
  });
});

describe('a module that falls silent', () => {
  it('is shown as lost beyond the port, and registered anew once it answers again', async () => {
    let isMute = false;
    const module = new ScriptedModule(() => (isMute ? [] : undefined));
    const device = await startDevice({
      settings: { commandGapMs: 0 },
      session: { openLink: () => Promise.resolve({ link: module.link }), signalPollMs: 20 },
    });
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    isMute = true;
    const silent = await until(device, 'silence', ({ connection }) => connection.phase === 'probing', 20_000);
    expect(silent.stages).toMatchObject({ port: { status: 'done' }, onenet: { status: 'stale' } });
    expect(silent.registration.phase).toBe('idle');
    isMute = false;
    const back = await until(device, 'registered again', isRegistered);
    expect(back.connection.phase).toBe('ready');
  }, 40_000);
});

/** What was said of the suite, in order. */
const suiteLines = (module: ScriptedModule | undefined): readonly string[] =>
  (module?.heard ?? []).filter((line) => /MIPL(CREATE|DELETE|OPEN|UPDATE)(?!EX)/.test(line));

describe('a session whose line was lost', () => {
  it('goes on where the module and the platform still have it: nothing is deleted, created or opened', async () => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    modules[0]?.say('+MIPLOBSERVE:0,77,1,3303,0,5700');
    await until(device, 'the observation', ({ observations }) => observations.length === 1);
    modules[0]?.lose(new CodedError('PORT_LOST', 'the serial server was started anew'));
    const lost = await until(device, 'the loss', ({ connection }) => connection.phase === 'waiting');
    expect([lost.registration.phase, lost.observations]).toEqual(['idle', []]);
    const back = await until(device, 'registered again', (state) => modules.length === 2 && isRegistered(state));
    expect(suiteLines(modules[1])).toEqual(['AT+MIPLUPDATE=0,3600,0']);
    expect(back.observations).toMatchObject([{ path: '/3303/0/5700', msgId: 77 }]);
    expect(back.registration).toMatchObject({ lifetimeSeconds: 3600, ref: 0 });
    await until(device, 'all stages', ({ stages }) => stages.onenet.status === 'done');
  });

  it.each([
    ['has no suite', ['+CIS ERROR: 602']],
    ['knows the suite but the platform not the registration', ['OK', '+MIPLEVENT: 0,12']],
  ])('is made anew where the module %s', async (_, answer) => {
    const { device, modules } = await onModules((line) => (line.startsWith('AT+MIPLUPDATE') ? answer : undefined));
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    modules[0]?.lose(new CodedError('PORT_LOST', 'pulled'));
    await until(device, 'registered again', (state) => modules.length === 2 && isRegistered(state));
    expect(suiteLines(modules[1])).toEqual(['AT+MIPLUPDATE=0,3600,0', 'AT+MIPLCREATE', 'AT+MIPLOPEN=0,3600,30']);
  });

  it('is not looked for in another module', async () => {
    let imei = '869334030000010';
    const { device, modules } = await onModules((line) => (line === 'AT+CGSN=1' ? [`+CGSN:${imei}`, 'OK'] : undefined));
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    imei = '869334030000028';
    modules[0]?.lose(new CodedError('PORT_LOST', 'pulled'));
    await until(device, 'registered again', (state) => modules.length === 2 && isRegistered(state));
    expect(suiteLines(modules[1])).toEqual(['AT+MIPLCREATE', 'AT+MIPLOPEN=0,3600,30']);
  });
});

describe('a sign that may be a start or a waking', () => {
  /** A session on a port with lines; `fall` makes them fall and come back. */
  async function onLines(script: Script) {
    let isWatched = false;
    let onReturn: ((lines: readonly ModemLineName[]) => void) | undefined;
    const module = new ScriptedModule(script);
    const { device } = await onModules(script, {
      session: {
        openLink: () =>
          Promise.resolve({
            link: Object.assign(module.link, {
              line: {
                set: () => Promise.resolve(),
                watch: (watcher: LineWatcher) => {
                  onReturn = (lines) => watcher.onReturn(lines);
                  isWatched = true;
                  return { stop: () => void (isWatched = false) };
                },
              },
            }),
          }),
      },
    });
    return { device, module, fall: () => onReturn?.(['cts', 'dsr']), isWatched: () => isWatched };
  }

  it('lines that fell and came back: a module that was switched off and on without a word is registered anew', async () => {
    let updates = 0;
    const { device, module, fall, isWatched } = await onLines((line) =>
      line.startsWith('AT+MIPLUPDATE') && ++updates === 1 ? ['+CIS ERROR: 602'] : undefined,
    );
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    module.heard.length = 0;
    fall();
    await until(device, 'registered anew', (state) => module.heard.includes('AT+MIPLCREATE') && isRegistered(state));
    expect(device.log.read(0, 1000).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^The lines CTS, DSR fell and came back/),
    );
    expect(isWatched()).toBe(true);
    await device.closePort();
    expect(isWatched()).toBe(false);
  });

  it('lines that fell and came back while the session was kept are no sign at this port any more', async () => {
    const { device, module, fall } = await onLines(() => undefined);
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    module.heard.length = 0;
    fall();
    const notes = (): string[] => device.log.read(0, 1000).map(({ text }) => text);
    await vi.waitFor(() => expect(notes()).toContain('The session is still there and goes on.'));
    fall();
    await device.session.measureSignal();
    expect(module.heard.filter((line) => line.startsWith('AT+MIPLUPDATE'))).toEqual(['AT+MIPLUPDATE=0,3600,0']);
    expect(module.heard).not.toContain('AT+MIPLCREATE');
  });

  it('lines that fell and came back say nothing while there is no session', async () => {
    const { device, module, fall } = await onLines((line) => (line === 'AT+CIMI' ? ['ERROR'] : undefined));
    await device.openPort(port, 9600);
    await until(device, 'the module', ({ stages }) => stages.module.status === 'done');
    fall();
    expect(device.log.read(0, 1000).map(({ text }) => text)).not.toContainEqual(expect.stringContaining('fell'));
    expect(module.heard).not.toContain('AT+MIPLUPDATE=0,3600,0');
  });

  it.each(['RDY', '*MATREADY: 1', '+POWERON:0'])('%s: the session goes on where it is still there', async (sign) => {
    const { device, modules } = await onModules();
    await device.openPort(port, 9600);
    await until(device, 'all stages', ({ stages }) => stages.onenet.status === 'done');
    const before = modules[0]?.heard.length;
    modules[0]?.say(sign);
    await vi.waitFor(() => expect(modules[0]?.heard.slice(before)).toContain('AT+CEREG=1'), 5000);
    expect(suiteLines(modules[0]).slice(2)).toEqual(['AT+MIPLUPDATE=0,3600,0']);
    expect(modules[0]?.heard.slice(before)).toContain('ATE0');
    expect(device.state.state.registration.phase).toBe('registered');
  });

  it.each([['RDY'], ['+CFUN: 1', '+CPIN: READY']])('%s: everything begins anew where it is gone', async (...signs) => {
    const { device, modules } = await onModules((line) =>
      line.startsWith('AT+MIPLUPDATE') ? ['+CIS ERROR: 602'] : undefined,
    );
    await device.openPort(port, 9600);
    await until(device, 'all stages', ({ stages }) => stages.onenet.status === 'done');
    modules[0]?.say(...signs);
    const anew = ['AT+MIPLUPDATE=0,3600,0', 'AT+MIPLCREATE', 'AT+MIPLOPEN=0,3600,30'];
    await vi.waitFor(() => expect(suiteLines(modules[0]).slice(2)).toEqual(anew), 10_000);
    await until(device, 'registered again', isRegistered);
  });
});

describe('another program that reads the port meanwhile', () => {
  it('only holds bring-up up: it goes on by itself when the other has gone', async () => {
    let isStolen = true;
    const { device, modules } = await onModules(() => (isStolen ? [] : undefined), {
      session: { againMs: 20, answerTimeoutMs: 100 },
    });
    await device.openPort(port, 9600);
    const held = await until(device, 'the end of patience', ({ stages }) => stages.module.status === 'failed', 90_000);
    expect(held.stages.module.fault?.code).toMatch(/^AT_(TIMEOUT|SILENT)$/);
    isStolen = false;
    await until(device, 'registered', isRegistered, 60_000);
    expect(modules).toHaveLength(1);
  }, 180_000);
});

describe('who the module is', () => {
  it('is asked again when something came in the middle, and never taken from it', async () => {
    const first = new Set(['AT+CGSN=1', 'AT+CIMI']);
    const { device } = await onModules((line) => {
      if (line === 'AT+CGMM') return ['^SIMST:1', 'M5310', '+FIRMWARE DOWNLOADING', 'OK'];
      if (line === 'AT+CGSN') return ['+CSQ:20,99', 'OK'];
      if (!first.delete(line)) return undefined;
      return line === 'AT+CIMI' ? ['+CSQ:20,99', '12', 'OK'] : ['+CGSN:12', 'OK'];
    });
    await device.openPort(port, 9600);
    const { module } = await until(device, 'registered', isRegistered);
    expect(module).toMatchObject({ imei: '869334030000010', imsi: '460041234567899', model: 'M5310' });
  });
});

describe('the number of the card', () => {
  it.each(['8986\uFFFD469334030000010', '12', '+CSQ:20,99'])(
    'is not taken where the module prints %s',
    async (text) => {
      const { device } = await onModules((line) => (line === 'AT+NCCID' ? [`+NCCID:${text}`, 'OK'] : undefined));
      await device.openPort(port, 9600);
      const { module } = await until(device, 'registered', isRegistered);
      expect(module).not.toHaveProperty('iccid');
    },
  );
});

describe('the dialect of a device', () => {
  const cmccScript: Script = (line) => (line === 'AT+MIPLCREATEEX=?' ? ['OK'] : undefined);

  it('is what its firmware answered, with the evidence', async () => {
    const { device } = await onModules(cmccScript);
    await device.openPort(port, 9600);
    const { dialect } = await until(device, 'registered', isRegistered);
    expect(dialect).toEqual({ name: 'cmcc', source: 'detected', evidence: 'AT+MIPLCREATEEX=? → OK' });
  });

  it('is what a person chose for that IMEI, now and at the next visit, until it is left to detection again', async () => {
    const { device } = await onModules(cmccScript);
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    await device.chooseDialect('cis');
    expect(device.state.state.dialect).toMatchObject({ name: 'cis', source: 'override' });
    expect(device.settings.dialects).toEqual({ '869334030000010': 'cis' });
    await device.openPort(port, 9600);
    const { dialect } = await until(device, 'registered', isRegistered);
    expect(dialect).toEqual({ name: 'cis', source: 'override', evidence: 'AT+MIPLCREATEEX=? → OK' });
    await device.chooseDialect('auto');
    expect(device.state.state.dialect).toMatchObject({ name: 'cmcc', source: 'detected' });
    expect(device.settings.dialects).toEqual({});
  });

  it('cannot be chosen while no module is known', async () => {
    const { device } = await onModules();
    await expect(device.chooseDialect('cis')).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });
});

describe('a port that is opened', () => {
  it('twice at once belongs to the later one, and the earlier lets go of it first', async () => {
    const open: ScriptedModule[] = [];
    const device = await startDevice({
      session: {
        openLink: async () => {
          if (open.some((module) => !module.isClosed)) throw new CodedError('PORT_BUSY', 'still open');
          const module = new ScriptedModule();
          open.push(module);
          await new Promise((resolve) => setImmediate(resolve));
          return { link: module.link };
        },
      },
    });
    // Of a name in the file system nobody knows which look at it is over first.
    const address = 'tcp://127.0.0.1:7';
    const results = await Promise.allSettled([9600, 115_200].map((rate) => device.openPort(address, rate)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(results[0]).toMatchObject({ reason: { code: 'CANCELLED' } });
    expect(open.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    await until(device, 'registered', isRegistered);
    expect(device.state.state.connection).toMatchObject({ phase: 'ready', baudRate: 115_200 });
    await device.closePort();
    expect(open.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it('and given up meanwhile is closed, without a fault', async () => {
    const module = new ScriptedModule();
    const ready = Promise.withResolvers<undefined>();
    const device = await startDevice({
      session: {
        openLink: async () => {
          await ready.promise;
          return { link: module.link };
        },
      },
    });
    const opening = device.openPort(port, 9600).catch((error: unknown) => error);
    await until(device, 'opening', ({ connection }) => connection.phase === 'opening');
    const closing = device.closePort();
    expect(device.state.state.connection.phase).toBe('closed');
    ready.resolve(undefined);
    expect(await opening).toMatchObject({ code: 'CANCELLED' });
    await closing;
    expect(module.isClosed).toBe(true);
    expect(device.state.state.connection).toMatchObject({ phase: 'closed' });
    expect(device.state.state.connection.fault).toBeUndefined();
  });

  it('and refused leaves no empty journal behind', async () => {
    const journalDirectory = testFolder();
    const device = await startDevice({
      journalDirectory,
      session: { openLink: () => Promise.reject(new CodedError('PORT_BUSY', 'locked')) },
    });
    await expect(device.openPort(port, 9600)).rejects.toMatchObject({ code: 'PORT_BUSY' });
    expect(readdirSync(journalDirectory)).toEqual([]);
    expect(device.state.state.journal).toBeNull();
  });

  it('is open also when the settings cannot be written down', async () => {
    const file = path.join(testFolder(), 'file');
    writeFileSync(file, '');
    const { device } = await onModules(undefined, { settingsFile: path.join(file, 'settings.json') });
    await device.openPort(port, 9600);
    await until(device, 'registered', isRegistered);
    expect(device.log.read(0, 100).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^FILE_NOT_WRITTEN /) as string,
    );
  });

  it('is remembered with its speed, the newest first, eight at most', async () => {
    const { device } = await onModules();
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 3]) await device.openPort(`/dev/tty${number}`, 9600 + number);
    const { recentPorts } = device.settings;
    expect(recentPorts.map((recent) => recent.path.slice(-1))).toEqual(['3', '9', '8', '7', '6', '5', '4', '2']);
    expect(recentPorts[0]).toEqual({ path: '/dev/tty3', baudRate: 9603 });
  });
});

describe('settings', () => {
  it('changed at once are both written', async () => {
    const settingsFile = path.join(testFolder(), 'settings.json');
    const application = await startApplication({ settingsFile });
    await Promise.all([
      application.changeSettings({ language: 'zh' }),
      application.changeSettings({ theme: 'dark' }),
      application.changeSettings({ lifetimeSeconds: 600 }),
    ]);
    expect(JSON.parse(readFileSync(settingsFile, 'utf8'))).toMatchObject({
      language: 'zh',
      theme: 'dark',
      lifetimeSeconds: 600,
    });
    expect(readdirSync(path.dirname(settingsFile))).toEqual(['settings.json']);
  });
});
