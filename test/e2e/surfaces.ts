import { readdirSync, readFileSync } from 'node:fs';
import { pages } from '../../renderer/ui/pages.ts';
import { inProject } from '../../scripts/project.js';
import type { StartedElectron } from './electron.ts';
import { ask, askAs, callPlatform, choose, connect, good, part, programOf, shownTab, until } from './screen.ts';

/** Something that the window shows: a page, or what opens over one. */
export interface Surface {
  readonly name: string;
  /** The component that opens it over a page, as a file of `renderer/`; absent for a page or a state of one. */
  readonly of?: string;
  /** Brings the window there, before it is opened. */
  readonly before?: (started: StartedElectron) => Promise<unknown>;
  /** What opens it: a control by its test id, which gets the focus and Enter, or keys. */
  readonly by?: string | { readonly keys: string };
  /** What is on the screen then. */
  readonly shows: string;
  /** Escape leaves it; of pages and of what is part of one it does not. */
  readonly isLeft: boolean;
  /** Puts away what Escape has not. */
  readonly after?: (started: StartedElectron) => Promise<unknown>;
}

const over = (name: string, of: string, by: Surface['by'], shows: string, more: Partial<Surface> = {}): Surface => ({
  name,
  of,
  ...(by === undefined ? {} : { by }),
  shows,
  isLeft: true,
  ...more,
});

const state = (name: string, shows: string, more: Partial<Surface> = {}): Surface => ({
  name,
  shows,
  isLeft: false,
  ...more,
});

/** Opens a page by the rail. */
export const goTo =
  (page: (typeof pages)[number]) =>
  async ({ page: screen }: StartedElectron): Promise<void> => {
    await part(screen, `nav-${page}`).click();
    await until(() => part(screen, `nav-${page}`).getAttribute('aria-current')).toBe('page');
  };

/** Each of the rail's pages as it is where the test stands. */
const allPages = (when: string): Surface[] =>
  pages.map((page) => state(`${page}, ${when}`, `nav-${page}`, { before: goTo(page) }));

const mode = (value: 'workbench' | 'technician') => async (started: StartedElectron) => {
  good(await ask(started.page, 'changeSettings', { mode: value }));
  await part(started.page, value === 'technician' ? 'technician' : 'nav-workbench').waitFor();
};

const stageMenus = (['port', 'module', 'sim', 'network', 'objects', 'onenet'] as const).map((stage) =>
  over(`stage ${stage}`, 'device/StageChip.vue', `stage-${stage}`, `stage-details-${stage}`),
);

async function askEverything(started: StartedElectron): Promise<void> {
  await connect(started.page);
  await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700');
  await callPlatform(started.page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=4711');
  await choose(started.page, '/3303/0/5700');
  await part(started.page, 'composer-value').fill('26.5');
  await part(started.page, 'composer-send').click();
  await until(() => part(started.page, 'outbox-last').getAttribute('data-status')).toBe('acknowledged');
}

/** A read that waits for a person; its dialog opens by the button of its row. */
async function holdRead({ page }: StartedElectron): Promise<void> {
  good(await ask(page, 'holdRequests', { kinds: ['read'] }));
  void callPlatform(page, '/nbiot?imei=IMEI&obj_id=3303&obj_inst_id=0&res_id=5700').catch(() => undefined);
  await page.locator('[data-testid^="ledger-answer-"]').last().waitFor();
}

const session = (started: StartedElectron) => started.page.locator('[data-testid^="session-"][role="option"]').first();

/** Of the window as it starts. */
export const beforeConnecting: readonly Surface[] = [
  ...allPages('nothing connected'),
  state('modules searched', 'find-stop', {
    before: goTo('workbench'),
    by: 'find-button',
    after: ({ page }) =>
      part(page, 'find-stop')
        .click()
        .catch(() => undefined),
  }),
  state('first steps', 'first-steps', {
    by: 'first-steps-open',
    after: ({ page }) => part(page, 'first-steps-skip').click(),
  }),
  over('training', 'device/TrainingDialog.vue', 'training-open', 'training'),
];

/** Of a module that is registered and has been asked. */
export const whileConnected: readonly Surface[] = [
  state('workbench, requests asked', 'outbox-last', {
    before: async (started) => {
      await goTo('workbench')(started);
      await askEverything(started);
    },
  }),
  ...stageMenus,
  over('preset answers', 'requests/ArmMenu.vue', 'arm-button', 'arm-form'),
  over('kinds on hold', 'requests/HoldMenu.vue', 'hold-button', 'hold-none'),
  state('let the platform ask', 'ask-send', { by: 'ask-platform', isLeft: true }),
  over('filter of the log', 'log/LogFilterMenu.vue', 'log-filter', 'log-filter-text'),
  over('copies of the log', 'log/LogHead.vue', 'log-copy-menu', 'log-copy'),
  over('export', 'log/ExportMenu.vue', 'export-menu', 'open-folder'),
  over('instruction set', 'device/DialectMenu.vue', 'dialect', 'dialect-auto'),
  over('identity', 'device/IdentityCard.vue', { keys: 'Control+i' }, 'identity-card'),
  over('network', 'device/NetworkPanel.vue', undefined, 'network-panel', {
    before: async ({ page }) => {
      await part(page, 'stage-network').click();
      await part(page, 'open-network').click();
    },
  }),
  over('antenna', 'device/AntennaAid.vue', 'signal', 'antenna-aid'),
  over('macros', 'macros/MacrosDialog.vue', 'open-macros', 'macros'),
  over('commands', 'app/palette/CommandPalette.vue', 'open-palette', 'palette-input'),
  over('shortcuts', 'app/ShortcutList.vue', 'shortcuts', 'shortcut-list'),
  over('guide', 'guide/GuideView.vue', 'nav-guide', 'guide'),
  over('value driven', 'objects/GeneratorDialog.vue', 'generator-open', 'generator-dialog'),
  over('value history', 'objects/ValueHistoryDialog.vue', 'history-open', 'value-history'),
  over('menu of a request', 'requests/LedgerRow.vue', undefined, 'ledger-lines', {
    before: async ({ page }) => {
      const row = page.locator('[data-testid^="ledger-row-"]').last();
      await row.click();
      await row.locator('[data-testid^="ledger-menu-"]').click();
    },
  }),
  over('answer by hand', 'requests/HandAnswerDialog.vue', undefined, 'hand-dialog', {
    before: async (started) => {
      await holdRead(started);
      await started.page.locator('[data-testid^="ledger-answer-"]').last().click();
    },
    after: async ({ page }) => good(await ask(page, 'holdRequests', { kinds: [] })),
  }),
  state('a line of the log', 'line-bytes', {
    before: ({ page }) => page.locator('[data-testid^="log-row-"][data-kind="unasked"]').last().click(),
  }),
  state('the whole session', 'live-leave', {
    before: async ({ page }) => {
      await part(page, 'log-whole').focus();
      await page.keyboard.press('Enter');
      await part(page, 'session-find').waitFor();
      await page.keyboard.press('Escape');
    },
    isLeft: true,
  }),
  state('why is it not online', 'why', {
    before: ({ page }) => ask(page, 'diagnose'),
    after: ({ page }) => part(page, 'why-close').click(),
  }),
  ...allPages('connected'),
  over('models', 'model/ModelHead.vue', 'model-open', 'model-menu', { before: goTo('model') }),
  over('a model that is not saved', 'model/ModelHead.vue', undefined, 'model-leaving', {
    before: async ({ page }) => {
      await part(page, 'model-name').fill('Pump house');
      await part(page, 'model-name').press('Enter');
      await part(page, 'model-open').click();
      await part(page, 'model-new').click();
    },
    after: ({ page }) => part(page, 'model-undo').click(),
  }),
  over('a model in use that is taken off the list', 'model/ModelForget.vue', undefined, 'model-forget', {
    before: async ({ page }) => {
      await part(page, 'model-name').fill('Pump house');
      await part(page, 'model-name').press('Enter');
      await part(page, 'model-save-as').click();
      await until(() => part(page, 'model-file').textContent()).toContain('Pump house.model.json');
      await part(page, 'model-use').click();
      await until(() => part(page, 'model-standing').getAttribute('data-standing')).toBe('same');
      await part(page, 'model-open').click();
      await part(page, 'model-forget-Pump house.model.json').click();
    },
  }),
  over('own resource', 'model/ModelResourceDialog.vue', 'model-own-resource', 'model-resource'),
  over('notices', 'settings/AboutSection.vue', 'about-notices', 'notices-dialog', { before: goTo('settings') }),
  over('import by a pattern', 'sessions/ImportPattern.vue', 'session-import-pattern', 'import-pattern', {
    before: goTo('sessions'),
  }),
  state('a session', 'session-log', {
    before: async (started) => {
      await goTo('sessions')(started);
      await session(started).click();
    },
  }),
  over('export of a session', 'sessions/SessionExport.vue', 'session-export', 'session-export-csv'),
  over('about a session', 'sessions/SessionAboutDialog.vue', 'session-rename', 'session-about'),
  over('session deleted', 'sessions/SessionList.vue', undefined, 'session-delete-dialog', {
    before: async (started) => {
      await session(started).focus();
      await started.page.keyboard.press('Delete');
    },
  }),
  state('sessions compared', 'compare-leave', {
    by: 'session-compare',
    after: ({ page }) => part(page, 'compare-leave').click(),
  }),
  state('replay', 'replay-bar', { after: ({ page }) => part(page, 'session-close').click() }),
  over('leaving a module that is locked', 'device/LockQuestion.vue', 'disconnect-button', 'lock-question', {
    before: async (started) => {
      await goTo('workbench')(started);
      good(await ask(started.page, 'changeNetwork', { kind: 'lock', earfcn: 3555 }));
      await part(started.page, 'lock-badge').waitFor();
    },
  }),
  over('closing its tab', 'app/CloseTab.vue', { keys: 'Control+w' }, 'close-tab', {
    after: async ({ page }) => good(await ask(page, 'closePort')),
  }),
  over('tabs that find no room', 'app/TabOverflow.vue', 'tab-more', 'tab-others', {
    before: async ({ page }) => {
      while ((await programOf(page)).devices.length < 16) await page.keyboard.press('Control+t');
      await part(page, 'tab-more').waitFor();
    },
    after: async ({ page }) => {
      const here = await shownTab(page);
      for (const { id } of (await programOf(page)).devices)
        if (id !== here) good(await askAs(page, 'closeDevice', id, { evenWhileTesting: false }));
    },
  }),
];

/** Of the technician's four steps. */
export const asTechnician: readonly Surface[] = [
  state('a batch begins', 'batch-start', { before: mode('technician') }),
  state('step connect', 'step-connect', {
    before: async ({ page }) => {
      await part(page, 'batch-site').fill('Pump station 3');
      await part(page, 'batch-begin').click();
    },
  }),
  state('batch summed up', 'batch-summary', {
    by: 'batch-summary-open',
    after: ({ page }) => part(page, 'batch-back').click(),
  }),
  state('step test', 'technician-test', { by: 'technician-practise' }),
  over('leaving a test', 'technician/LeaveQuestion.vue', undefined, 'leave-question', {
    before: async ({ page }) => {
      await part(page, 'technician-test').click();
      await part(page, 'technician-stop').waitFor();
      await page.keyboard.press('Escape');
    },
  }),
  state('a stopped test', 'technician-report-stopped', { by: 'technician-stop' }),
  state('step next device', 'step-next', { before: ({ page }) => part(page, 'technician-report-stopped').click() }),
];

/** Brings a surface onto the screen. */
export async function openSurface(started: StartedElectron, { by, shows, before }: Surface): Promise<void> {
  await before?.(started);
  const { page } = started;
  if (typeof by === 'string') {
    await part(page, by).focus();
    await page.keyboard.press('Enter');
  } else if (by) await page.keyboard.press(by.keys);
  await part(page, shows).waitFor();
}

/** What opens something over a page, and what Element's parts are for that. */
const opens = /<(?:DialogFrame|PopMenu|ElDropdown)\b|role="dialog"/;

/** Components that open something over a page, as files of `renderer/`; the general menu alone is what others use. */
export function openers(): string[] {
  const folder = inProject('renderer');
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.vue') && opens.test(readFileSync(`${folder}/${file}`, 'utf8')))
      .filter((file) => !['ui/PopMenu.vue', 'technician/Technician.vue'].includes(file))
      // At a real queue: stations.test.ts has one and asks axe there.
      .filter((file) => !file.startsWith('stations/'))
      .sort()
  );
}
