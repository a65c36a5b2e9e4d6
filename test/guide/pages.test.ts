import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { guideBlocks } from '../../scripts/guideText.js';
import { inProject } from '../../scripts/project.js';
import { guideLines } from '../../shared/guide.ts';
import type { GuideBlock } from '../../shared/guide.ts';
import { picturesOfGuide } from './pictures.ts';

const folder = inProject('docs', 'guide');
const pageNames = async (language: string): Promise<string[]> => (await readdir(path.join(folder, language))).sort();
const names = await pageNames('en');
const blocksOf = async (language: string, name: string): Promise<GuideBlock[]> =>
  guideBlocks(await readFile(path.join(folder, language, name), 'utf8'));

/** What must be the same in both languages: the kinds of blocks, their sizes, and whatever is typed. */
const shapeOf = (block: GuideBlock): unknown => {
  if (block.kind === 'heading') return [block.kind, block.level];
  if (block.kind === 'list') return [block.kind, block.isOrdered, block.items.length];
  if (block.kind === 'table') return [block.kind, block.head.length, block.rows.length];
  if (block.kind === 'code') return [block.kind, block.text];
  if (block.kind === 'picture') return [block.kind, block.name.replace(/-(en|zh)$/, '')];
  return block.kind;
};

const partsOf = (blocks: readonly GuideBlock[]) => blocks.flatMap(guideLines).flat();

describe('the guide', () => {
  it('has the same pages in both languages', async () => {
    expect(await pageNames('zh')).toEqual(names);
    expect(names.length).toBeGreaterThan(5);
  });

  it.each(names)('%s says the same in both languages: headings, lists, tables, commands, pictures', async (name) => {
    const [english, chinese] = await Promise.all([blocksOf('en', name), blocksOf('zh', name)]);
    expect(chinese.map(shapeOf)).toEqual(english.map(shapeOf));
  });

  it.each(names)('%s has no link to a page that is not there', async (name) => {
    for (const language of ['en', 'zh']) {
      const links = partsOf(await blocksOf(language, name)).flatMap((part) =>
        typeof part === 'object' && part.kind === 'link' ? [`${part.page}.md`] : [],
      );
      for (const link of links) expect(names).toContain(link);
    }
  });

  it.each(['en', 'zh'])('shows pictures that the suite takes, and all of them: %s', async (language) => {
    const pages = await Promise.all(names.map((name) => blocksOf(language, name)));
    const shown = pages.flat().flatMap((block) => (block.kind === 'picture' ? [block.name] : []));
    expect(shown.toSorted()).toEqual(picturesOfGuide.map((picture) => `${picture}-${language}`).toSorted());
    const files = await readdir(path.join(folder, 'pictures'));
    expect(files).toEqual(expect.arrayContaining(shown.map((picture) => `${picture}.jpg`)));
  });

  it('names every cause that the diagnosis knows, and no other', async () => {
    const { causeCodes } = await import('../../shared/diagnosis.ts');
    const cells = (await blocksOf('en', '2-why-not-online.md')).flatMap((block) =>
      block.kind === 'table' ? block.rows.map(([code]) => code?.[0]) : [],
    );
    const codes = cells.map((cell) => (typeof cell === 'object' ? cell.text : cell));
    expect(codes.toSorted()).toEqual([...causeCodes].toSorted());
  });
});

describe('a page of the guide as data', () => {
  it('knows headings, paragraphs, lists, tables, pictures and what is typed', () => {
    const page = [
      '# Title',
      '',
      'One **bold** `code` [other](2-other.md)',
      'line.',
      '',
      '- a',
      '- b',
      '',
      '![Seen](../pictures/seen-en.jpg)',
      '',
      '```sh',
      'mipl --help',
      '```',
      '',
      '| A | B |',
      '|---|---|',
      '| `1` | 2 |',
    ].join('\n');
    expect(guideBlocks(page)).toEqual([
      { kind: 'heading', level: 1, line: ['Title'] },
      {
        kind: 'paragraph',
        line: [
          'One ',
          { kind: 'strong', text: 'bold' },
          ' ',
          { kind: 'code', text: 'code' },
          ' ',
          { kind: 'link', text: 'other', page: '2-other' },
          ' line.',
        ],
      },
      { kind: 'list', isOrdered: false, items: [['a'], ['b']] },
      { kind: 'picture', name: 'seen-en', text: 'Seen' },
      { kind: 'code', text: 'mipl --help' },
      { kind: 'table', head: [['A'], ['B']], rows: [[[{ kind: 'code', text: '1' }], ['2']]] },
    ]);
  });

  it.each(['<b>bold</b>', '> quoted', '### deep', 'a <i>b</i>', '*leaning*'])(
    'refuses what the window has no drawing for: %s',
    (text) => {
      expect(() => guideBlocks(text)).toThrow('The guide has no');
    },
  );
});
