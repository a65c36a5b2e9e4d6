import { describe, expect, it } from 'vitest';
import { debReleases, rpmPackages, rpmSonames } from './distributions.ts';
import { readYaml } from './yaml.ts';

interface Dependencies {
  readonly depends: readonly string[];
}
const { deb, rpm } = readYaml('electron-builder.linux.yml') as {
  readonly deb: Dependencies;
  readonly rpm: Dependencies;
};

const isAtLeast = (version: string, least: string): boolean =>
  version.localeCompare(least, 'en', { numeric: true }) >= 0;

describe.each(debReleases)('what the deb asks for, on $name', ({ packages, libc }) => {
  it.each(deb.depends)('is there by one name, and one alone: %s', (need) => {
    const names = need.split(' | ').map((one) => one.split(' ')[0] ?? '');
    expect(names.filter((name) => packages.includes(name))).toHaveLength(1);
  });

  it('is no newer C library than it has', () => {
    const least = deb.depends.flatMap((need) => /^libc6 \(>= ([\d.]+)\)$/.exec(need)?.[1] ?? []);
    expect(least).toHaveLength(1);
    expect(isAtLeast(libc, least[0] ?? '')).toBe(true);
  });
});

describe('what the rpm asks for', () => {
  it.each(rpm.depends)('is provided by Fedora and openSUSE alike: %s', (need) => {
    const soname = /^(\S+)\(\)\(64bit\)$/.exec(need)?.[1];
    if (soname === undefined) expect(rpmPackages).toContain(need);
    else expect(rpmSonames).toContain(soname);
  });
});
