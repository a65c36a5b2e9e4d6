import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../main/device/device.ts';
import type { InjectedFault } from '../../main/sim/faults.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Simulator } from '../../main/sim/simulator.ts';
import { makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { Handlers } from '../../shared/contract/contract.ts';
import { CodedError } from '../../shared/errors.ts';
import { startApplication, testFolder, until } from '../device/rig.ts';
import { nobodysDesktop, served } from './served.ts';

interface Bench {
  readonly device: Device;
  readonly handlers: Handlers;
  readonly folder: string;
  readonly printed: string[];
  /** What the person chooses in the dialog for opening; undefined: cancel. */
  chosen: string | undefined;
}

/** The device with the virtual module at full speed, as the window has it. */
async function bench(): Promise<Bench> {
  const folder = mkdtempSync(path.join(testFolder(), 'exports-'));
  const printed: string[] = [];
  const application = await startApplication({
    settings: { registerOnConnect: false, commandGapMs: 0 },
    settingsFile: path.join(folder, 'settings.json'),
    session: { openLink: () => openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: 1000 }) },
  });
  const device = application.openDevice();
  const all = { chosen: undefined as string | undefined };
  const desktop = {
    ...nobodysDesktop,
    choosePlanFile: () => Promise.resolve(all.chosen),
    chooseExportFile: (name: string) => Promise.resolve(path.join(folder, name)),
    printPdf: (html: string) => {
      printed.push(html);
      return Promise.resolve(new TextEncoder().encode('%PDF-1.7'));
    },
  };
  const exportJournal = () => Promise.resolve({ lines: 0 });
  const handlers = served(device, application, desktop, exportJournal);
  return Object.assign(all, { device, handlers, folder, printed });
}

async function connected(): Promise<Bench> {
  const all = await bench();
  await all.handlers.openPort({ path: 'sim:m5310-seed', baudRate: 9600 });
  await until(
    all.device,
    'brought up',
    ({ connection, stages }) =>
      connection.phase === 'ready' && !Object.values(stages).some(({ status }) => status === 'running'),
  );
  return all;
}

const simulated = { platform: 'simulated', hasBootstrap: false } as const;

const ended = (device: Device) =>
  until(device, 'the run has ended', ({ acceptance }) => ['done', 'stopped'].includes(acceptance.phase));

const keyOf = (device: Device, id: string): number =>
  Object.values(device.state.state.acceptanceCases).find(({ info }) => info.id === id)?.key ?? 0;

describe('a run from the window', () => {
  it('runs the selected cases, tells of them, and reports the others as skipped by the operator', async () => {
    const { device, handlers } = await connected();
    const keys = ['power-on', 'version'].map((id) => keyOf(device, id));
    const seen: string[] = [];
    device.state.onChange(({ acceptanceCases }) => {
      for (const one of Object.values(acceptanceCases ?? {})) if (one) seen.push(`${one.key} ${one.status}`);
    });
    await handlers.selectCases({ keys });
    await handlers.setAcceptanceDetails({ site: 'Pump 3', operator: 'Li Hua', notes: 'new antenna' });
    seen.length = 0;
    await handlers.startAcceptance(simulated);
    const { acceptance, acceptanceCases } = await ended(device);
    expect(acceptance).toMatchObject({ phase: 'done', canResume: true, port: 'sim:m5310-seed' });
    for (const key of keys) {
      expect(acceptanceCases[String(key)]).toMatchObject({ status: 'passed', result: { verdict: 'passed' } });
      const own = seen.filter((one) => one.startsWith(`${key} `)).map((one) => one.split(' ')[1]);
      expect(own).toEqual(['waiting', 'preparing', 'running', 'passed']);
    }
    expect(acceptance.signal).toHaveLength(keys.length);
    const left = acceptanceCases[String(keyOf(device, 'register'))];
    expect(left).toMatchObject({ status: 'skipped', result: { reason: { en: expect.stringContaining('Li Hua') } } });
  });

  it('runs one case again, a deselected one as well', async () => {
    const { device, handlers } = await connected();
    await handlers.selectCases({ keys: [keyOf(device, 'power-on')] });
    await handlers.startAcceptance(simulated);
    await ended(device);
    const key = keyOf(device, 'version');
    await handlers.retryCase({ key });
    await until(device, 'again', ({ acceptance }) => acceptance.phase === 'done');
    expect(device.state.state.acceptanceCases[String(key)]?.status).toBe('passed');
  });

  it('is stopped and resumed', async () => {
    const { device, handlers } = await connected();
    await handlers.selectCases({ keys: [1, 2, 3, 4] });
    await handlers.startAcceptance(simulated);
    await handlers.stopAcceptance();
    expect(device.state.state.acceptance.phase).toBe('stopping');
    const stopped = await ended(device);
    expect(stopped.acceptance.phase).toBe('stopped');
    expect(stopped.acceptanceCases['4']?.status).toBe('waiting');
    await handlers.resumeAcceptance();
    const done = await until(device, 'done', ({ acceptance }) => acceptance.phase === 'done');
    expect([1, 2, 3, 4].map((key) => done.acceptanceCases[String(key)]?.status)).toEqual(
      Array<string>(4).fill('passed'),
    );
  });

  it('refuses what would come between its steps, keeps the settings of the person, and ends with the port', async () => {
    const { device, handlers, folder } = await connected();
    await handlers.startAcceptance(simulated);
    for (const disturb of [
      () => handlers.sendCommand({ line: 'AT' }),
      () => handlers.deregister(),
      () => handlers.setValue({ path: '/3303/0/5700', value: '21' }),
      () => handlers.holdRequests({ kinds: ['read'] }),
      () => handlers.startAcceptance(simulated),
      () => handlers.retryCase({ key: 1 }),
      () => handlers.selectCases({ keys: [1] }),
      () => handlers.arrangeCases({ keys: [2, 1] }),
      () => handlers.undoPlan(),
      () => handlers.restorePlan(),
      () => handlers.loadPlan(),
    ]) {
      await expect((async () => disturb())()).rejects.toMatchObject({ code: 'ACCEPTANCE_RUNNING' });
    }
    expect(device.settings).toMatchObject({ automaticUpdate: false, automaticNotifications: 'never' });
    await handlers.changeSettings({ theme: 'dark', automaticNotifications: 'always' });
    const kept = JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8')) as Record<string, unknown>;
    expect(kept).toMatchObject({ theme: 'dark', automaticUpdate: true, automaticNotifications: 'always' });
    await handlers.closePort();
    const { acceptance, connection } = device.state.state;
    expect(connection.phase).toBe('closed');
    expect(acceptance).toMatchObject({ phase: 'stopped', canResume: false });
    expect(device.settings).toMatchObject({ automaticUpdate: true, automaticNotifications: 'always', theme: 'dark' });
    expect(() => handlers.resumeAcceptance()).toThrow(expect.objectContaining({ code: 'PORT_NOT_OPEN' }));
    expect((await handlers.exportReport({ format: 'json', language: 'en', mask: true }))?.file).toContain(
      '.masked.json',
    );
  });

  it('cannot begin without a port or a run', async () => {
    const { handlers } = await bench();
    await expect(async () => handlers.startAcceptance(simulated)).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
    expect(() => handlers.resumeAcceptance()).toThrow(expect.objectContaining({ code: 'ACCEPTANCE_NONE' }));
    await expect(handlers.exportReport({ format: 'html', language: 'en', mask: false })).rejects.toMatchObject({
      code: 'ACCEPTANCE_NONE',
    });
  });

  it.each([
    ['startAcceptance', { platform: 'moon', hasBootstrap: false }],
    ['startAcceptance', { platform: 'host', hasBootstrap: 1 }],
    ['retryCase', { key: 0 }],
    ['retryCase', { key: 999 }],
    ['selectCases', { keys: '1' }],
    ['selectCases', { keys: [1.5] }],
    ['selectCases', { keys: [999] }],
    ['arrangeCases', { keys: [] }],
    ['arrangeCases', { keys: [1, 2] }],
    ['arrangeCases', { keys: [999] }],
    ['arrangeCases', { keys: Array<number>(1001).fill(1) }],
    ['arrangeCases', { order: [1] }],
    ['setAcceptanceDetails', { site: 1, operator: '', notes: '' }],
    ['setCaseNote', { key: 1, note: 'x'.repeat(5000) }],
    ['setCaseNote', { key: 999, note: '' }],
    ['exportReport', { format: 'exe', language: 'en', mask: true }],
    ['exportReport', { format: 'html', language: 'fr', mask: true }],
  ] as const)('%s refuses %o', async (name, argument) => {
    const { handlers } = await bench();
    const handle = handlers[name] as (given: unknown) => unknown;
    await expect((async () => handle(argument))()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});

const idsOf = (device: Device): readonly string[] =>
  Object.values(device.state.state.acceptanceCases)
    .sort((one, other) => one.position - other.position)
    .map(({ info }) => info.id);
const keysOf = (device: Device): number[] =>
  Object.values(device.state.state.acceptanceCases)
    .sort((one, other) => one.position - other.position)
    .map(({ key }) => key);

describe('the plan of the window', () => {
  it('is put into another order, and every change is taken back one by one', async () => {
    const { device, handlers } = await bench();
    const before = idsOf(device);
    const [first, second, ...others] = keysOf(device) as [number, number, ...number[]];
    await handlers.arrangeCases({ keys: [second, first, ...others] });
    await handlers.selectCases({ keys: [second] });
    expect(idsOf(device)).toEqual([before[1], before[0], ...before.slice(2)]);
    expect(device.state.state.acceptance).toMatchObject({ isArranged: true, canUndo: true });
    await handlers.undoPlan();
    expect(Object.values(device.state.state.acceptanceCases).every(({ isSelected }) => isSelected)).toBe(true);
    await handlers.undoPlan();
    expect(idsOf(device)).toEqual(before);
    expect(device.state.state.acceptance).toMatchObject({ isArranged: false, canUndo: false });
    await handlers.undoPlan();
    expect(idsOf(device)).toEqual(before);
  });

  it('repeats a case as often as it is said, runs every one of them, and reports them all', async () => {
    const { device, handlers } = await connected();
    const key = keyOf(device, 'version');
    const keys = keysOf(device).flatMap((one) => (one === key ? [key, key, key] : [one]));
    await handlers.arrangeCases({ keys });
    const copies = Object.values(device.state.state.acceptanceCases).filter(({ info }) => info.id === 'version');
    expect(copies.map(({ position }) => position)).toEqual([
      keys.indexOf(key) + 1,
      keys.indexOf(key) + 2,
      keys.indexOf(key) + 3,
    ]);
    await handlers.selectCases({ keys: copies.map((one) => one.key) });
    await handlers.startAcceptance(simulated);
    const { acceptanceCases } = await ended(device);
    for (const copy of copies) expect(acceptanceCases[String(copy.key)]?.status).toBe('passed');
    const result = await device.acceptance.report();
    expect(result.cases.filter(({ id, verdict }) => id === 'version' && verdict === 'passed')).toHaveLength(3);
  });

  it('keeps verdicts, notes, retry and report with their cases when the order is changed after a run', async () => {
    const { device, handlers } = await connected();
    const key = keyOf(device, 'version');
    await handlers.selectCases({ keys: [key] });
    await handlers.startAcceptance(simulated);
    await ended(device);
    await handlers.setCaseNote({ key, note: 'as declared' });
    const others = keysOf(device).filter((one) => one !== key);
    await handlers.arrangeCases({ keys: [key, ...others] });
    expect(device.state.state.acceptanceCases[String(key)]).toMatchObject({
      position: 1,
      status: 'passed',
      note: 'as declared',
    });
    const before = device.state.state.acceptanceCases[String(key)]?.result?.startedMs;
    await handlers.retryCase({ key });
    await ended(device);
    const again = device.state.state.acceptanceCases[String(key)];
    expect(again).toMatchObject({ position: 1, status: 'passed' });
    expect(again?.result?.startedMs).not.toBe(before);
    const { cases } = await device.acceptance.report();
    expect(cases.find(({ id }) => id === 'version')).toMatchObject({ verdict: 'passed', note: 'as declared' });
  });

  it('resumes a stopped run also when a copy has left the plan meanwhile', async () => {
    const { device, handlers } = await connected();
    const key = keyOf(device, 'version');
    const order = keysOf(device);
    await handlers.arrangeCases({ keys: order.flatMap((one) => (one === key ? [key, key] : [one])) });
    const copy = keysOf(device).find((one) => !order.includes(one)) ?? 0;
    await handlers.selectCases({ keys: [key, copy] });
    await handlers.startAcceptance(simulated);
    await handlers.stopAcceptance();
    await ended(device);
    await handlers.arrangeCases({ keys: order });
    expect(device.state.state.acceptanceCases[String(copy)]).toBeUndefined();
    await handlers.resumeAcceptance();
    await until(device, 'done', ({ acceptance }) => acceptance.phase === 'done');
    expect(device.state.state.acceptanceCases[String(copy)]).toBeUndefined();
    const { cases } = await device.acceptance.report();
    expect(cases.filter(({ id, verdict }) => id === 'version' && verdict === 'passed')).toHaveLength(2);
    expect(() => handlers.retryCase({ key: copy })).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
    await handlers.undoPlan();
    expect(device.state.state.acceptanceCases[String(copy)]?.status).toBe('passed');
  });

  it('skips a case that lost its tick after the run was stopped, and says by whom', async () => {
    const { device, handlers } = await connected();
    const [first, second, third] = keysOf(device) as [number, number, number];
    await handlers.setAcceptanceDetails({ site: '', operator: 'Li Hua', notes: '' });
    await handlers.selectCases({ keys: [first, second, third] });
    await handlers.startAcceptance(simulated);
    await handlers.stopAcceptance();
    await ended(device);
    await handlers.selectCases({ keys: [first, third] });
    await handlers.resumeAcceptance();
    const { acceptanceCases } = await until(device, 'done', ({ acceptance }) => acceptance.phase === 'done');
    expect([first, second, third].map((key) => acceptanceCases[String(key)]?.status)).toEqual([
      ...['passed', 'skipped', 'passed'],
    ]);
    expect(acceptanceCases[String(second)]?.result?.reason?.en).toContain('skipped by Li Hua');
    await handlers.retryCase({ key: second });
    await until(device, 'again', ({ acceptance }) => acceptance.phase === 'done');
    expect(device.state.state.acceptanceCases[String(second)]?.status).toBe('passed');
  });

  it('is written to a file and read again: order, repetitions, ticks and by whom a case is left out', async () => {
    const all = await bench();
    const { device, handlers, folder } = all;
    const [first, second, ...others] = keysOf(device) as [number, number, ...number[]];
    await handlers.arrangeCases({ keys: [second, second, second, first, ...others] });
    await handlers.selectCases({ keys: keysOf(device).filter((key) => key !== first) });
    await handlers.setAcceptanceDetails({ site: '', operator: 'Li Hua', notes: '' });
    const ids = idsOf(device);
    const saved = await handlers.savePlan();
    expect(path.dirname(saved?.file ?? '')).toBe(folder);
    expect(JSON.parse(readFileSync(saved?.file ?? '', 'utf8'))).toMatchObject({
      cases: expect.arrayContaining([{ case: ids[3], skip: 'not selected', by: 'Li Hua' }]) as unknown,
    });
    await handlers.restorePlan();
    expect(idsOf(device)).toEqual([ids[3], ids[0], ...ids.slice(4)]);
    all.chosen = saved?.file;
    expect(await handlers.loadPlan()).toEqual({ plan: 'OneNET M5310 LwM2M', cases: ids.length });
    expect(idsOf(device)).toEqual(ids);
    const left = Object.values(device.state.state.acceptanceCases).filter(({ isSelected }) => !isSelected);
    expect(left.map(({ info }) => info.id)).toEqual([ids[3]]);
  });

  it('takes a plan with cases of its own, and does not go on with the run of another plan until that is back', async () => {
    const all = await connected();
    const { device, handlers, folder } = all;
    const key = keyOf(device, 'version');
    await handlers.selectCases({ keys: [key] });
    await handlers.startAcceptance(simulated);
    await ended(device);
    all.chosen = path.join(folder, 'own.json');
    writeFileSync(
      all.chosen,
      '{"format":"mipl-acceptance-plan","version":1,"name":"line 4","cases":["version",{"id":"greet","steps":[{"send":"AT"}]}]}',
    );
    await handlers.loadPlan();
    expect(idsOf(device)).toEqual(['version', 'greet']);
    expect(device.state.state.acceptance).toMatchObject({ plan: 'line 4', isArranged: true, canResume: false });
    expect(() => handlers.resumeAcceptance()).toThrow(expect.objectContaining({ code: 'ACCEPTANCE_NONE' }));
    expect((await device.acceptance.report()).plan).toBe('OneNET M5310 LwM2M');
    await handlers.undoPlan();
    expect(device.state.state.acceptance).toMatchObject({ plan: 'OneNET M5310 LwM2M', canResume: true });
    expect(device.state.state.acceptanceCases[String(key)]?.status).toBe('passed');
    await handlers.loadPlan();
    await handlers.startAcceptance(simulated);
    const { acceptanceCases, acceptance } = await ended(device);
    expect(Object.values(acceptanceCases).map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(acceptance.canUndo).toBe(false);
    expect((await device.acceptance.report()).plan).toBe('line 4');
  });

  it.each([
    ['{"format":"mipl-acceptance-plan",\n"version":1,\n"cases":["nonsense"]}', 'bad.json:3: plan.cases[0]'],
    ['{', 'bad.json:1: JSON'],
    [`"${'x'.repeat(2_000_001)}"`, 'bad.json:1: plan: a file of at most'],
  ])('keeps the plan when a file is not one, and names line and field', async (text, message) => {
    const all = await bench();
    const before = idsOf(all.device);
    all.chosen = path.join(all.folder, 'bad.json');
    writeFileSync(all.chosen, text);
    await expect(all.handlers.loadPlan()).rejects.toMatchObject({
      code: 'FILE_BAD_PLAN',
      message: expect.stringContaining(message) as string,
    });
    expect(idsOf(all.device)).toEqual(before);
    all.chosen = path.join(all.folder, 'gone.json');
    await expect(all.handlers.loadPlan()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    all.chosen = undefined;
    expect(await all.handlers.loadPlan()).toBeNull();
  });
});

describe('after a run', () => {
  it('a device that was registered before is so again, with every object, and the stages say the same', async () => {
    const { device, handlers } = await connected();
    await handlers.register();
    await until(device, 'registered', ({ registration }) => registration.phase === 'registered');
    await handlers.selectCases({ keys: [keyOf(device, 'delete-object')] });
    await handlers.startAcceptance(simulated);
    const { stages, registration, acceptanceCases } = await ended(device);
    expect(acceptanceCases[String(keyOf(device, 'delete-object'))]?.status).toBe('passed');
    expect(registration.phase).toBe('registered');
    expect(Object.values(stages).map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'done'));
    const added = device.log.read(1, device.log.lastSeq).filter(({ text }) => text.startsWith('AT+MIPLADDOBJ=0,3306'));
    const removed = device.log
      .read(1, device.log.lastSeq)
      .findLast(({ text }) => text.startsWith('AT+MIPLDELOBJ=0,3306'));
    expect(added.at(-1)?.seq).toBeGreaterThan(removed?.seq ?? Infinity);
  });

  it('OneNET is not shown as done where there is no registration', async () => {
    const { device, handlers } = await connected();
    await handlers.selectCases({ keys: [keyOf(device, 'delete-object')] });
    await handlers.startAcceptance(simulated);
    const { stages, registration } = await ended(device);
    expect(registration.phase).toBe('idle');
    expect(stages.onenet.status).not.toBe('done');
  });
});

describe('a cable that is lost in a run', () => {
  /** A module behind a serial server whose connection ends when it is asked for its version the first time. */
  async function behindServer(
    imeis: readonly string[] = ['869334030000010'],
    isThere: (name: string) => boolean = () => true,
  ) {
    let opened = 0;
    let isCut = false;
    const folder = mkdtempSync(path.join(testFolder(), 'exports-'));
    const application = await startApplication({
      settings: { registerOnConnect: false, commandGapMs: 0 },
      settingsFile: path.join(folder, 'settings.json'),
      session: {
        reopenMs: 20,
        openLink: async ({ path: name }) => {
          if (!isThere(name)) throw new CodedError('PORT_NOT_FOUND', `${name}: not there`, name);
          const imei = imeis[Math.min(opened++, imeis.length - 1)] ?? '';
          const simulator: Simulator = await openSimulator({
            profile: 'm5310-seed',
            baudRate: 0,
            radioSpeed: 1000,
            imei,
            faults: [cutAt('AT+MIPLVER', () => void simulator.close())],
          });
          return simulator;
        },
      },
    });
    const cutAt =
      (command: string, cut: () => void): InjectedFault =>
      (link) => {
        const end = makeLinkEnd({ write: (bytes) => link.write(bytes), close: () => link.close() });
        link.onData = (bytes) => {
          if (isCut || !Buffer.from(bytes).toString('latin1').includes(command)) return end.receive(bytes);
          isCut = true;
          cut();
        };
        link.onClose = (reason) => end.lose(reason);
        return end.link;
      };
    return { application, device: application.openDevice(), folder };
  }

  const isUp = ({ connection, stages }: Device['state']['state']): boolean =>
    connection.phase === 'ready' && !Object.values(stages).some(({ status }) => status === 'running');
  const chosen = (device: Device): number[] => ['version', 'network'].map((id) => keyOf(device, id));
  const statusesOf = (device: Device): string[] =>
    ['network', 'version'].map((id) => device.state.state.acceptanceCases[String(keyOf(device, id))]?.status ?? '');

  it('stops it at that case, says which, and goes on from there once the cable is back', async () => {
    const { device } = await behindServer();
    await device.openPort('tcp://127.0.0.1:7000', 9600);
    await until(device, 'brought up', isUp);
    device.acceptance.select(chosen(device));
    device.acceptance.start({ platform: 'operator', hasBootstrap: false });
    const { acceptance } = await ended(device);
    expect(acceptance).toMatchObject({ phase: 'stopped', canResume: true, lostAt: keyOf(device, 'version') });
    expect(statusesOf(device)).toEqual(['passed', 'waiting']);
    expect((await device.acceptance.report()).isComplete).toBe(false);
    await until(device, 'back', isUp);
    device.acceptance.resume();
    const after = await until(device, 'done', (state) => state.acceptance.phase === 'done');
    expect(after.acceptance.lostAt).toBeUndefined();
    expect(statusesOf(device)).toEqual(['passed', 'passed']);
    expect((await device.acceptance.report()).isComplete).toBe(true);
  });

  it('leaves the run to its adapter, also where that comes back under another name', async () => {
    const names = ['/dev/ttyUSB0', '/dev/ttyUSB4'];
    let there = names[0];
    const { application, device } = await behindServer(undefined, (name) => name === there);
    const list = (name = ''): void =>
      application.state.change({
        ports: [{ path: name, kind: 'serial', usbId: '1a86:7523', serialNumber: 'A' }],
      });
    list(there);
    await device.openPort(names[0] ?? '', 9600);
    await until(device, 'brought up', isUp);
    device.acceptance.select(chosen(device));
    device.acceptance.start({ platform: 'operator', hasBootstrap: false });
    device.state.onChange(({ connection }) => {
      if (connection?.phase !== 'lost') return;
      there = names[1];
      queueMicrotask(() => list(there));
    });
    await ended(device);
    const back = await until(device, 'back', (state) => state.connection.port?.path === names[1] && isUp(state));
    expect(back.acceptance).toMatchObject({ phase: 'stopped', port: names[1], lostAt: keyOf(device, 'version') });
    expect(statusesOf(device)).toEqual(['passed', 'waiting']);
    device.acceptance.resume();
    await until(device, 'done', ({ acceptance }) => acceptance.phase === 'done');
    expect((await device.acceptance.report()).isComplete).toBe(true);
  });

  it('leaves no verdict for the module that is connected next', async () => {
    const { device } = await behindServer();
    await device.openPort('tcp://127.0.0.1:7000', 9600);
    await until(device, 'brought up', isUp);
    device.acceptance.select(chosen(device));
    device.acceptance.start({ platform: 'operator', hasBootstrap: false });
    await ended(device);
    device.acceptance.setNote(keyOf(device, 'network'), 'of the first one');
    await device.closePort();
    expect(statusesOf(device)).toEqual(['passed', 'waiting']);
    expect((await device.acceptance.report()).port).toBe('tcp://127.0.0.1:7000');
    await device.openPort('tcp://127.0.0.1:7001', 9600);
    await until(device, 'nothing stays', ({ acceptance }) => acceptance.phase === 'idle');
    expect(statusesOf(device)).toEqual(['waiting', 'waiting']);
    const { acceptance, acceptanceCases } = device.state.state;
    expect(acceptance).toMatchObject({ canResume: false, signal: [], answersMs: [] });
    expect(Object.values(acceptanceCases).filter(({ note, result }) => note !== '' || result)).toEqual([]);
    await expect(device.acceptance.report()).rejects.toMatchObject({ code: 'ACCEPTANCE_NONE' });
  });

  it.each([
    [['869334030000010', '869334030000010'], 'stopped'],
    [['869334030000010', '869334030009999'], 'idle'],
  ] as const)('at the same port it is the IMEI that tells: %j', async (imeis, phase) => {
    const { device } = await behindServer(imeis);
    await device.openPort('tcp://127.0.0.1:7000', 9600);
    await until(device, 'brought up', isUp);
    device.acceptance.select(chosen(device));
    device.acceptance.start({ platform: 'operator', hasBootstrap: false });
    await ended(device);
    await device.closePort();
    await device.openPort('tcp://127.0.0.1:7000', 9600);
    await until(device, 'brought up', isUp);
    expect(device.state.state.module.imei).toBe(imeis[1]);
    expect(device.state.state.acceptance.phase).toBe(phase);
  });
});

describe('the report of the window', () => {
  it('holds details, notes and a checksum of the journal so far; the masked one leaves out who and where', async () => {
    const { device, handlers, printed } = await connected();
    const key = keyOf(device, 'version');
    await handlers.selectCases({ keys: [key] });
    await handlers.setAcceptanceDetails({ site: 'Pump 3', operator: 'Li Hua', notes: 'new antenna' });
    await handlers.startAcceptance(simulated);
    await ended(device);
    await handlers.setCaseNote({ key, note: 'as declared <b>' });
    const read = async (format: 'html' | 'json' | 'junit' | 'pdf', mask: boolean): Promise<string> => {
      const done = await handlers.exportReport({ format, language: 'both', mask });
      return readFileSync(done?.file ?? '', 'utf8');
    };
    const html = await read('html', false);
    for (const text of ['Pump 3', 'Li Hua', 'new antenna', 'as declared &lt;b&gt;']) expect(html).toContain(text);
    const result = JSON.parse(await read('json', false)) as { journal: Record<string, unknown> };
    expect(result.journal).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(result.journal['hashedBytes']).toBeGreaterThan(100);
    const masked = await read('html', true);
    expect(masked).toContain('new antenna');
    for (const text of ['Pump 3', 'Li Hua', device.state.state.module.imei ?? '?']) {
      expect(masked).not.toContain(text);
    }
    expect(await read('junit', true)).toContain('<testsuite');
    expect(await read('pdf', false)).toBe('%PDF-1.7');
    expect(printed[0]?.match(/<details/g)?.length).toBe(printed[0]?.match(/<details[^>]*\sopen/g)?.length);
  });
});
