import { chmodSync, realpathSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openSerial } from '../../main/transport/serialLink.ts';
import en from '../../shared/texts/en.json' with { type: 'json' };
import zh from '../../shared/texts/zh.json' with { type: 'json' };
import { hasPython, moduleAt } from '../tty/rateModule.ts';
import { seriousFindings } from './axe.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { picture } from './pictures.ts';
import { ask, good, part, programOf, stateOf, until } from './screen.ts';

/** A module from the store-room, whose rate nobody knows, at a port that no list has. */
let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

/** Types a port into the picker, as somebody does whose adapter is in no list. */
async function typePort(path: string): Promise<void> {
  const input = part(started.page, 'port-picker').locator('input').first();
  await input.click();
  await input.fill(path);
  await input.press('Enter');
}

const statuses = (path: string) =>
  part(started.page, `find-port-${path}`)
    .locator('[data-status]')
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset['status']));

describe.skipIf(!hasPython || process.platform !== 'linux').each([
  [
    'en',
    {
      connect: 'Connect',
      absent: en.error.PORT_NOT_FOUND,
      noPort: en.error.PORT_NOT_ALLOWED,
      again: /^in use; tried again in \d+ s$/,
      nothing: 'Nothing came.',
      others: 'Try the other rates',
      same: 'the same module, at another rate',
    },
  ],
  [
    'zh',
    {
      connect: '连接',
      absent: zh.error.PORT_NOT_FOUND,
      noPort: zh.error.PORT_NOT_ALLOWED,
      again: /^使用中，\d+ 秒后再试$/,
      nothing: '没有收到任何内容。',
      others: '继续试其他波特率',
      same: '同一模组，另一波特率',
    },
  ],
] as const)('Find my module in %s', (language, words) => {
  beforeAll(async () => {
    good(await ask(started.page, 'changeSettings', { language }));
  });

  it('finds the rate it answers at, shows what came at the others, and connects to it', async () => {
    const { page } = started;
    const port = realpathSync(await moduleAt(57_600, 'CR'));
    chmodSync(port, 0o666);
    await typePort(port);
    await part(page, 'find-button').focus();
    await page.keyboard.press('Enter');
    const found = part(page, `find-connect-${port}`);
    await found.waitFor();
    expect(await found.textContent()).toContain(words.connect);
    expect(await found.textContent()).toContain('57600');
    expect(await statuses(port)).toEqual(['garbage', 'garbage', 'answer', ...Array<string>(5).fill('notNeeded')]);
    // Garbage is told with how much of it came, and the bytes stand below.
    expect(await part(page, `find-port-${port}`).textContent()).toMatch(/≈ 9600 · \d+ B/);
    await until(() => part(page, 'find').textContent()).toMatch(/0D 0A 4F 4B 0D 0A/);
    await picture(started, `find-module-${language}`);
    // The table is one stop of Tab, and walked by keys; Enter shows what came at a rate.
    await part(page, `find-port-${port}`).locator('.cell[tabindex="0"]').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await until(() => part(page, 'find-bytes').textContent()).toContain(words.nothing);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await until(() => part(page, 'find-bytes').textContent()).toContain('57600');
    expect(await part(page, 'find-bytes').textContent()).toMatch(/0D 0A 4F 4B 0D 0A/);
    expect(await part(page, 'find').locator('.cell[tabindex="0"]').count()).toBe(1);
    expect(await part(page, 'find').locator('[role="gridcell"][aria-selected="true"]').count()).toBe(1);
    expect(await seriousFindings(page)).toEqual([]);
    await found.focus();
    await page.keyboard.press('Enter');
    await until(async () => (await stateOf(page)).connection).toMatchObject({ port: { path: port }, baudRate: 57_600 });
    await until(async () => (await stateOf(page)).module.imei).toBe('490154203237518');
    good(await ask(page, 'closePort'));
    await until(async () => (await stateOf(page)).connection.phase).toBe('closed');
    while ((await programOf(page)).search !== null) good(await ask(page, 'stopSearch'));
  });

  it('goes on with the other rates where somebody wants that, and shows each at which the module answers', async () => {
    const { page } = started;
    const port = realpathSync(await moduleAt([57_600, 38_400], 'CR'));
    chmodSync(port, 0o666);
    await typePort(port);
    await part(page, 'find-button').click();
    await part(page, `find-connect-${port}`).waitFor();
    const others = part(page, `find-others-${port}`);
    expect(await others.textContent()).toContain(words.others);
    await others.focus();
    await page.keyboard.press('Enter');
    // The button is gone: the keyboard goes on at the table.
    await until(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('gridcell');
    const again = part(page, `find-connect-${port}-38400`);
    await again.waitFor();
    await until(
      async () => (await statuses(port)).includes('waiting') || (await statuses(port)).includes('trying'),
    ).toBe(false);
    expect((await statuses(port)).filter((status) => status === 'answer')).toHaveLength(2);
    expect(await others.count()).toBe(0);
    expect(await part(page, 'find').textContent()).toContain(words.same);
    await picture(started, `find-others-${language}`);
    await again.click();
    await until(async () => (await stateOf(page)).connection).toMatchObject({ port: { path: port }, baudRate: 38_400 });
    good(await ask(page, 'closePort'));
    await until(async () => (await stateOf(page)).connection.phase).toBe('closed');
    while ((await programOf(page)).search !== null) good(await ask(page, 'stopSearch'));
  });

  it('says when a port in use is tried again, and finds the module once the port is free', async () => {
    const { page } = started;
    const port = realpathSync(await moduleAt(9600, 'CR'));
    chmodSync(port, 0o666);
    const holder = await openSerial(port, { baudRate: 9600 });
    onTestFinished(() => holder.close());
    await typePort(port);
    await part(page, 'find-button').click();
    await until(() => part(page, `find-reason-${port}`).textContent()).toMatch(words.again);
    await picture(started, `find-busy-${language}`);
    await holder.close();
    await part(page, `find-connect-${port}`).waitFor();
    expect(await part(page, `find-reason-${port}`).count()).toBe(0);
    while ((await programOf(page)).search !== null) good(await ask(page, 'stopSearch'));
  });

  it('says of what is no port that it is none, and searches the others all the same', async () => {
    const { page } = started;
    await page.reload();
    await part(page, 'find-button').waitFor();
    await typePort('what is this');
    await part(page, 'find-button').click();
    const said = part(page, 'find-fault-what is this');
    await until(() => said.textContent()).toContain(words.noPort.what.replace('{detail}', 'what is this'));
    expect(await said.textContent()).toContain(words.noPort.advice);
    await picture(started, `find-no-port-${language}`);
    while ((await programOf(page)).search !== null) good(await ask(page, 'stopSearch'));
  });

  it('says of a port that cannot be opened why, and what to do', async () => {
    const { page } = started;
    await page.reload();
    await part(page, 'find-button').waitFor();
    await typePort('/dev/ttyUSB987');
    await part(page, 'find-button').click();
    const said = part(page, 'find-fault-/dev/ttyUSB987');
    await until(() => said.textContent()).toContain(words.absent.what.replace('{detail}', '/dev/ttyUSB987'));
    expect(await said.textContent()).toContain(words.absent.advice);
    await until(async () => (await programOf(page)).search?.phase).toBe('done');
    while ((await programOf(page)).search !== null) good(await ask(page, 'stopSearch'));
  });
});

it('has left nothing in the console of the window to complain of', () => {
  expect(started.complaints).toEqual([]);
});
