import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { remark } from '../../shared/remarks.ts';
import type { Device } from '../../main/device/device.ts';
import { commandHelp } from '../../main/program/programHandlers.ts';
import type { ExportJournal } from '../../main/program/desktop.ts';
import { exportToFile } from '../../main/journal/exporters.ts';
import type { Handlers } from '../../shared/contract/contract.ts';
import type { Settings } from '../../shared/settings.ts';
import { startApplication, testFolder, until } from '../device/rig.ts';
import { ScriptedModule } from '../device/scriptedModule.ts';
import { nobodysDesktop, served } from './served.ts';

const writeExport: ExportJournal = ({ journal, file, format, mask }) => exportToFile(journal, file, { format, mask });

async function bench(chosen: (name: string) => string | undefined = () => undefined): Promise<{
  readonly device: Device;
  readonly handlers: Handlers;
  readonly modules: ScriptedModule[];
  readonly suggested: string[];
}> {
  const modules: ScriptedModule[] = [];
  const suggested: string[] = [];
  const application = await startApplication({
    settings: { commandGapMs: 0 },
    session: {
      openLink: () => {
        const module = new ScriptedModule();
        modules.push(module);
        return Promise.resolve({ link: module.link });
      },
    },
  });
  const device = application.openDevice();
  const desktop = {
    ...nobodysDesktop,
    chooseExportFile: (name: string) => {
      suggested.push(name);
      return Promise.resolve(chosen(name));
    },
  };
  return { device, handlers: served(device, application, desktop, writeExport), modules, suggested };
}

const registered = (device: Device) => until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');

describe('the snapshot', () => {
  it('carries the revision that the next patch builds on and how far the log has come', async () => {
    const { device, handlers } = await bench();
    device.note(remark('portBack', {}));
    device.note(remark('moduleStarting', {}));
    const { revision, lastSeq } = await handlers.getSnapshot();
    expect(lastSeq).toBe(2);
    const patches: number[] = [];
    device.state.onPatch((patch) => patches.push(patch.revision));
    await handlers.changeSettings({ theme: 'dark' });
    device.state.flush();
    expect(patches).toEqual([revision + 1]);
  });
});

describe('a line typed at the console', () => {
  it('goes to the module without the spaces around it', async () => {
    const { device, handlers, modules } = await bench();
    await handlers.openPort({ path: '/dev/ttyTest', baudRate: 9600 });
    await registered(device);
    await handlers.sendCommand({ line: '  AT+CSQ ' });
    expect(modules[0]?.heard.at(-1)).toBe('AT+CSQ');
  });

  it('is refused with control characters in it, and nothing is sent', async () => {
    const { device, handlers, modules } = await bench();
    await handlers.openPort({ path: '/dev/ttyTest', baudRate: 9600 });
    await registered(device);
    const before = modules[0]?.heard.length;
    for (const line of ['AT\rAT+MIPLCLOSE=0', 'AT\u001a', 'AT\u0000+CSQ', 'AT\u007f'])
      await expect(handlers.sendCommand({ line })).rejects.toMatchObject({ code: 'AT_BAD_LINE' });
    expect(modules[0]?.heard.length).toBe(before);
  });

  it('needs an open port', async () => {
    const { handlers } = await bench();
    await expect(handlers.sendCommand({ line: 'AT' })).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });
});

describe('a value set by a person', () => {
  it('is in the tree at once and marked as not seen by the platform', async () => {
    const { device, handlers } = await bench();
    await handlers.setValue({ path: '/3303/0/5700', value: '21.5' });
    expect(device.state.state.resources['/3303/0/5700']).toMatchObject({ value: '21.5', standing: 'local' });
  });

  it.each([
    ['/3303/0/5700', 'warm', 'LWM2M_BAD_VALUE'],
    ['/3303/0/4711', '1', 'LWM2M_NOT_FOUND'],
    ['/3303/0', '1', 'LWM2M_BAD_PATH'],
    ['/3303/0/5700/1', '1', 'LWM2M_BAD_PATH'],
    ['x', '1', 'LWM2M_BAD_PATH'],
  ])('%s = %s is refused with %s', async (where, value, code) => {
    const { device, handlers } = await bench();
    const before = device.state.state.resources;
    // What is no path at all the contract refuses at once, the rest the device does.
    const setting = async (): Promise<void> => handlers.setValue({ path: where, value });
    await expect(setting()).rejects.toMatchObject({ code });
    expect(device.state.state.resources).toEqual(before);
  });
});

describe('the export', () => {
  it('is not possible before there is a journal', async () => {
    const { handlers } = await bench();
    await expect(handlers.exportJournal({ format: 'txt', mask: true })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('does nothing when the person cancels', async () => {
    const { handlers } = await bench();
    await handlers.openPort({ path: '/dev/ttyTest', baudRate: 9600 });
    expect(await handlers.exportJournal({ format: 'txt', mask: true })).toBeNull();
  });

  it('suggests the journal’s name, and says in it that it is masked', async () => {
    const { device, handlers, suggested } = await bench();
    await handlers.openPort({ path: '/dev/ttyTest', baudRate: 9600 });
    const name = device.state.state.journal?.name.replace('.mipl.ndjson', '');
    await handlers.exportJournal({ format: 'csv', mask: true });
    await handlers.exportJournal({ format: 'ndjson', mask: false });
    expect(suggested).toEqual([`${name}-masked.csv`, `${name}.ndjson`]);
  });

  it('holds what was said a moment ago', async () => {
    const folder = testFolder();
    const { device, handlers } = await bench((name) => path.join(folder, name));
    await handlers.openPort({ path: '/dev/ttyTest', baudRate: 9600 });
    await registered(device);
    await handlers.sendCommand({ line: 'AT+LAST' });
    const done = await handlers.exportJournal({ format: 'txt', mask: false });
    const text = readFileSync(done?.file ?? '', 'utf8');
    expect(text).toContain('AT+LAST');
    expect(text).toContain('869334030000010');
    expect(done?.lines).toBeGreaterThan(50);
  });
});

describe('settings of no sense', () => {
  it('change nothing, and the wrong one is named', async () => {
    const { device, handlers } = await bench();
    const before = device.settings;
    const change = { lifetimeSeconds: 600, theme: 'pink' } as unknown as Partial<Settings>;
    expect(() => handlers.changeSettings(change)).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT', detail: 'theme' }),
    );
    expect(device.settings).toBe(before);
  });
});

describe('the help of the console', () => {
  it('has every command of the table once in each form, with the names of its parameters', () => {
    const help = commandHelp();
    const forms = help.map(({ name, form, params }) => `${name} ${form} ${params.length}`);
    expect(new Set(forms).size).toBe(forms.length);
    expect(help.every(({ name }) => name.startsWith('AT'))).toBe(true);
    expect(help.find(({ name, form }) => name === 'AT+MIPLOPEN' && form === 'write')?.params).toEqual([
      { name: 'ref', optional: false, quoted: false },
      { name: 'lifetime', optional: false, quoted: false },
      { name: 'timeout', optional: true, quoted: false },
    ]);
  });
});
