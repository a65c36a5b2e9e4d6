import { join } from 'node:path';
import { _electron } from 'playwright';
import type { ElectronApplication, Page } from 'playwright';
import { defined } from '../../shared/defined.ts';
import { electronForTests } from '../../test/electron/electronForTests.js';

/** The built program with its window, a module at its port that has come as far as the network. */
export interface OpenedModule {
  readonly application: ElectronApplication;
  readonly page: Page;
  readonly journals: string;
  /** Of Electron. */
  readonly version: string;
}

/**
 * Starts the program, opens the module that listens at this port of ours, and ends the program after the measurement, if that has not.
 * @param application another checkout in place of this one, built before
 */
export async function withOpenedModule<T>(
  port: number,
  measure: (opened: OpenedModule) => Promise<T>,
  application?: string,
): Promise<T> {
  const electron = await electronForTests(defined({ application }));
  try {
    const directory = await electron.makeDirectory('bench');
    const journals = join(directory, 'journals');
    const application = await _electron.launch({
      ...electron.launch,
      args: [...electron.launch.args, `--user-data-dir=${directory}`, `--journal-directory=${journals}`],
    });
    const program = application.process();
    try {
      const page = await application.firstWindow();
      await page.getByTestId('connect-button').waitFor();
      await application.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
      });
      await page.evaluate((path) => {
        const { api } = globalThis as unknown as { api: Record<string, (...given: unknown[]) => Promise<unknown>> };
        return api['changeSettings']?.({ registerOnConnect: false }).then(() =>
          api['openPort']?.('1', { path, baudRate: 921_600 }),
        );
      }, `tcp://127.0.0.1:${port}`);
      await page.locator('[data-testid=stage-network][data-status=done]').waitFor();
      return await measure({ application, page, journals, version: electron.version });
    } finally {
      // Who looks at the journal ends it before.
      if (program.exitCode === null) await application.close();
    }
  } finally {
    await electron.cleanup();
  }
}
