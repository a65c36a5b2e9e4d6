import { defineStore } from 'pinia';
import { reactive, ref, watch } from 'vue';
import { defined } from '../../shared/defined.ts';
import type { HeldUp } from '../../shared/contract/contract.ts';
import type { Fault } from '../../shared/errors.ts';
import type { DeviceId } from '../../shared/programState.ts';
import { faultFrom, listen } from '../mirror/api.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { remember } from './remember.ts';

/** A message at the foot of the window: a refused request, or a thing done. */
export interface Notice {
  readonly id: number;
  /** The tab that it comes from; absent where it is about the window. */
  readonly device?: DeviceId;
  readonly fault?: Fault;
  readonly text?: Phrase;
}

const storageKey = 'mipl.layout';
const goodNewsMs = 6000;
/** Long enough to read what to do; the state keeps what still holds. */
const badNewsMs = 15_000;

interface Layout {
  columns: number[];
  rows: number[];
  left: number[];
  /** UDP page: sockets, composer with echo test, datagrams. */
  udp: number[];
  /** Platform page: form and calls; list of calls and the selected one. */
  platform: number[];
  platformRows: number[];
  /** Acceptance page: cases, evidence, report. */
  acceptance: number[];
  /** Device model: objects, resources, catalogue; in a small window objects and the rest. */
  model: number[];
  modelNarrow: number[];
  /** Sessions page: list, open session. */
  sessions: number[];
  /** Stations page: stations, work. */
  stations: number[];
  history: string[];
}

const defaultLayout: Layout = {
  columns: [0.235, 0.455, 0.31],
  rows: [0.62, 0.38],
  left: [0.4, 0.6],
  udp: [0.22, 0.44, 0.34],
  platform: [0.29, 0.71],
  platformRows: [0.34, 0.66],
  acceptance: [0.4, 0.34, 0.26],
  model: [0.19, 0.52, 0.29],
  modelNarrow: [0.27, 0.73],
  sessions: [0.27, 0.73],
  stations: [0.36, 0.64],
  history: [],
};

function isFractions(value: unknown, length: number): value is number[] {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((part) => typeof part === 'number' && part > 0 && part < 1)
  );
}

/** What was remembered; anything odd falls back to the default. */
export function readLayout(text: string | null): Layout {
  const layout = { ...defaultLayout };
  let saved: unknown;
  try {
    saved = JSON.parse(text ?? 'null');
  } catch {
    return layout;
  }
  if (typeof saved !== 'object' || saved === null) return layout;
  const {
    columns,
    rows,
    left,
    udp,
    platform,
    platformRows,
    acceptance,
    model,
    modelNarrow,
    sessions,
    stations,
    history,
  } = saved as Record<string, unknown>;
  if (isFractions(columns, 3)) layout.columns = columns;
  if (isFractions(rows, 2)) layout.rows = rows;
  if (isFractions(left, 2)) layout.left = left;
  if (isFractions(udp, 3)) layout.udp = udp;
  if (isFractions(platform, 2)) layout.platform = platform;
  if (isFractions(platformRows, 2)) layout.platformRows = platformRows;
  if (isFractions(acceptance, 3)) layout.acceptance = acceptance;
  if (isFractions(model, 3)) layout.model = model;
  if (isFractions(modelNarrow, 2)) layout.modelNarrow = modelNarrow;
  if (isFractions(sessions, 2)) layout.sessions = sessions;
  if (isFractions(stations, 2)) layout.stations = stations;
  if (Array.isArray(history)) layout.history = history.filter((line) => typeof line === 'string').slice(-100);
  return layout;
}

/** Once the screen shows what has changed; a busy computer draws seconds later, and a window out of sight when it is looked at. */
function whenDrawn(then: () => void): void {
  if (typeof requestAnimationFrame === 'undefined') then();
  else requestAnimationFrame(then);
}

/** What the window has once, whichever tab is shown: sizes, messages, the list of shortcuts. */
export const useWindowStore = defineStore('window', () => {
  const areShortcutsShown = ref(false);
  /** Page of the guide that is open. */
  const guidePage = ref<string>();
  /** The steps of a first session are on the screen. */
  const areFirstStepsShown = ref(false);
  /** The faults of the virtual module to practise with. */
  const isTrainingShown = ref(false);

  const layout = reactive(readLayout(typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey)));
  if (typeof localStorage !== 'undefined') {
    watch(layout, () => {
      localStorage.setItem(storageKey, JSON.stringify(layout));
    });
  }

  /** Keeps a command line for the consoles of tabs to come, also after a restart. */
  function rememberCommand(line: string): void {
    layout.history = remember(layout.history, line);
  }

  /** What stood still last, until it is put away. */
  const heldUp = ref<HeldUp>();
  /** Hears of it from main; the returned function ends that. */
  const hearHeldUp = (): (() => void) => listen('heldUp', (told) => (heldUp.value = told));

  const notices = ref<Notice[]>([]);
  let lastNotice = 0;

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  function say(text: Phrase, device?: DeviceId): void {
    lastNotice += 1;
    const id = lastNotice;
    notices.value = [...notices.value.slice(-2), { id, text, ...defined({ device }) }];
    whenDrawn(() => setTimeout(() => dismiss(id), goodNewsMs));
  }

  function complain(fault: Fault, device?: DeviceId): void {
    lastNotice += 1;
    const id = lastNotice;
    const isOther = (notice: Notice): boolean => notice.fault?.code !== fault.code || notice.device !== device;
    notices.value = [...notices.value.filter(isOther).slice(-2), { id, fault, ...defined({ device }) }];
    whenDrawn(() => setTimeout(() => dismiss(id), badNewsMs));
  }

  /** Does something that main may refuse; a refusal is shown and answered with undefined. */
  async function attempt<T>(action: () => Promise<T>, device?: DeviceId): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      const fault = faultFrom(error);
      if (fault.code !== 'CANCELLED') complain(fault, device);
      return undefined;
    }
  }

  return {
    areShortcutsShown,
    guidePage,
    areFirstStepsShown,
    isTrainingShown,
    heldUp,
    hearHeldUp,
    layout,
    rememberCommand,
    notices,
    say,
    complain,
    dismiss,
    attempt,
  };
});
