import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { capture } from '../../scripts/childProcess.js';
import { startDisplay } from '../electron/display.js';
import type { Display } from '../electron/display.js';
import { inProject, readJson } from '../../scripts/project.js';
import { parseOsRelease } from '../../scripts/systemPackages.js';
import { makePackages } from './build.ts';
import type { MadePackages } from './build.ts';
import { oldestRpm } from './distributions.ts';
import { MinimalDebian, sourcesOf } from './minimalDebian.ts';
import type { Ran } from './minimalDebian.ts';
import { wouldInstall } from './otherRelease.ts';
import { releasedBytes } from './releasedSize.ts';

const packaged = inProject('dist', 'linux-unpacked');
const { version } = readJson(inProject('package.json')) as { version: string };
const oldVersion = '0.1.0';

const { VERSION_CODENAME: codename = '' } = parseOsRelease(readFileSync('/etc/os-release', 'utf8'));

let older: MadePackages;
let current: MadePackages;
let debian: MinimalDebian;
let display: Display;
let lintian: Promise<Ran>;

beforeAll(async () => {
  older = await makePackages(['deb', 'rpm'], [`extraMetadata.version=${oldVersion}`]);
  // Looks at much; what it says is waited for below.
  lintian = capture('lintian', ['--tag-display-limit', '0', '--allow-root', older.deb], {
    env: { ...process.env, TMPDIR: older.folder },
  });
  [current, debian, display] = await Promise.all([
    makePackages(['deb', 'rpm']),
    MinimalDebian.make(codename),
    startDisplay(),
  ]);
});
afterAll(async () => {
  await lintian;
  await Promise.all([older?.remove(), current?.remove(), debian?.remove(), display?.stop()]);
});

/** The programs and libraries of the package. */
const binaries = (): string[] =>
  readdirSync(packaged, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => /\.(so(\.\d+)*|node)$/.test(file) || !path.extname(file))
    .filter((file) => readFileSync(file).subarray(0, 4).toString('latin1') === '\x7fELF');

const said = async (command: string, args: string[], cwd?: string): Promise<string> => {
  const { status, stdout, output } = await capture(command, args, cwd === undefined ? {} : { cwd });
  expect(status, output).toBe(0);
  return stdout;
};

describe('what electron-builder tells the packer', () => {
  it('puts the program below /opt without a blank, and every file where the system looks for it', () => {
    for (const target of ['deb', 'rpm'] as const) {
      const { files } = older.order(target);
      expect(files.map(({ to }) => to)).toEqual(
        expect.arrayContaining([
          '/opt/mipl-field-tool',
          '/usr/bin/mipl',
          '/usr/bin/mipl-field-tool',
          '/usr/lib/udev/rules.d/70-mipl-field-tool.rules',
          '/usr/share/applications/mipl-field-tool.desktop',
          '/usr/share/icons/hicolor/256x256/apps/mipl-field-tool.png',
          '/usr/share/man/man1/mipl-field-tool.1.gz',
          '/usr/share/man/man1/mipl.1.gz',
          '/usr/share/mime/packages/mipl-field-tool.xml',
        ]),
      );
      expect(files.filter(({ to }) => /\s/.test(to))).toEqual([]);
    }
  });

  it('names home page, maintainer with an address, licence, and how it is compressed', () => {
    expect(current.order('rpm').options).toMatchObject({ '--rpm-compression': ['xzmt'] });
    expect(current.order('deb').options).toMatchObject({
      '--deb-compression': ['xz'],
      '--url': ['https://mipl-field-tool.dev'],
      '--maintainer': [expect.stringMatching(/<\S+@\S+>$/)],
      '--license': ['MIT'],
      '--version': [version],
    });
  });
});

it('names every Debian package whose libraries the programs link against', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mipl-shlibdeps-'));
  await mkdir(path.join(folder, 'debian'));
  await writeFile(
    path.join(folder, 'debian', 'control'),
    'Source: x\n\nPackage: x\nArchitecture: any\nDescription: x\n',
  );
  const linked = await said(
    'dpkg-shlibdeps',
    ['-O', `-l${packaged}`, ...binaries().map((file) => `-e${file}`)],
    folder,
  );
  await rm(folder, { recursive: true, force: true });
  const wanted = Array.from(
    linked
      .trim()
      .replace(/^shlibs:Depends=/, '')
      .split(', '),
    (need) => need.split(' ')[0],
  );
  expect(wanted).toContain('libgtk-3-0');
  const named = (current.order('deb').options['--depends'] ?? []).flatMap((need) =>
    need.split(' | ').map((name) => name.split(' ')[0]),
  );
  expect(wanted.filter((name) => !named.includes(name))).toEqual([]);
});

it('names every library for rpm that the programs link against', async () => {
  const headers = await said('objdump', ['-p', ...binaries()]);
  const linked = [...new Set(Array.from(headers.matchAll(/^\s+NEEDED\s+(\S+)$/gm), ([, name = '']) => name))];
  expect(linked).toContain('libgtk-3.so.0');
  const own = binaries().map((file) => path.basename(file));
  // All of glibc comes with its libc.
  const ofLibc = ['ld-linux-x86-64.so.2', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'];
  if (!older.rpm) throw new Error('There is no rpm');
  const named = (await said('rpm', ['-qp', '--requires', older.rpm]))
    .split('\n')
    .map((line) => line.replace(/\(.*/, ''));
  expect(linked.filter((name) => ![...named, ...own, ...ofLibc].includes(name))).toEqual([]);
});

it('asks the libraries of C and C++ for nothing that came after the oldest of the distributions', async () => {
  const symbols = await Promise.all(binaries().map((file) => said('objdump', ['-T', file])));
  for (const [library, newest] of Object.entries(oldestRpm)) {
    const asked = Array.from(
      symbols.join('\n').matchAll(new RegExp(`\\b${library}_([\\d.]+)`, 'g')),
      ([, one = '']) => one,
    );
    expect(asked.length, library).toBeGreaterThan(0);
    expect([...new Set(asked)].filter((one) => one.localeCompare(newest, 'en', { numeric: true }) > 0)).toEqual([]);
  }
});

it('keeps what was set up when rpm upgrades, which runs the old script last', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mipl-scripts-'));
  const profile = path.join(folder, 'profile');
  const scripts = await said('rpm', ['-qp', '--qf', '%{POSTUN}', older.rpm ?? '']);
  expect(scripts).toContain(`'/etc/apparmor.d/mipl-field-tool'`);
  const script = scripts.replace('/etc/apparmor.d/mipl-field-tool', profile);
  await writeFile(profile, '');
  await said('sh', ['-c', script, 'sh', '1']);
  expect(readdirSync(folder)).toEqual(['profile']);
  await said('sh', ['-c', script, 'sh', '0']);
  expect(readdirSync(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

it('belongs to root, is writable for nobody else, and has the binaries of its own system only', async () => {
  const lines = (await said('dpkg-deb', ['-c', current.deb])).trim().split('\n');
  const rows = lines.map((line) => line.split(/\s+/));
  expect(rows.filter(([mode = '', owner]) => owner !== 'root/root' || mode[5] === 'w' || mode[8] === 'w')).toEqual([]);
  const prebuilds = lines.map((line) => /prebuilds\/([^/]+)\/$/.exec(line)?.[1]).filter((name) => name !== undefined);
  expect(prebuilds).toEqual([`linux-${process.arch}`]);
});

it('has a copyright file that passes on our licence word by word', async () => {
  const flat = (text: string): string => text.replace(/^ \.$/gm, '').replace(/\s+/g, ' ');
  const licence = await readFile(inProject('LICENSE'), 'utf8');
  const terms = licence.slice(licence.indexOf('Permission is hereby'));
  expect(flat(await readFile(inProject('build', 'linux', 'copyright'), 'utf8'))).toContain(flat(terms).trim());
});

describe('in the smallest Debian', () => {
  const install = async (deb: string, ...options: string[]): Promise<Ran> => {
    const place = `/root/${path.basename(deb)}`;
    await debian.put(deb, place);
    return debian.run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...options, place]);
  };
  const installed = async (): Promise<string> =>
    (await debian.run(['dpkg-query', '-W', '-f', '${Status} ${Version}', 'mipl-field-tool'])).stdout;
  const selfTest = async (user = 'technician'): Promise<unknown> => {
    const ran = await debian.run(['mipl-field-tool', '--self-test'], {
      as: user,
      env: { DISPLAY: display.env.DISPLAY, XAUTHORITY: `/home/${user}/authority` },
    });
    expect(ran.status, ran.output).toBe(0);
    return JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '');
  };
  const passed = {
    passed: true,
    steps: { window: true, registered: true, observed: true, read: true, journal: true },
  };

  /** The programs of a system that confines others, as the scripts call them; the kernel here has no AppArmor. */
  const confine = async (): Promise<void> => {
    for (const name of ['apparmor_status', 'apparmor_parser'])
      await writeFile(path.join(debian.root, 'usr/sbin', name), '#!/bin/sh\necho "${0##*/} $*" >>/root/confined\n', {
        mode: 0o755,
      });
  };
  const profile = (): string => path.join(debian.root, 'etc/apparmor.d/mipl-field-tool');

  beforeAll(async () => {
    await mkdir(path.join(debian.root, 'etc/apparmor.d'));
    await confine();
    for (const command of [
      ['apt-get', 'update', '-q'],
      ['useradd', '--create-home', 'technician'],
      ['useradd', '--create-home', 'colleague'],
    ]) {
      const { status, output } = await debian.run(command);
      if (status !== 0) throw new Error(output);
    }
    for (const home of ['home/technician', 'home/colleague'].map((name) => path.join(debian.root, name))) {
      const authority = path.join(home, 'authority');
      await copyFile(display.env.XAUTHORITY, authority);
      await chmod(authority, 0o600);
      const { uid, gid } = await stat(home);
      await chown(authority, uid, gid);
    }
  });

  it('apt installs it with what it needs, and no recommendation is needed to start it', async () => {
    const { status, output } = await install(older.deb);
    expect(status, output).toBe(0);
    expect(await installed()).toBe(`install ok installed ${oldVersion}`);
    expect(await selfTest()).toEqual(passed);
  });

  it('is upgraded by a newer package while it runs: the session ends in order, and the new program starts', async () => {
    const [journals, end] = ['journals', 'end'].map((name) => path.join(debian.root, 'home/technician', name));
    const session = debian.run(
      [
        'sh',
        '-c',
        `mipl run --port sim:m5310-seed --baud 921600 --journal ~/journals &
        until [ -e ~/end ]; do sleep 0.1; done
        kill -TERM $!
        wait $!`,
      ],
      { as: 'technician' },
    );
    const journal = async (): Promise<string> => {
      const [name = ''] = await readdir(journals ?? '').catch(() => []);
      return name === '' ? '' : readFile(path.join(journals ?? '', name), 'utf8');
    };
    const registered = '+MIPLEVENT: 0,6';
    try {
      await vi.waitFor(async () => expect(await journal()).toContain(registered), { timeout: 120_000, interval: 100 });
      const { status, output } = await install(current.deb);
      expect(status, output).toBe(0);
    } finally {
      await writeFile(end ?? '', '');
    }
    const ran = await session;
    expect(ran.status, ran.output).toBe(0);
    expect(JSON.parse((await journal()).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      t: 'gap',
      reason: 'closed',
    });
    expect(await installed()).toBe(`install ok installed ${version}`);
    expect(await selfTest()).toEqual(passed);
  });

  it('is used by two people of one machine at the same time', async () => {
    expect(await Promise.all([selfTest('technician'), selfTest('colleague')])).toEqual([passed, passed]);
  });

  it('an older package over a newer one: apt refuses and names its option, with which the older program starts', async () => {
    const refused = await install(older.deb);
    expect(refused.status).toBeGreaterThan(0);
    expect(refused.output).toContain('--allow-downgrades');
    expect(await installed()).toBe(`install ok installed ${version}`);
    const wanted = await install(older.deb, '--allow-downgrades');
    expect(wanted.status, wanted.output).toBe(0);
    expect(await installed()).toBe(`install ok installed ${oldVersion}`);
    expect(await selfTest()).toEqual(passed);
    expect((await install(current.deb)).status).toBe(0);
  });

  it('lets the program make user namespaces where AppArmor gives them only to those with a profile', async () => {
    const text = await readFile(profile(), 'utf8');
    expect(text).toContain('"/opt/mipl-field-tool/mipl-field-tool" flags=(unconfined)');
    expect(text).toContain('userns,');
    const calls = await readFile(path.join(debian.root, 'root/confined'), 'utf8');
    expect(calls).toContain('--skip-kernel-load --debug /opt/mipl-field-tool/resources/apparmor-profile');
    expect(calls).toContain('--replace --write-cache --skip-read-cache /etc/apparmor.d/mipl-field-tool');
  });

  it('brings the command mipl, for an ordinary user and for root, without a display', async () => {
    for (const account of [{ as: 'technician' }, {}]) {
      const { status, stdout, output } = await debian.run(['sh', '-c', 'echo AT+CSQ | mipl decode'], account);
      expect(status, output).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ kind: 'command', name: '+CSQ' });
    }
  });

  it('knows the type of a journal', async () => {
    const globs = await readFile(path.join(debian.root, 'usr/share/mime/globs2'), 'utf8');
    expect(globs).toContain('60:application/x-mipl-journal:*.mipl.ndjson');
  });

  /** What is left of it in the system: names of files, and mentions in those of others. */
  const leftovers = async (): Promise<string> => {
    const ofOthers = '-path /proc -o -path /dev -o -path /root -o -path /home -o -path /var/cache/apt';
    const look = `find / \\( ${ofOthers} \\) -prune -o -iname '*mipl*' -print
      grep -rls mipl /etc /opt /usr/share/mime /usr/share/applications /var/lib/dpkg/alternatives`;
    return (await debian.run(['sh', '-c', look])).output;
  };

  it('leaves nothing of itself when it is purged', async () => {
    const { status, output } = await debian.run(['apt-get', 'purge', '-y', '-q', 'mipl-field-tool']);
    expect(status, output).toBe(0);
    expect(await leftovers()).toBe('');
  });

  it('is installed, upgraded and removed by rpm as well, which runs the scripts in another order', async () => {
    // Debian's rpm knows nothing of Debian's libraries, which are there.
    const rpm = async (...words: string[]): Promise<void> => {
      const { status, output } = await debian.run(['rpm', '--force-debian', '--nodeps', ...words]);
      expect(status, output).toBe(0);
    };
    const tool = await debian.run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'rpm']);
    expect(tool.status, tool.output).toBe(0);
    await debian.put(older.rpm ?? '', '/root/older.rpm');
    await debian.put(current.rpm ?? '', '/root/current.rpm');
    await rpm('--install', '/root/older.rpm');
    expect(await selfTest()).toEqual(passed);
    await rpm('--upgrade', '/root/current.rpm');
    expect((await debian.run(['rpm', '-q', '--qf', '%{VERSION}', 'mipl-field-tool'])).stdout).toBe(version);
    expect(existsSync(profile())).toBe(true);
    expect(await selfTest()).toEqual(passed);
    await rpm('--erase', 'mipl-field-tool');
    expect(await leftovers()).toBe('');
  });
});

it('is resolved by apt where libraries carry other names (t64), as on Debian 13 and Ubuntu 24.04', async () => {
  const mirror = (await sourcesOf(codename)).find(({ suite }) => suite === codename)?.address ?? '';
  const names = await wouldInstall(older.deb, 'trixie', mirror);
  expect(names).toContain('mipl-field-tool');
  const renamed = (current.order('deb').options['--depends'] ?? []).flatMap(
    (need) => /^(\S+t64) \| /.exec(need)?.[1] ?? [],
  );
  expect(renamed).toContain('libasound2t64');
  expect(renamed.filter((name) => !names.includes(name))).toEqual([]);
  // More than one package provides the sound library by its old name.
  expect(names.filter((name) => name.includes('salsa'))).toEqual([]);
});

it('gives lintian no error but those of the programs below /opt', async () => {
  const { stdout } = await lintian;
  const errors = Array.from(stdout.matchAll(/^E: [^:]+: (\S+)(.*)$/gm), ([, tag = '', where = '']) => ({ tag, where }));
  // Packages of a distribution have nothing there; the rest is how Electron's binaries are made.
  const ofOpt = [
    'dir-or-file-in-opt',
    'embedded-library',
    'shared-library-is-executable',
    'unstripped-binary-or-object',
  ];
  expect([...new Set(errors.map(({ tag }) => tag))].sort()).toEqual(ofOpt);
  expect(errors.filter(({ where }) => !where.includes('[opt/mipl-field-tool/'))).toEqual([]);
});

it('stays small: 80 MB to fetch, 245 MB installed, 6 MB of our own', async () => {
  expect(await releasedBytes(current.deb, 'opt/mipl-field-tool')).toBeLessThan(80e6);
  // In KiB; the limit counts them as kB.
  expect(Number(await said('dpkg-deb', ['-f', current.deb, 'Installed-Size']))).toBeLessThan(245_000);
  expect((await stat(path.join(packaged, 'resources', 'app.asar'))).size).toBeLessThan(6e6);
});
