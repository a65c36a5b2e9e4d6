import { expect, vi } from 'vitest';
import type { Locator, Page } from 'playwright';
import { rowOf } from '../../shared/contract/contract.ts';
import type { Api, RequestName, Result } from '../../shared/contract/contract.ts';
import type { DeviceId, ProgramState } from '../../shared/programState.ts';
import type { DeviceState } from '../../shared/state.ts';

/** A window of the application with its folders, however it was started. */
export interface Screen {
  readonly page: Page;
  /** Errors and warnings of the window's console, and errors nobody caught. */
  readonly complaints: readonly string[];
  readonly folders: { readonly data: string; readonly journals: string; readonly exports: string };
  close(): Promise<void>;
}

/** Long enough for a registration on a machine that is busy with something else. */
export const patienceMs = 30_000;

/** Collects what the console of a window complains of, from its first line on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  return complaints;
}

/** The tab that is shown, as the page remembers it, or the first where it was asked to go elsewhere and has forgotten: a test may have taken away what is on the screen. */
export const shownTab = (page: Page): Promise<DeviceId> =>
  page.evaluate(() => (history.state as { readonly tab?: DeviceId } | null)?.tab ?? '1');

/** Asks main through `window.api`, as the screen does; what is of a device, of that in the tab that is shown. */
export async function ask<N extends RequestName>(
  page: Page,
  name: N,
  ...args: unknown[]
): Promise<Awaited<ReturnType<Api[N]>>> {
  const isOfDevice = rowOf(name).scope === 'device';
  return askAs(page, name, ...(isOfDevice ? [await shownTab(page)] : []), ...args);
}

/**
 * Asks main through `window.api` exactly so. The answer comes as text: taken over field by field, as the inspector does it, the
 * state of a device costs four times as much, and it is asked for thousands of times.
 */
export async function askAs<N extends RequestName>(
  page: Page,
  name: N,
  ...args: unknown[]
): Promise<Awaited<ReturnType<Api[N]>>> {
  const text = await page.evaluate(
    async ([request, values]) => {
      const { api } = window as unknown as { api: Record<string, (...all: unknown[]) => Promise<unknown>> };
      return JSON.stringify({ reply: await api[request]?.(...values) });
    },
    [name as string, args] as const,
  );
  return (JSON.parse(text) as { reply: Awaited<ReturnType<Api[N]>> }).reply;
}

/** The value of an answer that must be good. */
export function good<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** The state of a device as main has it, of that in the tab that is shown unless it is named. */
export async function stateOf(page: Page, device?: DeviceId): Promise<DeviceState> {
  return good(await askAs(page, 'getSnapshot', device ?? (await shownTab(page)))).state;
}

/** The program's state as main has it. */
export async function programOf(page: Page): Promise<ProgramState> {
  return good(await ask(page, 'getProgram')).state;
}

/** Something on the screen by the name the tests know it by. */
export function part(page: Page, name: string): Locator {
  return page.getByTestId(name);
}

/** Waits until what is on the screen is so; what may take minutes is asked for less often: a question costs 12 ms. */
export function until<T>(what: () => Promise<T>, timeout = patienceMs): ReturnType<typeof expect.poll<T>> {
  return expect.poll(what, { timeout, interval: timeout > patienceMs ? 500 : 100 });
}

/** The stages of the path strip with their states. */
export async function stages(page: Page): Promise<Record<string, string | null>> {
  const entries = await page
    .locator('[data-testid^="stage-"][data-status]')
    .evaluateAll((chips) =>
      chips.map((chip) => [
        chip.getAttribute('data-testid')?.replace('stage-', '') ?? '',
        chip.getAttribute('data-status'),
      ]),
    );
  return Object.fromEntries(entries) as Record<string, string | null>;
}

export const allDone = { port: 'done', module: 'done', sim: 'done', network: 'done', objects: 'done', onenet: 'done' };

/** Connects to the virtual module, at full speed unless told otherwise, and waits until the platform observes it. */
export async function connect(page: Page, baudRate = 115_200): Promise<void> {
  await part(page, 'baud-input').fill(String(baudRate));
  await part(page, 'connect-button').click();
  // Not until(): this is also done before the tests.
  await vi.waitFor(
    async () => {
      expect((await stateOf(page)).observations).toHaveLength(3);
      expect(await stages(page)).toEqual(allDone);
    },
    { timeout: patienceMs, interval: 100 },
  );
}

/** A call of the simulated platform's API by an HTTP client outside; gives the body as it came. */
export async function callPlatform(page: Page, pathAndQuery: string, body?: unknown): Promise<string> {
  const { simulator } = await stateOf(page);
  if (!simulator) throw new Error('There is no simulated platform');
  const response = await fetch(
    `${simulator.http}${pathAndQuery.replace('IMEI', simulator.imei)}`,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  return response.text();
}

/** Chooses a resource of the object tree. */
export async function choose(page: Page, path: string): Promise<void> {
  await part(page, `tree-row-${path}`).click();
  await until(() => page.locator('[data-area="composer"] .path').textContent()).toBe(path);
}

/** Types a line at the console. */
export async function type(page: Page, line: string): Promise<void> {
  await part(page, 'console-input').fill(line);
  await part(page, 'console-input').press('Enter');
}

/** A row of the AT log that is on the screen and holds the text. */
export function logRow(page: Page, text: string): Locator {
  return page.locator('[data-testid^="log-row-"]').filter({ hasText: text }).last();
}

/** Whether the last row on the screen is the newest line of the log that main has. */
export async function showsNewestLine(page: Page): Promise<boolean> {
  const newest = good(await ask(page, 'readLog', { from: 0, count: 2000 })).at(-1);
  const row = part(page, `log-row-${newest?.seq}`);
  return newest !== undefined && (await row.count()) === 1 && (await row.textContent())?.includes(newest.text) === true;
}
