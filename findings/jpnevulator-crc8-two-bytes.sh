#!/usr/bin/env bash
# jpnevulator's --crc8 appends two bytes, and the last line of its input is never sent where no newline ends it.
#
# Expected: its manual: "--crc8: append a crc8 checksum to the line of data written", which is one byte; data is sent "line by line",
#   and the last line of a file is a line too. `printf '01 02 03' | jpnevulator --write` sends three bytes, or says why not.
# Happens: the one byte of the CRC-8 is right, of the reflected kind, and a 0x0D follows it, whatever the data; a device that counts the
#   bytes of its frame refuses each of them, or waits with the surplus one as the start of the next. With --crc16 there are
#   two bytes, as there should be. A line without newline, what printf, a file without a last newline and many a program make,
#   is read, not sent, and not printed with --print either; the exit code is 0.
# Package: jpnevulator 2.3.6-1 of Debian 12.
# Seen on 2026-11-28, what came out of the port:
#   "31 ... 39" --crc8=0x07      31 ... 39 20 0d
#   "31 ... 39" --crc16=0xA001   31 ... 39 3d bb
#   "41 54 0D"                   41 54 0d
#   "41 54 0D", no newline       nothing, exit code 0
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
download jpnevulator=2.3.6-1
export LC_ALL=C

cat >send.py <<'END'
import os, pty, select, subprocess, tty

far, near = pty.openpty()
tty.setraw(near)


def send(text, *options):
    program = ['tree/usr/bin/jpnevulator', '--write', '--tty', os.ttyname(near), *options]
    ran = subprocess.run(program, input=text, capture_output=True, text=True, timeout=20)
    sent = b''
    # The program has ended: what it wrote is there by now.
    while select.select([far], [], [], 0)[0]:
        sent += os.read(far, 4096)
    print(ran.returncode, sent.hex() or 'nothing', ran.stderr.strip() or 'silent')


digits = '31 32 33 34 35 36 37 38 39\n'
send(digits, '--crc8=0x07')
send(digits, '--crc16=0xA001')
send('41 54 0D\n')
send('41 54 0D')
send('41 54\n0D')
END

seen=$(timeout 100 python3 send.py)
expected='0 313233343536373839200d silent
0 3132333435363738393dbb silent
0 41540d silent
0 nothing silent
0 4154 silent'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: jpnevulator sends a byte more than the CRC-8, and nothing of a line that no newline ends'
