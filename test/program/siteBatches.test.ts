import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Application } from '../../main/program/application.ts';
import type { Device } from '../../main/device/device.ts';
import { sessionAboutOf } from '../../main/sessions/sessionFiles.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { startApplication, testFolder, until } from '../device/rig.ts';
import { nobodysDesktop, served } from './served.ts';

const beginning = { site: ' Pump 3 ', technician: 'Li Hua', planned: 2 };
const pdf = (html: string) => Promise.resolve(new TextEncoder().encode(`%PDF ${html.length}`));

async function start(folder: string): Promise<Application> {
  return startApplication({
    settings: { registerOnConnect: false, commandGapMs: 0 },
    batchFile: path.join(folder, 'batch.json'),
    reportDirectory: path.join(folder, 'reports'),
    session: { openLink: () => openSimulator({ profile: 'm5310-seed', baudRate: 0, radioSpeed: 1000 }) },
  });
}

/** A device that was tested in one case. */
async function tested(application: Application): Promise<Device> {
  const device = application.openDevice();
  await device.openPort('sim:m5310-seed', 9600);
  await until(
    device,
    'brought up',
    ({ connection, stages }) =>
      connection.phase === 'ready' && !Object.values(stages).some(({ status }) => status === 'running'),
  );
  const key = Object.values(device.state.state.acceptanceCases).find(({ info }) => info.id === 'version')?.key ?? 0;
  device.acceptance.select([key]);
  return run(device);
}

async function run(device: Device): Promise<Device> {
  device.acceptance.start({ platform: 'simulated', hasBootstrap: false });
  await until(device, 'the run has ended', ({ acceptance }) => acceptance.phase === 'done');
  return device;
}

describe('the batch of a site', () => {
  it('has every test where several tabs report at once', async () => {
    const folder = testFolder();
    const application = await start(folder);
    await application.batches.begin(beginning);
    const devices = [await tested(application), await tested(application), await tested(application)];
    const tests = await Promise.all(devices.map((device) => application.batches.record(device, pdf)));
    const entered = application.state.state.batch?.tests ?? [];
    expect(entered.map(({ journal }) => journal).toSorted()).toEqual(tests.map(({ journal }) => journal).toSorted());
    expect((await start(folder)).state.state.batch?.tests).toHaveLength(3);
  });

  it('has a test of each device, with its reports, and outlives the program', async () => {
    const folder = testFolder();
    const application = await start(folder);
    await application.batches.begin(beginning);
    const device = await tested(application);
    const test = await application.batches.record(device, pdf);
    expect(test).toMatchObject({
      imei: '869334030000010',
      outcome: 'passed',
      isPractice: true,
      counts: { passed: 1, skipped: 31 },
      total: 32,
      journal: device.journal?.name,
    });
    const batch = application.state.state.batch;
    expect(batch).toMatchObject({ site: 'Pump 3', technician: 'Li Hua', planned: 2, tests: [test] });
    const files = readdirSync(batch?.folder ?? '');
    expect(files.sort()).toEqual([test.reports['html'], test.reports['pdf'], 'summary.csv', 'summary.html'].sort());
    const report = readFileSync(path.join(batch?.folder ?? '', test.reports['html'] ?? ''), 'utf8');
    expect(report).toContain('Pump 3');
    expect(report).toContain('Li Hua');
    expect(await sessionAboutOf(device.journal?.file ?? '')).toEqual({ site: 'Pump 3' });
    const later = await start(folder);
    expect(later.state.state.batch).toEqual(batch);
  });

  it('has one entry of a run, however often it is reported, and one more of the next run', async () => {
    const application = await start(testFolder());
    await application.batches.begin(beginning);
    const device = await tested(application);
    const first = await application.batches.record(device, pdf);
    const again = await application.batches.record(device, pdf);
    expect(again.runMs).toBe(first.runMs);
    expect(again.reports['pdf']).toMatch(/-2\.pdf$/);
    expect(application.state.state.batch?.tests).toEqual([again]);
    await run(device);
    await application.batches.record(device, pdf);
    expect(application.state.state.batch?.tests).toHaveLength(2);
  });

  it('is put away when another begins, and nothing is entered without one', async () => {
    const folder = testFolder();
    const application = await start(folder);
    const device = application.openDevice();
    await expect(application.batches.record(device, pdf)).rejects.toMatchObject({ code: 'ACCEPTANCE_NO_BATCH' });
    await application.batches.begin(beginning);
    await expect(application.batches.record(device, pdf)).rejects.toMatchObject({ code: 'ACCEPTANCE_NONE' });
    await application.batches.begin({ ...beginning, site: 'Pump 4' });
    expect(application.state.state.batch).toMatchObject({ site: 'Pump 4', tests: [] });
    await application.batches.end();
    await application.batches.end();
    expect(application.state.state.batch).toBeNull();
    expect((await start(folder)).state.state.batch).toBeNull();
  });

  it.each(['{"site": 3}', '{ torn', '[]'])('a damaged file is set aside and told: %s', async (text) => {
    const folder = testFolder();
    writeFileSync(path.join(folder, 'batch.json'), text);
    const application = await start(folder);
    expect(application.state.state.batch).toBeNull();
    expect(readdirSync(folder).some((name) => name.startsWith('batch.json.damaged-'))).toBe(true);
    const device = application.openDevice();
    const { text: told } = device.log.read(0, 10).find(({ remark }) => remark?.code === 'fault') ?? {};
    expect(told).toContain('FILE_BAD_SETTINGS');
  });

  it('is served to the window: begun, entered, shown and ended', async () => {
    const application = await start(testFolder());
    const shown: string[] = [];
    const device = await tested(application);
    const desktop = {
      ...nobodysDesktop,
      showFolder: (folder: string) => Promise.resolve(void shown.push(folder)),
      printPdf: pdf,
    };
    const handlers = served(device, application, desktop, () => Promise.resolve({ lines: 0 }));
    await handlers.beginBatch(beginning);
    await handlers.recordTest();
    await handlers.showBatchFolder();
    expect(shown).toEqual([application.state.state.batch?.folder]);
    await handlers.endBatch();
    expect(application.state.state.batch).toBeNull();
  });
});
