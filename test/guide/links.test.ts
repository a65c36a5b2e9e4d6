import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { inProject } from '../../scripts/project.js';

const documents = [
  ...readdirSync(inProject('docs'), { recursive: true, encoding: 'utf8' }).map((name) => path.join('docs', name)),
  ...['README.md', 'README.zh.md', 'CHANGELOG.md'],
].filter((name) => name.endsWith('.md'));

/** The name that a heading has behind `#`, as code hosts make it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const textOf = (name: string): string => readFileSync(inProject(name), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
const anchorsOf = (name: string): string[] =>
  [...textOf(name).matchAll(/^#+ (.*)$/gm)].map(([, one = '']) => anchorOf(one));

it.each(documents)('every link of %s leads to a file of the project, and to a heading of it', (name) => {
  const links = [...textOf(name).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  for (const link of links) {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? name : path.join(path.dirname(name), file);
    expect(existsSync(inProject(target)), `${name}: ${link}`).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(target), `${name}: ${link}`).toContain(anchor);
  }
});
