import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { succeed } from './minimalDebian.ts';

/**
 * The names of the packages that apt would install with a deb on a Debian of another release on which nothing is
 * installed yet. Nothing of this machine's own apt is touched.
 * @param deb its path
 * @param codename of the release, such as `trixie`
 * @param mirror where Debian comes from
 * @throws Error with apt's words where it cannot resolve what the deb needs
 */
export async function wouldInstall(deb: string, codename: string, mirror: string): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mipl-apt-'));
  const inFolder = (...parts: string[]): string => path.join(folder, ...parts);
  try {
    for (const name of ['lists/partial', 'cache/archives/partial', 'parts'])
      await mkdir(inFolder(name), { recursive: true });
    await writeFile(inFolder('status'), '');
    await writeFile(inFolder('sources.list'), `deb ${mirror} ${codename} main\n`);
    const settings = {
      'Dir::State': folder,
      'Dir::State::lists': inFolder('lists'),
      'Dir::State::status': inFolder('status'),
      'Dir::Cache': inFolder('cache'),
      'Dir::Etc::sourcelist': inFolder('sources.list'),
      'Dir::Etc::sourceparts': inFolder('parts'),
      'Dir::Etc::preferencesparts': inFolder('parts'),
      'Acquire::Languages': 'none',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    await succeed('apt-get', [...options, 'update', '-q']);
    const said = await succeed('apt-get', [
      ...options,
      'install',
      '--simulate',
      '-q',
      '--no-install-recommends',
      path.resolve(deb),
    ]);
    return Array.from(said.matchAll(/^Inst (\S+)/gm), ([, name = '']) => name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
