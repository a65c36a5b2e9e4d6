#!/usr/bin/env bash
# minicom and node-serialport both lock a port, and both hold it at once: each gets some of the lines.
#
# Expected: whichever comes second is refused. minicom takes a UUCP lock file (/var/lock/LCK..NAME), node-serialport
#   locks by default (`lock: true`, documented as the port being opened exclusively).
# Happens: minicom looks at lock files alone, node-serialport at flock(2) alone, and neither sets TIOCEXCL. Both open the
#   same port in either order, without a word, and the kernel gives each byte to whoever reads first: every line reaches
#   one of the two, none reaches both, and an answer can be torn between them. picocom 3.1 of the same Debian uses flock
#   and is refused beside node-serialport, but not beside minicom; "I close my terminal program when it says so" helps
#   with one and not with the other.
# Packages: serialport 13.0.0 (npm), minicom 2.8-2 of Debian 12.
# Seen on 2026-11-27, 300 lines sent to the port:
#   minicom first: serialport opens, and reads some of the lines and not all
#   serialport first: minicom opens
#
# Needs node, npm, apt, dpkg and python3. The port is a pseudo terminal; its lock file is removed at the end.
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
download minicom=2.8-2 libtinfo6
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . serialport@13.0.0 >/dev/null
export HOME="$work" TERM=xterm LC_ALL=C

cat >read.cjs <<'END'
const { SerialPort } = require('serialport')

const port = new SerialPort({ path: process.argv[2], baudRate: 115200 }, error => {
  console.log(error === null ? 'opened' : error.message)
})
let text = ''
port.on('data', piece => (text += piece.toString('latin1')))
process.stdin.on('end', () => {
  console.log(text.length)
  process.exit(0)
})
process.stdin.resume()
END

cat >meet.py <<'END'
import fcntl, os, pty, select, signal, struct, subprocess, sys, threading, time

port, lock, minicom_path = sys.argv[1:]
libraries = os.path.join(os.getcwd(), 'root/lib/x86_64-linux-gnu')
far, near = pty.openpty()
os.symlink(os.ttyname(near), port)


TIOCGEXCL = 0x80045440  # ioctl_tty(2): is the terminal in exclusive mode


def exclusive():
    return struct.unpack('i', fcntl.ioctl(near, TIOCGEXCL, bytes(4)))[0] != 0


def start_minicom():
    pid, screen = pty.fork()
    if pid == 0:
        os.environ['LD_LIBRARY_PATH'] = libraries
        os.execvp(minicom_path, ['minicom', '-D', port])
    shown, deadline = '', time.monotonic() + 10
    while 'special keys' not in shown and 'locked' not in shown and time.monotonic() < deadline:
        if select.select([screen], [], [], 0.2)[0]:
            shown += os.read(screen, 4096).decode('latin-1')
    return pid, screen, 'special keys' in shown


def start_node():
    process = subprocess.Popen(['node', 'read.cjs', port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def stop_minicom(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    if os.path.exists(lock):
        os.unlink(lock)


def drain(screen):
    try:
        while os.read(screen, 4096):
            pass
    except OSError:
        pass


pid, screen, opened = start_minicom()
with open(lock) as file:
    print('minicom first: opened', opened, 'lock file names it', int(file.read()) == pid)
process, sentence = start_node()
print('serialport:', sentence, 'exclusive mode', exclusive())
threading.Thread(target=drain, args=[screen], daemon=True).start()
sent = 0
for number in range(300):
    sent += os.write(far, b'+CSQ:%03d,99\r\n' % number)
    time.sleep(0.01)
read = int(process.communicate(timeout=10)[0])
print('serialport read some', read > 0, 'and all', read == sent)
stop_minicom(pid)

process, sentence = start_node()
print('serialport first:', sentence)
pid, screen, opened = start_minicom()
print('minicom: opened', opened)
process.communicate(timeout=10)
stop_minicom(pid)
END

seen=$(python3 meet.py "$work/$name" "$lock" "$work/root/usr/bin/minicom")
expected='minicom first: opened True lock file names it True
serialport: opened exclusive mode False
serialport read some True and all False
serialport first: opened
minicom: opened True'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: minicom and node-serialport hold one port together, each with a lock that the other does not look at'
