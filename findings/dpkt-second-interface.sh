#!/usr/bin/env bash
# dpkt reads a pcapng file as if all packets came from its first interface: those of the second are of the year 57,000.
#
# Expected: pcapng, section 4.2: a file may describe several interfaces, each with a link type and a resolution of time stamps
#   (if_tsresol) of its own; section 4.3: each packet says which it came from, and its stamp counts in that one's unit. Such a file is
#   what mergecap makes of the capture of a gateway (Ethernet, microseconds) and that of a modem (raw IP, nanoseconds), and what
#   dumpcap writes with two -i.
# Happens: dpkt takes the first description it finds, and passes over the others. A packet of the second interface, of a second later,
#   is given as 1764229121000.0, and `datalink()` says Ethernet for it: whoever goes by that reads an IP header as MAC addresses.
#   No error; and the other way round, with nanoseconds first, the stamps of the microseconds are in January 1970.
# Package: python3-dpkt 1.9.8-1 of Debian 12.
# Seen on 2026-11-28, packets at 1764229120, 1764229121 and 1764229122, the second by the other interface:
#   microseconds first   1764229120.0    1764229121000.0   1764229122.0, Ethernet
#   nanoseconds first    1764229120.0    1764229.121       1764229122.0, raw IP
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
download python3-dpkt=1.9.8-1
export PYTHONPATH="$work/tree/usr/lib/python3/dist-packages"

cat >interfaces.py <<'END'
import struct

import dpkt

ethernet, raw = 1, 101


def block(kind, body):
    length = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + length + body + length


def interface(link_type, digits):
    """Description with if_tsresol: so many decimal digits after the second."""
    return block(1, struct.pack('<HHI', link_type, 0, 65535) + struct.pack('<HHB3xHH', 9, 1, digits, 0, 0))


def packet(number, digits, second, data):
    stamp = second * 10 ** digits
    head = struct.pack('<IIIII', number, stamp >> 32, stamp & 0xffffffff, len(data), len(data))
    return block(6, head + data + bytes(-len(data) % 4))


# An empty CoAP message in UDP and IPv4.
ip = bytes.fromhex('45000020000100004011000a7f0000017f00000116331633000c0000' + '40000001')
on_link = {ethernet: bytes(12) + b'\x08\x00' + ip, raw: ip}
for first, second in [((ethernet, 6), (raw, 9)), ((raw, 9), (ethernet, 6))]:
    with open('merged.pcapng', 'wb') as file:
        file.write(block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)) + interface(*first) + interface(*second))
        for number, (link_type, digits), at in [(0, first, 1764229120), (1, second, 1764229121), (0, first, 1764229122)]:
            file.write(packet(number, digits, at, on_link[link_type]))
    with open('merged.pcapng', 'rb') as file:
        reader = dpkt.pcapng.Reader(file)
        print(*[float(stamp) for stamp, _ in reader], 'link type', reader.datalink())
END

seen=$(timeout 60 python3 interfaces.py)
expected='1764229120.0 1764229121000.0 1764229122.0 link type 1
1764229120.0 1764229.121 1764229122.0 link type 101'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: dpkt gives the packets of the second interface the unit and the link type of the first'
