// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endsWithParent } from './ordinaryUser.js';
import { findCommand } from '../../scripts/systemPackages.js';

/** @typedef {{ env: { DISPLAY: string, XAUTHORITY: string }, stop: () => Promise<void> }} Display */

/**
 * One entry of an Xauthority file, for every host and every display number; so it can be written before the server has
 * chosen its number. Each field is a length of two bytes and its bytes.
 * @param {Buffer} cookie
 */
export function authorityEntry(cookie) {
  const anyFamily = Buffer.from([0xff, 0xff]);
  const field = (/** @type {Buffer} */ content) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(content.length);
    return Buffer.concat([length, content]);
  };
  const none = Buffer.alloc(0);
  return Buffer.concat([anyFamily, field(none), field(none), field(Buffer.from('MIT-MAGIC-COOKIE-1')), field(cookie)]);
}

/**
 * Starts a virtual screen (Xvfb) on a free display number. Only who can read the authority file may connect.
 * @returns {Promise<Display>}
 */
export async function startDisplay(size = '1600x1000x24') {
  const directory = await mkdtemp(path.join(tmpdir(), 'mipl-display-'));
  const authority = path.join(directory, 'Xauthority');
  await writeFile(authority, authorityEntry(randomBytes(16)), { mode: 0o600 });
  const args = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-auth', authority];
  const command = [findCommand('Xvfb') ?? 'Xvfb', ...args];
  // A suite that is stopped leaves no screen behind.
  const whole = findCommand('setpriv') ? ['setpriv', endsWithParent, '--', ...command] : command;
  const server = spawn(whole[0] ?? '', whole.slice(1), { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let complaint = '';
  server.stderr?.setEncoding('utf8').on('data', (text) => (complaint += text));
  const ended = new Promise((resolve) => server.once('close', resolve));
  const stop = async () => {
    server.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const number = await new Promise((resolve, reject) => {
      let text = '';
      server.stdio[3]?.on('data', (chunk) => {
        text += chunk;
        if (text.includes('\n')) resolve(text.trim());
      });
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`Xvfb ended at once: ${complaint.trim()}`)));
      setTimeout(() => reject(new Error('Xvfb did not come up within 20 s')), 20_000).unref();
    });
    return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority }, stop };
  } catch (error) {
    server.kill();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
