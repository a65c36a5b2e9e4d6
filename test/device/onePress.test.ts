import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startDevice, until } from './rig.ts';
import { ScriptedModule } from './scriptedModule.ts';

const PATH = '/3303/0/5700';

it('sends one notification when a person presses send after pmin is over', async () => {
  const module = new ScriptedModule();
  const device = await startDevice({
    session: { openLink: () => Promise.resolve({ link: module.link }) },
    settings: { commandGapMs: 0 },
  });
  await device.openPort('/dev/ttyTest', 9600);
  await until(device, 'registered', ({ stages }) => stages.onenet.status === 'done');
  module.say('+MIPLOBSERVE:0,65537,1,3303,0,-1', '+MIPLPARAMETER:0,5,3303,0,5700,6,"pmin=1"');
  await until(device, 'attributes', ({ attributes }) => attributes[PATH]?.pmin === 1);
  // The period of the attribute itself; nothing can be waited for instead.
  await pause(1200);
  await device.session.engine.notify({ path: PATH, value: '21.5', confirmed: true });
  await device.session.engine.sendLine('AT');
  await pause(1200);
  await device.session.engine.sendLine('AT');
  expect(module.heard.filter((line) => line.startsWith('AT+MIPLNOTIFY='))).toEqual([
    'AT+MIPLNOTIFY=0,65537,3303,0,5700,4,4,21.5,0,0,1',
  ]);
}, 30_000);
