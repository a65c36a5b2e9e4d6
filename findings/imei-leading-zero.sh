#!/usr/bin/env bash
# The npm packages for IMEIs: the next IMEI after one that begins with 0 is no IMEI, and one of 19 digits is valid.
#
# Expected: an IMEI is a text of 15 digits, the last of which is the check digit (3GPP TS 23.003 section 6.2.1). Type
#   allocation codes that begin with 0 are in use (01 is North America's). `imei.next` counts the serial number up and
#   keeps the length; `isValid` of node-imei says whether it is an IMEI.
# Happens: `imei` counts with a number and forgets the nought: for a batch of labels from 012345678901237 on it gives
#   12345678901245, 14 digits with a check digit of their own, which its own `isValid` refuses. `node-imei` looks at the
#   first fourteen characters and at the last, however many stand between them: what a scanner read twice, or an IMEI with
#   the software version behind it, passes where the last digit happens to fit. `imei` gets right what the other gets wrong.
# Packages: imei 0.0.1, node-imei 1.0.8 (npm, newest).
# Seen on 2026-11-28:
#   next after 490154203237518   490154203237526
#   next after 012345678901237   12345678901245
#   4901542032375180008          valid to node-imei, not to imei
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . imei@0.0.1 node-imei@1.0.8 >/dev/null

cat >digits.cjs <<'END'
const imei = require('imei')
const NodeImei = require('node-imei')

const other = new NodeImei()
for (const first of ['490154203237518', '012345678901237']) {
  imei.next(first, (error, next) => console.log(`after ${first}: ${error ?? next}, valid: ${imei.isValid(next)}`))
}
for (const digits of ['012345678901237', '4901542032375180008']) {
  console.log(`${digits} valid: imei ${imei.isValid(digits)}, node-imei ${other.isValid(digits)}`)
}
END

seen=$(timeout 60 node digits.cjs)
expected='after 490154203237518: 490154203237526, valid: true
after 012345678901237: 12345678901245, valid: false
012345678901237 valid: imei true, node-imei true
4901542032375180008 valid: imei false, node-imei true'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: imei loses the leading nought of the next IMEI, node-imei takes 19 digits for one'
