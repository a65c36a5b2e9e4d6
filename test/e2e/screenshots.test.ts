import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElectron } from './electron.ts';
import type { StartedElectron } from './electron.ts';
import { cutWords, looks as usualLooks, picture, show, smallestLooks } from './pictures.ts';
import { ask, callPlatform, choose, connect, part, stateOf, until } from './screen.ts';

const looks = [...smallestLooks, ...usualLooks];

/** Pictures of the window for a person to look at, and what a program can tell of them. */
let started: StartedElectron;
beforeAll(async () => {
  started = await startElectron();
});
afterAll(() => started?.close());

describe('before anything is connected', () => {
  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await picture(started, `1-start-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
    const find = await part(started.page, 'find-button').boundingBox();
    const area = await part(started.page, 'ledger-empty').boundingBox();
    expect(find!.y + find!.height).toBeLessThanOrEqual(area!.y + area!.height);
  });
});

describe('at work', () => {
  it('shows a session with requests of every kind', async () => {
    await connect(started.page);
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3306&obj_inst_id=0&mode=2', {
      data: [{ res_id: 5850, val: 1 }],
    });
    await callPlatform(started.page, '/nbiot/execute?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5605', {
      args: 'reset',
    });
    await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=4711');
    await choose(started.page, '/3303/0/5700');
    await part(started.page, 'composer-value').fill('26.5');
    await part(started.page, 'composer-send').click();
    await until(() => part(started.page, 'outbox-last').getAttribute('data-status')).toBe('acknowledged');
    expect(Object.keys((await stateOf(started.page)).requests).length).toBeGreaterThan(8);
  });

  it.each(looks)('nothing is cut off: $language, $theme, $width × $height', async (look) => {
    await show(started, look);
    await picture(started, `2-work-${look.language}-${look.theme}-${look.width}`);
    expect(await cutWords(started)).toEqual([]);
  });

  it.each(looks.filter(({ width }) => width === 1280))('a stage tells its details: $language, $theme', async (look) => {
    await show(started, look);
    await part(started.page, 'stage-onenet').click();
    await part(started.page, 'deregister-button').waitFor();
    await picture(started, `3-stage-${look.language}-${look.theme}`);
    await started.page.keyboard.press('Escape');
    await part(started.page, 'deregister-button').waitFor({ state: 'hidden' });
  });

  it.each(looks.filter(({ width }) => width === 1280))(
    'a failure tells what to do: $language, $theme',
    async (look) => {
      await show(started, look);
      await ask(started.page, 'openPort', { path: '/dev/ttyUSB9', baudRate: 9600 });
      await part(started.page, 'notice-PORT_NOT_FOUND').waitFor();
      await picture(started, `4-failure-${look.language}-${look.theme}`);
      expect(await cutWords(started)).toEqual([]);
    },
  );

  it.each(looks.filter(({ theme }) => theme === 'light'))(
    'nothing is cut off in the settings: $language, $width × $height',
    async (look) => {
      await show(started, look);
      await part(started.page, 'nav-settings').click();
      await part(started.page, 'setting-lifetimeSeconds').waitFor();
      await picture(started, `5-settings-${look.language}-${look.width}`);
      expect(await cutWords(started)).toEqual([]);
      await part(started.page, 'nav-workbench').click();
    },
  );
});
