#!/usr/bin/env bash
# With a time of validity node-pdu writes one and the same SMS twice as two messages, and the first one is wrong.
#
# Expected: 3GPP TS 23.040 clause 9.2.3.3: bits 4 and 3 of the first octet say whether an SMS-SUBMIT has a validity period, and of which kind;
#   without them the octet behind the coding scheme is the length of the text. Writing an object down does not change it.
# Happens: the first octet is written before the validity is, and it is the writing of the validity that sets the two bits. So the first PDU
#   has the octet and not the bits: the service centre reads one hour, 0B, as a length of 11, and the true length as the first of the
#   text. Its own `parse` makes "$PS" of "hi". The second time the object is asked, all is right: after a look at it with
#   console.log(sms.toString()) the fault is gone. Of a long text only the first part is wrong. Without a validity nothing is.
#   Version 1.0.15 sets the bits first.
#   Beside that a validity of 49 days is written as 23 weeks: hours are compared with seconds where weeks should begin.
# Package: node-pdu 2.1.1 (npm, newest).
# Seen on 2026-11-28, "hi" with validity of 3600 s:
#   first    00 01 00 0b 81 3119325476f8 00 00 0b 02 e834   text "$PS", no validity
#   second   00 11 00 0b 81 3119325476f8 00 00 0b 02 e834   text "hi", 3600 s
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-pdu@2.1.1 >/dev/null

cat >twice.cjs <<'END'
const { Submit, parse } = require('node-pdu')

const sms = new Submit('13912345678', 'hi')
sms.setValidityPeriod(3600)
for (const pdu of [sms.toString(), sms.toString()]) {
  const read = parse(pdu)
  console.log(pdu.toLowerCase(), read.data.getText(), read.validityPeriod.interval)
}

const long = new Submit('13912345678', 'A'.repeat(300))
long.setValidityPeriod(3600)
console.log('first octets of three parts:', ...long.getPartStrings().map(pdu => pdu.slice(2, 4)))

const kept = new Submit('13912345678', 'hi')
kept.setValidityPeriod(49 * 86400)
kept.toString()
// Above 196 the value less 192 is a number of weeks (clause 9.2.3.12.1).
console.log('49 days:', parseInt(kept.toString().slice(26, 28), 16) - 192, 'weeks')
END

seen=$(timeout 60 node twice.cjs)
expected='0001000b813119325476f800000b02e834 $PS null
0011000b813119325476f800000b02e834 hi 3600
first octets of three parts: 41 51 51
49 days: 23 weeks'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: the first time node-pdu writes an SMS with a validity it leaves out the bits that say so'
