#!/usr/bin/env bash
# node-serialport's drain() calls back after the first of several writes, while the others have not begun.
#
# Expected: "waits until all output data is transmitted ... after any pending write has completed"; so after write(), write(),
#   drain(), whoever is called back may change the rate, drop RTS of a half-duplex line, or cut the power.
# Happens: the writes stand in the queue of a Node stream, which hands them to the port one by one. drain() asks the port, and
#   the port knows of the one it has been given: it waits for that, calls tcdrain(), and is done. What was written before the
#   drain() but after the first write() comes out later, at the new rate or into a line that listens already. It goes well
#   with one write, which is how the documentation shows it, and with a fast line, where the others are gone by then.
# Packages: serialport 13.0.0 (npm, newest).
# Seen on 2026-11-28, three writes of 20000 bytes and drain() at once, into a port that is read slowly:
#   written 1, drained with 40000 bytes in the queue, written 2, written 3
#
# Needs node, npm and python3. The port is a pseudo terminal.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . serialport@13.0.0 >/dev/null

cat >drain.cjs <<'END'
const { SerialPort } = require('serialport')

const events = []
const port = new SerialPort({ path: process.argv[2], baudRate: 115200 })
port.on('open', () => {
  for (const number of [1, 2, 3]) {
    port.write(Buffer.alloc(20_000, String(number)), () => {
      events.push(`written ${number}`)
      if (number < 3) return
      console.log(events.join(', '))
      process.exit()
    })
  }
  port.drain(() => events.push(`drained with ${port.writableLength} bytes in the queue`))
})
END

cat >read.py <<'END'
import os, pty, select, subprocess, sys, time, tty

far, near = pty.openpty()
tty.setraw(near)
node = subprocess.Popen(['node', 'drain.cjs', os.ttyname(near)])
while node.poll() is None:
    if select.select([far], [], [], 0.05)[0]:
        os.read(far, 512)
        time.sleep(0.01)
END

seen=$(timeout 60 python3 read.py)
expected='written 1, drained with 40000 bytes in the queue, written 2, written 3'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: drain() of node-serialport calls back while two of three writes have not begun'
