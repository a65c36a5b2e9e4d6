import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../main/files/makeDirectory.ts';
import type { DirectorySystem } from '../../main/files/makeDirectory.ts';
import { tempDirectory } from '../tempDirectory.ts';

const errorOf = (code: string): Error => Object.assign(new Error(code), { code });

/** A system that counts what it is asked and answers every folder alike. */
function oddSystem(answer: (path: string) => Promise<unknown>, folders: readonly string[]) {
  const asked: string[] = [];
  const system: DirectorySystem = {
    mkdir(path) {
      asked.push(path);
      return answer(path);
    },
    isDirectory: (path) => Promise.resolve(folders.includes(path)),
  };
  return { system, asked };
}

describe('a folder', () => {
  it('is made with all above it, also by two at once, and may be there already', async () => {
    const directory = join(await tempDirectory(), 'a', 'b', 'c');
    await Promise.all([makeDirectory(directory), makeDirectory(directory)]);
    await makeDirectory(directory);
    expect((await stat(directory)).isDirectory()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')(
    'has the permissions it is made with, and so have those above it',
    async () => {
      const base = await tempDirectory();
      await makeDirectory(join(base, 'a', 'b'), { mode: 0o700 });
      for (const made of ['a', 'a/b']) expect((await stat(join(base, made))).mode & 0o777).toBe(0o700);
    },
  );

  it('cannot be made where a file is', async () => {
    const file = join(await tempDirectory(), 'file');
    await writeFile(file, '');
    await expect(makeDirectory(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeDirectory(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('is refused, not tried for ever, where the system says "no such file" although the folder above is there', async () => {
    const { system, asked } = oddSystem(() => Promise.reject(errorOf('ENOENT')), ['/', '/odd']);
    await expect(makeDirectory('/odd/new/deep', { system })).rejects.toMatchObject({ code: 'ENOENT' });
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it('is refused where the system claims to have made folders and then does not know them', async () => {
    const { system, asked } = oddSystem(
      (path) => (path === '/a/b/c' ? Promise.reject(errorOf('ENOENT')) : Promise.resolve()),
      [],
    );
    await expect(makeDirectory('/a/b/c', { system })).rejects.toMatchObject({ code: 'ENOENT' });
    expect(asked).toEqual(['/a/b/c', '/a/b', '/a/b/c']);
  });

  it('is refused where not even the root is known', async () => {
    const { system } = oddSystem(() => Promise.reject(errorOf('ENOENT')), []);
    await expect(makeDirectory('/x', { system })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is taken as it is where the system refuses what is there already with other words', async () => {
    const { system } = oddSystem(() => Promise.reject(errorOf('EROFS')), ['/media/stick']);
    await makeDirectory('/media/stick', { system });
    await expect(makeDirectory('/media/other', { system })).rejects.toMatchObject({ code: 'EROFS' });
  });
});
