#!/usr/bin/env bash
# One damaged ACK ends an XMODEM transfer to the Python library xmodem, though each block arrived whole.
#
# Expected: XMODEM (Christensen's protocol, in the XMODEM/YMODEM reference of Forsberg): a sender that gets no ACK sends its block again,
#   and the number of a block is there so that a receiver knows the repetition: it acknowledges it, and throws it away.
#   A lost ACK costs one block, as it does with lrzsz.
# Happens: the library has acknowledged block 2 and accepts 3 alone. To the repeated 2, which is whole and right, it answers NAK, by which
#   a sender sends 2 again. The two repeat that until the sender gives up; `recv` gives None, with what came up to then
#   in the stream. So the protocol that repairs every damaged block does not survive one damaged byte on the way back. With a firmware
#   of 500 blocks over a line with a little noise that is the rule, and it looks like a bad sender.
# Packages: python3-xmodem 0.4.6+dfsg-4 of Debian 12; lrzsz 0.12.21-10+b1 as the receiver that can do it.
# Seen on 2026-11-28, 4 blocks of 128 bytes, the ACK of block 2 is lost; blocks sent, and what arrived:
#   rx (lrzsz)   1 2 2 3 4                              512 of 512 bytes
#   xmodem       1 2 2 2 2 2 2 2 2 2 2 2 2, given up    256 of 512 bytes, None
#
# Needs apt, dpkg and python3. No port: sender and receiver hand each other the bytes.
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
download python3-xmodem=0.4.6+dfsg-4 lrzsz=0.12.21-10+b1
export PYTHONPATH="$work/tree/usr/lib/python3/dist-packages" LC_ALL=C HOME="$work"

cat >transfer.py <<'END'
import io, socket, subprocess
from binascii import crc_hqx

from xmodem import XMODEM

data = bytes(range(256)) * 2
SOH, EOT, ACK, NAK, CAN, ask_crc = 0x01, 0x04, 0x06, 0x15, 0x18, 0x43


class Sender:
    """XMODEM with CRC, 10 repetitions at most; it never hears its second ACK, and repeats that block after its time."""

    def __init__(self):
        self.block, self.acks, self.repeated, self.sent, self.out = 0, 0, 0, [], b''

    def send(self):
        self.sent.append(self.block)
        part = data[(self.block - 1) * 128:self.block * 128]
        check = crc_hqx(part, 0).to_bytes(2, 'big')
        self.out += bytes([SOH, self.block, 255 - self.block]) + part + check

    def hear(self, heard):
        for byte in heard:
            self.acks += byte == ACK
            lost = byte == ACK and self.acks == 2
            again = lost or byte == NAK
            self.repeated += byte == NAK
            if self.repeated > 10:
                self.out = bytes([CAN, CAN, CAN])
            elif again and self.block * 128 <= len(data):
                self.send()
            elif byte == ask_crc and self.block == 0 or byte == ACK and not lost:
                self.block += 1
                if self.block * 128 <= len(data):
                    self.send()
                elif self.block * 128 == len(data) + 128:
                    self.out += bytes([EOT])


def show(name, sender, arrived, said):
    print(name, *sender.sent, f'{len(arrived)} of {len(data)}, {data.startswith(arrived)},', said)


sender = Sender()
near, far = socket.socketpair()
receiver = subprocess.Popen(['tree/usr/bin/rx', '-c', 'arrived'], stdin=far, stdout=far, stderr=subprocess.DEVNULL)
far.close()
while heard := near.recv(1024):
    sender.hear(heard)
    out, sender.out = sender.out, b''
    if out:
        near.sendall(out)
receiver.wait(20)
with open('arrived', 'rb') as file:
    show('rx', sender, file.read(), receiver.returncode)

sender, stream = Sender(), io.BytesIO()


def getc(size, timeout=1):
    piece, sender.out = sender.out[:size], sender.out[size:]
    return piece or None


def putc(heard, timeout=1):
    sender.hear(heard)
    return len(heard)


said = XMODEM(getc, putc).recv(stream, crc_mode=1, quiet=1)
show('xmodem', sender, stream.getvalue(), said)
END

seen=$(timeout 100 python3 transfer.py 2>/dev/null)
expected='rx 1 2 2 3 4 512 of 512, True, 0
xmodem 1 2 2 2 2 2 2 2 2 2 2 2 2 256 of 512, True, None'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: xmodem answers the repetition of a block that it has with NAK, until the sender gives up'
