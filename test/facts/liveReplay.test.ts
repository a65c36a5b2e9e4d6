import { expect, it, onTestFinished } from 'vitest';
import { CodedError } from '../../shared/errors.ts';
import type { PlatformOperation } from '../../shared/platform.ts';
import { replayJournal } from '../../main/facts/replayJournal.ts';
import { openSimulator } from '../../main/sim/simulator.ts';
import { udpHandlers } from '../../main/program/udpHandlers.ts';
import type { Link } from '../../main/transport/link.ts';
import { startDevice, until } from '../device/rig.ts';
import { compareWithJournal, momentsOf } from './heardFacts.ts';

const fast = { profile: 'm5310-seed', baudRate: 0, radioSpeed: Infinity } as const;
const temperature = '/3303/0/5700';

it('folding the journal of a session gives, fact by fact, the state that the screen had', async () => {
  const device = await startDevice({
    settings: { registerOnConnect: true, commandGapMs: 0 },
    session: { openLink: () => openSimulator(fast) },
  });
  const moments = momentsOf(device);
  const { platform, generators } = device;
  const ask = async (operation: PlatformOperation) => platform.begin({ mode: 'simulated', operation }).done;
  // Before there is a journal: it begins with what is there already.
  generators.set('/3303/0/5601', { kind: 'constant', value: '3', everySeconds: 100 });
  await device.openPort('sim:m5310-seed', 115_200);
  await until(
    device,
    'registered',
    ({ registration, observations }) => registration.phase === 'registered' && observations.length > 0,
  );

  await ask({ kind: 'read', path: '/3303' });
  await ask({ kind: 'write', path: '/3306/0', mode: 'replace', values: [{ resourceId: 5850, value: '1' }] });
  await ask({ kind: 'execute', path: '/3303/0/5605', args: '' });
  await ask({ kind: 'discover', path: '/3303' });
  await ask({ kind: 'read', path: '/3303/0/9999' });
  await ask({ kind: 'observe', path: temperature, attributes: { pmin: 1, pmax: 60, gt: 50 } });
  await ask({ kind: 'writeAttributes', path: temperature, attributes: { st: 2 } });
  device.store.write(temperature, '21.5', { by: 'person' });
  const engine = device.session.engine;
  await engine.notify({ path: temperature, value: '22', confirmed: true });
  await until(device, 'acknowledged', ({ outbox }) =>
    Object.values(outbox).some(({ status }) => status === 'acknowledged'),
  );
  generators.set(temperature, { kind: 'ramp', from: 1, to: 9, periodSeconds: 4, everySeconds: 1 });
  generators.clear('/3303/0/5601');

  device.facts.tell({ fact: 'holdKinds', kinds: ['read'] });
  const asked = ask({ kind: 'read', path: temperature });
  const { requests } = await until(device, 'held', (state) =>
    Object.values(state.requests).some(({ status }) => status === 'held'),
  );
  const held = Object.values(requests).find(({ status }) => status === 'held');
  engine.answerRequest({ id: held?.id ?? '', kind: 'error', result: 14 });
  await asked;
  device.facts.tell({ fact: 'holdKinds', kinds: [] });

  const udp = udpHandlers(() => device.session.udp);
  const [address = '', port = ''] = device.state.state.simulator?.echo.split(':') ?? [];
  const { socket } = await udp.openUdpSocket({ port: 0, report: 1 });
  udp.startEcho({ socket, address, port: Number(port), count: 130, intervalMs: 0, size: 32, timeoutMs: 5000 });
  await until(device, 'echoes', (state) => state.udp.echo.phase === 'done');

  const [first] = Object.values(device.state.state.acceptanceCases);
  device.acceptance.select([first?.key ?? 0]);
  device.acceptance.setNote(first?.key ?? 0, 'dusty');
  device.acceptance.start({ platform: 'simulated', hasBootstrap: false });
  await until(device, 'run', ({ acceptance }) => ['done', 'stopped'].includes(acceptance.phase));

  await device.session.suite.deregister().catch(() => undefined);
  await device.session.suite.deleteSuite().catch(() => undefined);
  const file = device.journal?.file ?? '';
  await device.closePort();
  const { compared, last } = await compareWithJournal(file, moments);
  expect(compared).toBeGreaterThan(300);
  expect(last).toStrictEqual(moments.at(-1)?.state);
  const { settings } = await replayJournal(file, { onProblem: (problem) => expect(problem).toBeUndefined() });
  expect(settings).toMatchObject({ commandGapMs: 0, registerOnConnect: true });
  expect(last.connection.phase).toBe('closed');
}, 60_000);

it('a port that is pulled and comes back leaves nothing out', async () => {
  const links: Link[] = [];
  const device = await startDevice({
    settings: { registerOnConnect: true, commandGapMs: 0 },
    session: {
      async openLink() {
        const { link } = await openSimulator(fast);
        onTestFinished(() => link.close());
        links.push(link);
        return { link };
      },
      reopenMs: 10,
    },
  });
  const moments = momentsOf(device);
  await device.openPort('/dev/ttyTEST0', 115_200);
  const isUp = () => until(device, 'registered', ({ registration }) => registration.phase === 'registered');
  await isUp();
  links[0]?.onClose?.(new CodedError('PORT_LOST', 'pulled'));
  await until(device, 'gone', ({ connection }) => connection.phase !== 'ready');
  await until(device, 'back', ({ connection }) => connection.phase === 'ready');
  await isUp();
  const file = device.journal?.file ?? '';
  await device.closePort();
  const { compared, last } = await compareWithJournal(file, moments);
  expect(compared).toBeGreaterThan(50);
  expect(last.stages.port.status).toBe('stale');
}, 60_000);
