import { describe, expect, it } from 'vitest';
import { guideBlocks } from '../../scripts/guideText.js';
import { pageAtHand } from '../../renderer/guide/pageAtHand.ts';
import { pages as pagesOfWindow } from '../../renderer/ui/pages.ts';
import { pictureUrl, readGuide, searchGuide } from '../../renderer/guide/guidePages.ts';

describe('the guide in the window', () => {
  it.each(['en', 'zh'] as const)('has every page with its title and its pictures: %s', async (language) => {
    const pages = await readGuide(language);
    expect(pages.map(({ name }) => name)).toEqual([
      '1-first-report',
      '2-why-not-online',
      '3-reading-the-log',
      '4-wiring',
      '5-production-line',
      '6-virtual-module',
      '7-device-model',
      '8-one-device-after-the-other',
      '9-newer-versions',
    ]);
    for (const { title, blocks } of pages) {
      expect(title).not.toBe('');
      for (const block of blocks) if (block.kind === 'picture') expect(pictureUrl(block.name)).toMatch(/\.jpg/);
    }
  });

  it('opens at the page for what is on the screen', async () => {
    const names = (await readGuide('en')).map(({ name }) => name);
    for (const page of pagesOfWindow)
      for (const area of [undefined, 'log', 'console', 'ledger']) expect(names).toContain(pageAtHand(page, area));
    expect(pageAtHand('workbench', 'log')).toBe('3-reading-the-log');
    expect(pageAtHand('model', 'model-resources')).toBe('7-device-model');
    expect(pageAtHand('stations', 'station-work')).toBe('5-production-line');
    expect(pageAtHand('sessions', 'session')).toBe('3-reading-the-log');
    expect(pageAtHand('udp', 'echo')).toBe('2-why-not-online');
    expect(pageAtHand('settings', undefined)).toBe('9-newer-versions');
    expect(pageAtHand('acceptance', undefined)).toBe('1-first-report');
  });

  it('finds text wherever it stands, also in tables, lists and commands, in capitals or not', () => {
    const page = (text: string) => [{ name: 'p', title: 'Page', blocks: guideBlocks(text) }];
    const pages = page(
      '# Page\n\nOne Antenna\n\n- two antenna\n\n| ANTENNA | b |\n|---|---|\n| c | d |\n\n```\nantenna\n```',
    );
    expect(searchGuide(pages, ' antenna ').map(({ block, text }) => [block, text])).toEqual([
      [1, 'One Antenna'],
      [2, 'two antenna'],
      [3, 'ANTENNA'],
      [4, 'antenna'],
    ]);
    expect(searchGuide(pages, '  ')).toEqual([]);
    expect(searchGuide(pages, 'nowhere')).toEqual([]);
  });
});
