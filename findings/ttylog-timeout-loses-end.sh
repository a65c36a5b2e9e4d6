#!/usr/bin/env bash
# ttylog, told to log for so many seconds into a file, throws away the last up to 4096 bytes: a short capture is an empty file.
#
# Expected: `ttylog -b 9600 -d PORT -t 6 >file` logs what comes for six seconds and ends; all that came until then is in the
#   file, which is how the manual page shows it (`> /path/to/logfile`), and ends with exit code 0.
# Happens: the timer that `-t` sets is a SIGINT to itself, which nothing catches. What stdio has gathered for the file and not
#   written yet is lost, and for a file it gathers 4096 bytes. At a terminal each line is there, so that a trial on the screen
#   shows nothing of it. The end that the manual page names for a run in the background, kill -HUP, loses the same. With
#   `-f`, offered for flushing "after every write", all of it is there. The exit status is that of a program that was killed.
# Package: ttylog 0.31-1 of Debian 12.
# Seen on 2026-11-28, 40 lines of 85 bytes sent while it logs for 6 s:
#   -t 6, and with kill -HUP       0 bytes
#   -t 6 -f                        40 lines
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
  for package in ./*.deb; do dpkg-deb -x "$package" root; done
}
download ttylog=0.31-1
export HOME="$work" LC_ALL=C

cat >capture.py <<'END'
import os, pty, select, signal, subprocess, time, tty


def drained(near):
    """Until ttylog has read all that was sent: nothing is left for anybody else."""
    deadline = time.monotonic() + 5
    while select.select([near], [], [], 0)[0] and time.monotonic() < deadline:
        time.sleep(0.01)


def opened_by(pid, port):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        folder = f'/proc/{pid}/fd'
        if any(os.path.realpath(os.path.join(folder, name)) == port for name in os.listdir(folder)):
            return
        time.sleep(0.01)


def capture(*more, hang_up=False):
    far, near = pty.openpty()
    tty.setraw(near)
    port = os.ttyname(near)
    with open('log', 'wb') as file:
        logger = subprocess.Popen(['root/usr/sbin/ttylog', '-b', '9600', '-d', port, '-t', '6', *more], stdout=file)
        opened_by(logger.pid, port)
        time.sleep(0.5)  # it sets the line, and throws away what came before
        for number in range(40):
            os.write(far, b'+CEREG:1,line %04d of a capture that goes on for a while and has more than one block\r\n' % number)
        drained(near)
        if hang_up:
            time.sleep(0.5)
            logger.send_signal(signal.SIGHUP)
        status = logger.wait(20)
    lines = open('log', 'rb').read().count(b'line ')
    print(*more, 'ended by', signal.Signals(-status).name if status < 0 else status, 'lines', lines)


capture()
capture(hang_up=True)
capture('-f')
END

seen=$(timeout 100 python3 capture.py)
expected='ended by SIGINT lines 0
ended by SIGHUP lines 0
-f ended by SIGINT lines 40'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: what ttylog has not written yet is gone when its time is over'
