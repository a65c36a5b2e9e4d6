import { openSimulator } from '../../main/sim/simulator.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { startDevice, until } from '../device/rig.ts';

/** The journal of a session with a virtual module that was asked everything there is, once by a person's own answer. */
export async function virtualVisit(profile = 'm5310-seed'): Promise<string> {
  const device = await startDevice({
    settings: { registerOnConnect: true, commandGapMs: 0 },
    session: { openLink: () => openSimulator({ profile, baudRate: 0, radioSpeed: Infinity }) },
  });
  const ask = async (operation: PlatformOperation) => device.platform.begin({ mode: 'simulated', operation }).done;
  await device.openPort(`sim:${profile}`, 115_200);
  await until(
    device,
    'registered',
    ({ registration, observations }) => registration.phase === 'registered' && observations.length > 0,
  );
  await ask({ kind: 'read', path: '/3303' });
  device.store.write('/3303/0/5700', '21.5', { by: 'person' });
  await ask({ kind: 'read', path: '/3303/0/5700' });
  await ask({ kind: 'write', path: '/3306/0', mode: 'replace', values: [{ resourceId: 5850, value: '1' }] });
  await ask({ kind: 'read', path: '/3306/0/5850' });
  await ask({ kind: 'execute', path: '/3303/0/5605', args: 'reset' });
  await ask({ kind: 'discover', path: '/3303' });
  await ask({ kind: 'read', path: '/3303/0/9999' });
  await ask({ kind: 'writeAttributes', path: '/3303/0/5700', attributes: { st: 2 } });
  await device.session.engine.notify({ path: '/3303/0/5700', value: '22', confirmed: true });
  device.facts.tell({ fact: 'holdKinds', kinds: ['read'] });
  const asked = ask({ kind: 'read', path: '/3303/0/5700' });
  const { requests } = await until(device, 'held', (state) =>
    Object.values(state.requests).some(({ status }) => status === 'held'),
  );
  const held = Object.values(requests).find(({ status }) => status === 'held');
  device.session.engine.answerRequest({ id: held?.id ?? '', kind: 'error', result: 14 });
  await asked;
  const file = device.journal?.file ?? '';
  await device.closePort();
  return file;
}
