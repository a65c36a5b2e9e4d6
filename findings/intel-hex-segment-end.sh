#!/usr/bin/env bash
# One Intel HEX file, five readers, three images: what a record means that runs over the end of its segment, each knows otherwise.
#
# Expected: Intel's Hexadecimal Object File Format Specification (revision A, 1988), record type 02: a byte lies at the segment base plus
#   (offset + index) MOD 64K, "wrapping around from the end to the beginning of the 64K segment". After a type 04 record
#   there is no such wrap. So four bytes at offset FFFE of segment 1000 are two at 1FFFE and two at 10000.
# Happens: srec_cat does that. objcopy, intelhex (Python) and intel-hex (npm) go on at 20000, as if the record were of type 04, without a
#   word. nrf-intel-hex refuses the file, and says that it is broken. A checksum is no help: it is right for all of them. One
#   and the same firmware file is two different firmwares for the programmer of the factory and the tool in the field.
# Packages: srecord 1.64-3, binutils-x86-64-linux-gnu 2.40-2 (objcopy) and python3-intelhex 2.3.0-2 of Debian 12; intel-hex 0.2.0 and
#   nrf-intel-hex 1.4.0 (npm, newest).
# Seen on 2026-11-28, address of each byte of 01 02 03 04:
#   srec_cat                       1FFFE 1FFFF 10000 10001
#   objcopy, intelhex, intel-hex   1FFFE 1FFFF 20000 20001
#   nrf-intel-hex                  refused
#
# Needs node, npm, apt, dpkg and python3.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Into this folder, with package lists of its own where the machine has none.
download() {
  local own=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache")
  if ! apt-get -qq -o APT::Sandbox::User=root download "$@" 2>/dev/null; then
    mkdir -p lists/partial cache/archives/partial
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" update
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" download "$@"
  fi
  for package in ./*.deb; do dpkg-deb -x "$package" tree; done
}
download srecord=1.64-3 libsrecord0 python3-intelhex=2.3.0-2 binutils-x86-64-linux-gnu=2.40-2 libbinutils libctf0 libctf-nobfd0 \
  libjansson4 libzstd1 libgcrypt20 libgpg-error0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . intel-hex@0.2.0 nrf-intel-hex@1.4.0 >/dev/null
export LD_LIBRARY_PATH="$work/tree/usr/lib/x86_64-linux-gnu:$work/tree/lib/x86_64-linux-gnu" LC_ALL=C
export PYTHONPATH="$work/tree/usr/lib/python3/dist-packages"

printf '%s\r\n' :020000021000EC :04FFFE0001020304F5 :00000001FF >segment.hex

cat >npm.cjs <<'END'
const fs = require('fs')
const intelHex = require('intel-hex')
const NrfIntelHex = require('nrf-intel-hex')

const text = fs.readFileSync('segment.hex', 'ascii')
const { data } = intelHex.parse(text)
console.log('intel-hex', ...[1, 2, 3, 4].map(byte => `${byte}:${data.indexOf(byte).toString(16)}`))
try {
  console.log('nrf-intel-hex', NrfIntelHex.fromHex(text))
} catch (error) {
  console.log('nrf-intel-hex', error.message.includes('wraps over') ? 'refused' : error.message)
}
END
cat >places.py <<'END'
import sys
from intelhex import IntelHex

name, path = sys.argv[1:]
image = IntelHex(path)
places = {image[address]: address for address in image.addresses()}
print(name, *[f'{byte}:{places[byte]:x}' for byte in sorted(places)])
END
seen=$(
  python3 places.py intelhex segment.hex
  # What the two others make of it is written in the type that knows no wrap, to be read without a doubt.
  tree/usr/bin/srec_cat segment.hex -intel -o linear.hex -intel -address-length=4 2>/dev/null
  python3 places.py srec_cat linear.hex
  tree/usr/bin/x86_64-linux-gnu-objcopy -I ihex -O binary segment.hex image.bin
  python3 -c 'print("objcopy", open("image.bin", "rb").read().hex(), "in a row")'
  node npm.cjs
)
expected='intelhex 1:1fffe 2:1ffff 3:20000 4:20001
srec_cat 1:1fffe 2:1ffff 3:10000 4:10001
objcopy 01020304 in a row
intel-hex 1:1fffe 2:1ffff 3:20000 4:20001
nrf-intel-hex refused'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: of a record over the end of its segment srec_cat makes what Intel says, and nobody else'
