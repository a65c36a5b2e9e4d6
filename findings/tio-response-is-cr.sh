#!/usr/bin/env bash
# tio's --response-wait, which prints the answer to a command, prints of every AT answer a carriage return and nothing else.
#
# Expected: its manual has `echo "*IDN?" | tio /dev/ttyACM0 --response-wait` to get an answer in a script: "wait for line response then
#   quit". AT+CSQ is answered by +CSQ: 20,99 and OK. That a line ends with CR or NL the manual says; that an empty one is a line
#   too, or an answer, it does not.
# Happens: ITU-T V.250 clause 5.7.1, and with it every module, puts CR LF in front of an answer as well as behind it. tio takes the first
#   CR for the end of the line that it was waiting for, and quits: the output is that CR, the exit code 0, and the answer comes
#   to a port that nobody has open, or waits there for whoever opens it next. With echo on, which is how modules start, the output is the
#   command. It is so however slow or fast the module is, so for AT modems the mode never works, and always succeeds.
# Package: tio 2.5-1 of Debian 12.
# Seen on 2026-11-28, AT+CSQ into tio --response-wait, what it prints:
#   module without echo   CR
#   module with echo      AT+CSQ CR
#   device that answers with a line alone, as tio's example   20,99 CR
#
# Needs apt, dpkg and python3. The module is a pseudo terminal.
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
download tio=2.5-1 libinih1
export LD_LIBRARY_PATH="$work/tree/usr/lib/x86_64-linux-gnu" LC_ALL=C HOME="$work"

cat >module.py <<'END'
import os, pty, subprocess, threading, tty


def answering(*pieces):
    """A port at which a command, ended by CR, is answered by the pieces."""
    far, near = pty.openpty()
    tty.setraw(near)

    def answer():
        heard = b''
        while b'\r' not in heard:
            heard += os.read(far, 1024)
        for piece in pieces:
            os.write(far, piece)

    threading.Thread(target=answer, daemon=True).start()
    return os.ttyname(near)


answer = [b'\r\n+CSQ: 20,99\r\n', b'\r\nOK\r\n']
ports = {'no echo': answering(*answer), 'echo': answering(b'AT+CSQ\r', *answer), 'line': answering(b'20,99\r\n')}
for name, port in ports.items():
    program = ['tree/usr/bin/tio', '--response-wait', '--response-timeout', '5000', port]
    ran = subprocess.run(program, input=b'AT+CSQ\r', capture_output=True, timeout=30)
    print(name, ran.returncode, ran.stdout)
END

seen=$(timeout 100 python3 module.py)
expected="no echo 0 b'\\r'
echo 0 b'AT+CSQ\\r'
line 0 b'20,99\\r'"
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: tio --response-wait gets from a module the CR in front of its answer, and is content'
