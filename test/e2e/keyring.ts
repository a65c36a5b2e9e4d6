import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { patienceMs } from './screen.ts';

const has = (command: string): boolean => spawnSync(command, ['--help'], { stdio: 'ignore' }).error === undefined;

/** Whether this system can offer a key store to a test: the GNOME keyring on a message bus. */
export const hasKeyring =
  process.platform === 'linux' && has('dbus-daemon') && has('dbus-send') && has('gnome-keyring-daemon');

/** Open to every account: the application may run as another one than the test. */
const busConfiguration = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
  </policy>
</busconfig>
`;

/** A key store of its own for one test, unlocked, with nothing in it. */
export interface Keyring {
  /** What makes a program find it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts a message bus and a keyring on it, both in a folder of their own. */
export async function openKeyring(): Promise<Keyring> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mipl-keyring-'));
  await chmod(folder, 0o755);
  const [socket, configuration] = [path.join(folder, 'bus'), path.join(folder, 'bus.conf')];
  await writeFile(configuration, busConfiguration(socket));
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
  const own = { ...process.env, ...env, HOME: folder, XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder };
  const parts: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const part of parts.reverse()) {
      if (part.exitCode !== null || part.signalCode !== null) continue;
      part.kill();
      await once(part, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    parts.push(spawn('dbus-daemon', [`--config-file=${configuration}`, '--nofork'], { env: own, stdio: 'ignore' }));
    await vi.waitUntil(() => answers(own, 'GetId'), { timeout: patienceMs, interval: 50 });
    const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], {
      env: own,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    parts.push(keyring);
    keyring.stdin?.end('password of the test');
    await vi.waitUntil(() => answers(own, 'GetNameOwner', 'string:org.freedesktop.secrets'), {
      timeout: patienceMs,
      interval: 50,
    });
    return { env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether the message bus answers a question, and not with an error. */
function answers(env: NodeJS.ProcessEnv, ...question: readonly [method: string, ...values: string[]]): boolean {
  const [method, ...values] = question;
  const to = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', `org.freedesktop.DBus.${method}`];
  return spawnSync('dbus-send', [...to, ...values], { env, stdio: 'ignore', timeout: 2000 }).status === 0;
}
