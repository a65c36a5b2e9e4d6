#!/usr/bin/env bash
# lnav reads 09:40:01+08:00 as 09:40:01, and moves the lines after it to that time.
#
# Expected: 2026-11-28T09:40:01+08:00 is one second after 2026-11-28T01:40:00Z. A log viewer that knows ISO 8601 stamps and
#   merges files by time sorts by the instant: the log of the field laptop in Shanghai and that of the platform in UTC.
# Happens: the offset is read as part of the stamp and then does nothing. Two files with different offsets are shown one
#   after the other instead of interleaved. Within one file it is worse: a line that seems to be earlier than the one before
#   gets that one's time, so that one line with +08:00 puts all that follow it eight hours ahead, and log_time,
#   log_actual_time and all that is counted by them, a histogram for example, are wrong without any mark.
# Package: lnav 0.11.1-3 of Debian 12.
# Seen on 2026-11-28:
#   2026-11-28T01:40:00.000Z       log_time 2026-11-28 01:40:00.000
#   2026-11-28T09:40:01.000+08:00  log_time 2026-11-28 09:40:01.000
#   2026-11-28T01:40:02.000Z       log_time 2026-11-28 09:40:01.000
#
# Needs apt and dpkg.
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
# lnav and the libraries it needs, but for those of the machine's own C library.
download lnav=0.11.1-3 libarchive13 libbrotli1 libcurl3-gnutls libgnutls30 libgssapi-krb5-2 libhogweed6 libicu72 libidn2-0 \
  libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap-2.5-0 liblz4-1 liblzma5 libncursesw6 libnettle8 libnghttp2-14 \
  libp11-kit0 libpcre2-8-0 libpsl5 libreadline8 librtmp1 libsasl2-2 libsqlite3-0 libssh2-1 libssl3 libtasn1-6 libtinfo6 \
  libunistring2 libxml2 libzstd1
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu"
export HOME="$work" TERM=xterm LC_ALL=C.UTF-8 TZ=UTC
lnav() { timeout 60 "$work/root/usr/bin/lnav" "$@" 2>/dev/null; }

cat >format.json <<'END'
{
  "$schema": "https://lnav.org/schemas/format-v1.schema.json",
  "two_clocks": {
    "title": "Two clocks",
    "description": "Lines of JSON with the time in w",
    "json": true,
    "file-pattern": "\\.ndjson$",
    "timestamp-field": "w",
    "value": { "m": { "kind": "string" } },
    "line-format": [{ "field": "__timestamp__" }, " ", { "field": "m" }]
  }
}
END
lnav -i format.json >/dev/null
cat >mixed.ndjson <<'END'
{"w":"2026-11-28T01:40:00.000Z","m":"first"}
{"w":"2026-11-28T09:40:01.000+08:00","m":"second"}
{"w":"2026-11-28T01:40:02.000Z","m":"third"}
END
printf '%s\n' '2026-11-28T01:40:00.000Z INFO first' '2026-11-28T01:40:02.000Z INFO third' >platform.log
printf '%s\n' '2026-11-28T09:40:01.000+08:00 INFO second' >laptop.log

seen=$(
  lnav -n -c ';SELECT m, log_time, log_actual_time FROM two_clocks' -c ':write-csv-to -' mixed.ndjson | grep ,
  lnav -n platform.log laptop.log | sed 's/.* INFO //' | paste -sd ' '
)
expected='m,log_time,log_actual_time
first,2026-11-28 01:40:00.000,2026-11-28 01:40:00.000
second,2026-11-28 09:40:01.000,2026-11-28 09:40:01.000
third,2026-11-28 09:40:01.000,2026-11-28 09:40:01.000
first third second'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: lnav does not apply the offset of a stamp, and gives later lines the time of the one that had it'
