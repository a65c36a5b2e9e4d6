import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import { defined } from '../../../shared/defined.ts';
import { themes } from '../../../shared/settings.ts';
import { useChosenPort } from '../../device/chosenPort.ts';
import { rateFor } from '../../device/ports.ts';
import { pageAtHand } from '../../guide/pageAtHand.ts';
import { useWords } from '../../i18n/index.ts';
import { useMacroStore } from '../../macros/macroStore.ts';
import { runObstacle } from '../../macros/macroWords.ts';
import { call, callDevice } from '../../mirror/api.ts';
import { useDevice } from '../../mirror/deviceStores.ts';
import { useProgramStore } from '../../mirror/programStore.ts';
import { useStateStore } from '../../mirror/stateStore.ts';
import { visible } from '../../ui/format.ts';
import { useUiStore } from '../../ui/uiStore.ts';
import { useWindowStore } from '../../ui/windowStore.ts';
import { focusConsole, pageKeys } from '../shortcuts.ts';
import { useTabsStore } from '../tabsStore.ts';
import type { PaletteCommand } from './commandRows.ts';

const MOST_RECENT = 12;

/** Everything of the window that can be done by its name, as things stand now. */
export function useCommands(): ComputedRef<readonly PaletteCommand[]> {
  const { t, say } = useWords();
  const device = useDevice();
  const program = useProgramStore();
  const state = useStateStore();
  const ui = useUiStore();
  const shared = useWindowStore();
  const tabs = useTabsStore();
  const macros = useMacroStore();
  const path = useChosenPort();

  const attempt = (act: () => Promise<unknown>): unknown => ui.attempt(act);
  const isOpen = computed(() => state.connection.phase !== 'closed');
  const isReady = computed(() => state.connection.phase === 'ready');
  const notReady = computed(() => (isReady.value ? undefined : t('palette.why.notReady')));

  const action = (
    id: string,
    run: () => unknown,
    more: { keys?: string; why?: string | undefined } = {},
  ): PaletteCommand => ({
    id,
    group: 'action',
    name: t(`palette.action.${id}`),
    run,
    ...(more.keys === undefined ? {} : { keys: more.keys }),
    ...(more.why === undefined ? {} : { why: more.why }),
  });

  const pages = computed((): PaletteCommand[] => [
    ...Object.entries(pageKeys)
      .filter(([key]) => key !== ',')
      .map(([key, page]) => ({
        id: `page ${page}`,
        group: 'page' as const,
        name: t('palette.page', { name: t(`nav.${page}`) }),
        keys: `Ctrl+${key}`,
        run: () => (ui.page = page),
      })),
    {
      id: 'page guide help',
      group: 'page',
      name: t('palette.page', { name: t('nav.guide') }),
      keys: 'F1',
      run: () => (shared.guidePage = pageAtHand(ui.page, undefined)),
    },
  ]);

  const connection = computed((): PaletteCommand[] => [
    action(
      'connect',
      () =>
        attempt(() =>
          callDevice(device, 'openPort', {
            path: path.value,
            baudRate: rateFor(path.value, program.ports, program.settings),
          }),
        ),
      {
        why: isOpen.value ? t('palette.why.open') : undefined,
      },
    ),
    action('disconnect', () => (ui.isDisconnectWanted = true), {
      why: isOpen.value ? undefined : t('palette.why.closed'),
    }),
    action('find', () => attempt(() => call('findModules', defined({ typed: ui.chosenPort }))), {
      why: program.state.search?.phase === 'running' ? t('palette.why.searching') : undefined,
    }),
    action('line', () => {
      ui.soughtStage = 'port';
    }),
    action('refreshPorts', () => attempt(() => call('refreshPorts'))),
    action('register', () => attempt(() => callDevice(device, 'register')), {
      why: isReady.value && state.registration.phase === 'registered' ? t('palette.why.registered') : notReady.value,
    }),
    action('measureSignal', () => attempt(() => callDevice(device, 'measureSignal')), { why: notReady.value }),
  ]);

  const panels = computed((): PaletteCommand[] => [
    action('why', () => ui.openWhy(), { keys: 'F1' }),
    action('identity', () => (ui.isIdentityShown = true), { keys: 'Ctrl+I' }),
    action('network', () => (ui.isNetworkShown = true)),
    action('antenna', () => (ui.isAntennaShown = true)),
    action('export', () => (ui.isExportShown = true), {
      keys: 'Ctrl+E',
      why: state.journal === null ? t('palette.why.noJournal') : undefined,
    }),
    action('macros', () => (macros.isShown = true)),
    action('stopMacro', () => attempt(() => callDevice(device, 'stopMacro')), {
      keys: 'Esc',
      why: state.state.macro?.phase === 'running' ? undefined : t('palette.why.noMacro'),
    }),
    action('newTab', () => tabs.open(), { keys: 'Ctrl+T' }),
    action('closeTab', () => tabs.close(device), { keys: 'Ctrl+W' }),
    action('firstSteps', () => (shared.areFirstStepsShown = true)),
    action('shortcuts', () => (shared.areShortcutsShown = true), { keys: '?' }),
    action('language', () =>
      attempt(() => call('changeSettings', { language: program.language === 'zh' ? 'en' : 'zh' })),
    ),
    ...themes.map((theme) => ({
      id: `theme ${theme}`,
      group: 'action' as const,
      name: t('palette.theme', { name: t(`theme.${theme}`) }),
      run: () => attempt(() => call('changeSettings', { theme })),
      ...(program.settings.theme === theme ? { why: t('palette.why.present') } : {}),
    })),
  ]);

  const macroCommands = computed((): PaletteCommand[] =>
    [...macros.own.map((macro) => ({ id: macro.name, macro })), ...macros.shipped].map(({ id, macro }) => {
      const obstacle = runObstacle(macro, 0, state.state);
      return {
        id: `macro ${id}`,
        group: 'macro',
        name: t('palette.macro', { name: visible(macro.name) }),
        run: () =>
          attempt(() => callDevice(device, 'runMacro', { macro: JSON.parse(JSON.stringify(macro)) as typeof macro })),
        ...(obstacle ? { why: say(obstacle.reason) } : {}),
      };
    }),
  );

  const recent = computed((): PaletteCommand[] =>
    [...new Set(ui.history.toReversed())].slice(0, MOST_RECENT).map((line) => ({
      id: `recent ${line}`,
      group: 'recent',
      name: visible(line),
      run: () => attempt(() => callDevice(device, 'sendCommand', { line })),
      ...(isOpen.value ? {} : { why: t('palette.why.closed') }),
    })),
  );

  return computed(() => [
    { id: 'console', group: 'console', name: t('palette.console'), keys: 'Ctrl+L', run: () => focusConsole(ui) },
    ...pages.value,
    ...connection.value,
    ...panels.value,
    ...macroCommands.value,
    ...recent.value,
  ]);
}
