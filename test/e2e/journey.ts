import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJournalLines } from '../../main/journal/journalLines.ts';
import type { JournalLine } from '../../main/journal/journalLines.ts';
import { en, zh } from '../../renderer/i18n/texts.ts';
import {
  allDone,
  ask,
  callPlatform,
  choose,
  connect,
  good,
  logRow,
  part,
  showsNewestLine,
  stages,
  programOf,
  stateOf,
  type,
  until,
} from './screen.ts';
import { layoutFaults } from './layout.ts';
import { expectOpenEqualsLive } from './openEqualsLive.ts';
import type { Screen } from './screen.ts';

const chinese = /[\u3400-\u9fff]/;

/** Every text of the interface that has no gaps to fill, by its key. */
function texts(messages: object, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value] as [string, string]]
      : texts(value as object, `${prefix}${key}.`),
  );
}

/**
 * A technician's visit from the first start to the export of the log, on whatever window `start` opens. The tests build on
 * each other, in this order.
 */
export function journey(start: () => Promise<Screen>): void {
  let screen: Screen;
  beforeAll(async () => {
    screen = await start();
  });
  afterAll(() => screen?.close());

  /** Words a person can see or hear: texts, hints and labels. */
  const words = (): Promise<string[]> =>
    screen.page.evaluate(() => {
      const found: string[] = [];
      for (const element of document.querySelectorAll<HTMLElement>('body *')) {
        for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '');
        // The meaning of a line of the log is looked up anew each time the mouse arrives at it.
        const names = element.dataset['index'] === undefined ? ['title', 'aria-label', 'placeholder'] : ['aria-label'];
        for (const name of names) found.push(element.getAttribute(name) ?? '');
      }
      return found.map((text) => text.trim()).filter((text) => text !== '');
    });

  /** Lines of the wire in the journal, written out first. */
  async function journalLines(): Promise<JournalLine[]> {
    const [file] = await readdir(screen.folders.journals);
    const lines: JournalLine[] = [];
    for await (const block of readJournalLines(path.join(screen.folders.journals, file ?? ''))) lines.push(...block);
    return lines;
  }

  describe('at the start', () => {
    it('offers the virtual module when no adapter is plugged in', async () => {
      const { ports } = await programOf(screen.page);
      const adapters = ports.filter(({ usbId }) => usbId !== undefined);
      const chosen = part(screen.page, 'port-picker');
      await until(() => chosen.textContent()).toContain(adapters[0]?.path ?? 'Virtual M5310');
      if (adapters.length > 0) await part(screen.page, 'port-option-sim:m5310-seed').click();
    });

    it('says how to begin, and why nothing can be sent yet', async () => {
      await until(() => part(screen.page, 'empty-state').textContent()).toContain(en.empty.steps.connect);
      await choose(screen.page, '/3303/0/5700');
      await until(() => part(screen.page, 'composer-send').getByTestId('obstacle').textContent()).toContain(
        en.composer.notConnected,
      );
    });

    it('refuses a baud rate that is none before anything is opened', async () => {
      await part(screen.page, 'baud-input').fill('96OO');
      await part(screen.page, 'connect-button').click();
      await until(() => screen.page.locator('#port-problem').textContent()).toContain(
        en.port.badBaud.replace('{min}', '300').replace('{max}', '4000000'),
      );
      expect((await stateOf(screen.page)).connection.phase).toBe('closed');
    });
  });

  describe('connected', () => {
    it('brings the module online, stage by stage', async () => {
      await connect(screen.page);
      const { connection, registration, module } = await stateOf(screen.page);
      expect(connection).toMatchObject({ phase: 'ready', baudRate: 115_200 });
      expect(registration.phase).toBe('registered');
      expect(module).toMatchObject({ model: 'M5310', miplVersion: '2.2.0' });
    });

    it('shows who the module is and which dialect it speaks', async () => {
      await until(() => part(screen.page, 'stage-module').textContent()).toContain('M5310');
      expect(await part(screen.page, 'dialect').getAttribute('data-dialect')).toBe('cis');
      expect(await part(screen.page, 'dialect').getAttribute('title')).toContain('AT+MIPLCREATEEX=?');
    });

    it('is online on the platform', async () => {
      expect(await callPlatform(screen.page, '/devices/status?imei=IMEI&devIds=')).toContain('"online":true');
    });

    it('answers a read of the platform and shows it in ledger and log', async () => {
      expect(await callPlatform(screen.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700')).toBe(
        '{"errno":0,"data":[{"res":[{"val":20.123,"res_id":5700}],"obj_inst_id":0}],"error":"succ"}',
      );
      const row = screen.page.locator('[data-testid^="ledger-row-"][data-kind="read"]');
      await until(() => row.getAttribute('data-status')).toBe('answered');
      expect(await row.textContent()).toContain('/3303/0/5700');
      expect(await row.getByTestId('ledger-value').textContent()).toBe('20.123');
      expect(await row.getAttribute('title')).toContain('20.123');
      await until(() => logRow(screen.page, ',3303,0,5700,4,4,20.123,0,0').count()).toBe(1);
      expect((await stateOf(screen.page)).answerTimes).toMatchObject({ lateCount: 0 });
    });

    it('takes a write of the platform and shows the new value in the tree', async () => {
      const body = {
        data: [
          { res_id: 5850, val: 1 },
          { res_id: 5851, val: 22 },
        ],
      };
      expect(await callPlatform(screen.page, '/nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2', body)).toBe(
        '{"errno":0,"error":"succ"}',
      );
      await until(() => part(screen.page, 'tree-row-/3306/0/5851').locator('.value').textContent()).toBe('22');
      const row = screen.page.locator('[data-testid^="ledger-row-"][data-kind="write"]');
      await until(() => row.getAttribute('data-status')).toBe('answered');
      expect(await row.getByTestId('ledger-value').textContent()).toBe('5850=1 5851=22');
      await part(screen.page, 'tree-row-/3306/0/5851').click();
      await until(() => part(screen.page, 'value-standing').getAttribute('data-standing')).toBe('writtenByPlatform');
    });

    it('executes what the platform asks for and counts it', async () => {
      expect(
        await callPlatform(screen.page, '/nbiot/execute?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5605', {
          args: 'reset',
        }),
      ).toBe('{"errno":0,"error":"succ"}');
      await until(() => part(screen.page, 'tree-row-/3303/0/5605').textContent()).toContain('×1');
      const row = screen.page.locator('[data-testid^="ledger-row-"][data-kind="execute"]');
      await until(() => row.getAttribute('data-status')).toBe('answered');
      expect(await row.getAttribute('title')).toContain('reset');
    });

    it('shows a request that had to be refused as refused', async () => {
      expect(await callPlatform(screen.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=4711')).toContain(
        '"errno":5106',
      );
      await until(() =>
        screen.page.locator('[data-testid^="ledger-row-"][data-status="refused"]').textContent(),
      ).toContain('/3303/0/4711');
    });

    it('lets the platform ask from within the window', async () => {
      await part(screen.page, 'ask-platform').click();
      await part(screen.page, 'ask-path').fill('/3303/1/5602');
      const calls = async (): Promise<number> => Object.keys((await stateOf(screen.page)).platformCalls).length;
      const before = await calls();
      // A double click asks once.
      await part(screen.page, 'ask-send').evaluate((button: HTMLElement) => {
        button.click();
        button.click();
      });
      // The value with its unit and how long it took; the answer itself on demand.
      await until(() => part(screen.page, 'ask-answer').textContent()).toMatch(/✓ 55\.123 Cel\s*· \d/);
      expect(await calls()).toBe(before + 1);
      await part(screen.page, 'ask-json').click();
      await until(() => part(screen.page, 'ask-strip').locator('pre').textContent()).toContain('"val":55.123');
      // It has a row of its own, and lies over no request.
      expect(await layoutFaults(screen.page)).toEqual([]);
      await part(screen.page, 'ask-path').press('Escape');
      await part(screen.page, 'ask-strip').waitFor({ state: 'detached' });
      await until(() => screen.page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe(
        'ask-platform',
      );
    });

    it('shows which line of the log means what', async () => {
      await logRow(screen.page, '+MIPLREAD:0,').click();
      await until(() => part(screen.page, 'log-meaning').textContent()).toMatch(/read/i);
      await logRow(screen.page, '+MIPLREAD:0,').click();
    });
  });

  describe('the composer', () => {
    const value = () => part(screen.page, 'composer-value');
    const reason = () => part(screen.page, 'composer-send').getByTestId('obstacle').textContent();

    it('sends a notification that the platform acknowledges and keeps', async () => {
      await choose(screen.page, '/3303/0/5700');
      await value().fill('26.5');
      await part(screen.page, 'composer-send').click();
      const outbox = part(screen.page, 'outbox-last');
      await until(() => outbox.getAttribute('data-status')).toBe('acknowledged');
      expect(await outbox.textContent()).toContain('/3303/0/5700 = 26.5');
      const points = JSON.parse(
        await callPlatform(screen.page, '/devices/0/datapoints?imei=IMEI&datastream_id=3303_0_5700&limit=1'),
      ) as { data: { datastreams: { id: string; datapoints: { value: unknown }[] }[] } };
      expect(points.data.datastreams).toMatchObject([{ id: '3303_0_5700', datapoints: [{ value: 26.5 }] }]);
      await until(() => part(screen.page, 'tree-row-/3303/0/5700').locator('.value').textContent()).toBe('26.5');
      await until(() => part(screen.page, 'value-standing').getAttribute('data-standing')).toBe('acknowledged');
    });

    it('says that a value has the wrong type and sends nothing', async () => {
      const before = Object.keys((await stateOf(screen.page)).outbox).length;
      await value().fill('warm');
      await until(reason).toContain(en.composer.wrongType.float);
      await part(screen.page, 'composer-send').click({ force: true });
      await value().press('Control+Enter');
      expect(Object.keys((await stateOf(screen.page)).outbox)).toHaveLength(before);
      await value().fill('26.5');
    });

    it('says that a value is too long, with the limit', async () => {
      await choose(screen.page, '/3303/0/5701');
      await value().fill('x'.repeat(481));
      await until(reason).toContain('481 bytes, the limit is 480');
      await value().fill('Cel');
    });

    it('says that an executable has no value', async () => {
      await choose(screen.page, '/3303/0/5605');
      await until(reason).toContain(en.composer.noValue);
    });

    it('says that the platform does not observe the resource', async () => {
      await callPlatform(screen.page, '/nbiot/observe?imei=IMEI&cancel=true&obj_id=3306&obj_inst_id=0', {});
      await choose(screen.page, '/3306/0/5851');
      await until(reason).toContain(en.composer.notObserved);
      await callPlatform(screen.page, '/nbiot/observe?imei=IMEI&cancel=false&obj_id=3306&obj_inst_id=0', {});
      await until(() => part(screen.page, 'composer-send').textContent()).toContain(en.composer.send);
    });

    it('is checked again by main when the screen does not', async () => {
      const refusals = [
        await ask(screen.page, 'notify', { path: '/3303/0/5700', value: 'warm', confirmed: true }),
        await ask(screen.page, 'notify', { path: '/3303/0/5701', value: 'x'.repeat(481), confirmed: true }),
        await ask(screen.page, 'notify', { path: '/3303/0/4711', value: '1', confirmed: true }),
      ];
      expect(refusals.map((result) => (result.ok ? 'sent' : result.error.code))).toEqual([
        'LWM2M_BAD_VALUE',
        'MIPL_TOO_LONG',
        'LWM2M_NOT_FOUND',
      ]);
    });
  });

  describe('the console', () => {
    it('sends what is typed and shows the answer', async () => {
      await type(screen.page, 'AT+CSQ');
      // The tool looks at the signal with the same command, by itself and at any time.
      const typed = screen.page.locator('[data-testid^="log-row-"][data-kind="person"]', { hasText: 'AT+CSQ' });
      await until(() => typed.count()).toBe(1);
      await until(() => logRow(screen.page, '+CSQ:').getAttribute('data-kind')).toBe('answer');
    });

    it('refuses control characters', async () => {
      await type(screen.page, 'AT+CSQ\u001aAT+MIPLCLOSE=0');
      await part(screen.page, 'toast-AT_BAD_LINE').waitFor();
      await part(screen.page, 'toast-AT_BAD_LINE').getByRole('button').click();
      expect((await journalLines()).some(({ text }) => text.includes('\u001a'))).toBe(false);
      expect((await stateOf(screen.page)).registration.phase).toBe('registered');
    });

    it('shows an answer that says no', async () => {
      await type(screen.page, 'AT+NONSENSE');
      // The tool has asked for numbers (AT+CMEE=1), and 50 is what modules of this kind say to a command they do not know.
      await until(() => logRow(screen.page, '+CME ERROR: 50').count()).toBe(1);
      expect(await logRow(screen.page, '+CME ERROR: 50').locator('.error').count()).toBe(1);
      // It stands in the log: nothing says it a second time.
      expect(await part(screen.page, 'toast-AT_CME').count()).toBe(0);
    });

    it('completes names and shows the parameters while one types', async () => {
      await part(screen.page, 'console-input').fill('AT+MIPLNOT');
      await part(screen.page, 'console-input').press('Tab');
      await until(() => part(screen.page, 'console-input').inputValue()).toBe('AT+MIPLNOTIFY=');
      await until(() => part(screen.page, 'console-help').textContent()).toContain('msgId');
      await part(screen.page, 'console-input').fill('');
    });

    it('has the commands typed before', async () => {
      const input = part(screen.page, 'console-input');
      await input.press('ArrowUp');
      await input.press('ArrowUp');
      await input.press('ArrowUp');
      await until(() => input.inputValue()).toBe('AT+CSQ');
      await input.fill('');
    });
  });

  describe('the log', () => {
    it('stops following when one scrolls up and follows again by the pill', async () => {
      await part(screen.page, 'log').hover();
      await screen.page.mouse.wheel(0, -600);
      const pill = part(screen.page, 'log-follow-pill');
      await pill.waitFor();
      await type(screen.page, 'AT');
      await until(() => pill.textContent()).toMatch(/\d/);
      await pill.click();
      await pill.waitFor({ state: 'detached' });
      await until(() => showsNewestLine(screen.page)).toBe(true);
    });
  });

  describe('the export', () => {
    /** Exports by the menu; gives the file, which appears whole or not at all. */
    async function exportAs(format: string, mask: boolean): Promise<string> {
      await part(screen.page, 'export-menu').click();
      await part(screen.page, mask ? 'export-mask' : 'export-archive').check();
      const before = await readdir(screen.folders.exports);
      await part(screen.page, `export-${format}`).click();
      const added = async (): Promise<string[]> =>
        (await readdir(screen.folders.exports)).filter((file) => !before.includes(file));
      await until(added).toEqual([expect.stringMatching(new RegExp(`\\.${format}$`))]);
      const [file] = await added();
      await until(() => part(screen.page, 'toast').last().textContent()).toContain(file);
      // The menu goes a moment later, and the next click on its button would only close it.
      await part(screen.page, `export-${format}`).waitFor({ state: 'hidden' });
      return readFile(path.join(screen.folders.exports, file ?? ''), 'utf8');
    }

    it.each(['txt', 'csv', 'ndjson'])('as %s holds every line of the wire that the journal holds', async (format) => {
      const askedMs = Date.now();
      const text = await exportAs(format, false);
      // The session goes on: what came after the export cannot stand in it.
      const wire = (await journalLines()).filter(({ direction, atMs }) => direction !== 'note' && atMs < askedMs);
      expect(wire.length).toBeGreaterThan(100);
      // A table doubles quotes, JSON escapes them; the words between stay what they are.
      const inFormat = (line: string): string => {
        if (format === 'csv') return line.replaceAll('"', '""');
        return format === 'ndjson' ? JSON.stringify(line).slice(1, -1) : line;
      };
      const missing = wire.filter((line) => !text.includes(inFormat(line.text)));
      expect(missing).toEqual([]);
      const { module } = await stateOf(screen.page);
      expect(text).toContain(module.imei);
    });

    it.each(['txt', 'csv', 'ndjson'])('as %s for others hides IMEI and IMSI', async (format) => {
      const text = await exportAs(format, true);
      const { imei, imsi, iccid } = (await stateOf(screen.page)).module;
      expect(imei).toMatch(/^\d{15}$/);
      expect([imei, imsi, iccid].filter((number) => text.includes(number ?? ''))).toEqual([]);
      expect(text).toContain('AT+MIPLOPEN=0,3600,30');
    });
  });

  describe('language and theme', () => {
    it('has no Chinese character on the screen while it is English', async () => {
      expect((await words()).filter((text) => chinese.test(text) && text !== en.top.language)).toEqual([]);
      expect(await screen.page.evaluate(() => document.documentElement.lang)).toBe('en');
    });

    it('changes every text without a restart', async () => {
      await part(screen.page, 'language-switch').click();
      await until(() =>
        part(screen.page, 'connect-button').or(part(screen.page, 'disconnect-button')).textContent(),
      ).toContain(zh.port.disconnect);
      const chineseTexts = new Map(texts(zh));
      const english = texts(en).filter(
        ([key, text]) => /[a-z]{3}/.test(text) && chineseTexts.get(key) !== text && !text.includes('{'),
      );
      const shown = new Set(await words());
      const left = english.filter(([, text]) => shown.has(text)).map(([key]) => key);
      expect(left).toEqual([]);
      expect(await screen.page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
      expect((await stateOf(screen.page)).registration.phase).toBe('registered');
    });

    it('names the objects in Chinese too', async () => {
      await until(() => part(screen.page, 'tree-row-/3303').textContent()).toMatch(chinese);
    });

    it('goes back to English', async () => {
      await part(screen.page, 'language-switch').click();
      await until(() => part(screen.page, 'disconnect-button').textContent()).toContain(en.port.disconnect);
    });

    it('changes its colours with the theme', async () => {
      const colours: string[] = [];
      for (const theme of ['dark', 'light', 'sunlight']) {
        await part(screen.page, 'theme-select').selectOption(theme);
        await until(() => screen.page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
        colours.push(
          await screen.page.evaluate(() => {
            const { backgroundColor, color } = getComputedStyle(document.body);
            return `${color} on ${backgroundColor}`;
          }),
        );
      }
      expect(new Set(colours).size).toBe(3);
    });

    it('keeps what was chosen in the settings file', async () => {
      await until(
        async () => JSON.parse(await readFile(path.join(screen.folders.data, 'settings.json'), 'utf8')) as unknown,
      ).toMatchObject({ language: 'en', theme: 'sunlight' });
      await part(screen.page, 'theme-select').selectOption('dark');
      await until(async () => (await programOf(screen.page)).settings.theme).toBe('dark');
    });
  });

  describe('leaving', () => {
    /** Opens the details of the last stage and presses a button there; they close by themselves afterwards. */
    async function doWithSession(button: string, isLoss = false): Promise<void> {
      await part(screen.page, 'stage-onenet').click();
      await part(screen.page, button).click();
      if (isLoss) await part(screen.page, 'confirm-yes').click();
      await part(screen.page, button).waitFor({ state: 'hidden' });
    }

    it('renews the registration and says when the platform has taken it', async () => {
      await doWithSession('update-button');
      await until(async () => (await stateOf(screen.page)).registration.lastEvent).toBe(11);
    });

    it('deregisters, and the platform sees the device offline', async () => {
      await doWithSession('deregister-button', true);
      await until(async () => (await stateOf(screen.page)).registration.phase).toBe('deregistered');
      await until(() => callPlatform(screen.page, '/devices/status?imei=IMEI&devIds=')).toContain('"online":false');
    });

    it('says in the composer that the device is not registered', async () => {
      await choose(screen.page, '/3303/0/5700');
      await until(() => part(screen.page, 'composer-send').getByTestId('obstacle').textContent()).toContain(
        en.composer.notRegistered,
      );
      const refused = await ask(screen.page, 'notify', { path: '/3303/0/5700', value: '1', confirmed: false });
      expect(refused).toMatchObject({ ok: false, error: { code: 'MIPL_NOT_REGISTERED' } });
    });

    it('registers again', async () => {
      await doWithSession('register-button');
      await until(async () => (await stateOf(screen.page)).registration.phase).toBe('registered');
      await until(() => stages(screen.page)).toEqual(allDone);
      // The platform discovers and observes anew, and only then there is quiet.
      await until(async () => (await stateOf(screen.page)).observations.length).toBe(3);
    });

    it('shows the session as it is after the window was reloaded', async () => {
      const before = await stateOf(screen.page);
      await screen.page.reload();
      await part(screen.page, 'disconnect-button').waitFor();
      await until(() => stages(screen.page)).toEqual(allDone);
      expect((await stateOf(screen.page)).registration).toEqual(before.registration);
      const rows = screen.page.locator('[data-testid^="ledger-row-"]');
      const known = async (): Promise<number> => Object.keys((await stateOf(screen.page)).requests).length;
      await until(async () => (await rows.count()) - (await known())).toBe(0);
      expect(await known()).toBeGreaterThanOrEqual(Object.keys(before.requests).length);
      await until(() => showsNewestLine(screen.page)).toBe(true);
    });

    it('has a journal that shows, when it is opened, the rows, the requests and the state of the window', async () => {
      await expectOpenEqualsLive(screen.page);
    });

    it('disconnects and connects again', async () => {
      await part(screen.page, 'disconnect-button').click();
      await part(screen.page, 'connect-button').waitFor();
      expect(Object.values(await stages(screen.page))).not.toContain('done');
      await connect(screen.page);
      expect(await callPlatform(screen.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5701')).toContain(
        '"val":"Cel"',
      );
      expect(await readdir(screen.folders.journals)).toHaveLength(2);
      good(await ask(screen.page, 'closePort'));
    });

    it('has complained of nothing in the console of the window, and broken no content policy', () => {
      expect(screen.complaints).toEqual([]);
    });
  });
}
