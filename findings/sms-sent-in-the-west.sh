#!/usr/bin/env bash
# When was an SMS from west of Greenwich sent? Of four npm packages three say -05:00 wrong or not at all, and the fourth -03:30.
#
# Expected: 3GPP TS 23.040 clause 9.2.3.11: the seventh octet of the time stamp is the difference between local time and GMT in quarters
#   of an hour, its digits swapped like those of the others, and bit 3 is its sign. 0A is -05:00: 23:59:59 there is 04:59:59Z of
#   the next day. 49 is -03:30, 22 is +05:30.
# Happens: node-sms-pdu knows no sign: -05:00 is "+aN:aN", and -03:30 a good-looking "+23:30", a day and three hours off. pdu and pdu.ts
#   read the sign from a decimal digit: the A, B and C that stand for it from -05:00 on are none, and New York, Chicago and
#   Denver become one and the same +02:30. node-pdu counts right, but its ISO text for half hours is "-3.5:00", which no date is.
#   All of them are right about +08:00, with which everybody in China tries it.
# Packages: node-pdu 2.1.1, node-sms-pdu 0.3.0, pdu 1.1.0, pdu.ts 1.1.4 (npm, newest).
# Seen on 2026-11-28, SMS-DELIVER "hello" of 23:59:59 local, the difference that each package makes of it:
#   +08:00   node-pdu +08:00    node-sms-pdu +08:00   pdu and pdu.ts +08:00
#   +05:30   node-pdu +5.5:00   node-sms-pdu +05:30   pdu and pdu.ts +05:30
#   -03:30   node-pdu -3.5:00   node-sms-pdu +23:30   pdu and pdu.ts -03:30
#   -05:00   node-pdu -05:00    node-sms-pdu +aN:aN   pdu and pdu.ts +02:30
#   -07:00   node-pdu -07:00    node-sms-pdu +aN:aN   pdu and pdu.ts +02:30
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-pdu@2.1.1 node-sms-pdu@0.3.0 pdu@1.1.0 pdu.ts@1.1.4 \
  >/dev/null

cat >stamps.cjs <<'END'
const nodePdu = require('node-pdu')
const nodeSmsPdu = require('node-sms-pdu')
const pdu = require('pdu')
const { PDUParser } = require('pdu.ts')

/** What a local 23:59:59 is ahead of that instant, as a difference to GMT. */
function ahead(instant) {
  const minutes = Math.floor((Date.UTC(2026, 10, 28, 23, 59, 59, 999) - instant) / 60000)
  const two = number => String(number).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}

const seconds = date => Math.floor(date / 1000) * 1000 + 999
for (const octet of ['23', '22', '49', '0A', '8A']) {
  const sms = `0891683110304105F0240D91683118008310F00000621182329595${octet}05E8329BFD06`
  const said = [
    nodePdu.parse(sms).serviceCenterTimeStamp.getIsoString().slice(19),
    nodeSmsPdu.parse(sms).timestamp.slice(19),
    ahead(seconds(pdu.parse(sms).time)),
    ahead(seconds(PDUParser.Parse(sms).time))
  ]
  console.log(octet, ...said)
}
END

seen=$(NODE_NO_WARNINGS=1 timeout 60 node stamps.cjs)
expected='23 +08:00 +08:00 +08:00 +08:00
22 +5.5:00 +05:30 +05:30 +05:30
49 -3.5:00 +23:30 -03:30 -03:30
0A -05:00 +aN:aN +02:30 +02:30
8A -07:00 +aN:aN +02:30 +02:30'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: node-sms-pdu, pdu and pdu.ts are wrong about an SMS from New York, node-pdu about one from Newfoundland'
