#!/usr/bin/env bash
# socat -v prints the second of a chunk with nine digits behind the point; they are microseconds with three noughts before.
#
# Expected: 2026/11/27 13:22:32.000300910 is 0.30091 ms after the second, to the nanosecond.
# Happens: it is 300.910 ms after it. The number of microseconds is printed in nine places, so that every stamp begins
#   with .000, and whoever reads the stamp as a decimal fraction (each date library does) has all the chunks of a second
#   within its first millisecond. Differences between chunks are wrong by a factor of 1000 but for the whole seconds: an
#   answer that took 0.3 s seems to have taken 0.3 ms, and sorted among the lines of another log it stands before its
#   question. The format looks right, stays in order within the file, and nothing warns.
# Package: socat 1.7.4.4-2 of Debian 12.
# Seen on 2026-11-27, a line every 0.3 s:
#   > 2026/11/27 13:22:36.000201501  length=8 from=4 to=11
#   > 2026/11/27 13:22:36.000537844  length=8 from=12 to=19
#   > 2026/11/27 13:22:36.000852815  length=8 from=20 to=27
#
# Needs apt, dpkg and python3.
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
download socat=1.7.4.4-2 libssl3 libwrap0
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu"

cat >stamps.py <<'END'
import datetime, re, subprocess, sys, time

socat = subprocess.Popen([sys.argv[1], '-v', '-', 'EXEC:cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
sent = []
for chunk in range(5):
    before = time.time()
    socat.stdin.write(b'AT+CSQ\r\n')
    socat.stdin.flush()
    socat.stdout.readline()
    sent.append((before, time.time()))
    time.sleep(0.3)
socat.stdin.close()
log = socat.stderr.read().decode('ascii')
socat.wait()

stamps = re.findall(r'^> (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)\.(\d+) ', log, re.M)
as_fraction = as_microseconds = nine = 0
for (second, digits), (before, after) in zip(stamps, sent, strict=True):
    start = datetime.datetime.strptime(second, '%Y/%m/%d %H:%M:%S').timestamp()
    nine += re.fullmatch(r'000\d{6}', digits) is not None
    # A millisecond of grace: the stamp is taken in another process, and printed to the microsecond.
    as_microseconds += before - 0.001 <= start + int(digits) / 1e6 <= after + 0.001
    as_fraction += before - 0.001 <= start + float('0.' + digits) <= after + 0.001
print(f'nine digits that begin with 000: {nine} of {len(stamps)}')
print(f'the time it was, read as microseconds: {as_microseconds} of {len(stamps)}')
print(f'the time it was, read as a fraction of every chunk: {as_fraction == len(stamps)}')
END

seen=$(python3 stamps.py root/usr/bin/socat)
expected='nine digits that begin with 000: 5 of 5
the time it was, read as microseconds: 5 of 5
the time it was, read as a fraction of every chunk: False'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: the nine digits of socat -v are microseconds'
