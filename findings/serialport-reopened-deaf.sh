#!/usr/bin/env bash
# A node-serialport that was closed while it was writing opens again, says it is open, and neither reads nor writes any more.
#
# Expected: close() gives up what has not left yet, open() on the same object begins anew: so it does after a close in peace.
#   `close` is emitted once for each close.
# Happens: the write that was given up ends in an error, and a stream of Node that has an error destroys itself: `error` is
#   emitted although write() has a callback for it (the process ends where nobody listens), and `close` twice, so that what
#   reconnects on `close` does so twice. Afterwards open() calls back without an error, `open` is emitted, isOpen is true,
#   and the device is held; but each write ends in "Cannot call write after a stream was destroyed", and what the module
#   says is never given out. A port is busy writing at its close where the module holds the line (CTS, XOFF) or hangs: just
#   when one closes and opens again. A new object works.
# Packages: serialport 13.0.0 (npm, newest).
# Seen on 2026-11-28:
#   closed in peace   events: open, close; opened again: write ok, heard OK
#   while writing     events: open, error, close, close; opened again: Cannot call write ..., heard nothing
#
# Needs node, npm and python3. The port is a pseudo terminal whose other end takes nothing; it must not be locked by others.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . serialport@13.0.0 >/dev/null

cat >reopen.cjs <<'END'
const { SerialPort } = require('serialport')
const { once } = require('node:events')
const { setTimeout: pause } = require('node:timers/promises')

const [path, isWriting] = [process.argv[2], process.argv[3] === 'writing']
const result = start => new Promise(resolve => start(error => resolve(error ? error.message : 'ok')))

async function main() {
  const port = new SerialPort({ path, baudRate: 115200, autoOpen: false })
  const events = []
  for (const name of ['open', 'close', 'error']) port.on(name, () => events.push(name))
  await result(done => port.open(done))
  // More than the system takes for a reader that does not read.
  const written = isWriting ? result(done => port.write(Buffer.alloc(1_000_000), done)) : Promise.resolve('nothing')
  await pause(300)
  await result(done => port.close(done))
  await written
  await pause(300)
  console.log('events:', events.join(', '))
  const opened = await result(done => port.open(done))
  let heard = ''
  port.on('data', bytes => (heard += bytes))
  const sent = await result(done => port.write('AT\r', done))
  console.error('listening')
  await once(process.stdin, 'data')
  await pause(1000)
  console.log('opened again:', opened, `isOpen ${port.isOpen}, write:`, sent, 'heard:', heard.trim())
  process.exit()
}
main()
END

cat >meet.py <<'END'
import os, pty, subprocess, tty

for how in ['in peace', 'writing']:
    far, near = pty.openpty()
    tty.setraw(near)
    node = subprocess.Popen(['node', 'reopen.cjs', os.ttyname(near), how], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in node.stderr:
        if line == b'listening\n':
            os.write(far, b'OK\r\n')
            node.stdin.write(b'said\n')
            node.stdin.flush()
    node.wait()
    os.close(far)
    os.close(near)
END

seen=$(timeout 60 python3 meet.py)
expected='events: open, close
opened again: ok isOpen true, write: ok heard: OK
events: open, error, close, close
opened again: ok isOpen true, write: Cannot call write after a stream was destroyed heard: '
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: a node-serialport closed while writing opens again, and neither reads nor writes'
