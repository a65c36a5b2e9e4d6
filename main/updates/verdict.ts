import { defined } from '../../shared/defined.ts';
import type { Release, UpdateCheck } from '../../shared/updates.ts';
import type { ReleaseList } from './releaseList.ts';
import { compareVersions, isTrial } from './versions.ts';

function newestOf(releases: readonly Release[]): Release | undefined {
  return releases.reduce<Release | undefined>(
    (newest, one) => (newest && compareVersions(newest.version, one.version) >= 0 ? newest : one),
    undefined,
  );
}

const bare = ({ version, day, page }: Release): Release => ({ version, day, page });

function comparedWith(running: string, newest: Release | undefined): UpdateCheck['verdict'] {
  if (!newest) return 'none';
  const difference = compareVersions(newest.version, running);
  if (difference === 0) return 'current';
  return difference > 0 ? 'newer' : 'ahead';
}

/**
 * What a list means for a program: who works with a release is led to releases, who tries a trial version to all.
 * @param running version of the program, `today` as `2027-01-31`
 */
export function verdictOn({ releases, validUntil }: ReleaseList, running: string, today: string): UpdateCheck {
  const all = releases.map(bare);
  const newest = newestOf(isTrial(running) ? all : all.filter(({ version }) => !isTrial(version)));
  const newestOfAll = newestOf(all);
  const isTried =
    !isTrial(running) &&
    newestOfAll !== undefined &&
    isTrial(newestOfAll.version) &&
    compareVersions(newestOfAll.version, running) > 0;
  return {
    running,
    verdict: comparedWith(running, newest),
    ...defined({ newest, trial: isTried ? newestOfAll : undefined }),
    validUntil,
    isOverdue: today > validUntil,
  };
}
