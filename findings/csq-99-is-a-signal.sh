#!/usr/bin/env bash
# +CSQ: 99,99 says that there is nothing to measure; Device::Gsm makes the strongest signal of it, serialport-gsm a fair one.
#
# Expected: 3GPP TS 27.007 clause 8.5: 0 to 31 stand for -113 dBm and less up to -51 dBm and more, 99 is "not known or not detectable".
#   An NB-IoT module answers 99 from its start until it has found a cell, and asleep. Device::Gsm promises "undefined" where the
#   signal cannot be read; serialport-gsm asks for 99 in its code and means to leave signalStrength out.
# Happens: Device::Gsm takes all above 30 for 31: a module without any cell is at -51 dBm, the best there is. serialport-gsm compares
#   the text "99" with the number 99, so its exception is never met, and 113 - 2 * 99 is -85: a quite usual level. It is also
#   the only one that looks like dBm, since those of true signals come without a sign. Whoever looks for a good place for a
#   meter by either of them finds the cellar.
# Packages: libdevice-gsm-perl 1.61-3 with libdevice-modem-perl 1.59-1 and libdevice-serialport-perl 1.04-4+b1 of Debian 12 (newest);
#   serialport-gsm 4.0.1 (npm, newest).
# Seen on 2026-11-28, what the module answers, Device::Gsm's dBm, serialport-gsm's signalStrength:
#   +CSQ: 0,99    -113   113
#   +CSQ: 20,99   -73    73
#   +CSQ: 99,99   -51    -85
#
# Needs node, npm, apt, dpkg, perl 5.36 and python3. The modem is a pseudo terminal that answers AT+CSQ.
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
download libdevice-gsm-perl=1.61-3 libdevice-modem-perl=1.59-1 libdevice-serialport-perl=1.04-4+b1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . serialport-gsm@4.0.1 >/dev/null
export HOME="$work" LC_ALL=C PERL5LIB="$work/tree/usr/share/perl5:$work/tree/usr/lib/x86_64-linux-gnu/perl5/5.36"

cat >ask.pl <<'END'
use Device::Gsm;
my $modem = Device::Gsm->new(port => $ARGV[0], log => 'file,/dev/null');
$modem->connect(baudrate => 115200) or die 'not connected';
print $modem->signal_quality() // 'undefined', "\n";
END

cat >ask.cjs <<'END'
const modem = require('serialport-gsm').Modem()

modem.open(process.argv[2], { baudRate: 115200 }, () => {
  modem.getNetworkSignal(
    answer => {
      console.log(answer.data.signalStrength)
      process.exit(0)
    },
    false,
    5000
  )
})
END

cat >modem.py <<'END'
import os, pty, subprocess, threading, tty

far, near = pty.openpty()
tty.setraw(near)
level = 0


def answer():
    """A modem that repeats what it hears, measures `level`, and takes every other command."""
    heard = b''
    while piece := os.read(far, 1024):
        os.write(far, piece)
        heard += piece
        while b'\r' in heard:
            line, heard = heard.split(b'\r', 1)
            value = f'\r\n+CSQ: {level},99\r\n' if line.strip() == b'AT+CSQ' else ''
            os.write(far, f'{value}\r\nOK\r\n'.encode())


threading.Thread(target=answer, daemon=True).start()
for level in [0, 20, 99]:
    print(level, end='')
    for program in [['perl', 'ask.pl'], ['node', 'ask.cjs']]:
        ran = subprocess.run([*program, os.ttyname(near)], capture_output=True, text=True, timeout=40)
        print(f' {program[0]} {(ran.stdout + ran.stderr).strip()}', end='')
    print()
END

seen=$(timeout 120 python3 modem.py)
expected='0 perl -113 node 113
20 perl -73 node 73
99 perl -51 node -85'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: a module that hears nothing is at -51 dBm for Device::Gsm and at -85 for serialport-gsm'
