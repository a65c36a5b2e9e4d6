import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { PlatformCall } from '../../shared/platform.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { ask, connect, good, part, stateOf, until } from './screen.ts';

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The platform page: every operation is triggered by hand, and both sides of each are on the screen. */
describe('the platform page', () => {
  let started: StartedElectron;
  let page: Page;
  beforeAll(async () => {
    started = await startElectron();
    page = started.page;
    await part(page, 'nav-platform').click();
  });
  afterAll(() => started.close());

  const open = (kind: string): Promise<void> => part(page, `platform-kind-${kind}`).check();

  const newestCall = async (): Promise<number> =>
    Math.max(0, ...Object.keys((await stateOf(page)).platformCalls).map(Number));

  /** Sends the form and waits until the call's end is what the page shows; gives the call as main has it. */
  async function send(button = 'platform-send'): Promise<PlatformCall> {
    const before = await newestCall();
    await part(page, button).click();
    await until(newestCall).toBe(before + 1);
    const id = String(before + 1);
    const row = part(page, `platform-call-${id}`);
    await until(() => row.getAttribute('data-status')).toMatch(/^(done|failed)$/);
    await until(() => row.getAttribute('aria-selected')).toBe('true');
    return (await stateOf(page)).platformCalls[id]!;
  }

  /** Lines of the module's side, in order. */
  const lines = async (): Promise<string[]> => {
    const texts = await page.locator('[data-testid^="platform-line-"] .text').allTextContents();
    return texts.map((text) => text.replace(/(0,)\d{3,}/, '$1msgid'));
  };
  const kinds = (): Promise<(string | null)[]> =>
    page
      .locator('[data-testid="platform-exchange"]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-kind')));
  const clipboard = (): Promise<string> => started.app.evaluate(({ clipboard: system }) => system.readText());
  const emptyClipboard = (): Promise<void> => started.app.evaluate(({ clipboard: system }) => system.clear());
  const answer = async (): Promise<string> =>
    ((await part(page, 'platform-answer').textContent()) ?? '').replace(/\s+/g, '');

  it('teaches what it is for while there is nothing, and says what is in the way', async () => {
    await part(page, 'platform-empty').waitFor();
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.why.noSimulator');
    expect(await part(page, 'platform-check-online').isDisabled()).toBe(true);
    await connect(page);
    await until(() => part(page, 'platform-send').getAttribute('aria-disabled')).toBe('false');
  });

  it('asks whether the device is online', async () => {
    const call = await send('platform-check-online');
    expect(call.url).toMatch(/\/devices\/status\?imei=\d{15}&devIds=$/);
    await until(() => part(page, 'platform-online').getAttribute('data-online')).toBe('online');
    await until(() => part(page, 'platform-device-id').inputValue()).toMatch(/^\d+$/);
    expect(await part(page, 'platform-no-request').textContent()).toContain('nothing reaches the device');
  });

  it('reads a resource, an instance and an object', async () => {
    await open('read');
    await part(page, 'platform-path').selectOption('/3303/0/5700');
    await send();
    expect(await answer()).toBe(
      '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
    );
    await until(lines).toEqual([
      '+MIPLREAD:0,msgid,3303,0,5700',
      'AT+MIPLREADRSP=0,msgid,1,3303,0,5700,4,4,20.123,0,0',
      'OK',
    ]);
    await part(page, 'platform-path').selectOption('/3303/0');
    await send();
    expect(await answer()).toContain('{"val":0.0,"res_id":5603},{"val":99.0,"res_id":5604}');
    await until(async () => (await lines()).length).toBe(13);
    await part(page, 'platform-path').selectOption('/3303');
    await send();
    expect(await answer()).toContain('"obj_inst_id":1');
    await until(async () => (await lines())[0]).toBe('+MIPLREAD:0,msgid,3303,-1,-1');
  });

  it('shows what is not there as refused, with the module’s answer beside it', async () => {
    await part(page, 'platform-path').selectOption('other');
    await part(page, 'platform-path-typed').fill('/3303/0/4711');
    const call = await send();
    expect(call.fault).toMatchObject({ code: 'PLATFORM_REFUSED', detail: 'NOT_FOUND' });
    await until(async () => (await lines())[1]).toMatch(/^AT\+MIPLREADRSP=0,msgid,13/);
    expect(await part(page, `platform-call-${call.id}`).textContent()).toContain('▲ refused: NOT_FOUND');
    await until(() => part(page, 'platform-fault').textContent()).toContain('METHOD_NOT_ALLOWED 14');
  });

  it('writes one and several resources', async () => {
    await open('write');
    await part(page, 'platform-path').selectOption('/3306/0');
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.why.nothingChosen');
    await part(page, 'platform-write-tick-/3306/0/5850').check();
    await part(page, 'platform-write-value-/3306/0/5850').selectOption('1');
    expect((await send()).requestBody).toBe('{"data":[{"res_id":5850,"val":1}]}');
    await until(async () => (await lines())[0]).toBe('+MIPLWRITE:0,msgid,3306,0,5850,2,1,01,0,0');
    await part(page, 'platform-write-tick-/3306/0/5851').check();
    await part(page, 'platform-write-value-/3306/0/5851').fill('bright');
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.why.badValue');
    await part(page, 'platform-write-value-/3306/0/5851').fill('22');
    expect((await send()).requestBody).toBe('{"data":[{"res_id":5850,"val":1},{"res_id":5851,"val":22}]}');
    await until(async () => (await lines()).slice(0, 2)).toEqual([
      '+MIPLWRITE:0,msgid,3306,0,5850,2,1,01,0,1',
      '+MIPLWRITE:0,msgid,3306,0,5851,2,1,16,0,0',
    ]);
  });

  it('executes', async () => {
    await open('execute');
    await part(page, 'platform-path').selectOption('/3303/0/5605');
    await part(page, 'platform-args').fill('reset');
    expect((await send()).requestBody).toBe('{"args":"reset"}');
    await until(async () => (await lines()).slice(0, 2)).toEqual([
      '+MIPLEXECUTE:0,msgid,3303,0,5605,5, "reset"',
      'AT+MIPLEXECUTERSP=0,msgid,2',
    ]);
  });

  it('writes attributes by that name; rules of the API are checked before anything is sent', async () => {
    await open('writeAttributes');
    await part(page, 'platform-path').selectOption('/3303/0/5700');
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.attribute.none');
    const fill = async (values: Record<string, string>): Promise<void> => {
      for (const [name, value] of Object.entries(values)) await part(page, `platform-attribute-${name}`).fill(value);
    };
    await fill({ pmin: '15', pmax: '6', gt: '50', lt: '0', st: '2' });
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.attribute.pmaxBelowPmin');
    await fill({ pmax: '60', lt: '47' });
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.attribute.order');
    await fill({ lt: '0' });
    const call = await send();
    expect(call.url).toContain('&pmin=15&pmax=60&gt=50&lt=0&st=2');
    expect(call.curl).toContain('&gt=50&lt=0&st=2');
    await until(kinds).toEqual(['parameter', 'observe']);
    await until(lines).toEqual([
      '+MIPLPARAMETER:0,msgid,3303,0,5700,37,"pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0"',
      'AT+MIPLPARAMETERRSP=0,msgid,2',
      'OK',
      '+MIPLOBSERVE:0,msgid,1,3303,0,5700',
      'AT+MIPLOBSERVERSP=0,msgid,1',
      'OK',
    ]);
  });

  it('observes with attributes as well, which are then written first', async () => {
    await open('observe');
    await part(page, 'platform-path').selectOption('/3303/0/5601');
    expect(await part(page, 'platform-attribute-pmin').inputValue()).toBe('');
    await part(page, 'platform-attribute-pmin').fill('18');
    expect((await send()).url).toContain('&pmin=18');
    await until(kinds).toEqual(['parameter', 'observe']);
    await part(page, 'platform-attribute-pmin').fill('');
  });

  it('observes and ends the observation at all three levels', async () => {
    for (const [target, address] of [
      ['/3303/0', '3303,0,-1'],
      ['/3303', '3303,-1,-1'],
      ['/3303/0/5700', '3303,0,5700'],
    ] as const) {
      for (const [kind, flag] of [
        ['observe', 1],
        ['cancel', 0],
      ] as const) {
        await open(kind);
        await part(page, 'platform-path').selectOption(target);
        expect((await send()).status).toBe('done');
        await until(lines).toEqual([`+MIPLOBSERVE:0,msgid,${flag},${address}`, 'AT+MIPLOBSERVERSP=0,msgid,1', 'OK']);
      }
    }
  });

  it('discovers, and shows what the platform remembers', async () => {
    await open('discover');
    await part(page, 'platform-path').selectOption('/3306');
    await send();
    await until(async () => (await lines())[0]).toBe('+MIPLDISCOVER:0,msgid,3306');
    await open('resources');
    await part(page, 'platform-path').selectOption('/3303/0');
    await send();
    expect(await answer()).toContain('"resources":[5700,5701,5601,5602,5603,5604,5605]');
  });

  it('shows data points as a table with time and value', async () => {
    const { id } = good(await ask(page, 'notify', { path: '/3303/1/5700', value: '98', confirmed: true }));
    await until(async () => (await stateOf(page)).outbox[id]?.status).toBe('acknowledged');
    await open('datapoints');
    await part(page, 'platform-path').selectOption('/3303/1/5700');
    await send();
    const row = part(page, 'platform-points').locator('tbody tr');
    await until(() => row.count()).toBe(1);
    expect(await row.locator('td').allTextContents()).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
      '/3303/1/5700',
      expect.stringMatching(/^98(\.0)?$/),
    ]);
  });

  it('creates a device, and explains why it cannot be created twice', async () => {
    await open('createDevice');
    expect(await part(page, 'platform-device-imei').inputValue()).toMatch(/^\d{15}$/);
    await part(page, 'platform-device-title').fill('Site 7');
    await part(page, 'platform-device-imei').fill('866971030000001');
    expect((await send()).status).toBe('done');
    expect(await answer()).toMatch(/"device_id":"\d+"/);
    expect((await send()).fault).toMatchObject({ code: 'PLATFORM_BAD_REQUEST' });
    await part(page, 'platform-fault').waitFor();
  });

  it('copies a call as curl: thresholds whole, no key', async () => {
    await open('observe');
    await part(page, 'platform-path').selectOption('/3303/0/5601');
    await part(page, 'platform-attribute-gt').fill('60');
    await emptyClipboard();
    await part(page, 'platform-curl').click();
    await until(clipboard).toContain('&gt=60');
    const copied = await clipboard();
    expect(copied).toContain('$ONENET_API_KEY');
    expect(copied).not.toContain('&amp;');
  });

  it('leads from a call to its request in the workbench', async () => {
    const read = Object.values((await stateOf(page)).platformCalls).find(
      ({ operation }) => operation.kind === 'execute',
    )!;
    await part(page, `platform-call-${read.id}`).click();
    await part(page, 'platform-show-request').click();
    await until(() => page.locator('tr[aria-selected="true"]').getAttribute('data-kind')).toBe('execute');
  });

  it('copies a request of the ledger as the call that makes it arrive again', async () => {
    for (const [kind, what] of [
      ['read', '/nbiot?imei='],
      ['write', `'{"data":[{"res_id":5850,"val":1},{"res_id":5851,"val":22}]}'`],
      ['execute', `'{"args":"reset"}'`],
      ['parameter', '&pmin='],
      ['observe', '&cancel=false&'],
      ['cancel', '&cancel=true&'],
      ['discover', '/nbiot/discover?imei='],
    ] as const) {
      const row = page.locator(`[data-testid^="ledger-row-"][data-kind="${kind}"]`).last();
      await row.click();
      await emptyClipboard();
      await row.locator('[data-testid^="ledger-menu-"]').click();
      await part(page, 'ledger-curl').filter({ visible: true }).click();
      await until(clipboard).toContain(what);
      expect(await clipboard()).toContain('$ONENET_API_KEY');
    }
  });

  it('shows in the log the lines of one request where others have its msgid', async () => {
    const cancel = page.locator('[data-testid^="ledger-row-"][data-kind="cancel"]').last();
    await cancel.click();
    await cancel.locator('[data-testid^="ledger-menu-"]').click();
    await part(page, 'ledger-lines').filter({ visible: true }).click();
    const shown = page.locator('[data-testid^="log-row-"] .text');
    await until(() => shown.allTextContents()).toEqual([
      expect.stringMatching(/^\+MIPLOBSERVE:0,\d+,0,3303,0,5700$/),
      expect.stringMatching(/^AT\+MIPLOBSERVERSP=0,\d+,1$/),
      'OK',
    ]);
    await part(page, 'nav-platform').click();
  });

  it('asks a real host with a key that nobody can read back, and says clearly what is wrong', async () => {
    const key = 'Secret-master-key-1234567890';
    await part(page, 'platform-mode-host').check();
    await until(() => part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.why.noKey');
    await part(page, 'platform-host').fill('http://api.example.com');
    await part(page, 'platform-open-warning').waitFor();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await part(page, 'platform-host').fill(nobody);
    await part(page, 'platform-key').fill(key);
    await part(page, 'platform-key-save').click();
    await until(async () => (await stateOf(page)).platform.hasKey).toBe(true);
    expect(await part(page, 'platform-key').inputValue()).toBe('');
    await open('read');
    await part(page, 'platform-path').selectOption('/3303/0/5700');
    const call = await send();
    expect(call.fault).toMatchObject({ code: 'PLATFORM_UNREACHABLE', detail: nobody });
    await until(() => part(page, 'platform-fault').textContent()).toContain('cannot be reached');

    expect(JSON.stringify(await stateOf(page))).not.toContain(key);
    expect(await page.content()).not.toContain(key);
    for (const folder of [started.folders.data, started.folders.journals]) {
      for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (name.isFile() && /\.(json|ndjson|log)$/.test(name.name))
          expect(readFileSync(path.join(name.parentPath, name.name), 'latin1')).not.toContain(key);
      }
    }
    await open('datapoints');
    await until(() => part(page, 'platform-id-untold').textContent()).toContain('platform not reached');
    expect(await part(page, 'platform-send').getAttribute('data-reason')).toBe('platform.why.noDeviceId');
    await part(page, 'platform-device-id').fill('23444');
    await part(page, 'platform-id-untold').waitFor({ state: 'detached' });
    expect(await part(page, 'platform-send').getAttribute('aria-disabled')).toBe('false');

    await part(page, 'platform-key-forget').click();
    await until(async () => (await stateOf(page)).platform.hasKey).toBe(false);
  });

  it('looks the device id up by itself once data points need it', async () => {
    await part(page, 'platform-mode-simulated').check();
    await open('read');
    await part(page, 'disconnect-button').click();
    await until(() => part(page, 'platform-device-id').inputValue()).toBe('');
    await connect(page);
    const before = await newestCall();
    await open('datapoints');
    await until(() => part(page, 'platform-device-id').inputValue()).toMatch(/^\d+$/);
    const { platformCalls } = await stateOf(page);
    expect(Object.values(platformCalls).filter(({ id }) => Number(id) > before)).toMatchObject([
      { operation: { kind: 'findDevice' }, status: 'done' },
    ]);
    expect((await send()).url).toMatch(/\/devices\/\d+\/datapoints\?datastream_id=3303_1_5700$/);
  });

  it('is used by keyboard alone', async () => {
    const area = () =>
      page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset['area']);
    await part(page, 'platform-send').focus();
    await page.keyboard.press('F6');
    expect(await area()).toBe('platform-calls');
    await page.keyboard.press('F6');
    expect(await area()).toBe('platform-detail');
    await page.keyboard.press('Shift+F6');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const rows = page.locator('[data-area="platform-calls"] tbody tr');
    await until(() => rows.nth(1).getAttribute('aria-selected')).toBe('true');
    await part(page, 'platform-kind-read').focus();
    await page.keyboard.press('ArrowRight');
    await until(() => part(page, 'platform-kind-write').isChecked()).toBe(true);
  });

  it('works without a complaint of the window', () => {
    expect(started.complaints).toEqual([]);
  });
});
