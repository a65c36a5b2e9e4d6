import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen, session } from 'electron';
import type { IpcMainInvokeEvent, Rectangle } from 'electron';
import { appOrigin } from './protocol.ts';
import { smallest, visiblePlace } from './windowPlace.ts';
import { zoomByKeys } from './zoom.ts';

const SAVE_DELAY_MS = 500;

/** How the window is opened. */
export interface WindowOptions {
  readonly preload: string;
  /** File that remembers the window's place. */
  readonly placeFile: string;
  readonly hidden?: boolean;
  /** Of Vite, while developing. */
  readonly developmentUrl?: string | undefined;
}

/** Read at once: so small a file is there sooner than any other turn of the event loop while everything starts. */
function rememberedPlace(file: string): Rectangle | undefined {
  try {
    const screens = screen.getAllDisplays().map((display) => display.workArea);
    return visiblePlace(JSON.parse(readFileSync(file, 'utf8')), screens);
  } catch {
    return undefined;
  }
}

/** Electron grants every permission unless told otherwise; this program needs none but writing to the clipboard. */
function refusePermissions(): void {
  const isGranted = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(isGranted(permission)));
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => isGranted(permission));
}

/**
 * WebRTC is a way out that no content policy closes: Chromium knows `webrtc 'block'` (CSP 3 §6.8) behind a flag only. So its
 * datagrams may leave through a proxy alone, as must everything else of the window, and there is none: nothing listens at
 * TCP port 1 (IANA: tcpmux), which only the administrator could open. Our pages come through `app://`, which asks no proxy.
 */
function closeNetwork(): Promise<void> {
  return session.defaultSession.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'socks5://127.0.0.1:1',
    proxyBypassRules: '<-loopback>',
  });
}

/** Makes the one window, still empty: sandboxed, isolated, unable to go anywhere. */
export async function createWindow(options: WindowOptions): Promise<BrowserWindow> {
  refusePermissions();
  // Vite's pages come over the network.
  const isClosed = options.developmentUrl === undefined ? closeNetwork() : undefined;
  const place = rememberedPlace(options.placeFile);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...place,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1419' : '#eef1f4',
    title: 'MIPL Field Tool',
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // The page's compiled code is kept from the first start on; Chromium waits for the second, to see whether a page comes again.
      v8CacheOptions: 'bypassHeatCheck',
      // The log must keep up while the window is behind another one.
      backgroundThrottling: false,
    },
  });
  const { webContents } = window;
  webContents.on('will-navigate', (event) => event.preventDefault());
  // Pages without a load (about:blank) are never announced. What came of it is no page of ours: back again.
  webContents.on('did-navigate', (_event, url) => {
    if (!isOurPage(url, options.developmentUrl)) void loadPage(window, options.developmentUrl);
  });
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  if (isClosed) webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  // Before any page is in it.
  await isClosed;
  if (!options.hidden) window.once('ready-to-show', () => window.show());
  rememberPlace(window, options.placeFile);
  zoomByKeys(window);
  return window;
}

/** True for an address of our origin (in development: of Vite's). */
function isOurPage(url: string, developmentUrl: string | undefined): boolean {
  const ours = [appOrigin, ...(developmentUrl === undefined ? [] : [new URL(developmentUrl).origin])];
  return ours.some((origin) => url === origin || url.startsWith(`${origin}/`));
}

/** Shows our page in the window. The page asks main at once, so main must know the window before. */
export async function loadPage(window: BrowserWindow, developmentUrl?: string): Promise<void> {
  await window.loadURL(developmentUrl ?? `${appOrigin}/index.html`);
}

/** What writes is loaded when it is first needed, as all that the first screen does without. */
async function keepPlace(file: string, place: Rectangle): Promise<void> {
  const { writeWhole } = await import('./files/writeWhole.ts');
  await writeWhole(file, JSON.stringify(place));
}

function rememberPlace(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (window.isDestroyed()) return;
      void keepPlace(file, window.getNormalBounds()).catch(() => undefined);
    }, SAVE_DELAY_MS);
  };
  window.on('resize', save);
  window.on('move', save);
}

/** Main frame of a window of ours, showing our origin (in development: Vite's). Origins are compared whole. */
export function isTrustedSender(
  event: IpcMainInvokeEvent,
  window: BrowserWindow | undefined,
  developmentUrl?: string,
): boolean {
  const frame = event.senderFrame;
  if (!frame || frame.parent !== null || event.sender !== window?.webContents) return false;
  return (
    frame.origin === appOrigin || (developmentUrl !== undefined && frame.origin === new URL(developmentUrl).origin)
  );
}

/** Where the built files stand, seen from out/main. */
export function builtFiles(here: string): { readonly renderer: string; readonly preload: string } {
  return { renderer: join(here, '../renderer'), preload: join(here, '../preload/preload.cjs') };
}
