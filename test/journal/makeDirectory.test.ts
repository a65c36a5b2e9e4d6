import { existsSync } from 'node:fs';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../main/journal/makeDirectory.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'mipl-folder-'));

describe('a folder', () => {
  it('is made with all above it, also by two at once, and may be there already', async () => {
    const directory = join(await folder(), 'a', 'b', 'c');
    await Promise.all([makeDirectory(directory), makeDirectory(directory)]);
    await makeDirectory(directory);
    expect((await stat(directory)).isDirectory()).toBe(true);
  });

  it('cannot be made where a file is', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    await expect(makeDirectory(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeDirectory(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(!existsSync('/proc/self'))(
    'is refused, not tried for ever, where the system knows no new folders',
    async () => {
      await expect(makeDirectory('/proc/no-such-folder')).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});
