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
    await saveSettings(file, settings, '1.1.0');
    expect(await loadSettings(file, '1.1.0')).toEqual({ settings });
  });

  it('are the defaults when there is no file yet', async () => {
    expect(await loadSettings(join(await tempDirectory(), 'none.json'), '1.1.0')).toEqual({
      settings: defaultSettings,
    });
  });

  it.each(['{ "theme": "dark"', '{"theme":"pink"}', '[]', 'null', '{"unknown":1}', ''])(
    'set a damaged file aside and name it: %s',
    async (content) => {
      const directory = await tempDirectory();
      const file = join(directory, 'settings.json');
      await writeFile(file, content);
      const { settings, fault } = await loadSettings(file, '1.1.0');
      expect(settings).toEqual(defaultSettings);
      expect(fault?.code).toBe('FILE_BAD_SETTINGS');
      expect(await readFile(fault?.detail ?? '', 'utf8')).toBe(content);
      expect(await readdir(directory)).toHaveLength(1);
    },
  );

  it('of a later version are taken as far as they are known, and a copy of the file stays', async () => {
    const file = join(await tempDirectory(), 'settings.json');
    const later = { writtenBy: '1.10.0', theme: 'dark', language: 'fr', lifetimeSeconds: 600, sounds: true };
    await writeFile(file, JSON.stringify(later));
    const { settings, fault } = await loadSettings(file, '1.9.0');
    expect(settings).toEqual({ ...defaultSettings, theme: 'dark', lifetimeSeconds: 600 });
    expect(fault).toEqual({
      code: 'FILE_LATER_SETTINGS',
      message: 'Written by 1.10.0; not known here: language, sounds',
      detail: `${file}.of-1.10.0`,
    });
    await saveSettings(file, settings, '1.9.0');
    expect(await loadSettings(file, '1.9.0')).toEqual({ settings });
    expect(JSON.parse(await readFile(`${file}.of-1.10.0`, 'utf8'))).toEqual(later);
    await writeFile(file, JSON.stringify({ writtenBy: '2.0.0', theme: 'dark' }));
    expect((await loadSettings(file, '1.9.0')).fault?.message).toBe('Written by 2.0.0; not known here: nothing');
  });

  it.each([['1.1.0'], ['1.0.0'], ['one'], [undefined]])(
    'of this version or an earlier one (%s) are damaged where they hold what nobody knows',
    async (writtenBy) => {
      const file = join(await tempDirectory(), 'settings.json');
      await writeFile(file, JSON.stringify({ writtenBy, sounds: true }));
      expect((await loadSettings(file, '1.1.0')).fault?.code).toBe('FILE_BAD_SETTINGS');
    },
  );

  it('say why they could not be read, and can be written afterwards', async () => {
    const file = join(await tempDirectory(), 'settings.json');
    await mkdir(file);
    const { settings, fault } = await loadSettings(file, '1.1.0');
    expect(settings).toEqual(defaultSettings);
    expect(fault).toMatchObject({
      code: 'FILE_BAD_SETTINGS',
      message: expect.stringContaining('EISDIR') as string,
    });
    await saveSettings(file, { ...defaultSettings, theme: 'dark' }, '1.1.0');
    expect((await loadSettings(file, '1.1.0')).settings.theme).toBe('dark');
  });

  it('say where they could not be written', async () => {
    const file = join(await tempDirectory(), 'file');
    await writeFile(file, '');
    await expect(saveSettings(join(file, 'below', 'settings.json'), defaultSettings, '1.1.0')).rejects.toMatchObject({
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
