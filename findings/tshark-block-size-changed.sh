#!/usr/bin/env bash
# Wireshark puts a CoAP transfer in blocks together only while the block size stays: a firmware for a small module never appears.
#
# Expected: RFC 7959 section 2.5: the answer to the first block may ask for a smaller size, and the client then uses that one for the
#   rest and scales the number of the block; section 3.2 shows it (128 bytes, then 32 from block 4 on). Wireshark shows the whole
#   body at the last block, as it does at one size: it knows the offset of each block, which is its number times its size.
# Happens: it counts numbers instead of bytes. After block 0 of 128 comes block 4 of 32, and it waits for 1, 2 and 3, which were
#   never to come. The last block is "End of Block #6" like any other; there is no body, no mark that one is missing, and nothing at
#   which a filter could find it. It is what a LwM2M server's write of a package to a module with a small buffer looks like:
#   whoever exports bodies from a capture gets the configuration of the large modules, and nothing of the small ones.
# Package: tshark 4.0.17-0+deb12u3 of Debian 12.
# Seen on 2026-11-28, PUT of 216 bytes, block size, and coap.block.reassembled.length at the last block:
#   128, 128           216
#   128, then 4 * 32   nothing
#
# Needs apt, dpkg and python3.
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
version=4.0.17-0+deb12u3
download "tshark=$version" "libwireshark16=$version" "libwiretap13=$version" "libwsutil14=$version" "libwireshark-data=$version" \
  libbrotli1 libc-ares2 libcap2 libcom-err2 libdbus-1-3 libffi8 libgcrypt20 libglib2.0-0 libgmp10 libgnutls30 libgpg-error0 \
  libhogweed6 libicu72 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblua5.2-0 liblz4-1 liblzma5 libnettle8 \
  libnghttp2-14 libp11-kit0 libpcap0.8 libpcre2-8-0 libsmi2ldbl libsnappy1v5 libsystemd0 libtasn1-6 libunistring2 libxml2 libzstd1
export LD_LIBRARY_PATH="$work/tree/usr/lib/x86_64-linux-gnu:$work/tree/lib/x86_64-linux-gnu"
export WIRESHARK_DATA_DIR="$work/tree/usr/share/wireshark" HOME="$work" LC_ALL=C.UTF-8

cat >capture.py <<'END'
import struct, sys

server, module = bytes([127, 0, 0, 1]), bytes([127, 0, 0, 2])


def packet(source, destination, message):
    """IPv4 and UDP from 5683 to 5683, without check sums, which do not matter here."""
    datagram = struct.pack('>HHHH', 5683, 5683, 8 + len(message), 0) + message
    return struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(datagram), 1, 0, 64, 17, 0) + source + destination + datagram


def block(number, more, size):
    value = number << 4 | more << 3 | size.bit_length() - 5
    return struct.pack('>B' if value < 256 else '>H', value)


def exchange(identifier, number, size, answered):
    """PUT of one block to /5/0/0 (Package) as application/octet-stream, and its acknowledgement."""
    part = body[number * size:(number + 1) * size]
    more = (number + 1) * size < len(body)
    head = struct.pack('>BBHB', 0x41, 3, identifier, 0x07)
    first, second = block(number, more, size), block(number, more, answered)
    options = b'\xb1' + b'5' + b'\x01' + b'0' + b'\x01' + b'0' + b'\x11\x2a' + bytes([0xd0 | len(first), 2]) + first
    yield packet(server, module, head + options + b'\xff' + part)
    head = struct.pack('>BBHB', 0x61, 0x5f if more else 0x44, identifier, 0x07)
    yield packet(module, server, head + bytes([0xd0 | len(second), 14]) + second)


body = bytes(range(216))
blocks = {'same': [(0, 128, 128), (1, 128, 128)], 'smaller': [(0, 128, 32), (4, 32, 32), (5, 32, 32), (6, 32, 32)]}
for name, steps in blocks.items():
    with open(f'{name}.pcap', 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for second, step in enumerate(steps):
            for frame in exchange(second + 1, *step):
                file.write(struct.pack('<IIII', 1764229120 + second, 0, len(frame), len(frame)) + frame)
END
python3 capture.py

tshark() { timeout 60 "$work/tree/usr/bin/tshark" "$@" 2>/dev/null; }
seen=$(
  for name in same smaller; do
    echo "$name, block by block:" "$(tshark -r "$name.pcap" -Y coap.code==3 -T fields -e coap.block_length | paste -sd ' ')"
    whole=$(tshark -r "$name.pcap" -Y coap.block.reassembled.length -T fields -e coap.block.reassembled.length)
    echo "$name, whole: ${whole:-none}"
    echo "$name, marked:" "$(tshark -r "$name.pcap" -Y '_ws.expert || coap.block.error || _ws.malformed' | wc -l)"
  done
)
expected='same, block by block: 128 88
same, whole: 216
same, marked: 0
smaller, block by block: 128 32 32 24
smaller, whole: none
smaller, marked: 0'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: of a transfer whose block size becomes smaller on the way tshark never shows the whole'
