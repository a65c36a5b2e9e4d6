import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Application } from '../../main/app/application.ts';
import { createHandlers } from '../../main/app/handlers.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import type { Handlers } from '../../shared/ipc.ts';
import { startApplication, testFolder, until } from './rig.ts';

interface Bench {
  readonly application: Application;
  readonly handlers: Handlers;
  readonly folder: string;
  readonly printed: string[];
}

/** The application with the virtual module at full speed, as the window has it. */
async function bench(): Promise<Bench> {
  const folder = mkdtempSync(path.join(testFolder(), 'exports-'));
  const printed: string[] = [];
  const application = await startApplication({
    settings: { registerOnConnect: false, commandGapMs: 0 },
    settingsFile: path.join(folder, 'settings.json'),
    session: { openLink: () => openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: 1000 }) },
  });
  const desktop = {
    chooseExportFile: (name: string) => Promise.resolve(path.join(folder, name)),
    showJournalFolder: () => Promise.resolve(),
    printPdf: (html: string) => {
      printed.push(html);
      return Promise.resolve(new TextEncoder().encode('%PDF-1.7'));
    },
  };
  const exportJournal = () => Promise.resolve({ lines: 0 });
  return { application, handlers: createHandlers(application, desktop, exportJournal), folder, printed };
}

async function connected(): Promise<Bench> {
  const all = await bench();
  await all.handlers.openPort({ path: 'sim:m5310-seed', baudRate: 9600 });
  await until(
    all.application,
    'brought up',
    ({ connection, stages }) =>
      connection.phase === 'ready' && !Object.values(stages).some(({ status }) => status === 'running'),
  );
  return all;
}

const simulated = { platform: 'simulated', hasBootstrap: false } as const;

const ended = (application: Application) =>
  until(application, 'the run has ended', ({ acceptance }) => ['done', 'stopped'].includes(acceptance.phase));

const positionOf = (application: Application, id: string): number =>
  Object.values(application.state.state.acceptanceCases).find(({ info }) => info.id === id)?.position ?? 0;

describe('a run from the window', () => {
  it('runs the selected cases, tells of them, and reports the others as skipped by the operator', async () => {
    const { application, handlers } = await connected();
    const positions = ['power-on', 'version'].map((id) => positionOf(application, id));
    const seen: string[] = [];
    application.state.onChange(({ acceptanceCases }) => {
      for (const one of Object.values(acceptanceCases ?? {})) if (one) seen.push(`${one.position} ${one.status}`);
    });
    await handlers.selectCases({ positions });
    await handlers.setAcceptanceDetails({ site: 'Pump 3', operator: 'Li Hua', notes: 'new antenna' });
    seen.length = 0;
    await handlers.startAcceptance(simulated);
    const { acceptance, acceptanceCases } = await ended(application);
    expect(acceptance).toMatchObject({ phase: 'done', canResume: true, port: 'sim:m5310-seed' });
    for (const position of positions) {
      expect(acceptanceCases[String(position)]).toMatchObject({ status: 'passed', result: { verdict: 'passed' } });
      const own = seen.filter((one) => one.startsWith(`${position} `)).map((one) => one.split(' ')[1]);
      expect(own).toEqual(['waiting', 'preparing', 'running', 'passed']);
    }
    expect(acceptance.signal).toHaveLength(positions.length);
    const left = acceptanceCases[String(positionOf(application, 'register'))];
    expect(left).toMatchObject({ status: 'skipped', result: { reason: { en: expect.stringContaining('Li Hua') } } });
  });

  it('runs one case again, a deselected one as well', async () => {
    const { application, handlers } = await connected();
    await handlers.selectCases({ positions: [positionOf(application, 'power-on')] });
    await handlers.startAcceptance(simulated);
    await ended(application);
    const position = positionOf(application, 'version');
    await handlers.retryCase({ position });
    await until(application, 'again', ({ acceptance }) => acceptance.phase === 'done');
    expect(application.state.state.acceptanceCases[String(position)]?.status).toBe('passed');
  });

  it('is stopped and resumed', async () => {
    const { application, handlers } = await connected();
    await handlers.selectCases({ positions: [1, 2, 3, 4] });
    await handlers.startAcceptance(simulated);
    await handlers.stopAcceptance();
    expect(application.state.state.acceptance.phase).toBe('stopping');
    const stopped = await ended(application);
    expect(stopped.acceptance.phase).toBe('stopped');
    expect(stopped.acceptanceCases['4']?.status).toBe('waiting');
    await handlers.resumeAcceptance();
    const done = await until(application, 'done', ({ acceptance }) => acceptance.phase === 'done');
    expect([1, 2, 3, 4].map((position) => done.acceptanceCases[String(position)]?.status)).toEqual(
      Array<string>(4).fill('passed'),
    );
  });

  it('refuses what would come between its steps, keeps the settings of the person, and ends with the port', async () => {
    const { application, handlers, folder } = await connected();
    await handlers.startAcceptance(simulated);
    for (const disturb of [
      () => handlers.sendCommand({ line: 'AT' }),
      () => handlers.deregister(),
      () => handlers.startAcceptance(simulated),
      () => handlers.retryCase({ position: 1 }),
      () => handlers.selectCases({ positions: [1] }),
    ]) {
      await expect((async () => disturb())()).rejects.toMatchObject({ code: 'ACCEPTANCE_RUNNING' });
    }
    expect(application.state.state.settings.automaticUpdate).toBe(false);
    await handlers.changeSettings({ theme: 'dark', automaticNotifications: 'always' });
    const kept = JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8')) as Record<string, unknown>;
    expect(kept).toMatchObject({ theme: 'dark', automaticUpdate: true, automaticNotifications: 'always' });
    await handlers.closePort();
    const { acceptance, settings, connection } = application.state.state;
    expect(connection.phase).toBe('closed');
    expect(acceptance).toMatchObject({ phase: 'stopped', canResume: false });
    expect(settings).toMatchObject({ automaticUpdate: true, automaticNotifications: 'always', theme: 'dark' });
    expect(() => handlers.resumeAcceptance()).toThrow(expect.objectContaining({ code: 'PORT_NOT_OPEN' }));
    expect((await handlers.exportReport({ format: 'json', language: 'en', mask: true }))?.file).toContain(
      '.masked.json',
    );
  });

  it('cannot begin without a port or a run', async () => {
    const { handlers } = await bench();
    expect(() => handlers.startAcceptance(simulated)).toThrow(expect.objectContaining({ code: 'PORT_NOT_OPEN' }));
    expect(() => handlers.resumeAcceptance()).toThrow(expect.objectContaining({ code: 'ACCEPTANCE_NONE' }));
    await expect(handlers.exportReport({ format: 'html', language: 'en', mask: false })).rejects.toMatchObject({
      code: 'ACCEPTANCE_NONE',
    });
  });

  it.each([
    ['startAcceptance', { platform: 'moon', hasBootstrap: false }],
    ['startAcceptance', { platform: 'host', hasBootstrap: 1 }],
    ['retryCase', { position: 0 }],
    ['retryCase', { position: 999 }],
    ['selectCases', { positions: '1' }],
    ['selectCases', { positions: [1.5] }],
    ['setAcceptanceDetails', { site: 1, operator: '', notes: '' }],
    ['setCaseNote', { position: 1, note: 'x'.repeat(5000) }],
    ['setCaseNote', { position: 999, note: '' }],
    ['exportReport', { format: 'exe', language: 'en', mask: true }],
    ['exportReport', { format: 'html', language: 'fr', mask: true }],
  ] as const)('%s refuses %o', async (name, argument) => {
    const { handlers } = await bench();
    const handle = handlers[name] as (given: unknown) => unknown;
    await expect((async () => handle(argument))()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});

describe('the report of the window', () => {
  it('holds details, notes and a checksum of the journal so far; the masked one leaves out who and where', async () => {
    const { application, handlers, printed } = await connected();
    const position = positionOf(application, 'version');
    await handlers.selectCases({ positions: [position] });
    await handlers.setAcceptanceDetails({ site: 'Pump 3', operator: 'Li Hua', notes: 'new antenna' });
    await handlers.startAcceptance(simulated);
    await ended(application);
    await handlers.setCaseNote({ position, note: 'as declared <b>' });
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
    for (const text of ['Pump 3', 'Li Hua', application.state.state.module.imei ?? '?']) {
      expect(masked).not.toContain(text);
    }
    expect(await read('junit', true)).toContain('<testsuite');
    expect(await read('pdf', false)).toBe('%PDF-1.7');
    expect(printed[0]?.match(/<details/g)?.length).toBe(printed[0]?.match(/<details[^>]*\sopen/g)?.length);
  });
});
