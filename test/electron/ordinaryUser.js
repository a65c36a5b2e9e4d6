// @ts-check
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { capture } from '../../scripts/childProcess.js';

/** @typedef {{ uid: number, gid: number }} Account */

/** The account `nobody`, which every Linux has. @param {string} passwd content of /etc/passwd @returns {Account} */
export function ordinaryAccount(passwd = readFileSync('/etc/passwd', 'utf8')) {
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/** The start of a command line that runs the rest of it as that account. @param {Account} account */
export function asAccount({ uid, gid }) {
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}

/** For setpriv: what runs ends with who has started it, also where that one was killed and could end nothing. */
export const endsWithParent = '--pdeathsig=KILL';

/** A shell script that runs a program as the account, in the same process. @param {Account} account @param {string} program */
export function wrapperScript(account, program) {
  return `#!/bin/sh\nexec ${asAccount(account).join(' ')} ${endsWithParent} -- ${shellQuote(program)} "$@"\n`;
}

/** @param {string} text */
export function shellQuote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Writes {@link wrapperScript}. @param {string} file @param {Account} account @param {string} program */
export async function writeWrapper(file, account, program) {
  await writeFile(file, wrapperScript(account, program));
  await chmod(file, 0o755);
}

/** Whether the account can read all these files, folders above them included. @param {Account} account @param {string[]} files */
export async function canRead(account, files) {
  const [command = '', ...args] = asAccount(account);
  const test = 'for file; do test -r "$file" || exit 1; done';
  const { status } = await capture(command, [...args, '--', 'sh', '-c', test, 'sh', ...files], { cwd: '/' });
  return status === 0;
}

/** A folder that belongs to the account. @param {Account} account @param {string} directory */
export async function makeOwnDirectory(account, directory) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chown(directory, account.uid, account.gid);
  return directory;
}

/** A home for the account, as environment variables. @param {Account} account @param {string} home */
export async function makeHome(account, home) {
  const own = (/** @type {string[]} */ ...parts) => makeOwnDirectory(account, path.join(home, ...parts));
  await own();
  return {
    HOME: home,
    XDG_CONFIG_HOME: await own('config'),
    XDG_CACHE_HOME: await own('cache'),
    XDG_DATA_HOME: await own('data'),
    XDG_RUNTIME_DIR: await own('run'),
    TMPDIR: await own('tmp'),
  };
}
