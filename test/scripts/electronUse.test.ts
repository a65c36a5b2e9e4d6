import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fallback } from '../../scripts/fallback/fallbackRuntime.js';
import { inProject, readJson } from '../../scripts/project.js';

const sources = readdirSync(inProject('main'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(inProject('main', name), 'utf8'));

/** What main takes from Electron at run time, as `app.getPath`, `webContents.printToPDF`. */
function used(): Set<string> {
  const found = new Set<string>();
  for (const source of sources) {
    const [, names = ''] = /^import \{([^}]*)\} from 'electron';$/m.exec(source) ?? [];
    const values = names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '));
    const code = source.replace(/^\s*(?:\*|\/\/|\/\*\*).*$/gm, '');
    for (const name of [...values, 'webContents'])
      for (const [, before = '', member = ''] of code.matchAll(new RegExp(`(\\S?)\\b${name}\\.(\\w+)\\b(?!')`, 'g')))
        if (before !== "'" && before !== '/') found.add(`${name}.${member}`);
  }
  return found;
}

/** The list of docs/electron.md: name and the major version that brought it. */
const listed = new Map(
  Array.from(
    readFileSync(inProject('docs', 'electron.md'), 'utf8').matchAll(/^\| `(\w+\.\w+)`[^|]*\| (\d+) \|/gm),
    ([, name = '', major = '']) => [name, Number(major)] as const,
  ),
);

const typings = readFileSync(inProject('node_modules', 'electron', 'electron.d.ts'), 'utf8');

/** Whether the typings of the Electron that is built for have a member. */
function isKnown(name: string): boolean {
  const [owner = '', member = ''] = name.split('.');
  const type = owner.charAt(0).toUpperCase() + owner.slice(1);
  const blocks = typings.matchAll(
    new RegExp(`\\n {2}(?:interface|class) ${type}\\b[^\\n]*\\{\\n[\\s\\S]*?\\n {2}\\}`, 'g'),
  );
  const line = new RegExp(`\\n {4}(?:readonly |static )?${member}\\b[ ?]*[(:<]`);
  return [...blocks].some(([block]) => line.test(block));
}

describe('what main uses of Electron', () => {
  it('stands in one list, all of it and nothing else', () => {
    expect([...listed.keys()].sort()).toEqual([...used()].sort());
  });

  it('is in the Electron that is built for', () => {
    expect([...listed.keys()].filter((name) => !isKnown(name))).toEqual([]);
    expect(isKnown('app.neverThere')).toBe(false);
  });

  it('is in the Electron that tests run on where no other can be had', () => {
    const tested = Number.parseInt(fallback.electron, 10);
    const built = Number.parseInt(readJson(inProject('node_modules', 'electron', 'package.json')).version, 10);
    expect(tested).toBeLessThanOrEqual(built);
    expect([...listed].filter(([, since]) => since > tested)).toEqual([]);
  });
});
