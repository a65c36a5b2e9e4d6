// @ts-check
import { capture } from './childProcess.js';
import { findCommand, windowsPrograms } from './systemPackages.js';

/** The first line of Wine under which Node for Windows was seen to run. */
const oldestWine = 8;

/**
 * Why the tests under Wine cannot run here, in half a sentence, or undefined where they can.
 * @param {(command: string) => string | undefined} [find]
 * @param {() => Promise<{ stdout: string }>} [askWine] what `wine --version` says
 * @returns {Promise<string | undefined>}
 */
export async function reasonAgainstWindows(
  platform = process.platform,
  architecture = process.arch,
  find = findCommand,
  askWine = () => capture('wine', ['--version']),
) {
  if (platform !== 'linux' || architecture !== 'x64') return 'for Wine runs them on Linux on x64 only';
  const missing = windowsPrograms.filter(({ command = '' }) => find(command) === undefined);
  if (missing.length > 0) {
    const commands = missing.map(({ command }) => command).join(', ');
    return `for ${commands} is missing: apt-get install ${missing.map((need) => need.package).join(' ')}`;
  }
  const { stdout } = await askWine();
  const version = Number(/^wine-(\d+)/.exec(stdout)?.[1]);
  return version >= oldestWine ? undefined : `for they need Wine ${oldestWine}, and this is ${stdout.trim()}`;
}
