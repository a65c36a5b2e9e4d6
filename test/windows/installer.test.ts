import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { inProject, readJson } from '../../scripts/project.js';
import { windowsRuntime } from '../packaged/standInRuntime.ts';
import { makeInstaller } from './installerBuild.ts';

/** The installer as electron-builder makes it of our settings, run silently; the program in it is a stand-in. */

const { version } = readJson(inProject('package.json')) as { version: string };
const oldVersion = '0.1.0';
const name = 'MIPL Field Tool';

// Some seconds each; beside other steps of the suite many times that.
vi.setConfig({ hookTimeout: 600_000, testTimeout: 600_000 });

let folder: string;
let older: string;
let current: string;

/** Lays out what is installed; the older version has a file that the newer one lacks. */
async function programOf(which: string, more: readonly string[]): Promise<string> {
  const program = path.join(folder, which, 'program');
  await windowsRuntime(program);
  await rename(path.join(program, 'electron.exe'), path.join(program, `${name}.exe`));
  await mkdir(path.join(program, 'resources'));
  for (const one of ['resources/app.asar', ...more]) await writeFile(path.join(program, one), which);
  return program;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mipl-installer-'));
  const { env: environment } = inject('windows');
  const make = async (which: string, its: string, more: readonly string[]): Promise<string> =>
    makeInstaller(path.join(folder, which), { program: await programOf(which, more), version: its, environment });
  // One after the other: both write the same debugging file.
  older = await make('older', oldVersion, ['gone.dll']);
  current = await make('current', version, []);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const drive = (): string => path.join(inject('windows').env['WINEPREFIX'] ?? '', 'drive_c');
/** The person's own folder on that drive. */
const home = (...parts: string[]): string => {
  const [user = ''] = readdirSync(path.join(drive(), 'users')).filter((one) => one !== 'Public');
  return path.join(drive(), 'users', user, ...parts);
};
const usual = (...parts: string[]): string => home('AppData', 'Local', 'Programs', name, ...parts);

/** Runs a program of Windows to its end; the exit code. */
async function run(...words: string[]): Promise<number | null> {
  const child = spawn('wine', words, { env: { ...inject('windows').env }, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** What stands among the programs that can be uninstalled: versions by name. */
async function entries(): Promise<string[]> {
  const file = path.join(folder, 'entries.reg');
  const key = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
  await rm(file, { force: true });
  await run('reg', 'export', key, `Z:${file.replaceAll('/', '\\')}`, '/y');
  const text = existsSync(file) ? readFileSync(file, 'utf16le') : '';
  return Array.from(text.matchAll(/"DisplayName"="(.*)"/g), ([, one = '']) => one);
}

const links = (): string[] =>
  [home('AppData', 'Roaming', 'Microsoft', 'Windows', 'Start Menu', 'Programs'), home('Desktop')].flatMap((place) =>
    existsSync(place) ? readdirSync(place).filter((one) => one.endsWith('.lnk')) : [],
  );

/**
 * The installer asks PowerShell, or else `tasklist | findstr`, whether the program runs. Wine's PowerShell and findstr do
 * nothing and say yes to everything; without them the answer is no.
 */
async function takeAway(...programs: string[]): Promise<void> {
  const system = path.join(drive(), 'windows', 'system32');
  for (const one of programs) await rm(path.join(system, one), { force: true });
}

it('leaves everything as it is where the program runs and cannot be closed, and says so by its exit code', async () => {
  await takeAway('WindowsPowerShell/v1.0/powershell.exe');
  expect(await run(current, '/S')).toBe(2);
  expect(await entries()).toEqual([]);
  expect(existsSync(usual())).toBe(false);
  await takeAway('findstr.exe');
});

it('installs for the person alone, into their own folder, with links and an entry that names the version', async () => {
  expect(await run(older, '/S')).toBe(0);
  expect(readdirSync(usual())).toEqual(
    expect.arrayContaining([`${name}.exe`, `Uninstall ${name}.exe`, 'resources', 'locales', 'gone.dll']),
  );
  expect(readFileSync(usual('resources', 'app.asar'), 'utf8')).toBe('older');
  expect(await entries()).toEqual([`${name} ${oldVersion}`]);
  expect(new Set(links())).toEqual(new Set([`${name}.lnk`]));
});

it('a newer version takes the place of the older one: nothing of that is left, and settings stay', async () => {
  const settings = home('AppData', 'Roaming', name);
  await mkdir(settings, { recursive: true });
  await writeFile(path.join(settings, 'settings.json'), '{}');
  expect(await run(current, '/S')).toBe(0);
  expect(readFileSync(usual('resources', 'app.asar'), 'utf8')).toBe('current');
  expect(existsSync(usual('gone.dll'))).toBe(false);
  expect(await entries()).toEqual([`${name} ${version}`]);
  expect(readFileSync(path.join(settings, 'settings.json'), 'utf8')).toBe('{}');
});

it('an older version over a newer one is installed as it is asked for', async () => {
  expect(await run(older, '/S')).toBe(0);
  expect(readFileSync(usual('resources', 'app.asar'), 'utf8')).toBe('older');
  expect(await entries()).toEqual([`${name} ${oldVersion}`]);
});

it('is uninstalled without a trace but the settings and journals of the person', async () => {
  // As Windows runs it. A copy of itself does the work, so that its own file can go.
  expect(await run(usual(`Uninstall ${name}.exe`), '/currentuser', '/S')).toBe(0);
  await expect.poll(entries, { timeout: 300_000, interval: 1000 }).toEqual([]);
  await expect.poll(() => existsSync(usual(`${name}.exe`)), { timeout: 60_000 }).toBe(false);
  await expect.poll(links, { timeout: 60_000 }).toEqual([]);
  expect(existsSync(home('AppData', 'Roaming', name, 'settings.json'))).toBe(true);
});

it('goes into another folder where that is wanted, with blanks and Chinese letters in its name', async () => {
  expect(await run(current, '/S', '/D=C:\\现场 工具')).toBe(0);
  const place = path.join(drive(), '现场 工具');
  const installed = readdirSync(place, { recursive: true, encoding: 'utf8' });
  expect(installed.some((one) => one.endsWith(`${name}.exe`) && !one.includes('Uninstall'))).toBe(true);
  expect(await entries()).toEqual([`${name} ${version}`]);
});
