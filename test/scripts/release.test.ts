import { describe, expect, it } from 'vitest';
import { changesOf } from '../../scripts/release/changes.js';
import { findings, findingsTable } from '../../scripts/release/checks.js';

const changelog = [
  '# Changes',
  '',
  '## Unreleased',
  '',
  '## 1.2.0 — 2027-01-31',
  '',
  '- One.',
  '- Two.',
  '',
  '## 1.1.0',
  '- Old.',
];

const ready = {
  version: '1.2.0',
  lockedVersion: '1.2.0',
  manifest: {
    description: 'brings modules online',
    license: 'MIT',
    homepage: 'https://project.example',
    author: 'its developers',
    scripts: { 'release:notes': 'node notes.js' },
  },
  changelog: changelog.join('\n'),
  changedFiles: [],
  branch: 'main',
  tags: ['v1.1.0'],
  namedFiles: ['build/icon.ico', 'LICENSE'],
  missingFiles: [],
  scriptsInWorkflows: ['release:notes'],
  secretsInWorkflows: ['KEY'],
  productKeys: ['0123456789abcdef'],
  heldKey: undefined as string | undefined,
  canListParts: true,
};

const badOf = (facts: Partial<typeof ready>): string[] =>
  findings({ ...ready, ...facts }).flatMap(({ what, status }) => (status === 'bad' ? [what] : []));

describe('before a tag is pushed', () => {
  it('nothing stands in the way of a release that is ready', () => {
    expect(badOf({})).toEqual([]);
  });

  it.each([
    [{ version: '1.2' }, ['version', 'changes']],
    [{ lockedVersion: '1.1.0' }, ['version']],
    [{ changelog: '## 1.1.0\n- Old.' }, ['changes']],
    [{ changelog: '## 1.2.0 — unreleased\n- One.' }, ['changes']],
    [{ changelog: `## Unreleased\n- Forgotten.\n${ready.changelog}` }, ['unreleased']],
    [{ tags: ['v1.2.0'] }, ['tag']],
    [{ branch: 'trial' }, ['branch']],
    [{ changedFiles: ['M main/index.ts'] }, ['tree']],
    [{ manifest: { ...ready.manifest, homepage: '' } }, ['homepage']],
    [{ missingFiles: ['build/icon.ico'] }, ['files']],
    [{ scriptsInWorkflows: ['gone'] }, ['workflow']],
    [{ canListParts: false }, ['parts']],
    [{ productKeys: [] }, ['list key']],
    [{ heldKey: 'fedcba9876543210' }, ['list key']],
    [{ heldKey: '0123456789abcdef' }, []],
  ] as const)('what would fail is named: %j', (facts, bad) => {
    expect(badOf(facts as Partial<typeof ready>)).toEqual(bad);
  });

  it('the table marks what is bad and says what to do', () => {
    const table = findingsTable(findings({ ...ready, tags: ['v1.2.0'] })).split('\n');
    expect(table.filter((line) => line.startsWith('✕'))).toEqual([expect.stringContaining('v1.2.0 is there already')]);
    expect(table.at(-1)).toMatch(/^· signing/);
  });
});

describe('the notes of a release', () => {
  it('are what CHANGELOG.md says of that version alone', () => {
    expect(changesOf(ready.changelog, '1.2.0')).toBe('- One.\n- Two.');
    expect(changesOf(ready.changelog, '1.1.0')).toBe('- Old.');
  });

  it('are none where the version is missing or says nothing', () => {
    expect(changesOf(ready.changelog, '1.2')).toBeUndefined();
    expect(changesOf(ready.changelog, 'Unreleased')).toBeUndefined();
  });
});
