// @ts-check
import { changesOf } from './changes.js';

/**
 * What stands in the project before a tag is pushed, as plain data: so every finding can be tried without a release.
 * @typedef {object} ReleaseFacts
 * @property {string} version of package.json
 * @property {string} lockedVersion of package-lock.json
 * @property {Readonly<Record<string, unknown>>} manifest package.json
 * @property {string} changelog
 * @property {readonly string[]} changedFiles that git does not have as they are
 * @property {string} branch
 * @property {readonly string[]} tags
 * @property {readonly string[]} namedFiles files that the builder's settings name
 * @property {readonly string[]} missingFiles those of them that are not there
 * @property {readonly string[]} scriptsInWorkflows commands `npm run X` of the workflows
 * @property {readonly string[]} secretsInWorkflows names of secrets that the release workflow uses
 * @property {readonly string[]} productKeys names of the keys whose signature on a list of releases the product believes
 * @property {string | undefined} heldKey name of the key that whoever makes the release has, if it is named
 * @property {boolean} canListParts whether `npm sbom` can say what the product is made of
 */

/** @typedef {{ what: string, status: 'good' | 'bad' | 'note', says: string }} Finding */

/**
 * Everything that would make a release fail, or that whoever makes it should know.
 * @param {ReleaseFacts} facts
 * @returns {Finding[]}
 */
export function findings(facts) {
  const { version, changelog } = facts;
  return [
    judged(
      'version',
      /^\d+\.\d+\.\d+$/.test(version) && version === facts.lockedVersion,
      version,
      `package.json says ${version}, package-lock.json ${facts.lockedVersion}: both must be the same, three numbers`,
    ),
    judged(
      'changes',
      changesOf(changelog, version) !== undefined && !/^## \S+ — unreleased$/m.test(changelog),
      `CHANGELOG.md has ${version}`,
      `CHANGELOG.md needs "## ${version} — YYYY-MM-DD" with what has changed`,
    ),
    judged(
      'unreleased',
      changesOf(changelog, 'Unreleased') === undefined,
      'nothing stands under Unreleased',
      'changes stand under Unreleased: move them below the version, since notes are made of that part alone',
    ),
    judged('tag', !facts.tags.includes(`v${version}`), `v${version} is free`, `the tag v${version} is there already`),
    judged('branch', facts.branch === 'main', 'main', `a release is made of main, not of ${facts.branch}`),
    judged(
      'tree',
      facts.changedFiles.length === 0,
      'git has everything',
      `not committed: ${facts.changedFiles.slice(0, 5).join(', ')}${facts.changedFiles.length > 5 ? ' …' : ''}`,
    ),
    ...['description', 'license', 'homepage', 'author'].map((field) =>
      judged(
        field,
        typeof facts.manifest[field] === 'string' && facts.manifest[field] !== '',
        String(facts.manifest[field]),
        `package.json has no ${field}: packages for Linux cannot be built`,
      ),
    ),
    judged(
      'files',
      facts.missingFiles.length === 0,
      `all ${facts.namedFiles.length} that the builder's settings name`,
      `named by the builder's settings and not there: ${facts.missingFiles.join(', ')}`,
    ),
    ...facts.scriptsInWorkflows
      .filter((name) => !Object.hasOwn(/** @type {object} */ (facts.manifest.scripts ?? {}), name))
      .map((name) =>
        judged('workflow', false, '', `a workflow calls npm run ${name}, which package.json does not have`),
      ),
    judged(
      'list key',
      facts.productKeys.length > 0 && (facts.heldKey === undefined || facts.productKeys.includes(facts.heldKey)),
      facts.heldKey === undefined
        ? `the product believes ${facts.productKeys.join(', ')}; RELEASE_LIST_KEY=FILE compares yours`
        : `${facts.heldKey} is yours and the product's`,
      facts.productKeys.length === 0
        ? 'main/updates/releaseKeys.ts has no key: npm run release:key makes one'
        : `your key ${facts.heldKey} is none of the product's (${facts.productKeys.join(', ')}): nobody would believe your list`,
    ),
    judged('parts', facts.canListParts, 'npm sbom lists them', 'npm sbom fails: run it to see why'),
    {
      what: 'signing',
      status: 'note',
      says: `installers are signed only where the code host has ${facts.secretsInWorkflows.join(', ')}`,
    },
  ];
}

/** @param {string} what @param {boolean} isGood @param {string} good @param {string} bad @returns {Finding} */
const judged = (what, isGood, good, bad) => ({ what, status: isGood ? 'good' : 'bad', says: isGood ? good : bad });

/** The findings as a table; bad ones are marked. @param {readonly Finding[]} all */
export function findingsTable(all) {
  const width = Math.max(...all.map(({ what }) => what.length));
  const marks = { good: '✓', bad: '✕', note: '·' };
  return all.map(({ what, status, says }) => `${marks[status]} ${what.padEnd(width)}  ${says}`).join('\n');
}
