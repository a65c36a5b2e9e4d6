#!/usr/bin/env bash
# lwm2m-codec (TLV of coap-node and coap-shepherd) cannot write the integers 128 or 36000, and reads 8-byte numbers wrong.
#
# Expected: OMA LwM2M 1.0 section 6.4.3 has signed integers of 1, 2, 4 or 8 bytes and floats of 4 or 8 bytes; a codec
#   takes the shortest that holds the value, and reads each length.
# Happens: the encoder counts the bits of an UNSIGNED number and then writes a signed one: 128 to 255 and 32768 to 65535
#   (a lifetime of 36000 s, say) end in a RangeError, their neighbours pass. The decoder reads the first four bytes of any
#   float as a float of 4 bytes: 20.25 sent as a double arrives as a plausible 2.82, without any error. -1 in 8 bytes
#   arrives as -8589934593.
# Seen with lwm2m-codec 0.1.1 (newest) on 2026-11-27; /1/0/1 is Lifetime, an integer, /3303/0/5700 Sensor Value, a float:
#   127 c1017f, 128 RangeError, 256 c2010100, 36000 RangeError, 86400 c40100015180
#   20.25 in 4 bytes 20.25, in 8 bytes 2.81640625; -1 in 1 byte -1, in 8 bytes -8589934593
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . lwm2m-codec@0.1.1 >/dev/null

cat >numbers.cjs <<'END'
const { encode, decode } = require('lwm2m-codec')

for (const lifetimeS of [127, 128, 256, 36000, 86400]) {
  try {
    console.log(lifetimeS, encode('tlv', '/1/0/1', lifetimeS).toString('hex'))
  } catch (error) {
    console.log(lifetimeS, error.name)
  }
}
const read = (path, hex) => console.log(hex, decode('tlv', path, Buffer.from(hex, 'hex')))
read('/3303/0/5700', 'e41644' + '41a20000')
read('/3303/0/5700', 'e8164408' + '4034400000000000')
read('/1/0/1', 'c101' + 'ff')
read('/1/0/1', 'c80108' + 'ffffffffffffffff')
END

# Old dependencies of the package make Node print a deprecation; it is no part of the finding.
seen=$(NODE_NO_WARNINGS=1 node numbers.cjs)
expected='127 c1017f
128 RangeError
256 c2010100
36000 RangeError
86400 c40100015180
e4164441a20000 20.25
e81644084034400000000000 2.81640625
c101ff -1
c80108ffffffffffffffff -8589934593'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: lwm2m-codec refuses 128 and 36000, reads a double 20.25 as 2.82 and an 8-byte -1 as -8589934593'
