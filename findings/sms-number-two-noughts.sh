#!/usr/bin/env bash
# Where a number has two noughts in it, node-pdu takes its first two digits off, and sends the SMS abroad.
#
# Expected: an SMS-SUBMIT for 13912001234 goes to 13912001234: 3GPP TS 23.040 clause 9.1.2.5, length 0b, type 81 (unknown), digits
#   swapped. A number that begins with 00 is an international one without the 00; that one may be written so.
# Happens: the package looks for 00 anywhere before the end instead of at the beginning, and then takes away the first two digits, whatever
#   they are, and calls the rest international. 13912001234, a mobile number in China, becomes +912001234, in India; 10086,
#   the operator, becomes +086. Numbers with + are right, and of those without it nineteen of twenty; nothing is said, the modem takes the
#   message, and its text arrives at a stranger's or nowhere. Version 1.0.15, which serialport-gsm still installs, keeps all digits
#   (though it calls every one that looks long enough international).
# Package: node-pdu 2.1.1 (npm, newest).
# Seen on 2026-11-28, number, and length, type and digits of the destination in the PDU:
#   13912345678       0b 81 13912345678
#   13912001234       09 91 912001234
#   10086             03 91 086
#   8613912001234     0b 91 13912001234, which is in North America
#   +8613912001234    0d 91 8613912001234
#   008613912001234   0d 91 8613912001234
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-pdu@2.1.1 >/dev/null

cat >numbers.cjs <<'END'
const { Submit } = require('node-pdu')

for (const number of ['13912345678', '13912001234', '10086', '8613912001234', '+8613912001234', '008613912001234']) {
  // No service centre (00), first octet and reference, then length and type of the destination.
  const [, length, type, rest] = /^00....(..)(..)(.*)$/.exec(new Submit(number, 'hi').toString())
  const digits = rest.replace(/(.)(.)/g, '$2$1').slice(0, parseInt(length, 16))
  console.log(number, length.toLowerCase(), type, digits)
}
END

seen=$(timeout 60 node numbers.cjs)
expected='13912345678 0b 81 13912345678
13912001234 09 91 912001234
10086 03 91 086
8613912001234 0b 91 13912001234
+8613912001234 0d 91 8613912001234
008613912001234 0d 91 8613912001234'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: node-pdu makes +912001234 of 13912001234'
