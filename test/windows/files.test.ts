import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSession } from './session.ts';
import { runMipl, testFolder, windowsPath } from './windowsMipl.ts';

/** A journal of two lines in a folder of its own. */
async function journalFile(): Promise<string> {
  const file = path.join(testFolder(), 'a.mipl.ndjson');
  const records = [
    { format: 'mipl-journal', version: 1, started: '2026-11-22T08:00:00Z', startedMs: 1_795_334_400_000 },
    { t: 'out', n: 1, w: 1_795_334_400_001, b: 'AT\r' },
    { t: 'in', n: 2, w: 1_795_334_400_002, b: '\r\nOK\r\n' },
  ];
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return file;
}

describe('the path of a file', () => {
  it.each([
    ['blanks, Chinese letters and an ampersand', ['现场 A & B', '(1) 100% ^x']],
    ['more than 260 characters', Array.from({ length: 6 }, (_, index) => `${index}-${'n'.repeat(58)}`)],
  ])('may have %s, for a journal and for what is made of it', async (_what, folders) => {
    const folder = path.join(testFolder(), ...folders);
    await runSession(folder);
    const [journal = ''] = await readdir(folder);
    for (const format of ['txt', 'csv', 'ndjson', 'html']) {
      const target = path.join(folder, `导出 & ${format}.${format}`);
      const { code, errors } = await runMipl([
        ...['export', windowsPath(path.join(folder, journal)), '--format', format, '-o', windowsPath(target)],
      ]);
      expect(errors).toContain(windowsPath(target));
      expect(code).toBe(0);
      expect(await readFile(target, 'utf8')).toContain('AT+');
    }
    // Nothing is left of what was being written.
    expect(await readdir(folder)).toHaveLength(5);
  });

  it.each(['aux.csv', 'COM7.txt', 'lpt1', 'con.', 'name.', 'name ', 'a:b.txt'])(
    'has no name at its end that Windows takes for something else (%s)',
    async (name) => {
      const journal = await journalFile();
      const folder = path.join(path.dirname(journal), 'out');
      await mkdir(folder);
      const { code, errors } = await runMipl(['export', windowsPath(journal), '-o', `${windowsPath(folder)}\\${name}`]);
      expect(errors).toContain(`FILE_NOT_WRITTEN: ${windowsPath(folder)}\\${name}`);
      expect(errors).toContain('choose another name');
      expect(code).toBe(2);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});

describe('a log with line ends of Windows', () => {
  it('is decoded as one with others', async () => {
    const folder = testFolder();
    const lines = ['AT+MIPLCREATE', '+MIPLCREATE:0', '', 'OK', '+MIPLOBSERVE:0,8613,1,3303,0,-1'];
    const decoded: string[] = [];
    for (const end of ['\n', '\r\n']) {
      const file = path.join(folder, 'log.txt');
      await writeFile(file, lines.map((line) => `${line}${end}`).join(''));
      const { code, output } = await runMipl(['decode', windowsPath(file)]);
      expect(code).toBe(0);
      decoded.push(output);
    }
    expect(decoded[0]).toContain('"name":"+MIPLOBSERVE"');
    expect(decoded[1]).toBe(decoded[0]);
  });
});
