import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knowsHome, usableFolder } from '../../main/files/usableFolder.ts';
import { tempDirectory } from '../tempDirectory.ts';

describe('the folder that a program begins with', () => {
  it('is the one that is wanted, made for this user alone where it is missing', async () => {
    const wanted = join(await tempDirectory(), 'deep', 'data');
    expect(usableFolder(wanted)).toEqual({ path: wanted });
    if (process.platform !== 'win32') expect((await stat(wanted)).mode & 0o777).toBe(0o700);
    expect(usableFolder(wanted)).toEqual({ path: wanted });
  });

  it('is a new one in the temporary folder where the wanted one cannot be, with the words of the system', async () => {
    const temporary = await tempDirectory();
    const file = join(temporary, 'file');
    await writeFile(file, '');
    const { path, problem } = usableFolder(join(file, 'data'), temporary);
    expect(path.startsWith(join(temporary, 'mipl-field-tool-'))).toBe(true);
    expect(problem).toMatch(/ENOTDIR|ENOENT/);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(usableFolder('', temporary).problem).toContain('no home');
  });

  it('is none where the temporary folder is no better: both are named', async () => {
    const file = join(await tempDirectory(), 'file');
    await mkdir(file);
    expect(() => usableFolder('', join(file, 'gone'))).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_WRITTEN', detail: `, ${join(file, 'gone')}` }),
    );
  });

  it.each([
    [{ HOME: '/home/ada' }, 'linux', true],
    [{}, 'linux', false],
    [{ HOME: '' }, 'darwin', false],
    [{ HOME: 'ada' }, 'linux', false],
    [{}, 'win32', true],
  ] as const)('is at home only where the system tells a home: %o on %s', (env, platform, isKnown) =>
    expect(knowsHome(env, platform)).toBe(isKnown),
  );
});
