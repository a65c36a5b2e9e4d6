#!/usr/bin/env bash
# @harmoniclabs/cbor writes floats with their bytes backwards and reads them so: it understands itself and nobody else.
#
# Expected: RFC 8949 section 3: what follows the first byte is in network byte order; appendix A has fa 47c35000 for 100000.0 and
#   fb 3ff199999999999a for 1.1. A measured value that one library packs is the same value for another.
# Happens: floats of 4 and 8 bytes are read and written with the least byte first. Since both directions do it, each test that packs
#   and unpacks passes. 20.25 degrees from any other sender arrive as 2.07887e-317, without an error: a chart draws it as 0. For
#   the others its own 20.25 is as little. Floats of 2 bytes are right, and so are whole numbers, which are no floats: of a
#   sender that takes the shortest form, as deterministic encoding wants it, 20.25 arrives and 20.3 does not.
# Packages: @harmoniclabs/cbor 2.0.1 (npm, newest), with cbor 10.0.12 as the other side.
# Seen on 2026-11-28:
#   f9 4d10               read as 20.25
#   fa 41a20000           read as 5.820573431265993e-41
#   fb 4034400000000000   read as 2.07887e-317
#   fb 3ff199999999999a   read as -1.5423487136706484e-180
#   20.25 written         fb 0000000000403440, which cbor reads as 2.07887e-317
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @harmoniclabs/cbor@2.0.1 cbor@10.0.12 >/dev/null

cat >floats.cjs <<'END'
const { Cbor, CborSimple } = require('@harmoniclabs/cbor')
const cbor = require('cbor')

for (const hex of ['f94d10', 'fa41a20000', 'fb4034400000000000', 'fb3ff199999999999a']) {
  console.log(hex, Cbor.parse(hex).simple, cbor.decodeFirstSync(hex))
}
const packed = Buffer.from(Cbor.encode(new CborSimple(20.25, 'float')))
console.log('20.25', packed.toString('hex'), Cbor.parse(packed).simple, cbor.decodeFirstSync(packed))
END

seen=$(timeout 60 node floats.cjs)
expected='f94d10 20.25 20.25
fa41a20000 5.820573431265993e-41 20.25
fb4034400000000000 2.07887e-317 20.25
fb3ff199999999999a -1.5423487136706484e-180 1.1
20.25 fb0000000000403440 20.25 2.07887e-317'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: @harmoniclabs/cbor reads 20.25 of others as 2.07887e-317, and they its own'
