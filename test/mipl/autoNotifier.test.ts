import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { remarkText } from '../../shared/remarks.ts';
import { AutoNotifier } from '../../main/mipl/autoNotifier.ts';
import type { AutoNotifierParts } from '../../main/mipl/autoNotifier.ts';
import { ObjectStore } from '../../main/lwm2m/objectStore.ts';
import { defaultModel } from '../../main/lwm2m/deviceModel.ts';
import { CodedError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { NotificationAttributes } from '../../shared/lwm2m.ts';
import type { ObservationState, OutgoingNotification } from '../../shared/state.ts';
import type { AutomaticNotifications } from '../../shared/settings.ts';
import { registered, settle } from './rig.ts';

const TEMPERATURE = '/3303/0/5700';
const UNITS = '/3303/0/5701';
const LEAST = '/3303/0/5601';
const observing = (path: string, msgId = 7): ObservationState => ({ path, msgId, sinceMs: 0 });

/** A notifier whose platform is in the hands of the test. */
function bench(
  options: {
    fails?: () => boolean;
    code?: ErrorCode;
    attributes?: Record<string, NotificationAttributes>;
    /** What is told of each notification, in order. */
    tells?: readonly OutgoingNotification['status'][];
  } = {},
) {
  const store = new ObjectStore(defaultModel);
  const sent: string[] = [];
  const notes: string[] = [];
  const world = {
    mode: 'withAttributes' as AutomaticNotifications,
    isRegistered: true,
    observations: [observing('/3303/0')] as readonly ObservationState[],
    attributes: options.attributes ?? { [TEMPERATURE]: { pmin: 10, pmax: 60 } },
  };
  let lastId = 0;
  const told = (path: string, value: string, status: OutgoingNotification['status'], more: object = {}): void =>
    notifier.onNotification({ id: String(++lastId), path, value, msgId: 7, sentMs: 0, status, ...more });
  const notify: AutoNotifierParts['notify'] = async (path, value) => {
    sent.push(`${path} ${value}`);
    await Promise.resolve();
    if (options.fails?.() === true) throw new CodedError(options.code ?? 'AT_CIS', 'busy', '652');
    const id = String(++lastId);
    for (const status of ['sent', ...(options.tells ?? ['accepted', 'acknowledged'])] as const)
      told(path, value, status, { id, ackId: 1, automatic: true });
  };
  const notifier = new AutoNotifier({
    store,
    mode: () => world.mode,
    isRegistered: () => world.isRegistered,
    observations: () => world.observations,
    attributes: () => world.attributes,
    notify,
    onRemark: (told) => notes.push(remarkText(told)),
  });
  notifier.wake();
  const set = (path: string, value: string): void => store.write(path, value, { by: 'person' });
  const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
  return { notifier, world, store, sent, notes, set, pass, told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('automatic notifications', () => {
  it('report a change when pmin is over, and the value of that moment', async () => {
    const { set, pass, sent } = bench();
    set(TEMPERATURE, '21');
    await pass(9);
    set(TEMPERATURE, '22');
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toEqual([`${TEMPERATURE} 22`]);
  });

  it('keep pmin between any two notifications of one observed instance: its resources take turns', async () => {
    const { set, pass, sent } = bench({ attributes: { '/3303/0': { pmin: 10, pmax: 600 } } });
    set(TEMPERATURE, '21');
    set(LEAST, '-4');
    await pass(10);
    expect(sent).toEqual([`${TEMPERATURE} 21`]);
    set(TEMPERATURE, '22');
    await pass(9);
    expect(sent).toHaveLength(1);
    await pass(1);
    // The one that has waited longer goes first.
    expect(sent).toEqual([`${TEMPERATURE} 21`, `${LEAST} -4`]);
    await pass(10);
    expect(sent.at(-1)).toBe(`${TEMPERATURE} 22`);
  });

  it('are not sent again where event 26 is heeded before the OK, as both come at once', async () => {
    const { set, pass, sent } = bench({
      tells: ['acknowledged'],
      attributes: { '/3303/0': { pmin: 10, pmax: 600 } },
    });
    set(TEMPERATURE, '21');
    set(LEAST, '-4');
    await pass(19);
    expect(sent).toEqual([`${TEMPERATURE} 21`]);
    await pass(100);
    expect(sent).toEqual([`${TEMPERATURE} 21`, `${LEAST} -4`]);
  });

  it('count from when they left, not from when the platform said that it has them', async () => {
    const { pass, sent, told } = bench();
    told(TEMPERATURE, '20.123', 'accepted', { id: 'a', ackId: 1 });
    await pass(9);
    told(TEMPERATURE, '20.123', 'acknowledged', { id: 'a', ackId: 1 });
    await pass(51);
    expect(sent).toEqual([`${TEMPERATURE} 20.123`]);
  });

  it('are not sent again where event 26 about an older one comes when another value has left', async () => {
    const { set, pass, sent, told } = bench({ tells: ['accepted'] });
    set(TEMPERATURE, '21');
    await pass(10);
    set(TEMPERATURE, '22');
    await pass(10);
    expect(sent).toEqual([`${TEMPERATURE} 21`, `${TEMPERATURE} 22`]);
    told(TEMPERATURE, '21', 'acknowledged', { id: '1', ackId: 1, automatic: true });
    await pass(50);
    expect(sent).toHaveLength(2);
  });

  it('make no storm where event 25 comes at once with the OK', async () => {
    const { set, pass, sent } = bench({ tells: ['failed'] });
    await pass(10);
    set(TEMPERATURE, '21');
    await pass(4);
    expect(sent).toHaveLength(1);
    await pass(2);
    expect(sent).toHaveLength(2);
    await pass(8);
    expect(sent).toHaveLength(2);
  });

  it('of another instance do not wait for them, nor those of resources with a pmin of their own', async () => {
    const { notifier, world, set, pass, sent } = bench({
      attributes: { [TEMPERATURE]: { pmin: 10 }, [LEAST]: { pmin: 10 }, '/3306/0': { pmin: 10 } },
    });
    world.observations = [observing('/3303/0'), observing('/3306/0', 8)];
    notifier.wake();
    set(TEMPERATURE, '21');
    set(LEAST, '-4');
    set('/3306/0/5850', '1');
    await pass(10);
    expect(sent.toSorted()).toEqual([`${TEMPERATURE} 21`, `${LEAST} -4`, '/3306/0/5850 1'].toSorted());
  });

  it('are none while a person sends the value, however long pmin is over, and none after that', async () => {
    const { set, pass, sent, told } = bench();
    await pass(30);
    told(TEMPERATURE, '22', 'sent', { id: 'a', ackId: 1 });
    set(TEMPERATURE, '22');
    await pass(5);
    told(TEMPERATURE, '22', 'accepted', { id: 'a', ackId: 1 });
    told(TEMPERATURE, '22', 'acknowledged', { id: 'a', ackId: 1 });
    await pass(59);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toEqual([`${TEMPERATURE} 22`]);
  });

  it('are owed where what a person sent did not leave', async () => {
    const { set, pass, sent, told } = bench();
    await pass(30);
    told(TEMPERATURE, '22', 'sent', { id: 'a' });
    told(TEMPERATURE, '22', 'sent', { id: 'b' });
    set(TEMPERATURE, '22');
    told(TEMPERATURE, '22', 'failed', { id: 'a' });
    await pass(5);
    expect(sent).toEqual([]);
    told(TEMPERATURE, '22', 'failed', { id: 'b' });
    await pass(0);
    expect(sent).toEqual([`${TEMPERATURE} 22`]);
  });

  it('that a person has replaced while they waited are no failure', async () => {
    let replaced = 0;
    const waiting = bench({ fails: () => replaced++ === 0, code: 'CANCELLED' });
    waiting.set(TEMPERATURE, '21');
    await waiting.pass(10);
    expect(waiting.sent).toEqual([`${TEMPERATURE} 21`, `${TEMPERATURE} 21`]);
    expect(waiting.notes).toEqual([]);
  });

  it('report an unchanged value every pmax', async () => {
    const { pass, sent } = bench();
    await pass(180);
    expect(sent).toHaveLength(3);
  });

  it('begin when the platform writes attributes, and end when it observes no more', async () => {
    const { notifier, world, set, pass, sent } = bench({ attributes: {} });
    set(TEMPERATURE, '21');
    await pass(100);
    expect(sent).toEqual([]);
    world.attributes = { '/3303/0': { pmax: 5 } };
    world.observations = [observing(TEMPERATURE)];
    notifier.wake();
    await pass(5);
    expect(sent).toEqual([`${TEMPERATURE} 21`]);
    world.observations = [];
    notifier.wake();
    await pass(100);
    expect(sent).toHaveLength(1);
  });

  it('say nothing while there is no session, or the setting says never', async () => {
    const { notifier, world, set, pass, sent } = bench();
    world.isRegistered = false;
    notifier.wake();
    set(TEMPERATURE, '21');
    await pass(100);
    world.isRegistered = true;
    world.mode = 'never';
    set(TEMPERATURE, '22');
    await pass(100);
    expect(sent).toEqual([]);
  });

  it('report every observed value where the setting says always, once a second at most', async () => {
    const { notifier, world, set, pass, sent } = bench({ attributes: {} });
    world.mode = 'always';
    notifier.wake();
    for (let tenth = 0; tenth < 30; tenth++) {
      set(TEMPERATURE, String(tenth));
      await pass(0.1);
    }
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThanOrEqual(3);
  });

  it('leave one after the other, the one that waits longest first', async () => {
    const { store, pass, sent, told } = bench({ attributes: { '/3303': { pmin: 10 } } });
    await pass(2);
    told(TEMPERATURE, '20.123', 'accepted', { ackId: 9 });
    told(UNITS, 'Cel', 'accepted', { ackId: 9 });
    await pass(20);
    const changes = [
      { path: TEMPERATURE, value: '21' },
      { path: UNITS, value: 'K' },
      { path: LEAST, value: '11' },
    ];
    store.writeAll(changes, { by: 'person' });
    expect(sent).toEqual([`${LEAST} 11`]);
    await pass(20);
    expect(sent).toEqual([`${LEAST} 11`, `${TEMPERATURE} 21`, `${UNITS} K`]);
  });

  it('count periods also from what a person sends', async () => {
    const { set, pass, sent, told } = bench();
    await pass(8);
    set(TEMPERATURE, '21');
    told(TEMPERATURE, '21', 'accepted');
    await pass(59);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toEqual([`${TEMPERATURE} 21`]);
  });

  it('begin anew with an observation that was made anew', async () => {
    const { notifier, world, pass, sent } = bench();
    await pass(50);
    world.observations = [observing('/3303/0', 8)];
    notifier.wake();
    await pass(59);
    expect(sent).toEqual([]);
  });

  it('ignore notifications of what is not watched', async () => {
    const { told, pass, sent } = bench();
    told('/3306/0/5851', '1', 'accepted');
    await pass(1);
    expect(sent).toEqual([]);
  });

  it('end with the link', async () => {
    const { notifier, set, pass, sent } = bench();
    set(TEMPERATURE, '21');
    notifier.stop();
    notifier.wake();
    await pass(100);
    expect(sent).toEqual([]);
  });
});

describe('automatic notifications that fail', () => {
  it('are tried again after 5 s, 10 s, 20 s and so on, and not at every change', async () => {
    let fails = true;
    const { set, pass, sent, notes } = bench({ fails: () => fails });
    set(TEMPERATURE, '21');
    await pass(10);
    expect(sent).toHaveLength(1);
    for (let second = 0; second < 4; second++) {
      set(TEMPERATURE, `30.${second}`);
      await pass(1);
    }
    expect(sent).toHaveLength(1);
    await pass(1);
    expect(sent).toHaveLength(2);
    await pass(10);
    expect(sent).toHaveLength(3);
    expect(notes[0]).toBe(`Automatic notification of ${TEMPERATURE} failed: AT_CIS busy`);
    fails = false;
    await pass(20);
    expect(sent).toHaveLength(4);
    await pass(59);
    expect(sent).toHaveLength(4);
  });

  it('wait five minutes at most', async () => {
    const { set, pass, sent } = bench({ fails: () => true });
    set(TEMPERATURE, '21');
    await pass(3600);
    const before = sent.length;
    await pass(600);
    expect(sent.length - before).toBe(2);
  });

  it('are owed also when event 25 tells it later', async () => {
    const { set, pass, sent, told } = bench();
    set(TEMPERATURE, '21');
    await pass(10);
    told(TEMPERATURE, '21', 'failed', { ackId: 1, automatic: true });
    await pass(5);
    expect(sent).toEqual([`${TEMPERATURE} 21`, `${TEMPERATURE} 21`]);
  });

  it('are forgotten when the observation ended meanwhile', async () => {
    const { world, set, pass, sent, told } = bench({
      fails: () => {
        world.observations = [];
        told('/3306/0/5851', '1', 'accepted');
        return true;
      },
    });
    set(TEMPERATURE, '21');
    await pass(100);
    expect(sent).toHaveLength(1);
  });

  it('of a person are no matter of the tool', async () => {
    const { pass, sent, told } = bench();
    told(TEMPERATURE, '21', 'failed', { ackId: 1 });
    await pass(20);
    expect(sent).toEqual([]);
  });
});

describe('the engine', () => {
  beforeEach(() => void vi.useRealTimers());

  it('sends an automatic notification behind what a person does and leaves the store alone', async () => {
    const { engine, sent, store, notifications } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    const changes: string[] = [];
    store.onChange((path) => changes.push(path));
    const first = engine.sendLine('AT');
    const automatic = engine.notify({ path: TEMPERATURE, value: '20.123', confirmed: true, automatic: true });
    await Promise.all([first, automatic, engine.sendLine('AT+CSQ')]);
    expect(sent).toEqual(['AT', 'AT+CSQ', 'AT+MIPLNOTIFY=0,65537,3303,0,5700,4,4,20.123,0,0,1']);
    expect(changes).toEqual([]);
    expect(notifications()).toMatchObject([{ automatic: true, status: 'accepted' }]);
  });

  it('tells that a person sends a value before the store has it, so that one press is one notification', async () => {
    const { engine, sent, store, notifications } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    const underWay: number[] = [];
    store.onChange(() => underWay.push(notifications().length));
    await engine.notify({ path: TEMPERATURE, value: '22', confirmed: true });
    expect(underWay).toEqual([1]);
    expect(sent).toHaveLength(1);
  });

  it('reports a text with a line break that the platform has written, in hex', async () => {
    const { engine, sent, store } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3306,0,-1']);
    store.write('/3306/0/5750', 'a\r\nb', { by: 'platform' });
    await engine.notify({ path: '/3306/0/5750', value: 'a\r\nb', confirmed: false, automatic: true });
    expect(sent).toEqual(['AT+MIPLNOTIFY=0,65537,3306,0,5750,2,4,610D0A62,0,0']);
  });

  it('sends no automatic notification that a person has replaced while it waited', async () => {
    const { engine, sent, notifications } = await registered({}, ['+MIPLOBSERVE:0,65537,1,3303,0,-1']);
    const first = engine.sendLine('AT');
    const automatic = engine.notify({ path: TEMPERATURE, value: '20.123', confirmed: true, automatic: true });
    const refused = expect(automatic).rejects.toMatchObject({ code: 'CANCELLED' });
    await Promise.all([first, engine.notify({ path: TEMPERATURE, value: '22', confirmed: false }), refused]);
    expect(sent).toEqual(['AT', 'AT+MIPLNOTIFY=0,65537,3303,0,5700,4,4,22,0,0']);
    expect(notifications()).toMatchObject([{ value: '22', status: 'accepted' }]);
  });

  it('notes the attributes of a module that answers for itself', async () => {
    const { say, attributes, sent, notes, requests } = await registered({ dialect: 'cmcc' });
    say('+MIPLPARAMETER:0,5,3303,0,5700,7,"pmin=15"', '+MIPLPARAMETER:0,6,3303,0,5700,5,"foo=1"');
    await settle();
    expect(attributes).toEqual([[TEMPERATURE, { pmin: 15 }]]);
    expect(notes[0]).toMatch(/^\+MIPLPARAMETER 6 is not understood/);
    expect(requests().map(({ status }) => status)).toEqual(['shown', 'shown']);
    expect(sent).toEqual([]);
  });
});
