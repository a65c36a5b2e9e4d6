import type { Page } from '../ui/pages.ts';

const ofArea: Readonly<Record<string, string>> = {
  log: '3-reading-the-log',
  console: '3-reading-the-log',
};

const ofPage: Partial<Readonly<Record<Page, string>>> = {
  platform: '6-virtual-module',
  model: '7-device-model',
  sessions: '3-reading-the-log',
  settings: '9-newer-versions',
};

/** The page of the guide for what is on the screen: the area that holds the focus counts before the page. */
export function pageAtHand(page: Page, area: string | undefined): string {
  return ofArea[area ?? ''] ?? ofPage[page] ?? '1-first-report';
}
