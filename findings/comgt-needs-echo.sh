#!/usr/bin/env bash
# comgt says of a modem whose echo is off that it is "Registered on Home network" and, in the next line, "Failed to register".
#
# Expected: `comgt reg` and `comgt sig` ask AT+CREG?, AT+COPS? and AT+CSQ and read the answers; whether the modem repeats the
#   command (V.250 ATE1) or not (ATE0, kept by AT&W, and how some modules leave the factory) makes no difference. A program that
#   needs the echo switches it on, or says that it is off.
# Happens: the scripts that comgt has built in take the first line that comes for the echo and the second for the answer, and
#   never send ATE1. Without an echo the operator is empty, which is taken for a failure: exit code 1 behind a registration that
#   was found. `sig` cuts the result code up as if it were the answer, and ends with an error of its own script, line and column.
# Package: comgt 0.32-4 of Debian 12.
# Seen on 2026-11-28, the same modem with and without echo:
#   reg, echo on    Registered on Home network: "CMCC",9                            exit code 0
#   reg, echo off   Registered on Home network:  / Failed to register               exit code 1
#   sig, echo on    Signal Quality: 20,99                                           exit code 0
#   sig, echo off   Error @224, line 13, String is shorter than second argument.    exit code 7
#
# Needs apt, dpkg and python3. The modem is a pseudo terminal with a few answers behind it.
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
download comgt=0.32-4
export HOME="$work" LC_ALL=C

cat >modem.py <<'END'
import os, pty, subprocess, threading, tty

answers = {'AT+CREG?': '+CREG: 0,1', 'AT+COPS?': '+COPS: 0,0,"CMCC",9', 'AT+CSQ': '+CSQ: 20,99'}
far, near = pty.openpty()
tty.setraw(near)
echoes = True


def answer():
    """A modem that knows three questions; what it hears it repeats, or not."""
    heard = b''
    while piece := os.read(far, 1024):
        if echoes:
            os.write(far, piece)
        heard += piece
        while b'\r' in heard:
            line, heard = heard.split(b'\r', 1)
            value = answers.get(line.decode('latin-1').strip())
            text = '\r\nOK\r\n' if value is None else f'\r\n{value}\r\n\r\nOK\r\n'
            os.write(far, text.encode())


threading.Thread(target=answer, daemon=True).start()
for word in ['reg', 'sig']:
    for echoes in [True, False]:
        ran = subprocess.run(
            ['root/usr/bin/comgt', '-d', os.ttyname(near), word], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
        )
        lines = (ran.stdout + ran.stderr).splitlines()
        said = [line.split(' -> ')[-1].strip() for line in lines if any(sign in line for sign in ['egister', 'Quality', 'line '])]
        print(word, echoes, ran.returncode, *[line for line in said if not line.startswith('Waiting')], sep=' | ')
END

seen=$(timeout 100 python3 modem.py)
expected='reg | True | 0 | Registered on Home network: "CMCC",9
reg | False | 1 | Registered on Home network: | Failed to register
sig | True | 0 | Signal Quality: 20,99
sig | False | 7 | Error @224, line 13, String is shorter than second argument. (7)'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: without an echo comgt reads the result code as the answer'
