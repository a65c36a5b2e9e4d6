import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastWords } from '../../main/lastWords.ts';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { languages, lookIn, looksIn, wordsIn } from './languages.ts';
import { cutWords, picture, show } from './pictures.ts';
import { ask, callPlatform, connect, good, part, stateOf, until } from './screen.ts';

/** A device of one's own, from the registry to the platform, in both languages. The tests build on each other. */

let started: StartedElectron;
const at = (name: string) => part(started.page, name);
/** What the person chooses in the system's dialog for opening, which no program can click. */
const chooses = (...files: string[]) =>
  started.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: chosen });
  }, files);

async function handed(name: string, text: string): Promise<string> {
  const file = join(started.folders.exports, name);
  await writeFile(file, text);
  await started.electron.handOver(file);
  return file;
}

const objectFile = (id: number, name: string, type = 'Float') => `<?xml version="1.0" encoding="UTF-8"?>
<LWM2M><Object ObjectType="MODefinition"><Name>${name}</Name><ObjectID>${id}</ObjectID><ObjectVersion>1.1</ObjectVersion>
<MultipleInstances>Multiple</MultipleInstances><Resources>
<Item ID="1"><Name>Volume</Name><Operations>R</Operations><MultipleInstances>Single</MultipleInstances>
<Mandatory>Mandatory</Mandatory><Type>${type}</Type><RangeEnumeration>0..99</RangeEnumeration><Units>m3</Units></Item>
<Item ID="2"><Name>Reset</Name><Operations>E</Operations><MultipleInstances>Single</MultipleInstances>
<Mandatory>Optional</Mandatory><Type></Type></Item></Resources></Object></LWM2M>`;

async function registryFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(started.folders.exports, 'registry');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await started.electron.handOver(folder);
  return folder;
}

/** What is said of a type that nobody knows. */
const textTaken = {
  en: 'data type "Complex" is unknown: taken as text',
  zh: '数据类型 "Complex" 未知：按字符串处理',
} as const;

describe.each(languages)('a device of one’s own in %s', (language) => {
  const words = wordsIn[language];
  const look = lookIn(language, 'light');
  beforeAll(async () => {
    started = await startElectron();
    await show(started, look);
    await started.page.keyboard.press('Control+4');
    await at('model-tree-/3303').waitFor();
  });
  afterAll(() => started?.close());

  describe('the catalogue', () => {
    it('imports a folder of the registry and says with file and line what it left out', async () => {
      await chooses(
        await registryFolder({
          '3424.xml': `\ufeff${objectFile(3424, 'Water meter')}`,
          '3425.xml': objectFile(3425, 'Odd meter', 'Complex'),
          '9.xml': objectFile(9009, 'Torn').replace('</LWM2M>', ''),
        }),
      );
      await at('catalogue-folder').click();
      await until(() => at('catalogue-imported').textContent()).toContain('2');
      await at('catalogue-details').click();
      const remarks = await at('catalogue-remarks').textContent();
      expect(remarks).toContain('9.xml:7');
      expect(remarks).toContain(`3425.xml:4 ${textTaken[language]}`);
      await at('catalogue-details').click();
    });

    it('is searched by number and by name in either language, with the keyboard alone', async () => {
      await started.page.keyboard.press('Control+f');
      await started.page.keyboard.type('3424');
      await at('catalogue-3424').waitFor();
      await at('catalogue-search').fill('灯光');
      await at('catalogue-3311').waitFor();
      expect(await at('catalogue-3424').count()).toBe(0);
      await started.page.keyboard.press('Enter');
      await at('model-tree-/3311/0').waitFor();
      await until(() => at('model-unsaved').textContent()).toContain('1');
      // Once more it is only shown: nothing can be there twice.
      await at('catalogue-search').press('Enter');
      expect(await at('model-tree-/3311').count()).toBe(1);
      await at('catalogue-search').fill('water');
      await at('catalogue-add-3424').click();
      await at('model-line-/3424/0/1').waitFor();
      await at('catalogue-search').fill('');
    });
  });

  describe('the editor', () => {
    it('says why a value is wrong, leads to it with F8, and takes the right one', async () => {
      const value = at('model-value-/3424/0/1');
      await at('model-tree-/3424/0').click();
      await value.fill('wet');
      await value.press('Enter');
      expect(await at('model-why').textContent()).toContain(words.composer.wrongType.float);
      expect(await at('model-save').textContent()).toContain('▲ 1');
      await at('model-tree-/3303/0').click();
      await started.page.keyboard.press('F8');
      await until(() => value.evaluate((input) => input === document.activeElement)).toBe(true);
      await picture(started, `model-wrong-${language}`);
      await value.fill('12.5');
      await value.press('Enter');
      await until(() => at('model-save').textContent()).toContain(words.model.save);
    });

    it('refuses a resource that is there already, with its path', async () => {
      await at('model-own-resource').click();
      await at('model-resource-id').fill('1');
      await at('model-resource-zh').click();
      expect(await at('model-resource-why').textContent()).toContain('/3424/0/1');
      expect(await at('model-resource-save').isDisabled()).toBe(true);
      await started.page.keyboard.press('Escape');
      await until(() => at('model-resource').count()).toBe(0);
    });

    it('takes everything back, and does it again', async () => {
      await at('model-tree-/3311/0').focus();
      await started.page.keyboard.press('Delete');
      await until(() => at('model-tree-/3311/0').count()).toBe(0);
      await started.page.keyboard.press('Control+z');
      await at('model-tree-/3311/0').waitFor();
      await at('model-redo').click();
      await until(() => at('model-tree-/3311/0').count()).toBe(0);
      await at('model-undo').click();
      await at('model-tree-/3311/0').waitFor();
    });

    it('asks before another model takes the place of changes that are not saved', async () => {
      await at('model-open').click();
      await at('model-item-shipped').click();
      await at('model-leaving').waitFor();
      await started.page.keyboard.press('Escape');
      await until(() => at('model-leaving').isVisible()).toBe(false);
      await at('model-tree-/3424').waitFor();
    });
  });

  describe('a file', () => {
    it('is written and stands in the list, and the page says that all is saved', async () => {
      await at('model-name').fill('Pump house');
      await at('model-name').press('Enter');
      await at('model-save').click();
      await until(() => at('model-file').textContent()).toContain('Pump house.model.json');
      expect(await at('model-unsaved').count()).toBe(0);
      const written = JSON.parse(await readFile(join(started.folders.exports, 'Pump house.model.json'), 'utf8')) as {
        objects: { id: number }[];
      };
      expect(written.objects.map(({ id }) => id)).toEqual([3303, 3306, 3311, 3424]);
    });

    it('that is wrong is named with line and field, and nothing on the page has changed', async () => {
      await chooses(await handed('bad.model.json', '{\n  "format": "mipl-device-model",\n  "version": 7\n}'));
      await at('model-open').click();
      await at('model-open-file').click();
      const toast = started.page.locator('[role="alert"], .toast').filter({ hasText: 'bad.model.json:3' });
      await toast.first().waitFor();
      expect(await at('model-name').inputValue()).toBe('Pump house');
      expect(await at('model-file').textContent()).toContain('Pump house.model.json');
    });
  });

  describe('the device', () => {
    it('is registered anew with the objects of the model, and the platform reads them', async () => {
      await at('model-leave').click();
      await connect(started.page);
      await started.page.keyboard.press('Control+4');
      expect(await at('model-standing').getAttribute('data-standing')).toBe('other');
      await at('model-use').click();
      await until(() => at('model-standing').getAttribute('data-standing')).toBe('same');
      await until(async () => (await stateOf(started.page)).registration.phase).toBe('registered');
      const { objects } = await stateOf(started.page);
      expect(objects.map(({ objectId }) => objectId)).toEqual([3303, 3306, 3311, 3424]);
      await until(async () =>
        callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3424&obj_inst_id=0&res_id=1'),
      ).toContain('12.5');
      await started.page.keyboard.press('Escape');
      await at('tree-row-/3303').waitFor();
    });

    it('shows how a value came to be what it is, and writes it out', async () => {
      await at('tree-row-/3303/0/5700').click();
      const { value } = (await stateOf(started.page)).resources['/3303/0/5700']!;
      const next = String(Number(value) + 1);
      good(await ask(started.page, 'setValue', { path: '/3303/0/5700', value: next }));
      await at('history-open').click();
      const events = () => at('value-events').textContent();
      await until(events).toContain(words.valueHistory.by.model);
      await until(events).toContain(words.valueHistory.by.person);
      expect(await events()).toContain(next);
      await picture(started, `history-${language}`);
      await at('history-export').click();
      await until(() => readFile(join(started.folders.exports, 'value-3303-0-5700.csv'), 'utf8')).toContain(
        `person,${next}`,
      );
      await started.page.keyboard.press('Escape');
      await until(() => at('value-history').count()).toBe(0);
    });

    it('is asked about when the window is closed over changes, and the window stays where a person says so', async () => {
      await started.page.keyboard.press('Control+4');
      await at('model-name').fill('Pump house 2');
      await at('model-name').press('Enter');
      await until(() => at('model-unsaved').count()).toBe(1);
      await started.app.evaluate(({ BrowserWindow, dialog }) => {
        const asked: string[] = [];
        Object.assign(globalThis, { asked });
        dialog.showMessageBoxSync = (...given: unknown[]) => {
          asked.push((given.at(-1) as { message: string }).message);
          return 1;
        };
        BrowserWindow.getAllWindows()[0]?.close();
      });
      await until(() => started.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)).toEqual([
        lastWords[language].unsaved,
      ]);
      expect(await at('model-name').inputValue()).toBe('Pump house 2');
      await at('model-undo').click();
      await until(() => at('model-unsaved').count()).toBe(0);
    });

    it('still has the model at the next start, and a draft that was left is there again', async () => {
      await started.page.keyboard.press('Control+4');
      await at('model-tree-/3424/0').click();
      await at('model-value-/3424/0/1').fill('33');
      await at('model-value-/3424/0/1').press('Enter');
      await until(() => at('model-unsaved').textContent()).toContain('1');
      started = await started.again();
      const { objects } = await stateOf(started.page);
      expect(objects.map(({ objectId }) => objectId)).toEqual([3303, 3306, 3311, 3424]);
      await started.page.keyboard.press('Control+4');
      await until(() => at('model-unsaved').textContent()).toContain('1');
      await at('model-tree-/3424/0').click();
      expect(await at('model-value-/3424/0/1').inputValue()).toBe('33');
      await at('model-undo').click();
      await until(() => at('model-unsaved').count()).toBe(0);
    });
  });

  describe('a model taken off the list although new tabs begin with it', () => {
    const used = async () => good(await ask(started.page, 'listModels')).filter(({ isUsed }) => isUsed);
    const askToForget = async () => {
      await at('model-open').click();
      await at('model-forget-Pump house.model.json').click();
      await at('model-forget').waitFor();
    };

    it('is asked about first', async () => {
      expect(await used()).toMatchObject([{ file: 'Pump house.model.json' }]);
      await askToForget();
      await started.page.keyboard.press('Escape');
      await at('model-forget').waitFor({ state: 'hidden' });
      expect(await used()).toMatchObject([{ file: 'Pump house.model.json' }]);
    });

    it('goes on here, in no file, and new tabs begin with the one of the program', async () => {
      await askToForget();
      await at('model-forget-yes').click();
      await until(used).toMatchObject([{ id: 'shipped' }]);
      await until(() => at('model-file').textContent()).not.toContain('Pump house.model.json');
      expect(await at('model-name').inputValue()).toBe('Pump house');
      expect(await readFile(join(started.folders.exports, 'Pump house.model.json'), 'utf8')).toContain('3424');
    });
  });

  describe('the page', () => {
    it.each(
      looksIn(language)
        .filter(({ width }) => width <= 1280)
        .toReversed(),
    )('is whole in $theme, $width px', async (one) => {
      await show(started, one);
      await at('model-tree-/3424/0').click();
      await picture(started, `model-${one.language}-${one.theme}-${one.width}`);
      expect(await cutWords(started)).toEqual([]);
      if (one.width >= 1280) return;
      await at('model-side-catalogue').click({ force: true });
      await picture(started, `model-catalogue-${one.language}-${one.theme}-${one.width}`);
      expect(await cutWords(started)).toEqual([]);
      await at('model-side-resources').click({ force: true });
    });

    it('complains of nothing', () => {
      expect(started.complaints).toEqual([]);
    });
  });
});
