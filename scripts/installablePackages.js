// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { capture } from './childProcess.js';
import { findCommand, packagingPrograms, parseOsRelease } from './systemPackages.js';

const commands = ['debootstrap', 'rpmbuild', 'lintian', 'dpkg-shlibdeps', 'objdump', 'unshare'];

/**
 * Why the Linux packages cannot be built and installed here, in half a sentence, or undefined where they can. It takes
 * minutes and a Debian of its own, so a person at his desk is not made to wait for it.
 * @param {{ CI?: string | undefined }} environment
 * @returns {Promise<string | undefined>}
 */
export async function reasonAgainstPackages(
  environment = process.env,
  platform = process.platform,
  uid = process.getuid?.(),
) {
  if (!environment.CI) return 'for it takes minutes: CI=true runs it';
  const release = existsSync('/etc/os-release') ? parseOsRelease(readFileSync('/etc/os-release', 'utf8')) : {};
  if (platform !== 'linux' || release.ID !== 'debian') return 'for only Debian can install its packages';
  if (uid !== 0) return 'for only root can install packages';
  const missing = commands.filter((command) => findCommand(command) === undefined);
  if (missing.length > 0) {
    const packages = packagingPrograms.map((program) => program.package);
    return `for ${missing.join(', ')} is missing: apt-get install ${packages.join(' ')}`;
  }
  const { status } = await capture('unshare', ['--mount', '--pid', '--fork', 'true']);
  return status === 0 ? undefined : 'for this machine gives no namespaces (a container without rights?)';
}
