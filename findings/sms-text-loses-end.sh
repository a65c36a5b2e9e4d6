#!/usr/bin/env bash
# Every SMS of eight characters or more that the npm package pdu makes has lost its end.
#
# Expected: 3GPP TS 23.040 clause 9.2.3.16: with the 7-bit alphabet the length of the user data counts septets, that is characters: 16 of
#   them are packed into 14 octets, and the length is 16. The alphabet is that of TS 23.038 clause 6.2.1: @ is 00, _ is 11.
# Happens: it writes the number of octets instead, and who receives it reads as many characters: 14 of 16, 140 of 160. The others are in the
#   message, behind the end that it gives itself. Up to 7 characters nothing is missing, and a test says "hello". The characters
#   are numbered as in ASCII, so that @ arrives as an inverted exclamation mark and _ as a paragraph sign. The modem takes
#   it all and answers +CMGS; a command that a module is sent by SMS is another one.
# Package: pdu 1.1.0 (npm, newest).
# Seen on 2026-11-28, text, length in the message, text by that length:
#   1234567            7    1234567
#   12345678           7    1234567
#   1234567890123456   14   12345678901234
#   set_apn=a@b        10   set, 5f, apn=a, 40 (b is behind the end)
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . pdu@1.1.0 >/dev/null

cat >texts.cjs <<'END'
const pdu = require('pdu')

/** The septets of user data, lowest bit first, as TS 23.038 clause 6.1.2.1 packs them. */
function septets(octets, count) {
  const bits = octets.map(octet => octet.toString(2).padStart(8, '0').split('').reverse().join('')).join('')
  return Array.from({ length: count }, (_, at) => parseInt(bits.slice(at * 7, at * 7 + 7).split('').reverse().join(''), 2))
}

for (const text of ['1234567', '12345678', '1234567890123456', 'set_apn=a@b']) {
  const [message] = pdu.generate({ text, receiver: '8613912345678', encoding: '7bit' })
  // Behind service centre, first octet, reference, 13 digits of destination, protocol and coding scheme: the length, then the text.
  const [length, ...octets] = Buffer.from(message.slice(28), 'hex')
  const same = character => (/[0-9a-z=]/.test(character) ? character : `<${character.charCodeAt(0).toString(16)}>`)
  console.log(text, length, septets(octets, length).map(code => same(String.fromCharCode(code))).join(''))
}
END

seen=$(timeout 60 node texts.cjs)
expected='1234567 7 1234567
12345678 7 1234567
1234567890123456 14 12345678901234
set_apn=a@b 10 set<5f>apn=a<40>'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: of an SMS of 16 characters that pdu makes 14 arrive'
