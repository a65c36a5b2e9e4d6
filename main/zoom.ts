import type { BrowserWindow, Input } from 'electron';

/** What the page may be enlarged and reduced to, as browsers do it. */
const factors = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

/** What of a key press counts here. */
export type ZoomKey = Pick<Input, 'type' | 'key' | 'control' | 'meta' | 'alt'>;

/**
 * The factor that a key press asks for, of a page that has this one: Ctrl (macOS: Cmd) and + or = enlarges, − reduces, 0 is the usual
 * size; undefined for every other key. At the ends it stays as it is. Pure.
 */
export function zoomAfter(input: ZoomKey, factor: number, platform: NodeJS.Platform): number | undefined {
  const isCommand = platform === 'darwin' ? input.meta && !input.control : input.control && !input.meta;
  if (input.type !== 'keyDown' || !isCommand || input.alt) return undefined;
  // A factor comes back from the page as a power of 1.2, rounded.
  const at = factors.findIndex((one) => one > factor - 0.01);
  const place = at < 0 ? factors.length - 1 : at;
  if (input.key === '0') return 1;
  if (input.key === '+' || input.key === '=') return factors[Math.min(place + 1, factors.length - 1)];
  if (input.key === '-' || input.key === '_') return factors[Math.max(place - 1, 0)];
  return undefined;
}

/** Lets the keys of {@link zoomAfter} enlarge and reduce the page: without a menu Electron has none for that. */
export function zoomByKeys({ webContents }: BrowserWindow): void {
  webContents.on('before-input-event', (event, input) => {
    const factor = zoomAfter(input, webContents.getZoomFactor(), process.platform);
    if (factor === undefined) return;
    event.preventDefault();
    webContents.setZoomFactor(factor);
  });
}
