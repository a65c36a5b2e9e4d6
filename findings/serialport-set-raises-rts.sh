#!/usr/bin/env bash
# node-serialport: port.set({ dtr: ... }) also sets RTS, whatever it was set to before.
#
# Expected: set() changes the control lines that are named and leaves the others as they are. (TIOCMBIS and TIOCMBIC do so;
#   one can drop RTS, and then pulse DTR.)
# Happens: each call starts from { brk: false, cts: false, dtr: true, rts: true } and not from the state of the port.
#   set({ rts: false }), then set({ dtr: false }) leaves RTS raised again; set({ brk: true }) raises both. On boards where
#   RTS and DTR lead to reset and boot pins, or RTS turns the bus around (RS-485), a line is moved that nobody named,
#   and at another moment than it was asked for. All flags in every call is what works.
# Packages: @serialport/stream 13.0.0 (what SerialPort of serialport 13.0.0 is) on @serialport/binding-mock 10.2.2, which
#   shows what is handed to the operating system's side.
# Seen on 2026-11-27:
#   set({ rts: false })  {"brk":false,"cts":false,"dtr":true,"rts":false}
#   set({ dtr: false })  {"brk":false,"cts":false,"dtr":false,"rts":true}
#   set({ brk: true })   {"brk":true,"cts":false,"dtr":true,"rts":true}
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
  @serialport/stream@13.0.0 @serialport/binding-mock@10.2.2 >/dev/null

cat >lines.cjs <<'END'
const { once } = require('node:events')
const { SerialPortStream } = require('@serialport/stream')
const { MockBinding } = require('@serialport/binding-mock')

async function main() {
  MockBinding.createPort('/dev/ttyModule')
  const port = new SerialPortStream({ binding: MockBinding, path: '/dev/ttyModule', baudRate: 115200 })
  await once(port, 'open')
  const passOn = port.port.set.bind(port.port)
  port.port.set = lines => {
    console.log(JSON.stringify(lines))
    return passOn(lines)
  }
  for (const lines of [{ rts: false }, { dtr: false }, { brk: true }]) {
    await new Promise((resolve, reject) => port.set(lines, error => (error ? reject(error) : resolve())))
  }
}
main()
END

seen=$(node lines.cjs)
expected='{"brk":false,"cts":false,"dtr":true,"rts":false}
{"brk":false,"cts":false,"dtr":false,"rts":true}
{"brk":true,"cts":false,"dtr":true,"rts":true}'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: set({ dtr }) of node-serialport raises RTS, set({ brk }) raises both'
