import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright';
import { electronForTests } from '../electron/electronForTests.js';
import type { ElectronForTests } from '../electron/electronForTests.js';
import { complaintsOf, part, patienceMs } from '../e2e/screen.ts';
import type { Screen } from '../e2e/screen.ts';

/** The packaged application as a process, with release fuses. */
export interface Packaged {
  readonly child: ChildProcess;
  readonly output: { out: string; err: string };
  /** The exit code, once it ended. */
  readonly exit: Promise<number | null>;
}

/** Folders of one test, and a way to start the packaged application in them. */
export interface Bench {
  readonly electron: ElectronForTests;
  readonly folders: Screen['folders'];
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Packaged;
  close(): Promise<void>;
}

export async function packagedBench(): Promise<Bench> {
  const electron = await electronForTests({ packaged: true });
  const [data = '', journals = '', exports = ''] = await Promise.all(
    ['data', 'journals', 'exports'].map((name) => electron.makeDirectory(name)),
  );
  const running: Packaged[] = [];
  return {
    electron,
    folders: { data, journals, exports },
    run(args, env = {}) {
      const { launch } = electron;
      const switches = [`--user-data-dir=${data}`, `--journal-directory=${journals}`, `--export-directory=${exports}`];
      const child = spawn(launch.executablePath, [...launch.args, '--lang=en-US', ...switches, ...args], {
        cwd: launch.cwd,
        env: { ...launch.env, ...env },
      });
      const output = { out: '', err: '' };
      child.stdout.on('data', (bytes: Buffer) => (output.out += bytes.toString()));
      child.stderr.on('data', (bytes: Buffer) => (output.err += bytes.toString()));
      const exit = once(child, 'close').then(([code]) => code as number | null);
      const packaged = { child, output, exit };
      running.push(packaged);
      return packaged;
    },
    async close() {
      for (const { child, exit } of running) {
        if (child.exitCode === null) child.kill();
        await exit;
      }
      await electron.cleanup();
    },
  };
}

/** Waits for words of the process. */
export function said({ output, exit }: Packaged, words: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = words.exec(output.err) ?? words.exec(output.out);
      if (!found) return;
      clearInterval(timer);
      resolve(found);
    };
    const timer = setInterval(look, 10);
    void exit.then((code) => {
      look();
      clearInterval(timer);
      reject(new Error(`It ended with ${code} and did not say ${String(words)}:\n${output.out}\n${output.err}`));
    });
  });
}

/** The packaged application driven through Chromium's own debugging port: the fuses leave no other way in. */
export async function startPackaged(): Promise<Screen> {
  const bench = await packagedBench();
  try {
    const application = bench.run(['--remote-debugging-port=0']);
    const [, address = ''] = await said(application, /DevTools listening on (ws:\/\/\S+)/);
    const browser = await chromium.connectOverCDP(address);
    const context = browser.contexts()[0];
    if (!context) throw new Error('There is no window');
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: patienceMs }));
    page.setDefaultTimeout(patienceMs);
    const complaints = complaintsOf(page);
    await part(page, 'connect-button').waitFor();
    return {
      page,
      complaints,
      folders: bench.folders,
      async close() {
        await browser.close();
        await bench.close();
      },
    };
  } catch (error) {
    await bench.close();
    throw error;
  }
}
