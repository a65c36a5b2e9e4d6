import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';

const [english, chinese] = await Promise.all(
  ['README.md', 'README.zh.md'].map((name) => readFile(inProject(name), 'utf8')),
);
const all = (text = '', pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('README.md and README.zh.md are kept in step', () => {
  it('they have headings of the same levels', () => {
    expect(all(chinese, /^(#+) /gm)).toEqual(all(english, /^(#+) /gm));
  });

  it('the same commands stand in both', () => {
    expect(all(chinese, /^```\n([\s\S]*?)^```/gm)).toEqual(all(english, /^```\n([\s\S]*?)^```/gm));
    expect(all(chinese, /^\| (`.*?) \| /gm)).toEqual(all(english, /^\| (`.*?) \| /gm));
  });

  it('whatever is typed in a sentence of the one is in the other', () => {
    const typed = (text: string | undefined): string[] =>
      all(text, /`((?:npm|npx|xvfb-run|mipl|--)[^`]*)`/g).toSorted();
    expect(typed(chinese)).toEqual(typed(english));
  });

  it('both link to the same documents, and to each other', () => {
    const links = (text: string | undefined): string[] =>
      all(text, /\]\(((?!README|docs\/pictures)[^)]*)\)/g)
        .map((link) => link.replace(/^docs\/guide\/(en|zh)\//, 'docs/guide/'))
        .toSorted();
    expect(links(chinese)).toEqual(links(english));
    expect(english).toContain('(README.zh.md)');
    expect(chinese).toContain('(README.md)');
  });

  it('steps are as many', () => {
    expect(all(chinese, /^(\d+)\. /gm)).toEqual(all(english, /^(\d+)\. /gm));
  });
});
