import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractZip, safeEntryPath } from '../../scripts/fallback/unzip.js';
import { temporaryDirectory } from './temporaryDirectory.ts';
import { zip, type ZipEntry } from './zipFixture.ts';

async function extract(archive: Buffer, options?: Parameters<typeof extractZip>[2]): Promise<string> {
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, 'archive.zip'), archive);
  await extractZip(path.join(directory, 'archive.zip'), path.join(directory, 'inside'), options);
  return path.join(directory, 'inside');
}

describe('extractZip', () => {
  it('unpacks stored and deflated files and folders', async () => {
    const inside = await extract(
      zip([
        { name: 'a/', mode: 0o40755 },
        { name: 'a/deflated.txt', content: 'x'.repeat(5000) },
        { name: 'a/b/stored.txt', content: 'kept', stored: true },
        { name: 'empty', content: '' },
      ]),
    );
    expect(readFileSync(path.join(inside, 'a/deflated.txt'), 'utf8')).toBe('x'.repeat(5000));
    expect(readFileSync(path.join(inside, 'a/b/stored.txt'), 'utf8')).toBe('kept');
    expect(readFileSync(path.join(inside, 'empty'), 'utf8')).toBe('');
  });

  it.skipIf(process.platform === 'win32')(
    'makes programs executable for all, whatever the umask, and never setuid',
    async () => {
      const before = process.umask(0o077);
      try {
        const inside = await extract(
          zip([
            { name: 'program', content: '#', mode: 0o104755 },
            { name: 'data', content: '#', mode: 0o100600 },
          ]),
        );
        expect(statSync(path.join(inside, 'program')).mode & 0o7777).toBe(0o755);
        expect(statSync(path.join(inside, 'data')).mode & 0o7777).toBe(0o644);
      } finally {
        process.umask(before);
      }
    },
  );

  it('renames and leaves out as told, and says how far it is', async () => {
    const seen: number[] = [];
    const inside = await extract(
      zip([
        { name: 'in/one', content: '1' },
        { name: 'out/two', content: '2' },
        { name: 'in/three', content: '3' },
      ]),
      {
        place: (name) => (name.startsWith('in/') ? name.slice(3) : undefined),
        onProgress: (fraction) => seen.push(fraction),
      },
    );
    expect(readdirSync(inside).sort()).toEqual(['one', 'three']);
    expect(seen).toEqual([0.5, 1]);
  });

  it.each(['../evil', 'a/../../evil', '/evil', 'a//evil', 'C:/evil', 'a\\..\\evil', './evil', 'a\0b'])(
    'refuses the entry name %j and writes nothing outside',
    async (name) => {
      const directory = temporaryDirectory();
      writeFileSync(path.join(directory, 'archive.zip'), zip([{ name, content: 'gotcha' }]));
      await expect(
        extractZip(path.join(directory, 'archive.zip'), path.join(directory, 'deep/inside')),
      ).rejects.toThrow('forbidden name');
      expect(readdirSync(directory)).toEqual(['archive.zip']);
      expect(existsSync('/evil')).toBe(false);
    },
  );

  it('refuses the names that a renaming makes, too', async () => {
    await expect(extract(zip([{ name: 'fine' }]), { place: () => '../fine' })).rejects.toThrow('forbidden name');
  });

  it('refuses a symbolic link', async () => {
    await expect(extract(zip([{ name: 'link', content: '/etc', mode: 0o120777 }]))).rejects.toThrow('symbolic link');
  });

  const damaged: [string, ZipEntry, RegExp][] = [
    ['a wrong checksum', { name: 'a', content: 'abc', claim: { crc: 1 } }, /wrong checksum/],
    ['more content than claimed', { name: 'a', content: 'x'.repeat(1000), claim: { size: 10 } }, /too many bytes/],
    ['less content than claimed', { name: 'a', content: 'x', claim: { size: 10 } }, /not enough bytes/],
    ['encryption', { name: 'a', content: 'x', claim: { flags: 1 } }, /encrypted/],
    ['an unknown method', { name: 'a', content: 'x', claim: { method: 14 } }, /unsupported compression method/],
  ];
  it.each(damaged)('refuses %s', async (_what, entry, message) => {
    await expect(extract(zip([entry]))).rejects.toThrow(message);
  });

  it('refuses what is no archive, and a cut-off one', async () => {
    await expect(extract(Buffer.from('<html>Not found</html>'))).rejects.toThrow(/not a zip file/);
    const whole = zip([{ name: 'a', content: 'x'.repeat(1000), stored: true }]);
    await expect(extract(whole.subarray(0, 500))).rejects.toThrow(/not a zip file/);
    await expect(extract(whole.subarray(500))).rejects.toThrow(/unexpected EOF/);
  });

  it('never writes a file twice', async () => {
    await expect(
      extract(
        zip([
          { name: 'a', content: '1' },
          { name: 'a', content: '2' },
        ]),
      ),
    ).rejects.toThrow('EEXIST');
  });
});

describe('safeEntryPath', () => {
  it('keeps ordinary names', () => {
    expect(safeEntryPath('locales/zh-CN.pak')).toBe(path.join('locales', 'zh-CN.pak'));
    expect(safeEntryPath('resources/')).toBe('resources');
    expect(safeEntryPath('a..b/...')).toBe(path.join('a..b', '...'));
  });

  it.each(['', '/', '..'])('refuses %j', (name) => {
    expect(() => safeEntryPath(name)).toThrow('forbidden name');
  });
});
