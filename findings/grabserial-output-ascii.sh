#!/usr/bin/env bash
# The output file of grabserial lacks every byte above 0x7F and every carriage return: it is no capture of what the port said.
#
# Expected: "-o: output data to the named file". What the terminal cannot show is left out of the terminal; of the file a comment in the
#   program promises that "the exact data from the serial port is preserved", so that it can be used where the screen cannot.
# Happens: each byte is decoded as UTF-8 by itself, which none above 0x7F can be, and what came to nothing is not written to the file
#   either. Carriage returns are dropped before. Of a module's binary log half the bytes are gone, evenly and without a gap
#   that one could see; of Chinese text all is gone. Nothing says so, and the exit code is 0. A capture of plain AT
#   answers looks complete.
# Package: grabserial 2.1.0-1 with python3-serial 3.5-1.1 of Debian 12.
# Seen on 2026-11-28, 256 bytes 00 to FF at the port, grabserial -o:
#   127 bytes in the file: 00 to 7F but 0D
#
# Needs apt, dpkg and python3. The port is a pseudo terminal.
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
  for package in ./*.deb; do dpkg-deb -x "$package" tree; done
}
download grabserial=2.1.0-1 python3-serial=3.5-1.1
export PYTHONPATH="$work/tree/usr/lib/python3/dist-packages" LC_ALL=C.UTF-8 HOME="$work"

cat >capture.py <<'END'
import os, pty, subprocess, threading, tty

far, near = pty.openpty()
tty.setraw(near)
all_bytes = bytes(range(256))


def answer():
    """Sends every byte there is once it has been asked, and a word that ends the capture."""
    heard = b''
    while b'GO' not in heard:
        heard += os.read(far, 100)
    os.write(far, all_bytes + b'DONE')


threading.Thread(target=answer, daemon=True).start()
program = ['python3', 'tree/usr/bin/grabserial', '-S', '-d', os.ttyname(near), '-c', 'GO', '-q', 'DONE', '-e', '60', '-o', 'capture']
ran = subprocess.run(program, capture_output=True, timeout=80)
with open('capture', 'rb') as file:
    written = file.read()
lost = sorted(set(all_bytes) - set(written))
print(f'exit code {ran.returncode}, lost: {lost[0]:02x} and {lost[1]:02x} to {lost[-1]:02x}, {len(lost)} of 256')
END

seen=$(timeout 100 python3 capture.py)
expected='exit code 0, lost: 0d and 80 to ff, 129 of 256'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: of 256 different bytes grabserial writes 127 into its output file'
