import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineTexts } from '../../shared/lineTexts.ts';
import { en, zh } from '../../renderer/i18n/texts.ts';
import { startElectron } from './electron.ts';
import { expectOpenEqualsLive } from './openEqualsLive.ts';
import type { StartedElectron } from './electron.ts';
import { looks, show } from './pictures.ts';
import { callPlatform, choose, connect, part, stateOf, until } from './screen.ts';

/** What a person does in place of the tool, and what the tool does in place of a sensor; one visit, in this order. */
let screen: StartedElectron;
beforeAll(async () => {
  screen = await startElectron();
  await connect(screen.page);
});
afterAll(() => screen?.close());

const READ = '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700';

async function toggleHold(kind: string): Promise<void> {
  await part(screen.page, 'hold-button').click();
  await part(screen.page, `hold-${kind}`).click();
  await part(screen.page, 'hold-button').click();
  await part(screen.page, `hold-${kind}`).waitFor({ state: 'hidden' });
}

describe('a row of the ledger', () => {
  const at1280 = looks.filter(({ theme, width }) => theme === 'light' && width === 1280);

  it('has room for value and state in a window of 1280 pixels, in both languages', async () => {
    expect(await callPlatform(screen.page, READ)).toContain('"val":20.123');
    expect(await callPlatform(screen.page, READ.replace('5700', '4711'))).toContain('"errno":5106');
    const ledger = screen.page.locator('[data-area="ledger"]');
    const value = ledger.locator('[data-kind="read"][data-status="answered"]').getByTestId('ledger-value');
    await ledger.locator('[data-status="refused"]').waitFor();
    const spare = (part: Element): number => part.clientWidth - part.scrollWidth;
    for (const look of [...at1280].reverse()) {
      await show(screen, look);
      await until(() => ledger.locator('thead').textContent()).toContain({ en, zh }[look.language].ledger.value);
      expect(await value.textContent()).toBe('20.123');
      expect(await value.evaluate(spare)).toBe(0);
      expect(await ledger.locator('.list-body').evaluate(spare)).toBe(0);
    }
    expect(at1280.map(({ language }) => language)).toEqual(['en', 'zh']);
    await show(screen, { ...at1280[0]!, width: 1440, height: 900 });
  });
});

describe('answering by hand', () => {
  it('says on the button what is on hold', async () => {
    await toggleHold('read');
    await until(() => part(screen.page, 'hold-button').textContent()).toContain('By hand: read');
  });

  it('lets the platform wait for a person, whose error it is told, and marks it as deliberate', async () => {
    const answer = callPlatform(screen.page, READ);
    const held = screen.page.locator('[data-testid^="ledger-row-"][data-status="held"]');
    await held.waitFor();
    await held.locator('[data-testid^="ledger-answer-"]').click();
    await until(() => part(screen.page, 'hand-value-/3303/0/5700').inputValue()).toBe('20.123');
    await part(screen.page, 'hand-kind-error').check();
    await part(screen.page, 'hand-result').selectOption('13');
    await part(screen.page, 'hand-send').click();
    expect(await answer).toMatch(/"errno":\d{2,}/);
    const row = screen.page.locator('[data-testid^="ledger-row-"][data-deliberate="error"]');
    await until(() => row.getAttribute('data-status')).toBe('refused');
    expect(await row.textContent()).toContain(`by hand: ${lineTexts.en.result['13']}`);
    const { requests } = await stateOf(screen.page);
    expect(Object.values(requests).filter(({ deliberate }) => deliberate !== undefined)).toMatchObject([
      { kind: 'read', result: 13, deliberate: { kind: 'error' } },
    ]);
  });

  it('tells another value from the keyboard alone', async () => {
    const answer = callPlatform(screen.page, READ);
    await screen.page.locator('[data-testid^="ledger-row-"][data-status="held"]').waitFor();
    await screen.page.locator('[data-area="ledger"] [data-area-focus]').focus();
    await screen.page.keyboard.press('End');
    await screen.page.keyboard.press('Enter');
    await part(screen.page, 'hand-value-/3303/0/5700').fill('99.5');
    await screen.page.keyboard.press('Enter');
    expect(await answer).toContain('"val":99.5');
    const { resources } = await stateOf(screen.page);
    expect(resources['/3303/0/5700']?.value).toBe('20.123');
  });

  it('answers by itself again when nothing is on hold', async () => {
    await toggleHold('read');
    expect(await callPlatform(screen.page, READ)).toContain('"val":20.123');
  });
});

describe('a value set in the tree', () => {
  const PATH = '/3306/0/5851';
  const shown = () => part(screen.page, `tree-row-${PATH}`).locator('.value').textContent();

  it('is refused outside the range that the registry gives it, in a sentence that names the range', async () => {
    await until(shown).toBe('0');
    await part(screen.page, `tree-row-${PATH}`).dblclick();
    await part(screen.page, 'tree-edit').fill('300');
    await part(screen.page, 'tree-edit').press('Enter');
    const sentence = en.composer.outsideRange.replace('{range}', '0..100');
    await until(() => part(screen.page, 'value-problem').textContent()).toContain(sentence);
    expect(await part(screen.page, 'tree-edit').getAttribute('aria-invalid')).toBe('true');
    expect((await stateOf(screen.page)).resources[PATH]?.value).toBe('0');
    await part(screen.page, 'tree-edit').fill('30');
    await part(screen.page, 'value-problem').waitFor({ state: 'hidden' });
    await part(screen.page, 'tree-edit').press('Enter');
    await until(shown).toBe('30');
  });

  it('is set by Enter also where the field is left at once, before the registry has told its range', async () => {
    await screen.page.evaluate(async (path) => {
      const of = <E extends HTMLElement>(name: string) => document.querySelector<E>(`[data-testid="${name}"]`);
      of(`tree-row-${path}`)?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      // No answer of main comes between two turns of these.
      for (let turn = 0; turn < 1000 && !of('tree-edit'); turn++) await Promise.resolve();
      const field = of<HTMLInputElement>('tree-edit')!;
      field.value = '40';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      field.dispatchEvent(new FocusEvent('blur'));
    }, PATH);
    await until(shown).toBe('40');
  });

  it('may be what the platform writes all the same, and stays when it is looked at', async () => {
    const body = { data: [{ res_id: 5851, val: 300 }] };
    const write = '/nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2';
    expect(await callPlatform(screen.page, write, body)).toBe('{"errno":0,"error":"succ"}');
    await until(shown).toBe('300');
    await part(screen.page, `tree-row-${PATH}`).dblclick();
    await part(screen.page, 'tree-edit').press('Enter');
    await part(screen.page, 'tree-edit').waitFor({ state: 'hidden' });
    expect(await shown()).toBe('300');
  });
});

describe('a driven value', () => {
  it('arrives at the platform by itself, as its attributes ask', async () => {
    const observe = '/nbiot/observe?imei=IMEI&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700&pmin=1&pmax=5';
    expect(await callPlatform(screen.page, observe, {})).toContain('"errno":0');
    await choose(screen.page, '/3303/0/5700');
    await part(screen.page, 'generator-open').click();
    await part(screen.page, 'generator-kind').selectOption('constant');
    await part(screen.page, 'generator-value').fill('31.25');
    await part(screen.page, 'generator-start').click();
    await part(screen.page, 'tree-row-/3303/0/5700').getByTestId('driven').waitFor();
    const points = '/devices/0/datapoints?imei=IMEI&datastream_id=3303_0_5700&limit=1';
    await until(() => callPlatform(screen.page, points)).toContain('"value":31.25');
    const { outbox } = await stateOf(screen.page);
    expect(Object.values(outbox)).toContainEqual(expect.objectContaining({ automatic: true, value: '31.25' }));
    await until(() => part(screen.page, 'value-standing').getAttribute('data-standing')).toBe('acknowledged');
  });

  it('has a journal that shows, when it is opened, what the window shows', async () => {
    await expectOpenEqualsLive(screen.page);
  });

  it('has left nothing in the console of the window to complain of', () => {
    expect(screen.complaints).toEqual([]);
  });
});
