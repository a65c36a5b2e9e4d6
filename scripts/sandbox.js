// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './setupError.js';

/**
 * How Chromium can sandbox its processes here: by user namespaces, or by a helper that root has blessed.
 * @param {{ namespacesRestricted: boolean, helperIsBlessed: boolean }} facts
 */
export function sandboxIsPossible({ namespacesRestricted, helperIsBlessed }) {
  return !namespacesRestricted || helperIsBlessed;
}

/**
 * Ubuntu since 24.04 lets only known programs make user namespaces. An Electron that was not installed from a package
 * then ends at once; say what helps instead of switching the sandbox off.
 * @param {{ directory: string }} electron
 */
export function adviseOnSandbox({ directory }) {
  const helper = path.join(directory, 'chrome-sandbox');
  if (process.platform !== 'linux' || !existsSync(helper)) return;
  const { uid, mode } = statSync(helper);
  const facts = { namespacesRestricted: namespacesRestricted(), helperIsBlessed: uid === 0 && (mode & 0o4000) !== 0 };
  if (sandboxIsPossible(facts)) return;
  throw new SetupError(
    'This system does not let an unpackaged Electron set up its sandbox (user namespaces are restricted).',
    [
      'Allow it for this one, once:',
      `  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`,
      'or for all programs, until the next restart (better for the tests, which package anew each time):',
      '  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ].join('\n'),
  );
}

/** Whether ordinary users are kept from making user namespaces. @param {string} root of the file system */
export function namespacesRestricted(root = '/proc/sys') {
  /** @param {string} name */
  const read = (name) => {
    const file = path.join(root, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  };
  return (
    read('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    read('kernel/unprivileged_userns_clone') === '0' ||
    read('user/max_user_namespaces') === '0'
  );
}
