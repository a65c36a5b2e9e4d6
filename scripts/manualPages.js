// @ts-check
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { inProject, projectNode, readJson } from './project.js';

/** @typedef {{ title: string, text: string }} Section text as it stands in a terminal */

/**
 * Text for roff: nothing in it is taken for an instruction, and dashes can be copied out of the page as such.
 * @param {string} text
 */
export function roffText(text) {
  return text
    .replace(/[\\-]/g, (sign) => (sign === '-' ? '\\-' : '\\e'))
    .replace(
      /[^\n\x20-\x7e]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^(?=[.'])/gm, '\\&');
}

/**
 * A manual page of section 1, man(7).
 * @param {{ name: string, version: string, summary: string, sections: readonly Section[] }} page
 */
export function manualPage({ name, version, summary, sections }) {
  const head = `.TH ${roffText(name.toUpperCase())} 1 "" "MIPL Field Tool ${roffText(version)}" "User Commands"\n.SH NAME\n${roffText(name)} \\- ${roffText(summary)}\n`;
  const parts = sections.map(({ title, text }) => `.SH ${roffText(title)}\n.nf\n${roffText(text.trimEnd())}\n.fi\n`);
  return head + parts.join('');
}

/** What `mipl` says about itself: a page made from it cannot lag behind. @param {readonly string[]} args */
async function help(args) {
  const { stdout } = await promisify(execFile)(projectNode, [inProject('main', 'cli', 'mipl.ts'), ...args, '--help']);
  return stdout;
}

/** The manual pages by the name of their command. @returns {Promise<Record<string, string>>} */
export async function manualPages() {
  const { version, description } = readJson(inProject('package.json'));
  const overview = await help([]);
  const commands = Array.from(overview.matchAll(/^ {2}([\w-]+) /gm), ([, command = '']) => command);
  const texts = await Promise.all(commands.map((command) => help([command])));
  const [synopsis = '', ...rest] = overview.split('\n');
  const summary = `${description[0].toLowerCase()}${description.slice(1)}`;
  return {
    mipl: manualPage({
      name: 'mipl',
      version,
      summary: 'NB-IoT modules on OneNET from the command line',
      sections: [
        { title: 'SYNOPSIS', text: synopsis },
        { title: 'DESCRIPTION', text: rest.join('\n').replace(/^\n+/, '') },
        ...commands.map((command, index) => ({ title: command.toUpperCase(), text: texts[index] ?? '' })),
        { title: 'SEE ALSO', text: 'mipl-field-tool(1)' },
      ],
    }),
    'mipl-field-tool': manualPage({
      name: 'mipl-field-tool',
      version,
      summary,
      sections: [
        { title: 'SYNOPSIS', text: 'mipl-field-tool [options]' },
        {
          title: 'DESCRIPTION',
          text: 'Opens the window of MIPL Field Tool, or brings the one that is open to the front.',
        },
        {
          title: 'OPTIONS',
          text: [
            '--user-data-dir=DIR      settings, confirmed addresses and the place of the window',
            '--journal-directory=DIR  where journals go',
            '--export-directory=DIR   exports go there without a question',
            '--self-test              one session with the virtual module in a hidden window; exit code 0 or 1',
          ].join('\n'),
        },
        { title: 'SEE ALSO', text: 'mipl(1)' },
      ],
    }),
  };
}

/** For electron-builder, before it packs: writes the pages into dist/manual, from where the packages take them. */
export default async function beforePack() {
  const folder = inProject('dist', 'manual');
  await mkdir(folder, { recursive: true });
  for (const [name, page] of Object.entries(await manualPages()))
    await writeFile(`${folder}/${name}.1.gz`, gzipSync(page, { level: 9 }));
}
