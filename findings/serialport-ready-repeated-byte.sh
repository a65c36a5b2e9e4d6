#!/usr/bin/env bash
# node-serialport's ReadyParser does not see the start word when its first byte comes twice.
#
# Expected: `ready` as soon as the bytes of the delimiter have gone by, whatever stood before them.
# Happens: at a byte that does not fit the parser begins again with the byte AFTER it, and never asks whether the one in
#   hand begins the delimiter. "\r\r\nRDY\r\n" therefore does not hold "\r\nRDY\r\n" for it. That is no made-up input: a
#   modem whose echo ends in CR, or which says CR CR LF, prints just that after a restart. The parser does not get ready,
#   and all that follows is dropped without a word until a restart happens to print it cleanly.
# Seen with @serialport/parser-ready 13.0.0 on 2026-11-27:
#   "\r\nRDY\r\nOK"    ready, then "OK"
#   "AT\r\r\nRDY\r\nOK"  never ready, nothing passed on
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @serialport/parser-ready@13.0.0 >/dev/null

cat >ready.mjs <<'END'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { ReadyParser } from '@serialport/parser-ready'

for (const fromModem of ['\r\nRDY\r\nOK', 'AT\r\r\nRDY\r\nOK']) {
  const source = new PassThrough()
  const parser = source.pipe(new ReadyParser({ delimiter: '\r\nRDY\r\n' }))
  let ready = false
  let rest = ''
  parser.on('ready', () => (ready = true)).on('data', piece => (rest += piece))
  source.end(fromModem)
  await once(parser, 'end')
  console.log(JSON.stringify(fromModem), fromModem.includes('\r\nRDY\r\n'), ready, JSON.stringify(rest))
}
END

seen=$(node ready.mjs)
expected='"\r\nRDY\r\nOK" true true "OK"
"AT\r\r\nRDY\r\nOK" true false ""'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: ReadyParser misses a start word whose first byte came twice'
