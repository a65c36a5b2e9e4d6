#!/usr/bin/env bash
# pynmea2 gives the UTC of a ZDA sentence the local zone, as if it were local time: the clock is wrong by what the zone says.
#
# Expected: NMEA 0183, ZDA: the time and the date are UTC; the zone that follows is for those who want local time, hours and minutes
#   with one sign. `datetime` of the parsed sentence is the instant that the receiver means, in UTC or in that zone. The library's own
#   comments on the fields say so: "hhmmss.ss = UTC", "same sign as hours".
# Happens: it puts the zone onto the UTC without moving it. 01:02:03Z with zone -05 becomes 01:02:03-05:00, which is 06:02:03Z: a time
#   that knows its zone, so that nothing which takes it can doubt it, and five hours off. -03,30 is -02:30 for it, since
#   the minutes are added whatever the sign of the hours. With zone 00,00, which most receivers send, all is right, and
#   it is the only one with which anybody tries it. Whoever sets a gateway's clock by a receiver with a zone sets it wrong.
# Package: python3-nmea2 1.15.0-4 of Debian 12.
# Seen on 2026-11-28, $GNZDA,010203.00,28,11,2026 and the zone; the instant of `datetime`:
#   00,00    2026-11-28 01:02:03+00:00
#   -05,00   2026-11-28 06:02:03+00:00
#   03,30    2026-11-27 21:32:03+00:00
#   -03,30   2026-11-28 03:32:03+00:00
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
  for package in ./*.deb; do dpkg-deb -x "$package" tree; done
}
download python3-nmea2=1.15.0-4
export PYTHONPATH="$work/tree/usr/lib/python3/dist-packages"

cat >instants.py <<'END'
from datetime import timezone
from functools import reduce

import pynmea2

for zone in ['00,00', '-05,00', '03,30', '-03,30']:
    body = f'GNZDA,010203.00,28,11,2026,{zone}'
    check = reduce(lambda sum, character: sum ^ ord(character), body, 0)
    sentence = pynmea2.parse(f'${body}*{check:02X}', check=True)
    print(zone, sentence.datetime.astimezone(timezone.utc))
END

seen=$(timeout 60 python3 instants.py)
expected='00,00 2026-11-28 01:02:03+00:00
-05,00 2026-11-28 06:02:03+00:00
03,30 2026-11-27 21:32:03+00:00
-03,30 2026-11-28 03:32:03+00:00'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: pynmea2 takes the UTC of ZDA for local time, and -03,30 for -02:30'
