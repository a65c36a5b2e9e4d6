#!/usr/bin/env bash
# minicom's capture file with a stamp every second: the bracket of the stamp is never closed, and it alone ends in CR LF.
#
# Expected: the four kinds of time stamps that Ctrl-A N goes through differ in how often and how exactly they say the time:
#   [2026-11-27 13:24:36] OK, [2026-11-27 13:24:43.878] OK, [0.711] OK; so the kind "every second" would be one of
#   these at the first line of a second.
# Happens: it is a line of its own, without the closing bracket, and with a CR, while minicom takes the CR out of
#   everything the port said. A reader that strips "[...] " from lines finds an unknown answer in the middle of a reply;
#   the first lines of a capture have no stamp at all, so that it has nothing to learn from.
# Package: minicom 2.8-2 of Debian 12.
# Seen on 2026-11-27 (cat -A of the file; the port said +CSQ:18,99 CR LF CR LF OK CR LF each time):
#   +CSQ:18,99$
#   $
#   OK$
#   [2026-11-27 13:24:52^M$
#   +CSQ:18,99$
#   $
#   OK$
#
# Needs apt, dpkg and python3. The port is a pseudo terminal; nothing is locked (-o starts without locks and dialling).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
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
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu"
export HOME="$work" TERM=xterm LC_ALL=C PATH="$work/root/usr/bin:$PATH"

cat >capture.py <<'END'
import os, pty, re, select, signal, sys, time

far, near = pty.openpty()
pid, screen = pty.fork()
if pid == 0:
    os.execvp('minicom', ['minicom', '-o', '-D', os.ttyname(near), '-C', 'capture.txt'])


def read_until(sentence):
    shown, deadline = '', time.monotonic() + 10
    while sentence not in shown:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            sys.exit('minicom never showed ' + sentence)
        if select.select([screen], [], [], 0.2)[0]:
            shown += os.read(screen, 4096).decode('latin-1')


def press(keys, sentence):
    os.write(screen, keys)
    read_until(sentence)


read_until('special keys')
press(b'\x01n', 'every line (simple)')
press(b'\x01n', 'every line (extended)')
press(b'\x01n', 'every second')
for answer in range(3):
    second = int(time.time())
    os.write(far, b'+CSQ:18,99\r\n\r\nOK\r\n')
    read_until('OK')
    while int(time.time()) == second:
        time.sleep(0.05)
press(b'\x01x', 'Leave Minicom?')
os.write(screen, b'\r')
deadline = time.monotonic() + 10
while os.waitpid(pid, os.WNOHANG)[0] == 0:
    if time.monotonic() > deadline:
        os.kill(pid, signal.SIGKILL)
    if select.select([screen], [], [], 0.1)[0]:
        try:
            os.read(screen, 4096)
        except OSError:
            pass

with open('capture.txt', 'rb') as file:
    text = file.read().decode('ascii')
print(re.sub(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d', 'DATE TIME', text).replace('\r', '^M'), end='')
END

seen=$(python3 capture.py)
expected='+CSQ:18,99

OK
[DATE TIME^M
+CSQ:18,99

OK
[DATE TIME^M
+CSQ:18,99

OK'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: the stamp of a second in a minicom capture is an open bracket on a line of its own, with the only CR'
