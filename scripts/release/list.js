// @ts-check
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseReleaseList, readReleaseList } from '../../main/updates/releaseList.ts';
import { publicKey, signText } from '../../main/updates/signedText.ts';
import { releaseKeys } from '../../main/updates/releaseKeys.ts';
import { inProject, readJson } from '../project.js';
import { SetupError, runScript } from '../setupError.js';

const usage = `npm run release:list -- --key FILE --page ADDRESS [--after FILE] [--day YYYY-MM-DD] [--valid-days N] -o FILE

Adds the version of package.json to the list of releases that programs compare themselves with, and signs it.
  --key FILE        private half of the key, as npm run release:key has written it
  --page ADDRESS    where a person gets this version (https)
  --after FILE      the signed list that it follows; without it the list begins
  --day DAY         of the release; default: today
  --valid-days N    so many days it may pass for news; default: 400
  -o FILE           where the new list goes`;

const DAY_MS = 86_400_000;

/** @param {number} ms */
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** @typedef {import('../../main/updates/releaseList.ts').ReleaseList} ReleaseList */

/**
 * The list that follows another: one number up, with this release in place of one of the same version, newest first.
 * @param {ReleaseList | undefined} previous
 * @param {ReleaseList['releases'][number]} release
 * @param {string} validUntil
 */
export function nextList(previous, release, validUntil) {
  const others = (previous?.releases ?? []).filter(({ version }) => version !== release.version);
  return {
    ...previous,
    format: 'mipl-field-tool releases',
    formatVersion: 1,
    number: (previous?.number ?? 0) + 1,
    validUntil,
    releases: [release, ...others],
  };
}

/** `npm run release:list`. @param {string[]} args @param {readonly string[]} keys public halves that a list may follow */
export function makeList(args, keys = releaseKeys) {
  const { values } = parseArgs({
    args,
    options: {
      key: { type: 'string' },
      page: { type: 'string' },
      after: { type: 'string' },
      day: { type: 'string', default: dayOf(Date.now()) },
      'valid-days': { type: 'string', default: '400' },
      output: { type: 'string', short: 'o' },
    },
  });
  const { key, page, after, day, output } = values;
  if (key === undefined || page === undefined || output === undefined)
    throw new SetupError('Something is missing.', usage);
  const days = Number(values['valid-days']);
  if (!Number.isInteger(days) || days < 1) throw new SetupError('--valid-days is a whole number.', usage);
  const privateKey = createPrivateKey(readFileSync(key));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new SetupError(`${key} is no Ed25519 key.`, usage);
  const previous = after === undefined ? undefined : readReleaseList(readFileSync(after), keys.map(publicKey));
  const { version } = readJson(inProject('package.json'));
  const list = nextList(previous, { version, day, page }, dayOf(Date.parse(day) + days * DAY_MS));
  const text = `${JSON.stringify(list, null, 2)}\n`;
  // What programs would refuse is not signed.
  parseReleaseList(text);
  writeFileSync(output, signText(text, privateKey));
  return list;
}

if (import.meta.main)
  await runScript(async () => {
    const { number, releases } = makeList(process.argv.slice(2));
    console.log(`list ${number}: ${releases.map(({ version }) => version).join(', ')}`);
    return 0;
  });
