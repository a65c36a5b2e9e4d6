import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fallback, fallbackFits, placeInRuntime } from '../../scripts/fallback/fallbackRuntime.js';
import { choiceStands, installedOfficial } from '../../scripts/electronRuntime.js';
import { temporaryDirectory } from './temporaryDirectory.ts';

describe('choiceStands', () => {
  const made = { wanted: '45.4.1', mirror: '', kind: 'fallback' as const };

  it('keeps to the fallback while the same is asked for', () => {
    expect(choiceStands(made, { wanted: '45.4.1', mirror: '' })).toBe(true);
  });

  it.each([
    ['no choice was made', undefined, { wanted: '45.4.1', mirror: '' }],
    ['another version is wanted', made, { wanted: '46.0.0', mirror: '' }],
    ['a mirror was set', made, { wanted: '45.4.1', mirror: 'mirror-address' }],
  ])('tries the official download again when %s', (_when, remembered, now) => {
    expect(choiceStands(remembered, now)).toBe(false);
  });
});

describe('installedOfficial', () => {
  function electronPackage(files: Record<string, string>): string {
    const directory = temporaryDirectory();
    mkdirSync(path.join(directory, 'dist'));
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, name), content);
    return directory;
  }
  const whole = {
    'package.json': '{"version":"45.4.1"}',
    'path.txt': 'electron',
    'dist/version': 'v45.4.1',
    'dist/electron': '',
  };

  it('knows a complete download', () => {
    const directory = electronPackage(whole);
    expect(installedOfficial(directory)).toEqual({
      kind: 'official',
      version: '45.4.1',
      directory: path.join(directory, 'dist'),
      executable: path.join(directory, 'dist', 'electron'),
    });
  });

  it.each(Object.keys(whole))('does not take one without %s', (missing) => {
    const files = Object.entries(whole).filter(([name]) => name !== missing);
    expect(installedOfficial(electronPackage(Object.fromEntries(files)))).toBeUndefined();
  });

  it('does not take one of another version', () => {
    expect(installedOfficial(electronPackage({ ...whole, 'dist/version': '44.0.0' }))).toBeUndefined();
  });
});

describe('the fallback', () => {
  it('is for one platform only', () => {
    expect(fallbackFits('linux', 'x64')).toBe(true);
    expect(fallbackFits('linux', 'arm64')).toBe(false);
    expect(fallbackFits('win32', 'x64')).toBe(false);
  });

  it('is pinned by version and by checksums', () => {
    expect(fallback.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(Buffer.from(fallback.tarballIntegrity.replace('sha512-', ''), 'base64')).toHaveLength(64);
    expect(Buffer.from(fallback.zipIntegrity.replace('sha256-', ''), 'base64')).toHaveLength(32);
  });

  it.each([
    ['Cypress/', undefined],
    ['Cypress/Cypress', 'electron'],
    ['Cypress/chrome-sandbox', 'chrome-sandbox'],
    ['Cypress/LICENSE.electron.txt', 'LICENSE'],
    ['Cypress/resources/', 'resources/'],
    ['Cypress/resources/app/', undefined],
    ['Cypress/resources/app/index.js', undefined],
    ['Cypress/resources/app-update.yml', undefined],
    ['Cypress/browser_v8_context_snapshot.bin', undefined],
    ['Cypress/v8_context_snapshot.bin', 'v8_context_snapshot.bin'],
    ['Other/file', undefined],
  ])('puts %s to %s', (name, expected) => {
    expect(placeInRuntime(name)).toBe(expected);
  });
});
