#!/usr/bin/env bash
# The program modem-cmd of Debian 12, which is there to send an AT command to a modem, can send none.
#
# Expected: `modem-cmd /dev/ttyUSB0 AT+CSQ`, as in its manual page, sends the command and prints the answer. A package whose one
#   program cannot do the one thing that it is for does not stay in a stable release.
# Happens: each command ends with "unicode strings are not supported" and exit code 1; nothing comes out of the port. The program
#   hands a text to pyserial, which under Python 3 takes bytes alone, and the package depends on Python 3. The sentence sounds as
#   if the command that was typed were at fault, and no spelling of it helps.
# Packages: modem-cmd 1.0.2-4 and python3-serial 3.5-1.1 of Debian 12, with that system's python3.
# Seen on 2026-11-28, AT at a port that answers OK to everything:
#   unicode strings are not supported, please encode to bytes: 'AT\r'      exit code 1, 0 bytes sent
#
# Needs apt, dpkg and python3. The modem is a pseudo terminal that counts what it hears.
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
download modem-cmd=1.0.2-4 python3-serial=3.5-1.1
export HOME="$work" LC_ALL=C PYTHONPATH="$work/root/usr/lib/python3/dist-packages"

cat >modem.py <<'END'
import os, pty, subprocess, threading, tty

far, near = pty.openpty()
tty.setraw(near)
heard = b''


def answer():
    global heard
    while piece := os.read(far, 1024):
        heard += piece
        os.write(far, b'\r\nOK\r\n')


threading.Thread(target=answer, daemon=True).start()
ran = subprocess.run(['python3', 'root/usr/bin/modem-cmd', os.ttyname(near), 'AT'], capture_output=True, text=True, timeout=30)
print(ran.returncode, len(heard), (ran.stdout + ran.stderr).strip())
END

seen=$(timeout 60 python3 modem.py)
expected="1 0 unicode strings are not supported, please encode to bytes: 'AT\\r'"
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: modem-cmd sends nothing'
