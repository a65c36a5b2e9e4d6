import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { languages, lookIn, wordsIn } from './languages.ts';
import { picture, show } from './pictures.ts';
import { ask, good, stateOf, until } from './screen.ts';
import { TcpModule } from './tcpModule.ts';

let started: StartedElectron;
let module: TcpModule;

describe.each(languages)('a plug that is pulled in the middle of an answer of several lines, in %s', (language) => {
  const words = wordsIn[language];
  beforeAll(async () => {
    module = await TcpModule.start();
    started = await startElectron();
    await show(started, lookIn(language));
    good(await ask(started.page, 'openPort', { path: module.address, baudRate: 9600 }));
  });
  afterAll(async () => {
    await started?.close();
    await module?.close();
  });

  const read = async (resource = ''): Promise<string> =>
    (await fetch(`${module.platform}/nbiot?imei=${module.imei}&obj_id=3303&obj_inst_id=0${resource}`)).text();
  const isOnline = async (): Promise<boolean> => (await stateOf(started.page)).observations.length === 3;

  it('is said at the port and at the request, whose first line had left', async () => {
    const { page } = started;
    await until(isOnline).toBe(true);
    // The lines of an answer count down to 0.
    module.pullAt(',3,0\r');
    // The platform waits for the rest until it gives up, which nobody does here.
    void read().catch(() => undefined);
    const row = page.locator('[data-testid^="ledger-row-"][data-status="failed"]');
    await until(() => row.textContent()).toContain(words.request.failed);
    expect(await row.textContent()).toContain('/3303/0');
    await until(async () => (await stateOf(page)).connection.phase).toBe('waiting');
    await until(() => page.locator('header').first().innerText()).toContain(words.connection.waiting);
    await picture(started, `pulled-plug-${language}`);
    const lines = good(await ask(page, 'readLog', { from: 0, count: 2000 })).map(({ text }) => text);
    expect(lines.filter((text) => text.startsWith('AT+MIPLREADRSP')).length).toBeGreaterThan(1);
  });

  it('is forgotten once the cable is in again: the session is there, and the next answer is whole', async () => {
    const { page, complaints } = started;
    await module.plugIn();
    await until(async () => (await stateOf(page)).connection.phase).toBe('ready');
    await until(isOnline).toBe(true);
    expect(await read()).toContain('"val":20.123');
    expect(complaints).toEqual([]);
  });
});
