#!/usr/bin/env bash
# microcom writes its PID into the lock file of a port as raw memory: after it was killed, minicom is locked out for good.
#
# Expected: /var/lock/LCK..NAME holds the PID as ten ASCII digits, right-adjusted, and a line feed (FHS 3.0 section 5.9),
#   so that any program can see that the holder is gone and take the port.
# Happens: microcom writes the eight bytes of a C long. minicom finds no number in there and takes the port for locked,
#   whoever lives. With the same dead PID in digits it says that the lock is stale, and takes over. microcom itself does
#   not even look at the PID: it refuses a port because of the file that its own killed run has left.
# Packages: microcom 2019.01.0-2 and minicom 2.8-2 of Debian 12, amd64.
# Seen on 2026-11-27:
#   lock of microcom   f6 54 00 00 00 00 00 00 for PID 21750
#   minicom, raw PID   Device ... is locked.            (exit code 1)
#   minicom, digits    Lockfile is stale. Overriding it..
#   microcom again     Exitcode 3 - lockfile for port exists ...
#
# Needs apt, dpkg and python3. The port is a pseudo terminal; its lock file is removed at the end.
set -euo pipefail

work=$(mktemp -d)
name=tty$(basename "$work" | tr -dc '[:alnum:]')
lock=/var/lock/LCK..$name
trap 'rm -rf "$work" "$lock"' EXIT
cd "$work"

# Into this folder, with package lists of its own where the machine has none.
download() {
  local own=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache")
  if ! apt-get -qq -o APT::Sandbox::User=root download "$@" 2>/dev/null; then
    mkdir -p lists/partial cache/archives/partial
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" update
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" download "$@"
  fi
  for package in ./*.deb; do dpkg-deb -x "$package" root; done
}
download microcom=2019.01.0-2 minicom=2.8-2 libreadline8 libtinfo6 readline-common
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu"
export HOME="$work" TERM=xterm LC_ALL=C PATH="$work/root/usr/bin:$PATH"

cat >meet.py <<'END'
import os, pty, select, signal, struct, sys, time

port, lock = sys.argv[1:]
far, near = pty.openpty()
os.symlink(os.ttyname(near), port)


def start(*command):
    pid, screen = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    return pid, screen


def read_until(screen, sentences):
    """What the program shows until one of the sentences is there or it has ended; at most 10 s."""
    shown, deadline = '', time.monotonic() + 10
    while not any(sentence in shown for sentence in sentences) and time.monotonic() < deadline:
        if select.select([screen], [], [], 0.2)[0]:
            try:
                shown += os.read(screen, 4096).decode('latin-1')
            except OSError:
                break
    return shown


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


pid, screen = start('microcom', '-p', port)
read_until(screen, ['Escape character'])
with open(lock, 'rb') as file:
    print('raw long:', file.read() == struct.pack('=q', pid))
kill(pid)

holder, screen = start('minicom', '-D', port)
print('minicom, raw PID of the dead:', 'is locked' in read_until(screen, ['is locked', 'Welcome']))
print('exit code', os.waitstatus_to_exitcode(os.waitpid(holder, 0)[1]))

again, screen = start('microcom', '-p', port)
print('microcom again:', 'lockfile for port exists' in read_until(screen, ['lockfile for port exists', 'Escape']))
os.waitpid(again, 0)

os.unlink(lock)
with open(lock, 'w') as file:
    file.write('%10d\n' % pid)
holder, screen = start('minicom', '-D', port)
print('minicom, the same PID in digits:', 'is stale' in read_until(screen, ['is locked', 'Welcome']))
kill(holder)
END

seen=$(python3 meet.py "$work/$name" "$lock")
expected='raw long: True
minicom, raw PID of the dead: True
exit code 1
microcom again: True
minicom, the same PID in digits: True'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: microcom leaves a lock of eight raw bytes, which minicom never takes for stale'
