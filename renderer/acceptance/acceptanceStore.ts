import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { isUnderway } from '../../shared/acceptance.ts';
import type { AcceptanceCase, AcceptancePlatform, ReportFormat, ReportLanguage } from '../../shared/acceptance.ts';
import {
  casesOf,
  copiesOf,
  movedTo,
  repeatedTimes,
  resumeRefusal,
  fieldText,
  startRefusal,
  usualPlatform,
} from './runView.ts';
import { callDevice } from '../mirror/api.ts';
import { phrase } from '../../shared/phrase.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useStateStore } from '../mirror/stateStore.ts';
import { useUiStore } from '../ui/uiStore.ts';

const detailNames = ['site', 'operator', 'notes'] as const;
/** How often one case can stand in a plan; a plan file repeats as often. */
export const maxTimes = 100;

/** The acceptance page between two visits: what was chosen and typed. The run and its verdicts are main's. */
export const useAcceptanceStore = defineDeviceStore((device) => {
  const state = useStateStore(device);
  const ui = useUiStore(device);

  const acceptance = computed(() => state.state.acceptance);
  const ofMain = computed(() => casesOf(state.state));
  /** What was ticked last, until main has it: the next tick comes on top of it, however fast it follows. */
  const ticked = shallowRef<ReadonlySet<number>>();
  /** Ticks that main has answered; its state follows. */
  const answered = shallowRef<ReadonlySet<number>>();
  const cases = computed(() => {
    const { value: keys } = ticked;
    if (!keys) return ofMain.value;
    return ofMain.value.map((one): AcceptanceCase => ({ ...one, isSelected: keys.has(one.key) }));
  });
  const isAsTicked = (keys: ReadonlySet<number>): boolean =>
    ofMain.value.every(({ key, isSelected }) => isSelected === keys.has(key));
  watch(ofMain, () => {
    if (ticked.value && (ticked.value === answered.value || isAsTicked(ticked.value))) ticked.value = undefined;
  });
  const copies = computed(() => copiesOf(cases.value));
  const isRunning = computed(() => isUnderway(acceptance.value));
  const current = computed(() => cases.value.find(({ status }) => status === 'preparing' || status === 'running'));

  /** The case at which the connection was lost. */
  const lost = computed(() => cases.value.find(({ key }) => key === acceptance.value.lostAt));

  const chosen = ref<number>();
  /** The case that was clicked; until then, the one under way. */
  const selected = computed(
    () => cases.value.find(({ key }) => key === chosen.value) ?? current.value ?? cases.value[0],
  );

  const typedPlatform = ref<AcceptancePlatform>();
  const platform = computed({
    get: () => typedPlatform.value ?? usualPlatform(state.state),
    set: (value: AcceptancePlatform) => (typedPlatform.value = value),
  });
  // Another port, another platform.
  watch(
    () => state.connection.port?.path,
    () => (typedPlatform.value = undefined),
  );
  const hasBootstrap = ref(false);

  const details = reactive({ ...acceptance.value.details });
  watch(
    () => acceptance.value.details,
    (now, before) => {
      for (const name of detailNames) details[name] = fieldText(details[name], before[name], now[name]);
    },
  );

  const refusal = computed(() => startRefusal(state.state, platform.value));
  const resuming = computed(() => resumeRefusal(state.state));

  const reportLanguage = ref<ReportLanguage>('both');
  /** As it is signed, unless a copy to be shared is asked for. */
  const isMasked = ref(false);
  const exporting = ref<ReportFormat>();

  const attempt = async (action: () => Promise<unknown>): Promise<void> => void (await ui.attempt(action));

  async function select(keys: readonly number[]): Promise<void> {
    const mine = new Set(keys);
    if (ticked.value || !isAsTicked(mine)) ticked.value = mine;
    const isTaken = await ui.attempt(() => callDevice(device, 'selectCases', { keys: [...keys] }).then(() => true));
    answered.value = mine;
    if (!isTaken && ticked.value === mine) ticked.value = undefined;
  }

  async function start(): Promise<void> {
    if (refusal.value || isRunning.value) return;
    chosen.value = undefined;
    await attempt(() =>
      callDevice(device, 'startAcceptance', { platform: platform.value, hasBootstrap: hasBootstrap.value }),
    );
  }

  const arrange = (keys: readonly number[]): Promise<void> =>
    attempt(() => callDevice(device, 'arrangeCases', { keys: [...keys] }));

  /** Puts a case before the one at that index. */
  async function move(key: number, index: number): Promise<void> {
    const keys = movedTo(cases.value, key, index);
    if (isRunning.value || keys.every((one, place) => one === cases.value[place]?.key)) return;
    chosen.value = key;
    await arrange(keys);
  }

  /** How often a case stands in the plan. */
  const timesOf = (key: number): number => copies.value[cases.value.findIndex((one) => one.key === key)]?.count ?? 1;

  async function repeat(key: number, times: number): Promise<void> {
    if (isRunning.value || times === timesOf(key) || times < 1 || times > maxTimes) return;
    chosen.value = key;
    await arrange(repeatedTimes(cases.value, key, times));
  }

  async function load(): Promise<void> {
    const done = await ui.attempt(() => callDevice(device, 'loadPlan'));
    if (!done) return;
    chosen.value = undefined;
    ui.say(phrase('acceptance.loaded', { plan: done.plan, cases: done.cases }));
  }

  async function save(): Promise<void> {
    const done = await ui.attempt(() => callDevice(device, 'savePlan'));
    if (done) ui.say(phrase('acceptance.saved', { file: done.file }));
  }

  async function exportReport(format: ReportFormat): Promise<void> {
    if (exporting.value) return;
    exporting.value = format;
    const options = { format, language: reportLanguage.value, mask: isMasked.value };
    const done = await ui.attempt(() => callDevice(device, 'exportReport', options));
    exporting.value = undefined;
    if (done) ui.say(phrase('acceptance.exported', { file: done.file }));
  }

  return {
    acceptance,
    cases,
    copies,
    isRunning,
    current,
    lost,
    chosen,
    selected,
    platform,
    hasBootstrap,
    details,
    refusal,
    resuming,
    reportLanguage,
    isMasked,
    exporting,
    start,
    exportReport,
    stop: () => attempt(() => callDevice(device, 'stopAcceptance')),
    resume: () => attempt(() => callDevice(device, 'resumeAcceptance')),
    retry: (key: number) => attempt(() => callDevice(device, 'retryCase', { key })),
    select,
    move,
    timesOf,
    repeat,
    undo: () => attempt(() => callDevice(device, 'undoPlan')),
    restore: () => attempt(() => callDevice(device, 'restorePlan')),
    load,
    save,
    keepDetails: () => attempt(() => callDevice(device, 'setAcceptanceDetails', { ...details })),
    keepNote: (key: number, note: string) => attempt(() => callDevice(device, 'setCaseNote', { key, note })),
  };
});
