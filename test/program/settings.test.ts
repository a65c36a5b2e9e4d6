import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSettings, loadSettings, saveSettings } from '../../main/program/settings.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { tempDirectory } from '../tempDirectory.ts';

describe('the settings', () => {
  it('come back as they were written', async () => {
    const file = join(await tempDirectory(), 'deep', 'settings.json');
    const settings = { ...defaultSettings, theme: 'dark', recentPorts: [{ path: 'COM3', baudRate: 9600 }] } as const;
    await saveSettings(file, settings);
    expect(await loadSettings(file)).toEqual({ settings });
  });

  it('are the defaults when there is no file yet', async () => {
    expect(await loadSettings(join(await tempDirectory(), 'none.json'))).toEqual({ settings: defaultSettings });
  });

  it.each(['{ "theme": "dark"', '{"theme":"pink"}', '[]', 'null', '{"unknown":1}', ''])(
    'set a damaged file aside and name it: %s',
    async (content) => {
      const directory = await tempDirectory();
      const file = join(directory, 'settings.json');
      await writeFile(file, content);
      const { settings, fault } = await loadSettings(file);
      expect(settings).toEqual(defaultSettings);
      expect(fault?.code).toBe('FILE_BAD_SETTINGS');
      expect(await readFile(fault?.detail ?? '', 'utf8')).toBe(content);
      expect(await readdir(directory)).toHaveLength(1);
    },
  );

  it('say why they could not be read, and can be written afterwards', async () => {
    const file = join(await tempDirectory(), 'settings.json');
    await mkdir(file);
    const { settings, fault } = await loadSettings(file);
    expect(settings).toEqual(defaultSettings);
    expect(fault).toMatchObject({
      code: 'FILE_BAD_SETTINGS',
      message: expect.stringContaining('EISDIR') as string,
    });
    await saveSettings(file, { ...defaultSettings, theme: 'dark' });
    expect((await loadSettings(file)).settings.theme).toBe('dark');
  });

  it('say where they could not be written', async () => {
    const file = join(await tempDirectory(), 'file');
    await writeFile(file, '');
    await expect(saveSettings(join(file, 'below', 'settings.json'), defaultSettings)).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
    });
  });

  it.each([
    [{ lifetimeSeconds: 14 }, 'lifetimeSeconds'],
    [{ lifetimeSeconds: 3600.5 }, 'lifetimeSeconds'],
    [{ registerOnConnect: 1 }, 'registerOnConnect'],
    [{ recentPorts: [{ path: 1, baudRate: 9600 }] }, 'recentPorts[0].path'],
    [{ recentPorts: ['COM3'] }, 'recentPorts[0]'],
    [{ toString: 'x' }, 'toString'],
    [{ commandGapMs: -1 }, 'commandGapMs'],
    [{ create: null }, 'create'],
    [{ create: { form: 'other', host: 'a', port: 1, isBootstrap: true } }, 'create.form'],
    [{ create: { form: 'server', host: 'a","b', port: 1, isBootstrap: true } }, 'create.host'],
    [{ create: { form: 'server', host: 'a', port: 0, isBootstrap: true } }, 'create.port'],
    [{ create: { form: 'server', host: 'a', port: 1, isBootstrap: 'yes' } }, 'create.isBootstrap'],
    [{ dialects: { '869334030000010': 'other' } }, 'dialects.869334030000010'],
    [{ dialects: { imei: 'cis' } }, 'dialects.imei'],
    [{ dialects: null }, 'dialects'],
  ])('refuse %o and name the setting', (change, detail) => {
    expect(() => checkSettings(change)).toThrow(
      expect.objectContaining({ code: 'FILE_BAD_SETTINGS', detail: `settings.${detail}` }),
    );
  });
});
