import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';
import fences from './scripts/eslint/fences.js';

/**
 * Who may import whom. This table is the architecture (docs/architecture.md §2): a folder sees the folders in its list
 * and nothing else of the project. The file is matched by its folder; what it must not see is derived.
 */
export const layers = {
  'main/time': ['shared'],
  'main/files': ['shared'],
  'main/updates': ['shared', 'main/files'],
  'main/transport': ['shared', 'main/time'],
  'main/at': ['shared', 'main/time', 'main/transport'],
  'main/lwm2m': ['shared', 'main/time', 'main/files'],
  'main/mipl': ['shared', 'main/time', 'main/transport', 'main/at', 'main/lwm2m'],
  'main/detect': ['shared', 'main/time', 'main/transport', 'main/at'],
  'main/udp': ['shared', 'main/time', 'main/transport', 'main/at', 'main/mipl'],
  'main/sim': ['shared', 'main/time', 'main/transport', 'main/at', 'main/lwm2m', 'main/mipl'],
  'main/log': ['shared', 'main/time', 'main/at', 'main/mipl'],
  'main/macros': ['shared', 'main/time', 'main/files', 'main/log'],
  'main/diagnosis': ['shared', 'main/mipl'],
  'main/capture': ['shared', 'main/at', 'main/mipl', 'main/log'],
  'main/journal': ['shared', 'main/time', 'main/files', 'main/transport', 'main/at', 'main/mipl', 'main/log'],
  'main/facts': ['shared', 'main/time', 'main/mipl', 'main/log', 'main/journal'],
  'main/sessions': [
    'shared',
    'main/time',
    'main/files',
    'main/transport',
    'main/at',
    'main/lwm2m',
    'main/mipl',
    'main/log',
    'main/capture',
    'main/journal',
    'main/facts',
  ],
  'main/platform': [
    'shared',
    'main/time',
    'main/files',
    'main/transport',
    'main/at',
    'main/lwm2m',
    'main/mipl',
    'main/log',
    'main/facts',
  ],
  'main/stations': ['shared', 'main/time', 'main/files'],
  'main/acceptance': [
    'shared',
    'main/time',
    'main/files',
    'main/at',
    'main/lwm2m',
    'main/mipl',
    'main/log',
    'main/journal',
    'main/facts',
    'main/platform',
  ],
};
/** Rooms that put the others together; each sees all before it. */
for (const folder of ['main/device', 'main/program', 'main/fleet', 'main/cli'])
  layers[folder] = ['shared', ...Object.keys(layers)];
const mainFolders = Object.keys(layers);

/** The same of the window's rooms; each may use `shared/` and the first three. */
const general = ['renderer/i18n', 'renderer/mirror', 'renderer/ui'];
const rooms = {
  'renderer/i18n': [],
  'renderer/mirror': [],
  'renderer/ui': ['renderer/i18n', 'renderer/mirror'],
  'renderer/device': general,
  'renderer/log': [...general, 'renderer/device'],
  'renderer/objects': [...general, 'renderer/device', 'renderer/log'],
  'renderer/platform': [...general, 'renderer/device', 'renderer/log', 'renderer/objects'],
  'renderer/requests': [...general, 'renderer/device', 'renderer/log', 'renderer/objects', 'renderer/platform'],
  'renderer/sessions': [
    ...general,
    'renderer/device',
    'renderer/log',
    'renderer/objects',
    'renderer/platform',
    'renderer/requests',
  ],
  'renderer/stations': [
    ...general,
    'renderer/device',
    'renderer/log',
    'renderer/objects',
    'renderer/platform',
    'renderer/requests',
    'renderer/sessions',
  ],
  'renderer/model': [...general, 'renderer/objects'],
  'renderer/macros': general,
  'renderer/udp': general,
  'renderer/acceptance': [...general, 'renderer/log'],
  'renderer/technician': [...general, 'renderer/device', 'renderer/log', 'renderer/acceptance'],
  'renderer/settings': general,
  'renderer/guide': general,
};
rooms['renderer/app'] = Object.keys(rooms);

/** What nobody can break may be longer: a text, an address, a pattern. */
const columns = {
  code: 120,
  ignoreComments: true,
  ignoreStrings: true,
  ignoreTemplateLiterals: true,
  ignoreRegExpLiterals: true,
  ignoreUrls: true,
};

/** Packages only one place may know. */
const fenced = (folder) => [
  ...(folder === 'main' ? [] : [{ regex: '^electron($|/)', message: 'Only main/*.ts knows Electron.' }]),
  ...(folder === 'main/transport'
    ? []
    : [{ regex: '^(serialport|@serialport/.*)$', message: 'Only main/transport knows serialport.' }]),
  ...(folder === 'main/stations' ? [] : [{ regex: '^@nats-io/', message: 'Only main/stations knows NATS.' }]),
];

const noRenderer = { regex: '^(\\.\\./)+renderer(/|$)', message: 'Main never imports the renderer.' };

const layerRules = mainFolders.map((folder) => {
  const hidden = [...mainFolders.filter((other) => other !== folder && !layers[folder].includes(other))];
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      'fences/fence': [
        'error',
        [
          ...hidden.map((other) => ({
            regex: `^(\\.\\./)+${other.slice('main/'.length)}(/|$)`,
            message: `${folder} must not import ${other}.`,
          })),
          noRenderer,
          ...fenced(folder),
        ],
      ],
    },
  };
});

const noMain = [
  { regex: '^(\\.\\./)+main(/|$)', message: 'The renderer reaches main through shared/contract only.' },
  { regex: '^(node:|electron|@?serialport)', message: 'The renderer has no Node and no Electron.' },
];

const ownFrames = {
  regex: '^element-plus/.*(/|el-)(dialog|popover|overlay)[/.]',
  message: 'What opens over the page is ui/DialogFrame or ui/PopMenu.',
};

const roomRules = Object.entries(rooms).map(([room, seen]) => ({
  files: [`${room}/**/*.{ts,vue}`],
  rules: {
    'fences/fence': [
      'error',
      [
        ...noMain,
        ...(room === 'renderer/ui' ? [] : [ownFrames]),
        ...Object.keys(rooms)
          .filter((other) => other !== room && !seen.includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other.slice('renderer/'.length)}(/|$)`,
            message: `${room} must not import ${other}.`,
          })),
      ],
    ],
  },
}));

/** One clock: main/time/clock.ts in main, renderer/mirror/clock.ts in the window. What the wall clock says is never a span. */
const ownClock = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Use the clock that is handed in.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use the clock that is handed in.' },
  { selector: "CallExpression[callee.name='Date']", message: 'Use the clock that is handed in.' },
];
const noWallSpan = {
  selector: "MemberExpression[property.name='wallMs'][object.name=/[cC]lock$/]",
  message:
    'The wall clock is for display: spans are of steadyMs(). A header, a file name or a date goes into the list.',
};
/** Where the wall clock may be asked: what it says is written down or compared with the dates of files. */
const wallClockUsers = [
  'main/cli/*.ts', // file names, times of printed events
  'main/stations/station.ts', // dates of results, which other machines read
  'main/stations/queueConnection.ts', // the date in a credential
  'main/journal/journal{Reader,Writer}.ts', // header, field w
  'main/transport/tap.ts', // field w
  'main/program/settings.ts',
  'main/program/timeWatch.ts', // whether it was set
  'main/program/journalFolders.ts',
  'main/program/macroBook.ts', // names of files put aside
  'main/platform/secrets.ts', // the same
  'main/program/tornJournals.ts', // dates of files
  'main/sim/modem/{standardValues,generalCommands}.ts', // the module's own clock
];
const ownTimers = {
  selector:
    "CallExpression[callee.name=/^set(Timeout|Interval)$/]:not([arguments.1.type='Literal'])" +
    ':not([arguments.1.name=/^[A-Z0-9_]+$/])',
  message: 'A wait that is no constant goes through main/time/timers.ts, which knows how long a timer can be.',
};

/** What happens to a device is told as a fact, so that its journal has it: nobody else changes its state. */
const ownFacts = ['name', 'property.name'].map((name) => ({
  selector: `CallExpression[callee.property.name='change'][callee.object.${name}=/^(state|holder)$/]`,
  message: 'Tell a fact: FactRecord alone changes the state of a device.',
}));

/** Vue's rules cost a quarter of the lint; where Vue is not imported they have nothing to say. */
const vueRules = vue.configs['flat/recommended'].map((rules) =>
  rules.rules && !rules.files ? { ...rules, files: ['renderer/**', 'test/renderer/**'] } : rules,
);

export default tseslint.config(
  // The builder writes its configuration out for a moment, beside the lane that lints.
  { ignores: ['electron.vite.config.ts.*', 'out/', 'dist/', 'coverage/', 'test-output/', 'node_modules/'] },
  ...tseslint.configs.strict,
  ...vueRules,
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    plugins: { fences },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'off',
      'no-control-regex': 'off',
      eqeqeq: 'error',
      'fences/own-private': 'error',
      'no-nested-ternary': 'error',
      'max-len': ['error', columns],
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multiline-html-element-content-newline': 'off',
    },
  },
  {
    files: ['shared/*.ts'],
    rules: {
      'fences/fence': [
        'error',
        [
          { regex: '^(?!\\./)', message: 'shared/ imports nothing of the outside.' },
          {
            regex: '^\\./contract/',
            message: 'The contract is made of what stands in shared/, not the other way round.',
          },
        ],
      ],
    },
  },
  {
    files: ['shared/*/**/*.ts'],
    rules: {
      'fences/fence': [
        'error',
        [{ regex: '^(?!\\.\\.?/(?!\\.\\.))', message: 'shared/ imports nothing of the outside.' }],
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,vue}'],
    rules: {
      'fences/fence': ['error', noMain],
      'vue/no-restricted-syntax': [
        'error',
        { selector: 'TSNonNullExpression', message: 'What may be missing is asked for, in a template, too.' },
        { selector: 'ImportExpression', message: 'A template imports nothing: nobody could tell what it reaches.' },
        {
          selector: 'ConditionalExpression > ConditionalExpression',
          message: 'A choice of three has a name, in a template, too.',
        },
      ],
    },
  },
  {
    files: ['main/*.ts'],
    rules: {
      'fences/fence': ['error', [noRenderer, ...fenced('main')]],
    },
  },
  ...layerRules,
  ...roomRules,
  {
    files: ['shared/**/*.ts', 'renderer/**/*.{ts,vue}', 'main/**/*.ts'],
    ignores: ['main/time/*.ts', 'renderer/mirror/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ownClock, noWallSpan] },
  },
  {
    files: ['main/{at,detect,mipl,lwm2m,udp,acceptance,platform,facts,device,program}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ownClock, noWallSpan, ownTimers] },
  },
  {
    files: ['main/{at,detect,diagnosis,mipl,lwm2m,udp,acceptance,platform,device}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ownClock, noWallSpan, ownTimers, ...ownFacts] },
  },
  {
    files: wallClockUsers,
    rules: { 'no-restricted-syntax': ['error', ...ownClock] },
  },
  {
    files: ['test/**/*.ts', 'scripts/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
