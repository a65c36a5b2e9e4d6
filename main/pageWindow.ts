import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BrowserWindow, session } from 'electron';

/**
 * Shows a self-contained page that a stranger may have written: no script runs in its window, it reaches nothing but itself, and
 * no link leads anywhere. It is closed with the window beside which it was opened.
 */
export async function showPage(html: string, title: string, beside: BrowserWindow | undefined): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'mipl-page-'));
  const file = join(directory, 'page.html');
  const address = pathToFileURL(file).href;
  const own = session.fromPartition(`page-${directory}`, { cache: false });
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: url.split('#')[0] !== address }));
  const window = new BrowserWindow({
    width: 960,
    height: 760,
    title,
    autoHideMenuBar: true,
    webPreferences: { session: own, sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false },
  });
  // Its own title would be a stranger's word.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  const close = (): void => window.close();
  beside?.once('closed', close);
  window.once('closed', () => {
    beside?.off('closed', close);
    void rm(directory, { recursive: true, force: true });
  });
  await writeFile(file, html, { mode: 0o600 });
  await window.loadURL(address);
}
