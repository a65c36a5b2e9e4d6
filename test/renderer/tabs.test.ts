import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { nextTick } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fitTabs, tabWidths } from '../../renderer/app/tabFit.ts';
import { problemWords } from '../../renderer/app/tabProblems.ts';
import { useTabsStore } from '../../renderer/app/tabsStore.ts';
import { tabWords } from '../../renderer/app/tabWords.ts';
import { freePorts } from '../../renderer/device/ports.ts';
import { useLogStore } from '../../renderer/log/logStore.ts';
import { AppFault } from '../../renderer/mirror/api.ts';
import { endDeviceStores } from '../../renderer/mirror/deviceStores.ts';
import { newProblems } from '../../renderer/mirror/problems.ts';
import type { Problem } from '../../renderer/mirror/problems.ts';
import { useProgramStore } from '../../renderer/mirror/programStore.ts';
import { useStateStore } from '../../renderer/mirror/stateStore.ts';
import { useUiStore } from '../../renderer/ui/uiStore.ts';
import { useWindowStore } from '../../renderer/ui/windowStore.ts';
import type { AcceptanceCase } from '../../shared/acceptance.ts';
import type { LogEntry } from '../../shared/log.ts';
import { phrase, speak } from '../../shared/phrase.ts';
import type { DeviceSummary } from '../../shared/programState.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { DeviceState, OutgoingNotification, PlatformRequest } from '../../shared/state.ts';
import type { StateChanges } from '../../shared/statePatch.ts';
import { fakeMain } from './fakeMain.ts';

const summary = (id: string, change: Partial<DeviceSummary> = {}): DeviceSummary => ({
  id,
  phase: 'closed',
  registration: 'idle',
  isTesting: false,
  isAsking: false,
  ...change,
});

const spoken = (sentence: Parameters<typeof speak>[0] | string): string =>
  typeof sentence === 'string' ? sentence : speak(sentence, (key, values) => [key, ...Object.values(values)].join(' '));

describe('a tab', () => {
  it.each([
    [{}, 'waiting', 'tab.empty', 'tab.closed'],
    [{ port: 'COM9' }, 'waiting', 'COM9', 'tab.closed'],
    [{ port: 'sim:m5310-seed', phase: 'opening' }, 'waiting', 'port.virtual M5310', 'tab.notRegistered'],
    [
      { phase: 'ready', stage: { name: 'network', status: 'running' } },
      'running',
      'tab.empty',
      'tab.running stage.network',
    ],
    [{ phase: 'ready', stage: { name: 'sim', status: 'failed' } }, 'failed', 'tab.empty', 'tab.failed stage.sim'],
    [{ phase: 'closed', stage: { name: 'port', status: 'failed' } }, 'failed', 'tab.empty', 'tab.failed stage.port'],
    [{ phase: 'waiting', stage: { name: 'sim', status: 'failed' } }, 'stale', 'tab.empty', 'tab.unplugged'],
    [{ phase: 'lost', registration: 'registered' }, 'stale', 'tab.empty', 'tab.unplugged'],
    [
      { phase: 'ready', registration: 'registered', model: 'M5310-A', imei: '869976030050010' },
      'done',
      'M5310-A …0010',
      'tab.registered',
    ],
    [{ phase: 'ready', registration: 'updating', model: 'a\u202eb' }, 'done', 'a⟨202E⟩b', 'tab.registered'],
    [{ phase: 'ready', registration: 'registered', isTesting: true }, 'running', 'tab.empty', 'tab.testing'],
    [{ phase: 'ready', isTesting: true, isAsking: true }, 'running', 'tab.empty', 'tab.asking'],
  ] as const)('of %j has the mark %s and says %s, %s', (change, mark, name, state) => {
    const words = tabWords(summary('1', change));
    expect([words.mark, spoken(words.name), spoken(words.state)]).toEqual([mark, name, state]);
  });

  it('is offered the ports that no other tab has, and any number of virtual modules', () => {
    const ports = ['COM1', 'COM2', 'COM3'].map((path) => ({ path, kind: 'serial' as const }));
    const virtual = { path: 'sim:m5310-seed', kind: 'virtual' as const };
    const devices = [
      summary('1', { phase: 'ready', port: 'COM1' }),
      summary('2', { phase: 'waiting', port: 'COM2' }),
      summary('3', { phase: 'closed', port: 'COM3' }),
      summary('4', { phase: 'ready', port: 'sim:m5310-seed' }),
    ];
    const paths = (id: string): string[] => freePorts([...ports, virtual], devices, id).map(({ path }) => path);
    expect(paths('1')).toEqual(['COM1', 'COM3', 'sim:m5310-seed']);
    expect(paths('4')).toEqual(['COM3', 'sim:m5310-seed']);
  });
});

describe('a problem that a tab counts', () => {
  const failed = { status: 'failed' } as const;
  const request: PlatformRequest = {
    id: '1',
    kind: 'read',
    msgId: 1,
    path: '/3303/0/5700',
    arrivedMs: 0,
    status: 'answering',
    acknowledgedLines: 0,
    totalLines: 1,
    late: false,
    repeats: 0,
  };
  const sent = { id: '1', path: '/3303/0/5700', value: '1', msgId: 1, sentMs: 0 };
  const journal = { file: 'f', name: 'n', startedMs: 0, bytes: 0, lines: 0 };
  const fault = { code: 'FILE_NOT_WRITTEN', message: 'no room' } as const;
  const fresh = initialDeviceState();
  const before: DeviceState = {
    ...fresh,
    journal,
    requests: { '1': request, '2': { ...request, id: '2', late: true } },
    outbox: { '1': { ...sent, status: 'sent' } },
  };

  it.each<[string, StateChanges, number]>([
    ['a stage that fails', { stages: { ...fresh.stages, network: failed, sim: failed } }, 2],
    ['a link that goes', { connection: { phase: 'lost' } }, 1],
    ['a journal that takes nothing', { journal: { ...journal, fault } }, 1],
    ['an answer that is late', { requests: { '1': { ...request, late: true } } }, 1],
    ['a request that is dropped', { requests: { '3': { ...request, id: '3', status: 'dropped' } } }, 1],
    ['a notification that fails', { outbox: { '1': { ...sent, status: 'failed' } } }, 1],
    ['an answer that was late before', { requests: { '2': { ...request, late: true, status: 'answered' } } }, 0],
    ['one that a person gave late', { requests: { '1': { ...request, late: true, deliberate: { kind: 'late' } } } }, 0],
    ['what is answered, refused or gone', { requests: { '1': { ...request, status: 'refused' }, '2': null } }, 0],
    ['what goes well', { stages: fresh.stages, connection: { phase: 'ready' }, journal, network: {} }, 0],
  ])('is %s', (_what, changes, count) => {
    expect(newProblems(before, changes, 0)).toHaveLength(count);
  });
});

describe('a problem that the card of a tab shows', () => {
  const fault = { code: 'NETWORK_DENIED', message: '+CEREG status 3', detail: '3' } as const;
  const request = { id: '1', kind: 'read', path: '/3303/0/5700' } as PlatformRequest;
  it.each<[Problem, string]>([
    [{ atMs: 1, what: 'stage', stage: 'network' }, 'tab.problem.stage stage.network'],
    [
      { atMs: 1, what: 'stage', stage: 'network', fault },
      'tab.problem.stageFault stage.network error.NETWORK_DENIED.what 3  3',
    ],
    [{ atMs: 1, what: 'link' }, 'tab.problem.link'],
    [{ atMs: 1, what: 'link', fault: { code: 'PORT_LOST', message: '' } }, 'error.PORT_LOST.what   '],
    [{ atMs: 1, what: 'journal', fault }, 'status.journalNotWritten'],
    [
      { atMs: 1, what: 'answer', request: { ...request, late: true } },
      'tab.problem.late request.kind.read /3303/0/5700',
    ],
    [
      { atMs: 1, what: 'answer', request: { ...request, late: false, path: '/33\u202e03' } },
      'tab.problem.unanswered request.kind.read /33⟨202E⟩03',
    ],
    [
      { atMs: 1, what: 'notification', notification: { path: '/3303/0' } as OutgoingNotification },
      'tab.problem.notification /3303/0',
    ],
    [{ atMs: 1, what: 'case', one: { info: { id: 'read' } } as AcceptanceCase }, 'tab.problem.case read'],
  ])('%j is said as %s', (problem, words) => {
    expect(spoken(problemWords(problem, 'cis'))).toBe(words);
  });
});

describe('the bar of tabs', () => {
  const fitted = fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 16 })
    .chain((ids) =>
      fc.record({
        here: fc.nat({ max: ids.length - 1 }),
        wanting: fc.array(fc.boolean(), { minLength: ids.length, maxLength: ids.length }),
        ids: fc.constant(ids),
      }),
    )
    .map(({ ids, here, wanting }) =>
      ids.map((id, place) => ({ id: String(id), isShown: place === here, wantsSomebody: wanting[place] === true })),
    );

  it('has all with their words where there is room, then all shortened, then as many as it can', () => {
    const tabs = ['1', '2', '3', '4'].map((id) => ({ id, isShown: id === '4', wantsSomebody: id === '3' }));
    expect(fitTabs(tabs, 4 * tabWidths.whole)).toEqual({ isShort: false, inBar: ['1', '2', '3', '4'] });
    expect(fitTabs(tabs, 4 * tabWidths.whole - 1)).toEqual({ isShort: true, inBar: ['1', '2', '3', '4'] });
    expect(fitTabs(tabs, 4 * tabWidths.short - 1)).toEqual({ isShort: true, inBar: ['1', '3', '4'] });
    expect(fitTabs(tabs, 2 * tabWidths.short + tabWidths.list).inBar).toEqual(['3', '4']);
    expect(fitTabs(tabs, 0).inBar).toEqual(['4']);
  });

  it('never lacks the tab that is shown, leaves out the calm before those that want somebody, keeps their order', () => {
    fc.assert(
      fc.property(fitted, fc.nat({ max: 3000 }), (tabs, room) => {
        const { inBar, isShort } = fitTabs(tabs, room);
        const inside = tabs.filter(({ id }) => inBar.includes(id));
        const outside = tabs.filter(({ id }) => !inBar.includes(id));
        expect(inside.map(({ id }) => id)).toEqual(inBar);
        expect(inside.some(({ isShown }) => isShown)).toBe(true);
        if (outside.some(({ wantsSomebody }) => wantsSomebody))
          expect(inside.every(({ isShown, wantsSomebody }) => isShown || wantsSomebody)).toBe(true);
        const needed =
          inside.length * (isShort ? tabWidths.short : tabWidths.whole) + (outside.length > 0 ? tabWidths.list : 0);
        expect(needed <= room || inside.length === 1).toBe(true);
      }),
    );
  });
});

describe('the tabs of the window', () => {
  beforeEach(() => setActivePinia(createPinia()));
  afterEach(() => {
    for (let id = 1; id <= 16; id++) endDeviceStores(String(id));
    vi.unstubAllGlobals();
  });

  const line = (seq: number): LogEntry => ({ seq, atMs: seq, kind: 'unasked', text: `line ${seq}` });

  /** A window with tabs 1, 2 and 3 of a main process that does what it is asked. */
  async function window() {
    const main = fakeMain(['1', '2', '3'].map((id) => summary(id)));
    const tabs = useTabsStore();
    await useProgramStore().start();
    await vi.waitFor(() => expect(useStateStore('3').isMirrored).toBe(true));
    return { main, tabs };
  }
  const ids = (tabs: ReturnType<typeof useTabsStore>): string[] => tabs.tabs.map(({ id }) => id);

  it('are asked for together with the state of the one that will be shown', async () => {
    const main = fakeMain(['1', '2'].map((id) => summary(id)));
    const starting = useTabsStore().start();
    expect(main.asked).toEqual(['getProgram', '1 getSnapshot']);
    await starting;
    expect(main.asked.filter((name) => name.startsWith('1 '))).toEqual(['1 getSnapshot']);
  });

  it('show another where the first was closed before the page was loaded anew', async () => {
    fakeMain(['3', '4'].map((id) => summary(id)));
    const tabs = useTabsStore();
    await tabs.start();
    expect([tabs.current, useStateStore('3').isMirrored]).toEqual(['3', true]);
    expect(useStateStore('1').isMirrored).toBe(false);
  });

  it('show the first, go round at the ends, and stay where there is none', async () => {
    const { tabs } = await window();
    expect(tabs.current).toBe('1');
    tabs.step(-1);
    expect(tabs.current).toBe('3');
    tabs.step(1);
    expect(tabs.current).toBe('1');
    tabs.showAt(1);
    tabs.showAt(8);
    expect(tabs.current).toBe('2');
  });

  it('show a new one at once, whichever is told first, the list or the answer', async () => {
    const { main, tabs } = await window();
    await tabs.open();
    expect([tabs.current, ids(tabs)]).toEqual(['4', ['1', '2', '3', '4']]);
    main.tellsLate = true;
    await tabs.open();
    await vi.waitFor(() => expect(ids(tabs)).toEqual(['1', '2', '3', '4', '5']));
    expect(tabs.current).toBe('5');
  });

  it('keep each their own selection, filter, drafts and typed command', async () => {
    await window();
    const [one, other] = [useUiStore('1'), useUiStore('2')];
    one.selectPath('/3303/0/5700');
    one.typedCommand = 'AT+CSQ';
    one.rememberCommand('AT');
    useLogStore('1').setFilter({ msgId: 7 });
    expect([other.selectedPath, other.typedCommand, other.history, useLogStore('2').isFiltered]).toEqual([
      undefined,
      '',
      [],
      false,
    ]);
    expect(useLogStore('1').isFiltered).toBe(true);
    other.page = 'udp';
    expect(one.page).toBe('workbench');
  });

  it('hear each what is told of their own module', async () => {
    const { main } = await window();
    main.patch('2', { revision: 1, changes: { network: { rssiDbm: -71 } } });
    main.log('2', [line(1)]);
    expect([useStateStore('2').network.rssiDbm, useStateStore('1').network.rssiDbm]).toEqual([-71, undefined]);
    expect([useLogStore('2').view.length, useLogStore('1').view.length]).toEqual([1, 0]);
  });

  it('count problems that nobody has seen, until the tab is shown', async () => {
    const { main, tabs } = await window();
    const lost = { connection: { phase: 'lost' } } as const;
    main.patch('1', { revision: 1, changes: lost });
    main.patch('2', { revision: 1, changes: lost });
    main.patch('2', { revision: 2, changes: lost });
    await nextTick();
    expect([useStateStore('1').unseenProblems, useStateStore('2').unseenProblems]).toEqual([0, 1]);
    tabs.showAt(1);
    await nextTick();
    expect(useStateStore('2').unseenProblems).toBe(0);
  });

  it('remember the two newest problems, also those that were seen, until the port is opened anew', async () => {
    const { main } = await window();
    const { stages } = initialDeviceState();
    const failed = (finishedMs: number) => ({ status: 'failed', finishedMs }) as const;
    main.patch('2', { revision: 1, changes: { stages: { ...stages, module: failed(10), sim: failed(30) } } });
    main.patch('2', { revision: 2, changes: { stages: { ...stages, network: failed(40) } } });
    expect(useStateStore('2').newestProblems.map(({ atMs }) => atMs)).toEqual([40, 30]);
    useStateStore('2').see();
    expect(useStateStore('2').newestProblems).toHaveLength(2);
    main.patch('2', { revision: 3, changes: { connection: { phase: 'opening' } } });
    expect(useStateStore('2').newestProblems).toEqual([]);
  });

  it('lead from any page to the request that waits longest: here first, then in the tabs behind', async () => {
    const { main, tabs } = await window();
    const held = (id: string, arrivedMs: number) => ({ id, arrivedMs, status: 'held' }) as PlatformRequest;
    tabs.answerNextHeld();
    expect(useUiStore('1').answeringId).toBeUndefined();
    main.patch('1', { revision: 1, changes: { requests: { '9': { ...held('9', 1), status: 'answered' } } } });
    main.patch('3', { revision: 1, changes: { requests: { '5': held('5', 20), '4': held('4', 10) } } });
    expect(useStateStore('3').heldRequests.map(({ id }) => id)).toEqual(['4', '5']);
    useUiStore('3').page = 'udp';
    tabs.answerNextHeld();
    const { page, answeringId, selectedRequestId } = useUiStore('3');
    expect([tabs.current, page, answeringId, selectedRequestId]).toEqual(['3', 'workbench', '4', '4']);
    main.patch('1', { revision: 2, changes: { requests: { '7': held('7', 5) } } });
    tabs.showAt(0);
    tabs.answerNextHeld();
    expect([tabs.current, useUiStore('1').answeringId]).toEqual(['1', '7']);
  });

  it('show why a module is not online, whichever tab it is in', async () => {
    const { main, tabs } = await window();
    useUiStore('2').page = 'udp';
    tabs.showWhy('2');
    await vi.waitFor(() => expect(useUiStore('2').timesAsked).toBe(1));
    expect(main.asked).toContain('2 diagnose');
    expect([tabs.current, useUiStore('2').page]).toEqual(['2', 'workbench']);
  });

  it('put their name to what main refuses there, and two of them may be refused the same', async () => {
    await window();
    const refused = (): Promise<never> => Promise.reject(new AppFault({ code: 'PORT_BUSY', message: '' }));
    await useUiStore('1').attempt(refused);
    await useUiStore('2').attempt(refused);
    await useUiStore('2').attempt(refused);
    useUiStore('3').say(phrase('common.copied'));
    expect(useWindowStore().notices.map(({ device }) => device)).toEqual(['1', '2', '3']);
  });

  it('close without a question where nothing goes on, and the one beside comes to the front', async () => {
    const { main, tabs } = await window();
    tabs.showAt(2);
    const log = useLogStore('3');
    await tabs.close('3');
    expect([tabs.asked, tabs.current, ids(tabs)]).toEqual([undefined, '2', ['1', '2']]);
    await nextTick();
    main.log('3', [line(1)]);
    expect(log.view).toEqual([]);
    await tabs.close('1');
    expect([tabs.current, ids(tabs)]).toEqual(['2', ['2']]);
  });

  it('ask before a session is ended, and close when the answer is yes', async () => {
    const { main, tabs } = await window();
    main.summarize(summary('2', { phase: 'ready', registration: 'registered' }));
    await tabs.close('2');
    expect([tabs.asked, ids(tabs)]).toEqual(['2', ['1', '2', '3']]);
    tabs.asked = undefined;
    expect(main.closed).toEqual([]);
    await tabs.close('2');
    await tabs.closeAsked();
    expect([tabs.asked, ids(tabs)]).toEqual([undefined, ['1', '3']]);
  });

  it('write the report of a run that is under way before they close, and stay when nobody chose a file', async () => {
    const { main, tabs } = await window();
    main.summarize(summary('2', { phase: 'ready', isTesting: true }));
    main.reportFile = undefined;
    await tabs.close('2');
    expect(tabs.asked).toBe('2');
    await tabs.saveAndClose();
    expect(main.asked.filter((name) => name.startsWith('2 '))).toEqual(
      expect.arrayContaining(['2 stopAcceptance', '2 exportReport']),
    );
    expect(main.closed).toEqual([]);
    main.summarize(summary('2', { phase: 'ready', isTesting: true }));
    main.reportFile = '/tmp/report.html';
    await tabs.close('2');
    await tabs.saveAndClose();
    expect(main.closed).toEqual(['2']);
  });

  it('say why, when main does not close one', async () => {
    const { main, tabs } = await window();
    main.refusal = { code: 'DEVICE_GONE', message: 'gone' };
    await tabs.close('2');
    expect(useWindowStore().notices.map(({ fault }) => fault?.code)).toEqual(['DEVICE_GONE']);
  });

  it('open no more than main allows', async () => {
    const { main, tabs } = await window();
    main.summarize(...Array.from({ length: 16 }, (_, index) => summary(String(index + 1))));
    expect(tabs.canOpen).toBe(false);
    await tabs.open();
    expect(main.asked.filter((name) => name.endsWith('openDevice'))).toEqual([]);
  });
});
