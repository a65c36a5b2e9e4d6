#!/usr/bin/env bash
# Lines read with `for await` from node-serialport's ReadlineParser come glued together, without their line ends.
#
# Expected: the parser splits at line ends, so `for await (const line of parser)` gives one line a turn, as on('data')
#   does and as readline.createInterface() of Node does.
# Happens: the parser is no object stream. Its pieces are pushed as text into one buffer, and a stream that is iterated
#   (paused mode, read() without a size) is given the whole buffer: what came in one chunk, answers and unsolicited lines
#   of a modem for example, is one string, with nothing left to split it by. Where each line came in a chunk of its own it
#   looks right, so it works on the desk and fails under load. An empty line is lost in either mode (an empty piece is no
#   data for such a stream), so nobody can count the bytes of a value that goes over several lines.
# Seen with @serialport/parser-readline 13.0.0 (delimiter CR LF) on Node 20.20.2 and 24.21.0, on 2026-11-27:
#   on('data')  ["+CSQ:18,99","OK","+MIPLEVENT:0,6"]
#   for await   ["+CSQ:18,99OK+MIPLEVENT:0,6"]
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @serialport/parser-readline@13.0.0 >/dev/null

cat >lines.mjs <<'END'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { ReadlineParser } from '@serialport/parser-readline'

const fromModem = '+CSQ:18,99\r\n\r\nOK\r\n+MIPLEVENT:0,6\r\n'
const parse = source => source.pipe(new ReadlineParser({ delimiter: '\r\n' }))

const first = new PassThrough()
const listened = []
const parser = parse(first).on('data', line => listened.push(line))
first.end(fromModem)
await once(parser, 'end')
console.log("on('data') ", JSON.stringify(listened))

const second = new PassThrough()
const iterated = []
const lines = parse(second)
second.end(fromModem)
for await (const line of lines) iterated.push(line)
console.log('for await  ', JSON.stringify(iterated))
END

seen=$(node lines.mjs)
expected='on('\''data'\'')  ["+CSQ:18,99","OK","+MIPLEVENT:0,6"]
for await   ["+CSQ:18,99OK+MIPLEVENT:0,6"]'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: for await over ReadlineParser glues the lines of one chunk together; the empty line is lost either way'
