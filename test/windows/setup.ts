import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import { startDisplay } from '../electron/display.js';
import { inProject } from '../../scripts/project.js';
import { createReporter } from '../../scripts/reporter.js';
import { ensureWindowsNode } from '../../scripts/windowsNode.js';

/** A Windows that was set up for this run. */
export interface WindowsMachine {
  /** Node for Windows. */
  readonly node: string;
  /** The command line as it is bundled, a path on this side. */
  readonly program: string;
  /** Where ports are symbolic links, such as `com7`. */
  readonly devices: string;
  readonly env: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly windows: WindowsMachine;
  }
}

/** The command line in few files, as in the packaged program: each file costs a moment under Wine. */
async function bundle(): Promise<string> {
  const outDir = inProject('test-output', 'windows');
  await build({
    configFile: false,
    logLevel: 'warn',
    root: inProject(),
    build: {
      ssr: 'main/cli/mipl.ts',
      outDir,
      emptyOutDir: true,
      target: 'node22',
      rollupOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  });
  return path.join(outDir, 'mipl.mjs');
}

/**
 * Runs a command of Wine. What it prints goes into a file: services that it starts keep its output open, and a pipe would
 * never end. @throws Error with what it printed where it failed.
 */
async function succeed(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const log = path.join(env['HOME'] ?? '', 'log.txt');
  const output = openSync(log, 'w');
  const child = spawn(command, args, { env, stdio: ['ignore', output, output] });
  closeSync(output);
  const status = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${readFileSync(log, 'utf8')}`);
}

/** Sets up a Windows 10 of its own under Wine for all tests of the run, and takes it away again. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wine-'));
  const prefix = path.join(folder, 'prefix');
  // All of one Windows share the desktop that the first of its programs has found.
  const display = await startDisplay();
  const machine = {
    ...display.env,
    PATH: process.env['PATH'] ?? '',
    // Nothing of it reaches the home of the person at this machine, and nobody is asked to fetch Gecko or Mono.
    HOME: folder,
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
    LANG: 'C.UTF-8',
  };
  const teardown = async (): Promise<void> => {
    // Ends what still runs under this prefix, and this prefix alone, and waits for it.
    await succeed('wineserver', ['-k'], machine).catch(() => undefined);
    await succeed('wineserver', ['-w'], machine);
    await display.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(prefix);
    // Stays until it is ended below: else each program would start a server of its own.
    await succeed('wineserver', ['-p'], machine);
    const system = async (): Promise<void> => {
      await succeed('wineboot', ['--init'], machine);
      // Node calls what Wine says by itself too old.
      const version = ['HKCU\\Software\\Wine', '/v', 'Version', '/t', 'REG_SZ', '/d', 'win10', '/f'];
      await succeed('wine', ['reg', 'add', ...version], machine);
    };
    const [node, program] = await Promise.all([ensureWindowsNode(createReporter()), bundle(), system()]);
    project.provide('windows', { node, program, devices: path.join(prefix, 'dosdevices'), env: machine });
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}
