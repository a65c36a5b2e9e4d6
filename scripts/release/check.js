// @ts-check
import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { releaseKeys } from '../../main/updates/releaseKeys.ts';
import { keyName, publicKey } from '../../main/updates/signedText.ts';
import { capture } from '../childProcess.js';
import { inProject, readJson } from '../project.js';
import { runScript } from '../setupError.js';
import { findings, findingsTable } from './checks.js';

/** npm is a script of the shell's on Windows. */
const npm = { shell: process.platform === 'win32' };

/** `npm run release:check`: says everything that would fail before a tag is pushed. */
await runScript(async () => {
  const manifest = readJson(inProject('package.json'));
  const workflows = readdirSync(inProject('.github', 'workflows')).map((name) => text('.github', 'workflows', name));
  const settings = `${text('electron-builder.yml')}\n${text('electron-builder.linux.yml')}`;
  const namedFiles = unique(settings, /(?<![\w/])((?:build\/[\w./-]+\w)|LICENSE|CHANGELOG\.md|scripts\/[\w./-]+\.js)/g);
  const parts = await capture('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], npm);
  const held = process.env.RELEASE_LIST_KEY;
  const all = findings({
    manifest,
    version: manifest.version,
    lockedVersion: readJson(inProject('package-lock.json')).version,
    changelog: text('CHANGELOG.md'),
    changedFiles: await git('status', '--porcelain'),
    branch: (await git('branch', '--show-current'))[0] ?? '',
    tags: await git('tag', '--list'),
    namedFiles,
    missingFiles: namedFiles.filter((name) => !existsSync(inProject(name))),
    scriptsInWorkflows: workflows.flatMap((workflow) => unique(workflow, /npm run (?:-s )?([\w:-]+)/g)),
    secretsInWorkflows: workflows.flatMap((workflow) => unique(workflow, /secrets\.(\w+)/g)),
    productKeys: releaseKeys.map((key) => keyName(publicKey(key))),
    heldKey: held === undefined ? undefined : keyName(createPrivateKey(readFileSync(held))),
    canListParts: parts.status === 0,
  });
  console.log(findingsTable(all));
  return all.some(({ status }) => status === 'bad') ? 1 : 0;
});

/** @param {...string} parts */
function text(...parts) {
  return readFileSync(inProject(...parts), 'utf8');
}

/** @param {string} where @param {RegExp} pattern @returns {string[]} */
function unique(where, pattern) {
  return [...new Set([...where.matchAll(pattern)].map(([, found = '']) => found))];
}

/** @param {...string} args */
async function git(...args) {
  const { stdout } = await capture('git', args);
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
