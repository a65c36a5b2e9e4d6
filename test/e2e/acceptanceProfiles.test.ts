import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileNames } from '../../main/sim/profile.ts';
import type { DeviceId } from '../../shared/programState.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, good, part, shownTab, stateOf, until } from './screen.ts';

/** What the plan may take on a virtual module. */
const runMs = 60_000;
/** Their commands for UDP are others than the document's. */
const withoutSockets: readonly string[] = ['m5311', 'me3616'];

/** The plan with bootstrap on every virtual module, each in a tab of its own and all at once: they mostly wait. */
let started: StartedElectron;
const tabs = new Map<string, DeviceId>();
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

const phase = (): Promise<string | null> => part(started.page, 'acceptance-run').getAttribute('data-phase');

async function showRun(id: DeviceId): Promise<void> {
  await part(started.page, `tab-${id}`).click();
  await until(() => shownTab(started.page)).toBe(id);
  await part(started.page, 'nav-acceptance').click();
  await part(started.page, 'acceptance-run').waitFor();
}

describe('in the window the whole plan is green within a minute', () => {
  it('begins in every tab', { timeout: 4 * runMs }, async () => {
    const { page } = started;
    for (const profile of profileNames) {
      if (tabs.size > 0) {
        const before = await shownTab(page);
        await page.keyboard.press('Control+t');
        await until(() => shownTab(page)).not.toBe(before);
      }
      tabs.set(profile, await shownTab(page));
      good(await ask(page, 'openPort', { path: `sim:${profile}?bootstrap`, baudRate: 115_200 }));
    }
    for (const id of tabs.values()) {
      await showRun(id);
      await until(async () => (await stateOf(page)).registration.phase, runMs).toBe('registered');
      await part(page, 'acceptance-bootstrap').check();
      await part(page, 'acceptance-start').click();
      await until(phase).toBe('running');
    }
  });

  it.for(profileNames)('on the virtual %s', async (profile) => {
    const { page } = started;
    await showRun(tabs.get(profile)!);
    await until(phase, 2 * runMs).toBe('done');
    const { acceptance, acceptanceCases } = await stateOf(page);
    const others = Object.values(acceptanceCases).filter(({ status }) => status !== 'passed');
    expect(others.filter(({ status }) => status !== 'skipped').map(({ info, result }) => [info.id, result])).toEqual(
      [],
    );
    expect(others.every(({ info }) => withoutSockets.includes(profile) && info.section.startsWith('2.'))).toBe(true);
    expect((acceptance.finishedMs ?? Infinity) - (acceptance.startedMs ?? 0)).toBeLessThan(runMs);
    expect(started.complaints).toEqual([]);
  });
});
