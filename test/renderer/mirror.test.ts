import fc from 'fast-check';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StateHolder } from '../../main/facts/stateHolder.ts';
import { LogBook } from '../../main/log/logBook.ts';
import { ProgramHolder } from '../../main/program/programHolder.ts';
import { WindowTeller, tellingOfLog, tellingOfProgram, tellingOfState } from '../../main/program/windowTeller.ts';
import { useTabsStore } from '../../renderer/app/tabsStore.ts';
import { useLogStore } from '../../renderer/log/logStore.ts';
import { useProgramStore } from '../../renderer/mirror/programStore.ts';
import { endDeviceStores } from '../../renderer/mirror/deviceStores.ts';
import { useStateStore } from '../../renderer/mirror/stateStore.ts';
import type { Api, Events } from '../../shared/contract/contract.ts';
import type { DeviceSummary } from '../../shared/programState.ts';
import { initialProgramState } from '../../shared/programState.ts';
import { initialDeviceState } from '../../shared/state.ts';
import type { PlatformRequest } from '../../shared/state.ts';
import { noListeners } from './fakeMain.ts';

const device = '1';
const tab = { id: device, phase: 'closed' } as unknown as DeviceSummary;

const request = (id: number): PlatformRequest => ({
  id: String(id),
  kind: 'read',
  msgId: id,
  path: '/3303/0/5700',
  arrivedMs: id,
  status: 'answering',
  acknowledgedLines: 0,
  totalLines: 1,
  late: false,
  repeats: 0,
});

/** What the page has asked: main looks at it when it gets to it, and the page hears the answer later still. */
interface Asked {
  readonly answer: () => unknown;
  readonly resolve: (answered: unknown) => void;
  answered?: unknown;
}

/**
 * Main's own state, log and teller, and a page with its own stores, with nothing between them but two queues: what is told,
 * and what is asked. Each step of both is taken when the test says so.
 */
function bothEnds() {
  const state = new StateHolder(initialDeviceState());
  const program = new ProgramHolder({ ...initialProgramState('', 'en'), devices: [tab] });
  const log = new LogBook();
  let nowMs = 0;
  let pipe: (() => void)[] = [];
  let questions: Asked[] = [];
  let listeners = noListeners();
  let count = 0;
  const teller = new WindowTeller(
    {
      tell(event, payload) {
        const { [event]: hearers } = listeners;
        pipe.push(() => hearers.forEach((hear) => (hear as (told: unknown) => void)(structuredClone(payload))));
        return true;
      },
      ask: (number) => pipe.push(() => teller.heard(number)),
    },
    () => nowMs,
  );
  const steadyMs = (): number => nowMs;
  state.onPatch((patch) => teller.tell(tellingOfState({ id: device, state }, patch, steadyMs)));
  program.onPatch((patch) => teller.tell(tellingOfProgram(program, patch, steadyMs)));
  log.onBatch((entries) => teller.tell(tellingOfLog({ id: device, log }, entries)));

  const ask = (answer: () => unknown): Promise<unknown> =>
    new Promise((resolve) => questions.push({ answer: () => structuredClone({ ok: true, value: answer() }), resolve }));
  /** A page begins: nothing that was told or answered before reaches it. */
  function begin(): void {
    endDeviceStores(device);
    setActivePinia(createPinia());
    pipe = [];
    questions = [];
    listeners = noListeners();
    const mine = listeners;
    const api = {
      on: <E extends keyof Events>(event: E, hear: (told: Events[E]) => void) => {
        mine[event].push(hear);
        return () => undefined;
      },
      getProgram: () => ask(() => program.snapshot()),
      getSnapshot: () => ask(() => ({ ...state.snapshot(), lastSeq: log.lastSeq })),
      readLog: (_device: string, { from, count }: { from: number; count: number }) => ask(() => log.read(from, count)),
    } as unknown as Api;
    vi.stubGlobal('window', { api });
    teller.begin();
    void useTabsStore().start();
  }

  const deeds = {
    /** A request of the platform comes, or the one before is answered. */
    change() {
      count += 1;
      const id = Math.ceil(count / 2);
      const one = count % 2 === 0 ? { ...request(id), status: 'answered' as const, acknowledgedLines: 1 } : request(id);
      state.change({ requests: { [id]: one } });
    },
    changeProgram: () => program.change({ systemLanguage: program.state.systemLanguage === 'en' ? 'zh' : 'en' }),
    /** A remark, and a line that began to come before it: its time is the earlier one. */
    lines() {
      log.add({ atMs: nowMs, kind: 'note', text: 'a remark' });
      log.add({ atMs: nowMs - 5, kind: 'unasked', text: 'a line' });
    },
    tell() {
      state.flush();
      program.flush();
      log.flush();
    },
    hear: () => pipe.shift()?.(),
    hearAll() {
      while (pipe.length > 0) deeds.hear();
    },
    answer() {
      const question = questions.find(({ answered }) => answered === undefined);
      if (question) question.answered = question.answer();
    },
    /** The page hears the answer that main gave first. */
    deliver() {
      const at = questions.findIndex(({ answered }) => answered !== undefined);
      const [question] = at < 0 ? [] : questions.splice(at, 1);
      question?.resolve(question.answered);
    },
    /** The page hears an answer before those that main gave earlier. */
    deliverLast() {
      const at = questions.findLastIndex(({ answered }) => answered !== undefined);
      const [question] = at < 0 ? [] : questions.splice(at, 1);
      question?.resolve(question.answered);
    },
    /** Somebody reads further up, is at the end again, freezes the list, looks at a part of it. */
    readUp: () => useLogStore(device).stopFollowing(),
    readOn: () => useLogStore(device).follow(),
    freeze: () => useLogStore(device).togglePause(),
    filter: () => useLogStore(device).setFilter({ hidden: ['note'] }),
    filterNothing: () => useLogStore(device).clearFilter(),
    readOlder: () => void useLogStore(device).loadOlder(),
    wait: () => void (nowMs += 400),
    reload: begin,
  };
  begin();
  return {
    state,
    program,
    log,
    deeds,
    /** Everybody does what there is to do. */
    async settle() {
      do {
        for (const one of ['tell', 'hearAll', 'answer', 'deliver'] as const) deeds[one]();
        await vi.advanceTimersByTimeAsync(0);
      } while (pipe.length > 0 || questions.length > 0);
    },
  };
}
type Deed = keyof ReturnType<typeof bothEnds>['deeds'];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  endDeviceStores(device);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What the page shows, beside what main has. */
function shownBeside({ state, program, log }: ReturnType<typeof bothEnds>) {
  const [page, lines] = [useStateStore(device), useLogStore(device)];
  return {
    page: { state: page.state, program: useProgramStore().state, lines: lines.view },
    main: { state: state.state, program: program.state, lines: log.read(1, 10_000) },
  };
}

async function play(deeds: readonly Deed[]) {
  const ends = bothEnds();
  for (const deed of deeds) {
    ends.deeds[deed]();
    await vi.advanceTimersByTimeAsync(0);
    const seqs = useLogStore(device).view.map(({ seq }) => seq);
    expect(seqs, 'no line twice, each in its place').toEqual([...new Set(seqs)].sort((a, b) => a - b));
  }
  await ends.settle();
  const log = useLogStore(device);
  log.clearFilter();
  log.follow();
  return shownBeside(ends);
}

describe('a page that hears and asks late', () => {
  it.each<[string, Deed[]]>([
    [
      'is told the one step that it was not told while it stood still: a request does not go on being answered',
      ['tell', 'answer', 'deliver', 'answer', 'deliver', 'hearAll', 'change', 'tell', 'wait', 'wait', 'wait', 'change'],
    ],
    [
      'keeps what came before a line that began earlier than the remark in front of it',
      ['lines', 'tell', 'hearAll', 'answer', 'answer', 'deliver', 'deliver', 'lines', 'tell', 'hearAll', 'answer'],
    ],
    [
      'hears the lines that come between its first two questions',
      ['answer', 'answer', 'lines', 'tell', 'hearAll', 'deliver', 'deliver'],
    ],
  ])('%s', async (_, deeds) => {
    const { page, main } = await play(deeds);
    expect(page).toEqual(main);
  });

  it('shows in the end what main has, in whatever order both come to it', async () => {
    const deed = fc.constantFrom<Deed>(
      ...(['change', 'change', 'changeProgram', 'lines', 'lines', 'tell', 'tell', 'hear', 'hear', 'hearAll'] as const),
      ...(['answer', 'answer', 'deliver', 'deliver', 'deliverLast', 'wait', 'wait', 'reload'] as const),
      ...(['readUp', 'readOn', 'freeze', 'filter', 'filterNothing', 'readOlder', 'readOlder'] as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 60 }), async (deeds) => {
        const { page, main } = await play(deeds);
        expect(page).toEqual(main);
      }),
      { numRuns: 300 },
    );
  });
});
