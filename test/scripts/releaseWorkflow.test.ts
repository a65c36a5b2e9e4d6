import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inProject, readJson } from '../../scripts/project.js';
import { needs as systemNeeds } from '../../scripts/systemPackages.js';
import { readYaml } from '../packages/yaml.ts';
import { temporaryDirectory } from './temporaryDirectory.ts';

/** The workflow runs at the code host alone: what stands in it is held against the project, and its own steps are run. */

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string;
  readonly 'runs-on': string;
  readonly strategy?: { readonly matrix: { readonly os: readonly string[] } };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Target {
  readonly target: string;
}
interface Settings {
  readonly directories?: { readonly output: string };
  readonly win?: { readonly target: readonly Target[] };
  readonly mac?: { readonly target: readonly Target[] };
  readonly linux?: { readonly target: readonly Target[] };
}

const workflow = readYaml('.github', 'workflows', 'release.yml') as {
  readonly on: { readonly push: { readonly tags: readonly string[] } };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
};
const manifest = readJson(inProject('package.json')) as {
  version: string;
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
};
const other = readYaml('electron-builder.yml') as Settings;
const linux = readYaml('electron-builder.linux.yml') as Settings;

const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([job, { steps: own }]) => own.map((step) => ({ job, ...step })));
const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const inCommands = (pattern: RegExp): string[] =>
  commands.flatMap((command) => Array.from(command.matchAll(pattern), ([, found = '']) => found));
const stepWith = (words: string): Step => {
  const [step] = steps.filter(({ run = '', name }) => name === words || run.includes(words));
  if (!step) throw new Error(`No step has ${words}`);
  return step;
};

/** What files end with that electron-builder writes for a target. */
const endings: Readonly<Record<string, string>> = {
  ...{ nsis: 'exe', portable: 'exe', dmg: 'dmg', zip: 'zip' },
  ...{ AppImage: 'AppImage', deb: 'deb', rpm: 'rpm' },
};
const targets = [...(other.win?.target ?? []), ...(other.mac?.target ?? []), ...(linux.linux?.target ?? [])];
const written = [...new Set(targets.map(({ target }) => endings[target]))].toSorted();

describe('the release workflow', () => {
  it('begins with a version tag, as docs/releases.md names it', () => {
    expect(workflow.on.push.tags).toEqual(['v*']);
    expect(readFileSync(inProject('docs', 'releases.md'), 'utf8')).toContain('`vX.Y.Z`');
  });

  it('has jobs that wait for jobs that are there, on systems of a named version', () => {
    for (const [name, { needs, 'runs-on': system, strategy }] of jobs) {
      if (needs !== undefined) expect(Object.keys(workflow.jobs), name).toContain(needs);
      for (const one of strategy?.matrix.os ?? [system])
        expect(one, name).toMatch(/^(ubuntu|windows|macos)-\d+(\.\d+)?$/);
    }
  });

  it('takes actions of the code host itself only, of a named version', () => {
    const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.length).toBeGreaterThan(5);
    for (const one of used) expect(one).toMatch(/^actions\/[a-z-]+@v\d+$/);
  });

  it('may write only where the release is made', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const writing = jobs.filter(([, { permissions }]) => permissions !== undefined);
    expect(writing.map(([name, { permissions }]) => [name, permissions])).toEqual([['release', { contents: 'write' }]]);
  });

  it('runs scripts, programs and files that the project has', () => {
    const scripts = inCommands(/npm run (?:-s )?([\w:-]+)/g);
    expect(scripts).toContain('release:notes');
    for (const name of scripts) expect(Object.keys(manifest.scripts)).toContain(name);
    const programs = inCommands(/npx ([\w-]+)/g);
    expect(programs).toContain('electron-builder');
    for (const name of programs) expect(Object.keys(manifest.devDependencies)).toContain(name);
    for (const name of inCommands(/([\w.-]+\.yml)/g)) expect(existsSync(inProject(name)), name).toBe(true);
    expect(commands).toContain('.ci/run');
    accessSync(inProject('.ci', 'run'), constants.X_OK);
  });

  it('prepares the machine of the tests with all that they need of the system', () => {
    const { run = '' } = stepWith('libgtk-3-0t64');
    const names = systemNeeds.map(({ package: name, renamed = name }) => renamed);
    expect(names.filter((name) => !run.split(' ').includes(name))).toEqual([]);
  });

  it('collects every kind of file that electron-builder writes, and no other', () => {
    const upload = steps.find(({ uses = '' }) => uses.startsWith('actions/upload-artifact@'));
    const paths = String(upload?.with?.['path']).trim().split('\n');
    const { output = '' } = other.directories ?? {};
    expect(paths.filter((one) => !one.includes('SHA256SUMS')).toSorted()).toEqual(
      written.map((ending) => `${output}/*.${ending}`),
    );
    expect(paths).toContain(`${output}/SHA256SUMS-*.txt`);
  });

  it('gives secrets to no step but those that sign', () => {
    const withSecrets = steps.filter((step) => JSON.stringify(step).includes('secrets.'));
    expect(withSecrets.map(({ name, run = '' }) => name ?? run.split(' ')[1])).toEqual([
      'notarisation key',
      'electron-builder',
    ]);
  });
});

/** Runs a step as the code host does on Linux and macOS. */
function runStep({ run = '' }: Step, cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

describe.skipIf(process.platform === 'win32')('steps of the release workflow, run', () => {
  it('checksums name every installer, whatever blanks are in its name, in the form that sha256sum reads', () => {
    const folder = temporaryDirectory();
    const files = written.map((ending) => `MIPL Field Tool 1.0.0.${ending}`);
    for (const [index, name] of files.entries()) writeFileSync(path.join(folder, name), `installer ${index}`);
    writeFileSync(path.join(folder, 'builder-debug.yml'), 'not for anybody');
    const step = stepWith('checksums');
    expect(step.with).toBeUndefined();
    runStep({ ...step, run: (step.run ?? '').replaceAll('${{ runner.os }}', 'Linux') }, folder);
    const sums = readFileSync(path.join(folder, 'SHA256SUMS-Linux.txt'), 'utf8').trim().split('\n');
    expect(sums.map((line) => line.replace(/^[0-9a-f]{64} \*/, '')).toSorted()).toEqual(files.toSorted());
    const checked = spawnSync('openssl', ['dgst', '-sha256', '-r', files[0] ?? ''], { cwd: folder, encoding: 'utf8' });
    expect(sums).toContain(checked.stdout.trim());
  });

  it('a notarisation key becomes a file that nobody else reads, and without one nothing is set', () => {
    const folder = temporaryDirectory();
    const given = path.join(folder, 'environment');
    writeFileSync(given, '');
    const env = { RUNNER_TEMP: folder, GITHUB_ENV: given };
    const step = stepWith('notarisation key');
    runStep(step, folder, { ...env, KEY: '' });
    expect(readFileSync(given, 'utf8')).toBe('');
    runStep(step, folder, { ...env, KEY: 'first line\nsecond line' });
    const [, file = ''] = /^APPLE_API_KEY=(.*)\n$/.exec(readFileSync(given, 'utf8')) ?? [];
    expect(readFileSync(file, 'utf8')).toBe('first line\nsecond line\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('the release is a draft of the tag, with the notes and with everything that was collected', () => {
    const folder = temporaryDirectory();
    mkdirSync(path.join(folder, 'release'));
    for (const name of ['MIPL Field Tool 1.0.0.deb', 'sbom.cdx.json'])
      writeFileSync(path.join(folder, 'release', name), '');
    writeFileSync(path.join(folder, 'notes.md'), '- One.\n');
    // Stands in for the code host's own program: says what it was told.
    const program = path.join(folder, 'gh');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@"\n`);
    chmodSync(program, 0o755);
    const told = runStep(stepWith('gh release create'), folder, {
      TAG: 'v1.0.0',
      PATH: `${folder}${path.delimiter}${process.env['PATH']}`,
    });
    expect(told.trim().split('\n')).toEqual([
      ...['release', 'create', 'v1.0.0', '--draft', '--title', 'v1.0.0', '--notes-file', 'notes.md'],
      ...['release/MIPL Field Tool 1.0.0.deb', 'release/sbom.cdx.json'],
    ]);
  });
});
