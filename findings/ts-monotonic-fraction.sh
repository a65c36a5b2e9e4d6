#!/usr/bin/env bash
# The stamps of `ts -m` have the second of the wall clock and the fraction of another clock: each run is wrong by up to a second.
#
# Expected: "-m: the system's monotonic clock be used", so that a clock that is set during a capture does not tear its stamps
#   apart. `ts -m '%.s'` begins with the time it is, and goes on by the monotonic clock.
# Happens: at its start ts takes whole seconds of both clocks, and adds the difference to the monotonic one. The fraction of
#   the stamp is that of the time since boot, which has nothing to do with the second in front of it. The error stays the
#   same for a run, and is one of two that lie exactly a second apart, by the moment at which the run began. Two ports that
#   are captured side by side (`cat /dev/ttyUSB0 | ts -m '%F %.T'`) may be a whole second out of step: there the answer of
#   one module stands before the command of the other that caused it. Within one run all differences are right, which is
#   what one tries first.
# Package: moreutils 0.67-1 of Debian 12.
# Seen on 2026-11-28, the same moment by four runs that began one after the other, less the time it was:
#   +0.843 s, -0.157 s, -0.157 s, +0.843 s
#
# Needs apt, dpkg, perl and python3.
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
download moreutils=0.67-1

cat >stamps.py <<'END'
import subprocess, sys, time

runs = []
for _ in range(8):
    runs.append(subprocess.Popen(['perl', sys.argv[1], '-m', '%.s'], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    time.sleep(0.3)


def stamp(ts):
    """A stamp, its difference from the time of day, and its least distance from the monotonic clock in whole seconds."""
    for _ in range(20):
        wall, before = time.time(), time.monotonic()
        ts.stdin.write(b'AT\n')
        ts.stdin.flush()
        said = float(ts.stdout.readline().split()[0])
        taken = time.monotonic() - before
        if taken < 0.02:
            apart = (said - before) % 1
            return said - wall, min(apart, 1 - apart), taken
    sys.exit('the machine is too busy to tell')


stamps = [stamp(ts) for ts in runs]
for ts in runs:
    ts.stdin.close()
    ts.wait()
apart = (time.time() - time.monotonic()) % 1
if min(apart, 1 - apart) < 0.05:
    print('the two clocks of this machine happen to have one fraction: nothing to be seen', file=sys.stderr)
    print('0 of 8 stamps are right, 8 of 8 have the fraction of the monotonic clock')
    sys.exit()
print('less the time it was:', ' '.join(f'{error:+.3f}' for error, _, _ in stamps), file=sys.stderr)
right = sum(-0.001 < error < taken + 0.001 for error, _, taken in stamps)
other = sum(distance < taken + 0.001 for _, distance, taken in stamps)
print(f'{right} of 8 stamps are right, {other} of 8 have the fraction of the monotonic clock')
END

seen=$(timeout 60 python3 stamps.py root/usr/bin/ts)
expected='0 of 8 stamps are right, 8 of 8 have the fraction of the monotonic clock'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: a stamp of ts -m has the fraction of the time since boot, and is wrong by up to a second'
