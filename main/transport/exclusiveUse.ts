import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { keeperName } from './portHolders.ts';

/** How long the keeper may take to begin or to end. */
const limitMs = 2000;

/** Numbers of TIOCEXCL and TIOCNXCL (tty_ioctl(4); sys/ttycom.h on macOS); undefined where they are others. */
export function exclusiveRequests(
  platform: NodeJS.Platform,
  architecture: string,
): { readonly set: number; readonly clear: number } | undefined {
  if (platform === 'linux' && !architecture.startsWith('mips')) return { set: 0x540c, clear: 0x540d };
  if (platform === 'darwin') return { set: 0x2000740d, clear: 0x2000740e };
  return undefined;
}

/**
 * Node cannot call ioctl, Perl can, and is on every Debian (perl-base is essential) and macOS. The keeper holds the port
 * exclusive until its input ends, so that the port becomes free even when we are killed: a pseudo terminal would stay
 * locked as long as its other end lives. It ignores what a terminal sends to the whole group of processes.
 */
const keeper = [
  `$0 = "${keeperName}"`,
  '$SIG{$_} = "IGNORE" for qw(INT TERM HUP QUIT)',
  'open(my $port, "+<&=", 3) or exit 2',
  'ioctl($port, $ARGV[0], 0) or exit 1',
  'syswrite(STDOUT, "1")',
  'sysread(STDIN, my $end, 1)',
  'ioctl($port, $ARGV[1], 0)',
].join('; ');

/**
 * Has the system refuse an open terminal to other programs (EBUSY; root is never refused), where it can be asked to.
 * Gives the function that ends this, to be called before the terminal is closed. Never rejects: where it cannot be had,
 * lock files have to do.
 */
export async function keepExclusive(fileDescriptor: number): Promise<() => Promise<void>> {
  const nothing = (): Promise<void> => Promise.resolve();
  const requests = exclusiveRequests(process.platform, process.arch);
  if (!requests) return nothing;
  try {
    const args = ['-e', keeper, String(requests.set), String(requests.clear)];
    // Number 3, not 0: the runtime makes the first three blocking, and the flag is shared with our own descriptor.
    const child = spawn('perl', args, { stdio: ['pipe', 'pipe', 'ignore', fileDescriptor] });
    const ended = once(child, 'exit').catch(() => undefined);
    const { stdin, stdout } = child;
    stdin?.on('error', () => undefined);
    const signal = AbortSignal.timeout(limitMs);
    const begun = once(stdout as Socket, 'data', { signal }).then(
      () => true,
      () => false,
    );
    const isKept = await Promise.race([begun, ended.then(() => false)]);
    const release = async (): Promise<void> => {
      stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
      await ended;
      clearTimeout(timer);
    };
    if (!isKept) {
      await release();
      return nothing;
    }
    // Alive as long as we are, and no reason for us to live.
    child.unref();
    for (const pipe of [stdin, stdout]) (pipe as Socket).unref();
    return release;
  } catch {
    return nothing;
  }
}
