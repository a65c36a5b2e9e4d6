import { describe, it } from 'vitest';
import { profileNames } from '../../main/sim/profile.ts';
import { startElectron } from './electron.ts';
import { ask, good, part, stateOf } from './screen.ts';

/** What the plan may take on a virtual module. */
const runMs = 60_000;
/** Their commands for UDP are others than the document's. */
const withoutSockets: readonly string[] = ['m5311', 'me3616'];

/** The plan with bootstrap on every virtual module, each in a window of its own and all at once: they mostly wait. */
describe.concurrent('in the window the whole plan is green within a minute', () => {
  it.for(profileNames)('on the virtual %s', async (profile, { expect }) => {
    const { page, complaints, close } = await startElectron();
    const until = <T>(what: () => Promise<T>, timeout = runMs) => expect.poll(what, { timeout, interval: 100 });
    try {
      await part(page, 'nav-acceptance').click();
      good(await ask(page, 'openPort', { path: `sim:${profile}?bootstrap`, baudRate: 115_200 }));
      await until(async () => (await stateOf(page)).registration.phase).toBe('registered');
      await part(page, 'acceptance-bootstrap').check();
      await part(page, 'acceptance-start').click();
      await until(() => part(page, 'acceptance-run').getAttribute('data-phase')).toBe('running');
      await until(() => part(page, 'acceptance-run').getAttribute('data-phase'), 2 * runMs).toBe('done');
      const { acceptance, acceptanceCases } = await stateOf(page);
      const others = Object.values(acceptanceCases).filter(({ status }) => status !== 'passed');
      expect(others.filter(({ status }) => status !== 'skipped').map(({ info, result }) => [info.id, result])).toEqual(
        [],
      );
      expect(others.every(({ info }) => withoutSockets.includes(profile) && info.section.startsWith('2.'))).toBe(true);
      expect((acceptance.finishedMs ?? Infinity) - (acceptance.startedMs ?? 0)).toBeLessThan(runMs);
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  });
});
