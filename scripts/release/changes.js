// @ts-check

/**
 * What CHANGELOG.md says of a version, without its heading; undefined where it has none, or nothing stands below it.
 * A heading is the version alone or with the day behind it: `## 1.0.0 — 2027-01-31`.
 * @param {string} changelog
 * @param {string} version as in package.json, or `Unreleased`
 */
export function changesOf(changelog, version) {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line.startsWith('## ') && line.slice(3).split(' ', 1)[0] === version);
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  const text = lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
  return text === '' ? undefined : text;
}
