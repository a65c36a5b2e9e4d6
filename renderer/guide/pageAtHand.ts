import type { Page } from '../ui/pages.ts';

const ofArea: Readonly<Record<string, string>> = {
  log: '3-reading-the-log',
  console: '3-reading-the-log',
};

/** Every page of the window has one: a page that is new is asked for it. */
const ofPage: Readonly<Record<Page, string>> = {
  workbench: '1-first-report',
  udp: '2-why-not-online',
  platform: '6-virtual-module',
  model: '7-device-model',
  acceptance: '1-first-report',
  sessions: '3-reading-the-log',
  stations: '5-production-line',
  settings: '9-newer-versions',
};

/** The page of the guide for what is on the screen: the area that holds the focus counts before the page. */
export function pageAtHand(page: Page, area: string | undefined): string {
  return ofArea[area ?? ''] ?? ofPage[page];
}
