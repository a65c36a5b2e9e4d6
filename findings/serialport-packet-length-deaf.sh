#!/usr/bin/env bash
# node-serialport's PacketLengthParser never finds a start of two bytes again once one other byte stood before it.
#
# Expected: the parser looks for `delimiter`, of `delimiterBytes` bytes, and then takes as many as the length says. What stands
#   between two packets is passed over: with a start of one byte it is. A receiver of u-blox sends its own packets (0xb5 0x62, class,
#   number, length of two bytes, payload, two check bytes) among lines of NMEA 0183 on the same port.
# Happens: while it looks for a start of two bytes the parser puts each new byte in front, and throws away the front one when the
#   pair is not the start. So it throws away the newest, and keeps the oldest for good: the first byte that belongs to no packet
#   stays, and is compared with every byte that follows. From there on not one packet comes out, and no error; at the end of the
#   stream that one byte is given out as a packet. Packets without anything between them are all found, and so they are in tests.
# Package: @serialport/parser-packet-length 13.0.0 (npm, newest).
# Seen on 2026-11-28, three UBX packets, packets that came out:
#   one after the other                        3
#   a line of NMEA after the first             1, and at the end the 1 byte 24, the "$" of the line
#   one byte of noise before the first         0, and at the end that byte
#   start of one byte, the same byte of noise  3
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @serialport/parser-packet-length@13.0.0 >/dev/null

cat >packets.cjs <<'END'
const { PacketLengthParser } = require('@serialport/parser-packet-length')

const twoBytes = { delimiter: 0xb562, delimiterBytes: 2, lengthOffset: 4, lengthBytes: 2, packetOverhead: 8 }
const oneByte = { delimiter: 0xb5, delimiterBytes: 1, lengthOffset: 4, lengthBytes: 2, packetOverhead: 8 }
// UBX-ACK-ACK of three messages.
const packets = ['b5620501020006010f38', 'b562050102000608163f', 'b562050102000613214a'].map(hex => Buffer.from(hex, 'hex'))
const line = Buffer.from('$GNGLL,3110.12345,N,12128.54321,E,092530.00,A,A*71\r\n')
const noise = Buffer.from([0])

function show(name, options, pieces) {
  return new Promise(resolve => {
    const parser = new PacketLengthParser(options)
    const out = []
    parser.on('data', piece => out.push(piece.toString('hex')))
    parser.on('end', () => {
      const whole = out.filter(hex => packets.some(packet => packet.toString('hex') === hex))
      console.log(`${name}: ${whole.length} of 3, besides ${out.filter(hex => !whole.includes(hex) && hex !== '').join() || 'nothing'}`)
      resolve()
    })
    parser.end(Buffer.concat(pieces))
  })
}

async function all() {
  await show('in a row', twoBytes, packets)
  await show('line', twoBytes, [packets[0], line, packets[1], packets[2]])
  await show('noise', twoBytes, [noise, ...packets])
  await show('noise, one byte', oneByte, [noise, ...packets])
}
all()
END

seen=$(timeout 60 node packets.cjs)
expected='in a row: 3 of 3, besides nothing
line: 1 of 3, besides 24
noise: 0 of 3, besides 00
noise, one byte: 3 of 3, besides nothing'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: after one byte between packets PacketLengthParser finds no start of two bytes any more'
