import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeDirectoryFor, writeNew, writeWhole } from '../../main/files/writeWhole.ts';
import { CodedError } from '../../shared/errors.ts';
import { tempDirectory } from '../tempDirectory.ts';

const notWritten = { code: 'FILE_NOT_WRITTEN' };
const isWindows = process.platform === 'win32';
const isRoot = process.geteuid?.() === 0;
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe('a file that is written whole', () => {
  it('holds text, bytes or pieces, and leaves nothing else in its folder', async () => {
    const directory = await tempDirectory();
    const file = join(directory, 'a.txt');
    await writeWhole(file, 'é');
    expect(await readFile(file)).toEqual(Buffer.from('é'));
    await writeWhole(file, Uint8Array.of(0, 255));
    expect(await readFile(file)).toEqual(Buffer.of(0, 255));
    await writeWhole(file, async (write) => {
      await write('one ');
      await write(Buffer.from('two'));
    });
    expect(await readFile(file, 'utf8')).toBe('one two');
    expect(await readdir(directory)).toEqual(['a.txt']);
  });

  it('stays as it was when its making fails, and nothing is left behind', async () => {
    const directory = await tempDirectory();
    const file = join(directory, 'a.txt');
    await writeFile(file, 'before');
    const failing = writeWhole(file, async (write) => {
      await write('half');
      throw new CodedError('CANCELLED', 'no more');
    });
    await expect(failing).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(writeWhole(file, () => Promise.reject(new Error('odd')))).rejects.toMatchObject(notWritten);
    expect(await readFile(file, 'utf8')).toBe('before');
    expect(await readdir(directory)).toEqual(['a.txt']);
  });

  it('is one of two whole texts when two write it at once, never a mixture', async () => {
    const file = join(await tempDirectory(), 'a.txt');
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(200_000));
    await Promise.all(texts.map((one) => writeWhole(file, one)));
    expect(texts).toContain(await readFile(file, 'utf8'));
  });

  it('takes names nobody could guess while it is made', async () => {
    const directory = await tempDirectory();
    const seen: string[] = [];
    for (let count = 0; count < 3; count++) {
      await writeWhole(join(directory, 'a'), async (write) => {
        await write('x');
        seen.push(...(await readdir(directory)).filter((name) => name !== 'a'));
      });
    }
    expect(new Set(seen).size).toBe(3);
    for (const name of seen) expect(name).toMatch(/^\.mipl-[0-9a-f]{24}\.part$/);
  });

  it('can have a name as long as the system takes', async () => {
    const file = join(await tempDirectory(), 'n'.repeat(255));
    await writeWhole(file, 'x');
    expect(await readFile(file, 'utf8')).toBe('x');
  });

  it.skipIf(isWindows)('takes its draft along when the program ends in the middle', async () => {
    const directory = await tempDirectory();
    const url = new URL('../../main/files/writeWhole.ts', import.meta.url).href;
    const script = `import { writeWhole } from ${JSON.stringify(url)};
      await writeWhole(${JSON.stringify(join(directory, 'a'))}, async (write) => { await write('x'); process.exit(3); });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([3, null]);
    expect(await readdir(directory)).toEqual([]);
  });

  it.skipIf(isWindows)('keeps the permissions of the file it replaces, whatever they are', async () => {
    const directory = await tempDirectory();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 0o777 }), async (mode) => {
        const file = join(directory, 'a');
        await writeFile(file, 'before');
        await chmod(file, mode | 0o600);
        await writeWhole(file, 'after');
        expect(await modeOf(file)).toBe(mode | 0o600);
        expect(await readFile(file, 'utf8')).toBe('after');
      }),
      { numRuns: 30 },
    );
  });

  it.skipIf(isWindows)('has the permissions asked for when it is new', async () => {
    const file = join(await tempDirectory(), 'a');
    await writeWhole(file, 'x', { mode: 0o600 });
    expect(await modeOf(file)).toBe(0o600);
  });

  it.skipIf(isWindows || isRoot)('is refused where it is write-protected, although its folder is not', async () => {
    const file = join(await tempDirectory(), 'a');
    await writeFile(file, 'before', { mode: 0o444 });
    await expect(writeWhole(file, 'after')).rejects.toMatchObject(notWritten);
    expect(await readFile(file, 'utf8')).toBe('before');
  });

  it('is refused where there is no folder, where a folder is, and below a file', async () => {
    const directory = await tempDirectory();
    await writeFile(join(directory, 'file'), '');
    for (const place of ['none/a', '.', 'file/a']) {
      await expect(writeWhole(join(directory, place), 'x')).rejects.toMatchObject(notWritten);
    }
    await expect(makeDirectoryFor(join(directory, 'file', 'a', 'b'))).rejects.toMatchObject(notWritten);
    await makeDirectoryFor(join(directory, 'new', 'deep', 'a'));
    expect((await stat(join(directory, 'new', 'deep'))).isDirectory()).toBe(true);
  });
});

describe.skipIf(isWindows)('a symbolic link', () => {
  it('stays, and what it leads to is written, over several links and through linked folders', async () => {
    const directory = await tempDirectory();
    await mkdir(join(directory, 'real'));
    await symlink('real', join(directory, 'linked'));
    await symlink(join('linked', 'a'), join(directory, 'first'));
    await symlink('first', join(directory, 'second'));
    for (const text of ['new', 'again']) {
      await writeWhole(join(directory, 'second'), text);
      expect(await readFile(join(directory, 'real', 'a'), 'utf8')).toBe(text);
    }
    expect(await readlink(join(directory, 'second'))).toBe('first');
    expect((await lstat(join(directory, 'first'))).isSymbolicLink()).toBe(true);
  });

  it('that leads to itself is refused', async () => {
    const directory = await tempDirectory();
    await symlink('b', join(directory, 'a'));
    await symlink('a', join(directory, 'b'));
    await expect(writeWhole(join(directory, 'a'), 'x')).rejects.toMatchObject(notWritten);
  });

  it.skipIf(!isRoot)('that a stranger left in a folder for everybody is not followed', async () => {
    const shared = await mkdtemp(join(tmpdir(), 'mipl-shared-'));
    onTestFinished(() => rm(shared, { recursive: true }));
    await chmod(shared, 0o1777);
    const victim = join(await tempDirectory(), 'victim');
    await writeFile(victim, 'before');
    execFileSync('setpriv', ['--reuid=65534', '--clear-groups', 'ln', '-s', victim, join(shared, 'report')]);
    await expect(writeWhole(join(shared, 'report'), 'x')).rejects.toMatchObject(notWritten);
    expect(readFileSync(victim, 'utf8')).toBe('before');
  });
});

describe.skipIf(isWindows)('what is no file', () => {
  it('a pipe with a reader gets everything, however slow, and stays a pipe', async () => {
    const pipe = join(await tempDirectory(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = text(createReadStream(pipe, { highWaterMark: 1024 }));
    const large = 'line\n'.repeat(100_000);
    // The reader's open may come a moment later; without one the pipe is refused.
    await expect
      .poll(() =>
        writeWhole(pipe, large).then(
          () => 'written',
          (error: unknown) => (error as Error).message,
        ),
      )
      .toBe('written');
    expect(await reading).toBe(large);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it('a pipe without a reader is refused at once', async () => {
    const pipe = join(await tempDirectory(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(writeWhole(pipe, 'x')).rejects.toMatchObject({
      ...notWritten,
      message: expect.stringMatching('reader'),
    });
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it('a device is written into and stays', async () => {
    await writeWhole('/dev/null', 'x');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('a device that is full says so', async () => {
    await expect(writeWhole('/dev/full', 'x')).rejects.toMatchObject({
      ...notWritten,
      message: expect.stringMatching('ENOSPC'),
    });
    expect((await stat('/dev/full')).isCharacterDevice()).toBe(true);
  });

  it('a socket is refused and stays', async () => {
    const socket = join(await tempDirectory(), 's');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    await expect(writeWhole(socket, 'x')).rejects.toMatchObject(notWritten);
    expect((await lstat(socket)).isSocket()).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')(
    'an output of the shell is written into: /dev/stdout appends where the shell appends, /dev/fd/3 is a pipe',
    async () => {
      const directory = await tempDirectory();
      const log = join(directory, 'log');
      await writeFile(log, 'before\n');
      const url = new URL('../../main/files/writeWhole.ts', import.meta.url).href;
      const script = `import { writeWhole } from ${JSON.stringify(url)};
        await writeWhole(process.argv[1], 'text\\n');`;
      const write = `"${process.execPath}" --input-type=module -e "$SCRIPT"`;
      const env = { ...process.env, SCRIPT: script };
      await promisify(execFile)('bash', ['-c', `${write} /dev/stdout >> "${log}"`], { env });
      expect(await readFile(log, 'utf8')).toBe('before\ntext\n');
      const { stdout } = await promisify(execFile)('bash', ['-c', `${write} /dev/fd/3 3> >(tr a-z A-Z)  | cat`], {
        env,
      });
      expect(stdout).toBe('TEXT\n');
    },
  );
});

describe('files under new names', () => {
  const set = (directory: string, name: string, content: string): Promise<string[]> =>
    writeNew(
      directory,
      ['json', 'html'].map((end) => ({
        nameOf: (count) => `${name}${count === 1 ? '' : `-${count}`}.${end}`,
        content: `${content} ${end}`,
      })),
    );

  it('keep together and never replace one that is there', async () => {
    const directory = await tempDirectory();
    await writeFile(join(directory, 'a.html'), 'mine');
    expect((await set(directory, 'a', 'x')).map((path) => basename(path))).toEqual(['a-2.json', 'a-2.html']);
    expect((await readdir(directory)).sort()).toEqual(['a-2.html', 'a-2.json', 'a.html']);
    expect(await readFile(join(directory, 'a.html'), 'utf8')).toBe('mine');
    expect(await readFile(join(directory, 'a-2.json'), 'utf8')).toBe('x json');
  });

  it('are complete sets, one for each writer, when many write at the same moment', async () => {
    const directory = await tempDirectory();
    const sets = await Promise.all(Array.from({ length: 12 }, (_, index) => set(directory, 'a', `${index}`)));
    expect(await readdir(directory)).toHaveLength(24);
    expect(new Set(sets.flat()).size).toBe(24);
    for (const [index, paths] of sets.entries()) {
      expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual([
        `${index} json`,
        `${index} html`,
      ]);
    }
  });

  it.skipIf(isWindows)('are not written through a link that has the name', async () => {
    const directory = await tempDirectory();
    const victim = join(directory, 'victim');
    await symlink(victim, join(directory, 'a.json'));
    expect(basename((await set(directory, 'a', 'x'))[0] ?? '')).toBe('a-2.json');
    await expect(stat(victim)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are refused where there is no folder', async () => {
    await expect(set(join(await tempDirectory(), 'none'), 'a', 'x')).rejects.toMatchObject(notWritten);
  });
});
