// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import license from 'rollup-plugin-license';
import { productionModules } from './productionModules.js';
import { inProject, readJson } from './project.js';

/** @typedef {{ name: string, version: string, license: string, text: string }} Notice a library that the package carries */

/** Where the notices stand among the window's files. */
export const noticesFile = 'notices.txt';

/** Libraries bundled so far, by name and version: electron-vite builds main, preload and renderer one after the other. @type {Map<string, Notice>} */
const bundled = new Map();

/** Notes the libraries that end up in a bundle. */
export function noteLibraries() {
  return license({
    thirdParty: {
      output(dependencies) {
        for (const { name, version, license: kind, licenseText } of dependencies)
          add({ name: name ?? '', version: version ?? '', license: kind ?? '', text: licenseText ?? '' });
      },
    },
  });
}

/** For the target that is built last: writes the notices of all that was noted, and of what is packed as it is. */
export function writeNotices() {
  return {
    name: 'notices',
    /** @this {{ emitFile(file: { type: 'asset', fileName: string, source: string }): string }} */
    generateBundle() {
      const packed = productionModules(readJson(inProject('package-lock.json'))).map((folder) =>
        noticeIn(inProject(folder)),
      );
      packed.forEach(add);
      const own = readFileSync(inProject('LICENSE'), 'utf8');
      this.emitFile({ type: 'asset', fileName: noticesFile, source: noticesText(own, [...bundled.values()]) });
    },
  };
}

/** @param {Notice} notice */
function add(notice) {
  bundled.set(`${notice.name} ${notice.version}`, notice);
}

/** The notice of a package as it stands in its folder. @param {string} folder @returns {Notice} */
export function noticeIn(folder) {
  const { name, version, license: kind } = readJson(path.join(folder, 'package.json'));
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
    : undefined;
  return { name, version, license: kind, text: file ? readFileSync(path.join(folder, file), 'utf8') : '' };
}

/**
 * One text: our own licence, then each library with the terms that its licence wants to be passed on.
 * @param {string} own @param {readonly Notice[]} notices
 */
export function noticesText(own, notices) {
  const rule = '-'.repeat(78);
  const sorted = [...notices].sort((a, b) => a.name.localeCompare(b.name));
  const parts = sorted.map(
    ({ name, version, license: kind, text }) => `${name} ${version} (${kind})\n\n${text.trim() || `Licence: ${kind}`}`,
  );
  const intro =
    'MIPL Field Tool carries the libraries below. Electron and Chromium have files of their own beside the\n' +
    'program: LICENSE.electron.txt and LICENSES.chromium.html.';
  return `${['MIPL Field Tool\n\n' + own.trim(), intro, ...parts].join(`\n\n${rule}\n\n`)}\n`;
}
