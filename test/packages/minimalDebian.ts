import { chmod, copyFile, cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { capture } from '../../scripts/childProcess.js';
import { withLock } from '../../scripts/lock.js';
import { cacheDirectory } from '../../scripts/project.js';

/** What a command in there printed, and its exit status. */
export type Ran = Awaited<ReturnType<typeof capture>>;

/** Where apt of this machine gets Debian from. */
export interface Source {
  readonly address: string;
  readonly suite: string;
  readonly component: string;
}

/**
 * The commands run in namespaces of their own: mounts and processes are gone with the command, however it ends. The root
 * is pivoted, since the kernel lets no process of a mere chroot make the user namespaces that Electron's sandbox needs.
 */
const enter = `set -e
mount --bind "$1" "$1"
mount --rbind /dev "$1/dev"
mount --rbind /sys "$1/sys"
mount -t proc proc "$1/proc"
mount --bind "$2" "$1/var/cache/apt/archives"
cd "$1"
pivot_root . mnt
umount -l /mnt
shift 2
exec "$@"`;

/** What a command printed. @throws Error with all of it where the command failed. */
export async function succeed(command: string, args: string[]): Promise<string> {
  const { status, stdout, output } = await capture(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
  return stdout;
}

/** The sources of one release in apt's own configuration, whatever the mirror. */
export async function sourcesOf(codename: string): Promise<Source[]> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const lines = await succeed('apt-get', ['indextargets', '--format', format, 'Identifier: Packages']);
  return lines
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, suite = '']) => suite === codename || suite.startsWith(`${codename}-`))
    .map(([address = '', suite = '', component = '']) => ({ address, suite, component }));
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The smallest Debian of the release as an archive, made once and kept with what else can be fetched again. */
async function baseArchive(codename: string, mirror: string): Promise<string> {
  const archive = path.join(cacheDirectory(), `debian-${codename}-minbase.tar`);
  await withLock(`${archive}.lock`, async () => {
    if (await exists(archive)) return;
    const folder = await mkdtemp(path.join(tmpdir(), 'mipl-debootstrap-'));
    try {
      await succeed('debootstrap', ['--variant=minbase', codename, folder, mirror]);
      await succeed('tar', ['-C', folder, '--numeric-owner', '-cf', `${archive}.part`, '.']);
      await rename(`${archive}.part`, archive);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  return archive;
}

/** A Debian of the machine's own release in a temporary folder, with nothing in it but what every Debian has. */
export class MinimalDebian {
  readonly root: string;
  readonly #archives: string;

  private constructor(root: string, archives: string) {
    this.root = root;
    this.#archives = archives;
  }

  /** Needs root, debootstrap, and the machine's Debian mirror. @throws Error that says which command failed. */
  static async make(codename: string): Promise<MinimalDebian> {
    const sources = await sourcesOf(codename);
    const mirror = sources.find(({ suite }) => suite === codename);
    if (!mirror) throw new Error(`apt knows no source of ${codename}; apt-get update fetches its lists`);
    const base = await baseArchive(codename, mirror.address);
    const archives = path.join(cacheDirectory(), `debian-${codename}-archives`);
    await mkdir(path.join(archives, 'partial'), { recursive: true });
    const root = await mkdtemp(path.join(tmpdir(), 'mipl-debian-'));
    const debian = new MinimalDebian(root, archives);
    try {
      await succeed('tar', ['-C', root, '--numeric-owner', '-xpf', base]);
      // The archive was made of a folder that only root may enter.
      await chmod(root, 0o755);
      const lines = sources.map(({ address, suite, component }) => `deb ${address} ${suite} ${component}\n`);
      await writeFile(path.join(root, 'etc/apt/sources.list'), lines.join(''));
      await writeFile(
        path.join(root, 'etc/apt/apt.conf.d/90of-the-machine'),
        await succeed('apt-config', ['dump', 'Acquire::http', 'Acquire::https']),
      );
      await writeFile(
        path.join(root, 'etc/apt/apt.conf.d/91quick'),
        'APT::Keep-Downloaded-Packages "true";\nAcquire::Languages "none";\n',
      );
      // What is thrown away afterwards need not survive a power cut.
      await writeFile(path.join(root, 'etc/dpkg/dpkg.cfg.d/quick'), 'force-unsafe-io\n');
      for (const file of ['etc/resolv.conf', 'etc/hosts']) await copyFile(path.join('/', file), path.join(root, file));
      return debian;
    } catch (error) {
      await debian.remove();
      throw error;
    }
  }

  /** Runs a command in there as root, or as another account. */
  run(command: readonly string[], { as, env = {} }: { as?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
    const home = as === undefined ? '/root' : `/home/${as}`;
    const given = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: home,
      DEBIAN_FRONTEND: 'noninteractive',
      LANG: 'C.UTF-8',
    };
    const whole =
      as === undefined ? command : ['setpriv', `--reuid=${as}`, `--regid=${as}`, '--init-groups', '--', ...command];
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
    return capture('unshare', [...namespaces, 'sh', '-c', enter, 'sh', this.root, this.#archives, ...whole], {
      env: { ...given, ...env },
    });
  }

  /** Puts a file into it. @param target as seen in there */
  async put(file: string, target: string): Promise<void> {
    await cp(file, path.join(this.root, target));
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
