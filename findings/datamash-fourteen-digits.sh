#!/usr/bin/env bash
# Which IMEI occurs most? datamash names one that is not in the list: what it prints of a number ends after 14 digits.
#
# Expected: its manual: mode is the most common value, min and max are the smallest and the largest: each of them is one of the input. An
#   IMEI has 15 digits, an ICCID up to 20, a time in microseconds since 1970 has 16; the program counts in long double, which
#   holds them all up to 18, and says nothing of a limit.
# Happens: numbers are printed with 14 significant digits. The most common IMEI of a list comes out as 8.600123456789e+14, which the next
#   program reads as 860012345678900: a fit IMEI, but of no module. The last time of a capture is 1764229120124000 instead of
#   ...123999: it is after the end. `first`, `last` and `unique` copy the text and are right, `count` and `range` are small;
#   so the table looks good, and the columns disagree. `--format` and `--round` are documented, that one has to is not.
# Package: datamash 1.7-2 of Debian 12.
# Seen on 2026-11-28, IMEI 860012345678901 twice, 860012345678919 once, with the microsecond of each:
#   mode 8.600123456789e+14, max 8.6001234567892e+14; with --format %.0f 860012345678901, 860012345678919
#   last 1764229120123999, max 1.764229120124e+15
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
download datamash=1.7-2
export LC_ALL=C
datamash() { "$work/tree/usr/bin/datamash" "$@"; }

printf '%s\t%s\n' 860012345678901 1764229120123001 860012345678901 1764229120123456 860012345678919 1764229120123999 >answers.tsv
seen=$(
  datamash mode 1 max 1 countunique 1 <answers.tsv
  datamash --format %.0f mode 1 max 1 countunique 1 <answers.tsv
  datamash last 2 max 2 range 2 <answers.tsv
  # What the next program makes of it.
  datamash mode 1 <answers.tsv | python3 -c 'print(int(float(input())))'
)
expected='8.600123456789e+14	8.6001234567892e+14	2
860012345678901	860012345678919	2
1764229120123999	1.764229120124e+15	998
860012345678900'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: the most common IMEI is 860012345678900 for datamash, which is none of the list'
