import axe from 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright';
import { askedAgain } from '../electron/askedAgain.ts';

const themes = ['dark', 'light', 'sunlight'] as const;

/** What lies over the page, newest last: dialogs, menus. */
const covers = '.el-overlay, .el-popper, [role="dialog"]';

/**
 * What axe finds serious or critical in what lies uppermost, in all three themes: `dark: color-contrast (serious) .dim …`. The
 * themes differ in colours alone, so the other rules are asked once.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const found: string[] = [];
  for (const theme of themes) {
    const options: RunOptions = {
      resultTypes: ['violations'],
      ...(theme === themes[0] ? {} : { runOnly: { type: 'rule', values: ['color-contrast'] } }),
    };
    const { violations } = await askedAgain(() => findingsIn(page, theme, options));
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      for (const { target, html, failureSummary } of nodes)
        found.push(`${theme}: ${id} (${impact}) ${target.join(' ')}\n  ${html.slice(0, 200)}\n  ${failureSummary}`);
    }
  }
  return found;
}

function findingsIn(page: Page, theme: string, options: RunOptions): Promise<AxeResults> {
  return page.evaluate(
    async ([name, selector, given]) => {
      const root = document.documentElement;
      const before = root.dataset['theme'];
      root.dataset['theme'] = name;
      const isShown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
      const top = [...document.querySelectorAll(selector)].filter(isShown).at(-1) ?? document;
      try {
        const { axe } = window as unknown as { axe: { run: (...given: unknown[]) => Promise<AxeResults> } };
        return await axe.run(top, given);
      } finally {
        if (before !== undefined) root.dataset['theme'] = before;
      }
    },
    [theme, covers, options] as const,
  );
}
