#!/usr/bin/env bash
# csv-parse with `cast: true` makes 0 of every hexadecimal number: all cells of a survey have one and the same number.
#
# Expected: `cast` makes numbers of fields that are numbers, and leaves the others as text. 0x0C3D1A2B, as cells stand in the
#   tables of operators and modules, is either 205331499 (Number('0x0C3D1A2B')) or the text it was.
# Happens: whether a field is a number is asked of JavaScript's arithmetic, which knows 0x, 0b and 0o; its value is then taken
#   by parseFloat, which stops at the x. So it is 0, a number like any other, for every cell, area code and register, without
#   an error. 0C3D1A2B without 0x stays a text, -0x1 too, and of 12E5 without 0x, a cell as well, 1200000 is made.
# Seen with csv-parse 7.0.3 (newest) on 2026-11-28:
#   tac,ci
#   0x1A2B,0x0C3D1A2B   { tac: 0, ci: 0 }
#   0x1A2C,0x0C3D1A2D   { tac: 0, ci: 0 }
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . csv-parse@7.0.3 >/dev/null

cat >cells.mjs <<'END'
import { parse } from 'csv-parse/sync'

const cells = 'tac,ci\n0x1A2B,0x0C3D1A2B\n0x1A2C,0x0C3D1A2D\n1A2B,0C3D1A2B\n12E5,-0x1\n'
for (const row of parse(cells, { columns: true, cast: true })) console.log(JSON.stringify(row))
END

seen=$(node cells.mjs)
expected='{"tac":0,"ci":0}
{"tac":0,"ci":0}
{"tac":"1A2B","ci":"0C3D1A2B"}
{"tac":1200000,"ci":"-0x1"}'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: csv-parse takes 0x1A2B for a number, and the number is 0'
