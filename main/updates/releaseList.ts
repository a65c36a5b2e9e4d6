import type { KeyObject } from 'node:crypto';
import { CodedError, faultOf } from '../../shared/errors.ts';
import { list, open, read, text, whole } from '../../shared/schema.ts';
import type { ValueOf } from '../../shared/schema.ts';
import { openSigned } from './signedText.ts';
import { isVersion } from './versions.ts';

/** A day as `2027-01-31`; a day that no month has is none. */
function isDay(given: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(given) ? Date.parse(`${given}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(given);
}

const day = text(10, { must: 'must be a day', holds: isDay, example: '2027-01-31', counterexample: '31.1.2027' });

const isPage = (given: string): boolean => /^https:\/\/[^\s/?#@]+/.test(given) && URL.canParse(given);

/** What a list says. A later program may write more into it, so fields that are not known are let through. */
const releaseList = open({
  format: text(40, {
    must: 'must be mipl-field-tool releases',
    holds: (format) => format === 'mipl-field-tool releases',
    example: 'mipl-field-tool releases',
    counterexample: 'other releases',
  }),
  formatVersion: whole(1, 1),
  /** Counts up with each list, so that an older one can be told from a newer one. */
  number: whole(1, 1_000_000),
  /** The last day on which it may pass for news. */
  validUntil: day,
  releases: list(
    open({
      version: text(64, { must: 'must be a version', holds: isVersion, example: '1.2.0', counterexample: '1.2' }),
      day,
      page: text(300, {
        must: 'must be an https address',
        holds: isPage,
        example: 'https://mirror.example/1.2.0',
        counterexample: 'javascript:0',
      }),
    }),
    1000,
  ),
});
export type ReleaseList = ValueOf<typeof releaseList>;

/** Reads the text of a list. @throws CodedError `UPDATE_LIST`, detail: what is wrong. */
export function parseReleaseList(json: string): ReleaseList {
  try {
    return read(releaseList, JSON.parse(json) as unknown, 'list');
  } catch (error) {
    const { message, detail } = faultOf(error);
    throw new CodedError('UPDATE_LIST', message, detail ?? 'JSON', { cause: error });
  }
}

/** A list that one of the keys has signed. @throws CodedError `UPDATE_LIST`, `UPDATE_SIGNATURE`. */
export const readReleaseList = (bytes: Uint8Array, keys: readonly KeyObject[]): ReleaseList =>
  parseReleaseList(openSigned(bytes, keys));
