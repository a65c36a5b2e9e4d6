#!/usr/bin/env bash
# Papa Parse guesses the semicolon of a table with two columns from ten lines on; of a shorter one it makes one column.
#
# Expected: where no delimiter is given it is guessed, and `time;line` in every line is as clear as it can be, in three lines as
#   in thirty.
# Happens: the empty piece behind the last line end counts as a row with one field. A delimiter has to give more than 1.99
#   fields a row on average; two columns reach that only where no such row is looked at, and the first ten rows are looked
#   at: nine lines have (9 x 2 + 1) / 10 = 1.9. With three columns, or without the last line end, it works from the first
#   line on, so that short samples made by hand pass. Each row then is one text with the semicolon in it, under the key
#   "time;line"; an entry in `errors` says that the delimiter could not be told. `skipEmptyLines: true` helps, as a side effect.
# Seen with papaparse 5.7.1 (newest) on 2026-11-28:
#   9 lines, 2 columns    {"time;line":"1;OK"}
#   10 lines, 2 columns   {"time":"1","line":"OK"}
#   2 lines, 3 columns    {"time":"1","line":"OK","port":"COM7"}
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . papaparse@5.7.1 >/dev/null

cat >guess.cjs <<'END'
const Papa = require('papaparse')

const first = (head, row, rows) => {
  const text = `${head}\n${`${row}\n`.repeat(rows)}`
  return JSON.stringify(Papa.parse(text, { header: true }).data[0])
}
// The line of names is one of the nine and the ten.
console.log('9 lines, 2 columns', first('time;line', '1;OK', 8))
console.log('10 lines, 2 columns', first('time;line', '1;OK', 9))
console.log('2 lines, 3 columns', first('time;line;port', '1;OK;COM7', 1))
console.log('9 lines without the last line end', Papa.parse('1;OK\n'.repeat(9).trim()).data[0].length, 'columns')
END

seen=$(node guess.cjs)
expected='9 lines, 2 columns {"time;line":"1;OK"}
10 lines, 2 columns {"time":"1","line":"OK"}
2 lines, 3 columns {"time":"1","line":"OK","port":"COM7"}
9 lines without the last line end 2 columns'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: Papa Parse finds the semicolon of two columns only where there are ten lines'
