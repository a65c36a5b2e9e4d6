import { _electron } from 'playwright';
import type { ElectronApplication } from 'playwright';
import { electronForTests } from '../electron/electronForTests.js';
import type { ElectronForTests } from '../electron/electronForTests.js';
import { askedAgain } from '../electron/askedAgain.ts';
import { expectEachOpenEqualsLive } from './openEqualsLive.ts';
import { complaintsOf, part, patienceMs } from './screen.ts';
import type { Screen } from './screen.ts';

/** How the application is to be started. */
export interface StartOptions {
  readonly args?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Prepares the folders before the start. */
  readonly prepare?: (folders: Screen['folders'], electron: ElectronForTests) => Promise<void>;
}

/** The built application in a real Electron window, driven from main as well. */
export interface StartedElectron extends Screen {
  readonly app: ElectronApplication;
  readonly electron: ElectronForTests;
  /** What the main process has printed. */
  readonly output: { text: string };
  /** Ends the application and starts it again in the same folders; this window is gone then. */
  again(options?: Omit<StartOptions, 'prepare'>): Promise<StartedElectron>;
}

/** Starts the application as an ordinary user with its sandbox on, in folders of its own. The only use of Playwright's `_electron`. */
export async function startElectron({ prepare, ...options }: StartOptions = {}): Promise<StartedElectron> {
  const electron = await electronForTests();
  try {
    const [data, journals, exports] = await Promise.all(
      ['data', 'journals', 'exports'].map((name) => electron.makeDirectory(name)),
    );
    const folders = { data: data!, journals: journals!, exports: exports! };
    await prepare?.(folders, electron);
    return await open(electron, folders, options);
  } catch (error) {
    await electron.cleanup();
    throw error;
  }
}

async function open(
  electron: ElectronForTests,
  folders: Screen['folders'],
  { args = [], env = {} }: Omit<StartOptions, 'prepare'>,
): Promise<StartedElectron> {
  const { launch } = electron;
  const app = await _electron.launch({
    ...launch,
    args: [...launch.args, ...switchesFor(folders), ...args],
    env: { ...launch.env, ...env },
  });
  // Whoever starts a test confirms the addresses it connects to; a test of the question answers it by itself.
  await askedAgain(() =>
    app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    }),
  );
  const output = { text: '' };
  for (const stream of [app.process().stdout, app.process().stderr])
    stream?.on('data', (bytes: Buffer) => (output.text += bytes.toString()));
  const page = await app.firstWindow({ timeout: patienceMs }).catch(async (error: unknown) => {
    await app.close();
    throw new Error(`No window opened. The main process said:\n${output.text}`, { cause: error });
  });
  const complaints = complaintsOf(page);
  page.setDefaultTimeout(patienceMs);
  await part(page, 'connect-button').or(part(page, 'technician')).waitFor();
  const close = async (): Promise<void> => {
    try {
      await expectEachOpenEqualsLive(page);
    } finally {
      await app.close();
      await electron.cleanup();
    }
  };
  const again = async (options: Omit<StartOptions, 'prepare'> = {}): Promise<StartedElectron> => {
    await app.close();
    return open(electron, folders, options);
  };
  return { app, electron, page, complaints, folders, output, close, again };
}

/** The switches that keep the application in the folders of the test. */
export function switchesFor({ data, journals, exports }: Screen['folders']): string[] {
  return [
    '--lang=en-US',
    `--user-data-dir=${data}`,
    `--journal-directory=${journals}`,
    `--export-directory=${exports}`,
  ];
}
