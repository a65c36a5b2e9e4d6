import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { Application } from '../../main/program/application.ts';
import type { ApplicationOptions } from '../../main/program/application.ts';
import { CodedError } from '../../shared/errors.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { tempDirectory } from '../tempDirectory.ts';
import { listOf, serveList, signed, testPublicKey } from '../updates/rig.ts';

async function start(options: Partial<ApplicationOptions> = {}): Promise<Application> {
  const folder = await tempDirectory();
  const application = await Application.start({
    version: '1.1.0',
    systemLanguage: 'en',
    model: defaultModel,
    journalDirectory: folder,
    seenReleases: join(folder, 'releases.json'),
    releaseKeys: [testPublicKey],
    ...options,
  });
  onTestFinished(() => application.close());
  return application;
}

it('asks nobody for releases until a person allows it, and then only when it is asked to', async () => {
  let calls = 0;
  const address = await serveList((_, response) => {
    calls += 1;
    response.end(signed(listOf(['1.2.0'])));
  });
  expect(defaultSettings.updates.isAllowed).toBe(false);
  const application = await start({ settings: { updates: { isAllowed: false, address } } });
  await expect(application.checkForUpdates()).rejects.toMatchObject({ code: 'UPDATE_OFF' });
  await application.changeSettings({ updates: { isAllowed: true, address } });
  application.openDevice();
  expect(calls).toBe(0);
  expect(await application.checkForUpdates()).toMatchObject({ verdict: 'newer', newest: { version: '1.2.0' } });
  expect(calls).toBe(1);
});

it('asks no address that nobody has confirmed', async () => {
  let calls = 0;
  const asked: unknown[] = [];
  const address = await serveList(() => (calls += 1));
  const application = await start({
    settings: { updates: { isAllowed: true, address } },
    hosts: {
      has: () => false,
      require(target) {
        asked.push(target);
        return Promise.reject(new CodedError('HOST_NOT_CONFIRMED', 'no', target.address));
      },
    },
  });
  await expect(application.checkForUpdates()).rejects.toMatchObject({ code: 'HOST_NOT_CONFIRMED' });
  expect(asked).toEqual([{ purpose: 'updates', address }]);
  expect(calls).toBe(0);
});
