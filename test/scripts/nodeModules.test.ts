import { describe, expect, it } from 'vitest';
import { withoutModuleCommands } from '../../scripts/childProcess.js';
import { modulesState, stampFor } from '../../scripts/nodeModules.js';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/for-windows': { version: '2.0.0', optional: true },
  },
};
const wanted = stampFor(JSON.stringify(lock));
const installed = (packages: Record<string, { version: string }>) => () => ({ packages });
const mustNotRead = () => {
  throw new Error('must not be read');
};

describe('modulesState', () => {
  it('is current by the stamp alone, without reading the large files', () => {
    expect(modulesState({ wanted, stamp: wanted, lock: mustNotRead, installed: mustNotRead })).toBe('current');
  });

  it('is outdated when nothing is installed, or an install was broken off', () => {
    expect(modulesState({ wanted, lock: () => lock, installed: () => undefined })).toBe('outdated');
  });

  it('accepts what somebody installed by hand, other systems’ packages absent', () => {
    const facts = { wanted, lock: () => lock, installed: installed({ 'node_modules/a': { version: '1.0.0' } }) };
    expect(modulesState(facts)).toBe('unstamped');
    expect(modulesState({ ...facts, stamp: { ...wanted, lock: 'of yesterday' } })).toBe('unstamped');
  });

  it.each([
    ['another version', { 'node_modules/a': { version: '0.9.0' } }],
    ['a missing package', {}],
    [
      'an optional package of another version',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/for-windows': { version: '1.0.0' } },
    ],
  ])('is outdated with %s', (_what, packages) => {
    expect(modulesState({ wanted, lock: () => lock, installed: installed(packages) })).toBe('outdated');
  });

  it('is outdated when the folder was copied from another system', () => {
    const stamp = { ...wanted, platform: 'win32-x64' };
    expect(modulesState({ wanted, stamp, lock: mustNotRead, installed: mustNotRead })).toBe('outdated');
  });
});

it('changes the stamp with the lock file', () => {
  expect(stampFor('one')).not.toEqual(stampFor('two'));
  expect(stampFor('one')).toEqual(stampFor('one'));
});

describe('withoutModuleCommands', () => {
  it('takes the folders of npm run off the path, and nothing else', () => {
    const path = '/p/node_modules/.bin:/node_modules/.bin/:/usr/bin:/p/node_modules/.binary:/p/node_modules/.bin/x';
    expect(withoutModuleCommands({ PATH: path, HOME: '/h' }, ':')).toEqual({
      PATH: '/usr/bin:/p/node_modules/.binary:/p/node_modules/.bin/x',
      HOME: '/h',
    });
  });

  it('keeps the spelling that Windows has for the name', () => {
    expect(withoutModuleCommands({ Path: 'C:\\p\\node_modules\\.bin;C:\\Windows' }, ';')).toEqual({
      Path: 'C:\\Windows',
    });
  });
});
