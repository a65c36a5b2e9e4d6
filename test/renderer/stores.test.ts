import { createPinia, setActivePinia } from 'pinia';
import { nextTick } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api, Events, HeldUp } from '../../shared/contract/contract.ts';
import type { LogEntry } from '../../shared/log.ts';
import type { DeviceState, PlatformRequest } from '../../shared/state.ts';
import type { Snapshot, StateChanges } from '../../shared/statePatch.ts';
import { initialDeviceState } from '../../shared/state.ts';
import { useLogStore } from '../../renderer/log/logStore.ts';
import { usePlatformStore } from '../../renderer/platform/platformStore.ts';
import { useStateStore } from '../../renderer/mirror/stateStore.ts';
import { endDeviceStores } from '../../renderer/mirror/deviceStores.ts';
import { callDevice } from '../../renderer/mirror/api.ts';
import { noListeners } from './fakeMain.ts';
import { readLayout, useWindowStore } from '../../renderer/ui/windowStore.ts';

/** A main process that answers when the test says so. */
function station() {
  const listeners = noListeners();
  const snapshots: ((snapshot: Snapshot) => void)[] = [];
  const pages: { from: number; count: number }[] = [];
  const journal: LogEntry[] = [];
  let isGone = false;
  const api = {
    on: <E extends keyof Events>(event: E, listener: (payload: Events[E]) => void) => {
      listeners[event].push(listener);
      return () => undefined;
    },
    getSnapshot: () => new Promise((resolve) => snapshots.push((value) => resolve({ ok: true, value }))),
    readLog: (_device: string, range: { from: number; count: number }) => {
      if (isGone) return Promise.resolve({ ok: false, error: { code: 'DEVICE_GONE', message: 'gone' } });
      pages.push(range);
      const value = journal.filter(({ seq }) => seq >= range.from && seq < range.from + range.count);
      return Promise.resolve({ ok: true, value });
    },
    closePort: () => Promise.resolve({ ok: false, error: { code: 'PORT_NOT_OPEN', message: 'not open' } }),
  } as unknown as Api;
  vi.stubGlobal('window', { api });
  return {
    pages,
    journal,
    goAway: () => void (isGone = true),
    asked: () => snapshots.length,
    patch: (revision: number, firmware: string) =>
      listeners.patch.forEach((tell) => tell({ device: '1', patch: { revision, changes: { module: { firmware } } } })),
    log: (batch: LogEntry[]) => listeners.log.forEach((tell) => tell({ device: '1', entries: batch })),
    /** Lines that come after others which were never told. */
    logAfterGap: (batch: LogEntry[]) =>
      listeners.log.forEach((tell) => tell({ device: '1', entries: batch, hasMissed: true })),
    heldUp: (told: HeldUp) => listeners.heldUp.forEach((tell) => tell(told)),
    change: (revision: number, changes: StateChanges) =>
      listeners.patch.forEach((tell) => tell({ device: '1', patch: { revision, changes } })),
    answer: async (revision: number, firmware: string) => {
      const state: DeviceState = { ...initialDeviceState(), module: { firmware } };
      snapshots.shift()?.({ revision, state });
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

const line = (seq: number, change: Partial<LogEntry> = {}): LogEntry => ({
  seq,
  atMs: seq,
  kind: 'unasked',
  text: `line ${seq}`,
  ...change,
});
const lines = (from: number, to: number): LogEntry[] => Array.from({ length: to - from + 1 }, (_, i) => line(from + i));

/** An observation that is asked twice under one msgid, and its lines. */
const request: PlatformRequest = {
  id: '',
  kind: 'observe',
  msgId: 7,
  path: '/3303/0',
  arrivedMs: 0,
  status: 'answered',
  acknowledgedLines: 1,
  totalLines: 1,
  late: false,
  repeats: 0,
};
beforeEach(() => setActivePinia(createPinia()));
afterEach(() => {
  endDeviceStores('1');
  vi.unstubAllGlobals();
});

describe('the form of the platform page', () => {
  /** A page that has its first snapshot, and the main process behind it. */
  async function page() {
    const main = station();
    const [state, platform] = [useStateStore('1'), usePlatformStore('1')];
    const started = state.start();
    await main.answer(1, 'first');
    await started;
    return { main, platform };
  }

  it('takes IMEI and IMSI of the module, and keeps what is typed over them whatever else is told', async () => {
    const { main, platform } = await page();
    main.change(2, { module: { imei: '866971030000001', imsi: '460040000000001' } });
    await nextTick();
    expect([platform.draft.imei, platform.draft.imsi]).toEqual(['866971030000001', '460040000000001']);
    platform.draft.imei = '866971030000002';
    main.change(3, { network: { rssiDbm: -71 } });
    main.change(4, { module: { imei: '866971030000001', imsi: '460040000000001', iccid: '898604' } });
    await nextTick();
    expect(platform.draft.imei).toBe('866971030000002');
  });

  it('forgets a typed device id when another module is connected, not when the same one comes back', async () => {
    const { main, platform } = await page();
    const connected = async (revision: number, imei: string): Promise<void> => {
      main.change(revision, { module: {} });
      await nextTick();
      main.change(revision + 1, { module: { imei } });
      await nextTick();
    };
    platform.draft.deviceIds = { host: '500' };
    await connected(2, '866971030000001');
    await connected(4, '866971030000001');
    expect(platform.draft.deviceIds).toEqual({ host: '500' });
    await connected(6, '866971030000002');
    expect(platform.draft.deviceIds).toEqual({});
  });
});

describe('the mirror of the state', () => {
  it('drops patches the snapshot already holds and applies those after it', async () => {
    const main = station();
    const store = useStateStore('1');
    void store.start();
    main.patch(4, 'before');
    main.patch(5, 'in the snapshot');
    main.patch(6, 'after');
    await main.answer(5, 'snapshot');
    expect([store.revision, store.state.module.firmware]).toEqual([6, 'after']);
  });

  it('follows patches in order', async () => {
    const main = station();
    const store = useStateStore('1');
    void store.start();
    await main.answer(1, 'one');
    main.patch(2, 'two');
    main.patch(2, 'two again');
    main.patch(1, 'old');
    expect([store.revision, store.state.module.firmware]).toEqual([2, 'two']);
  });

  it('fetches again on a gap and catches up', async () => {
    const main = station();
    const store = useStateStore('1');
    void store.start();
    await main.answer(1, 'one');
    main.patch(4, 'four');
    expect(store.state.module.firmware).toBe('one');
    main.patch(5, 'five');
    expect(main.asked()).toBe(1);
    await main.answer(4, 'snapshot of four');
    expect([store.revision, store.state.module.firmware]).toEqual([5, 'five']);
  });

  it('knows when it has nothing yet', async () => {
    const main = station();
    const store = useStateStore('1');
    void store.start();
    expect(store.isMirrored).toBe(false);
    await main.answer(0, 'zero');
    expect(store.isMirrored).toBe(true);
  });
});

describe('the log store', () => {
  it('shows batches as they come', () => {
    const main = station();
    const log = useLogStore('1');
    log.start();
    main.log(lines(1, 3));
    main.log(lines(4, 5));
    expect(log.view.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('holds 10,000 lines while following', () => {
    const main = station();
    const log = useLogStore('1');
    log.start();
    main.log(lines(1, 10_050));
    expect([log.view.length, log.view[0]?.seq, log.hasOlder]).toEqual([10_000, 51, true]);
  });

  it('takes nothing away above a reader, counts what is new, and comes back', () => {
    const main = station();
    const log = useLogStore('1');
    log.start();
    main.log(lines(1, 10_000));
    log.stopFollowing();
    main.log(lines(10_001, 10_128));
    expect([log.view[0]?.seq, log.view.length, log.unseen]).toEqual([1, 10_128, 128]);
    log.follow();
    expect([log.view[0]?.seq, log.view.length, log.unseen]).toEqual([129, 10_000, 0]);
  });

  it('freezes while paused and goes on capturing', () => {
    const main = station();
    const log = useLogStore('1');
    log.start();
    main.log(lines(1, 2));
    log.togglePause();
    main.log(lines(3, 6));
    expect([log.view.length, log.unseen]).toEqual([2, 4]);
    log.togglePause();
    expect([log.view.length, log.unseen]).toEqual([6, 0]);
  });

  it('filters what is there and what comes', () => {
    const main = station();
    const log = useLogStore('1');
    log.start();
    main.log([line(1, { msgId: 7 }), line(2)]);
    log.setFilter({ msgId: 7 });
    main.log([line(3), line(4, { msgId: 7 })]);
    expect(log.view.map(({ seq }) => seq)).toEqual([1, 4]);
    log.clearFilter();
    expect(log.view).toHaveLength(4);
  });

  it('shows the lines of one request alone, of those that came and those that come, whatever else has its msgid', () => {
    const main = station();
    const log = useLogStore('1');
    log.start();
    const of = (seq: number, id: string): LogEntry => line(seq, { msgId: 7, belongsTo: { request: id } });
    main.log([of(1, '1'), of(2, '2'), line(3, { msgId: 7, belongsTo: { notification: '1' } })]);
    log.setFilter({ request: { ...request, id: '1' } });
    main.log([of(4, '1'), line(5, { msgId: 7, belongsTo: { task: 'console' } }), line(6, { msgId: 7 })]);
    expect(log.view.map(({ seq }) => seq)).toEqual([1, 4]);
  });

  it('leads from a line to its request while that is known', async () => {
    const main = station();
    const state = useStateStore('1');
    const started = state.start();
    await main.answer(1, 'first');
    await started;
    main.change(2, { requests: { '1': { ...request, id: '1' } } });
    expect(state.requestOf(line(1, { belongsTo: { request: '1' } }))?.id).toBe('1');
    expect(state.requestOf(line(1, { belongsTo: { request: '9' } }))).toBeUndefined();
    expect(state.requestOf(line(1, { belongsTo: { notification: '1' } }))).toBeUndefined();
    expect(state.requestOf(line(1, { msgId: 7 }))).toBeUndefined();
  });

  it('asks for the page before the first line', async () => {
    const main = station();
    main.journal.push(...lines(1, 700));
    const log = useLogStore('1');
    log.start();
    main.log(lines(601, 700));
    expect(await log.loadOlder()).toBe(500);
    expect(main.pages).toEqual([{ from: 101, count: 500 }]);
    expect([log.view[0]?.seq, log.view.length]).toEqual([101, 600]);
  });

  it('puts no older page before the lines of another filter, nor before the end for whoever went back there', async () => {
    const main = station();
    main.journal.push(...lines(1, 3000));
    const log = useLogStore('1');
    log.append(lines(2001, 3000));
    log.setFilter({ text: 'line 25' });
    const filtered = log.loadOlder();
    log.clearFilter();
    log.stopFollowing();
    expect(await filtered).toBe(0);
    const left = log.loadOlder();
    log.follow();
    expect(await left).toBe(0);
    expect([log.isFollowing, log.view.map(({ seq }) => seq)]).toEqual([true, lines(2001, 3000).map(({ seq }) => seq)]);
  });

  it('puts no older page before a view that begins later since, for whoever was at the end meanwhile', async () => {
    const main = station();
    main.journal.push(...lines(1, 20_000));
    const log = useLogStore('1');
    log.append(lines(1001, 12_000));
    log.stopFollowing();
    log.append(lines(12_001, 20_000));
    const older = log.loadOlder();
    log.follow();
    log.stopFollowing();
    expect(await older).toBe(0);
    const shown = log.view.map(({ seq }) => seq);
    expect(shown).toEqual(lines(shown[0] ?? 0, 20_000).map(({ seq }) => seq));
  });

  it('follows on where an older page cannot be had', async () => {
    const main = station();
    const log = useLogStore('1');
    log.append(lines(601, 700));
    main.goAway();
    await expect(log.loadOlder()).rejects.toMatchObject({ fault: { code: 'DEVICE_GONE' } });
    expect(log.isFollowing).toBe(true);
  });

  it('fetches the last page for a window that was reloaded, without losing what came meanwhile', async () => {
    const main = station();
    main.journal.push(...lines(1, 40));
    const log = useLogStore('1');
    log.start();
    main.log([line(41)]);
    await log.fetchLast(40);
    expect([log.view[0]?.seq, log.view.length]).toEqual([1, 41]);
  });
});

describe('a window that stood still', () => {
  it('fetches the lines that it was not told', async () => {
    const main = station();
    main.journal.push(...lines(1, 900));
    const log = useLogStore('1');
    log.start();
    main.log(lines(1, 100));
    main.logAfterGap(lines(301, 900));
    await vi.waitFor(() => expect(log.view.map(({ seq }) => seq)).toEqual(lines(1, 900).map(({ seq }) => seq)));
  });

  it('leaves whoever reads further up at their place, older pages and all', async () => {
    const main = station();
    main.journal.push(...lines(1, 5900));
    const log = useLogStore('1');
    log.start();
    main.log(lines(3001, 5000));
    await log.loadOlder();
    const before = log.view[0];
    main.logAfterGap(lines(5801, 5900));
    await vi.waitFor(() => expect(log.view).toHaveLength(3400));
    expect(log.view[0]).toBe(before);
    expect(log.view.map(({ seq }) => seq)).toEqual(lines(2501, 5900).map(({ seq }) => seq));
    expect([log.isFollowing, log.unseen]).toEqual([false, 900]);
  });

  it('leaves a frozen list as it is, and shows all once it goes on', async () => {
    const main = station();
    main.journal.push(...lines(1, 900));
    const log = useLogStore('1');
    log.start();
    main.log(lines(1, 100));
    log.togglePause();
    main.logAfterGap(lines(301, 900));
    await vi.waitFor(() => expect(log.unseen).toBe(800));
    expect(log.view).toHaveLength(100);
    log.togglePause();
    expect(log.view.map(({ seq }) => seq)).toEqual(lines(1, 900).map(({ seq }) => seq));
  });

  it('says how long, until that is put away', () => {
    const main = station();
    const shared = useWindowStore();
    shared.hearHeldUp();
    expect(shared.heldUp).toBeUndefined();
    main.heldUp({ what: 'window', milliseconds: 7200 });
    expect(shared.heldUp).toEqual({ what: 'window', milliseconds: 7200 });
  });
});

describe('what the screen owns', () => {
  it('shows a refusal and answers with nothing', async () => {
    station();
    const shared = useWindowStore();
    expect(await shared.attempt(() => callDevice('1', 'closePort'))).toBeUndefined();
    expect(shared.notices.map(({ fault }) => fault?.code)).toEqual(['PORT_NOT_OPEN']);
  });

  it('reads the layout it wrote, and nothing odd', () => {
    expect(readLayout(null).columns).toHaveLength(3);
    expect(readLayout('{"columns":[0.2,0.5,0.3]}').columns).toEqual([0.2, 0.5, 0.3]);
    expect(readLayout('{"columns":[0.2,"a",0.3],"history":["AT",5]}')).toMatchObject({ history: ['AT'] });
    expect(readLayout('{nonsense').columns).toHaveLength(3);
  });
});
