#!/usr/bin/env bash
# The Delete of lwm2m-node-lib's server is a success each time: nothing is sent to the device, and the instance stays.
#
# Expected: the server has read, write, execute, writeAttributes, discover, create and remove, one for each operation of LwM2M's
#   device management. remove(id, '3303', '1', callback) sends DELETE /3303/1 (OMA LwM2M 1.0 section 5.4.8) and calls back once
#   the device has answered 2.02, or with an error.
# Happens: create(id, '3303', '1') sends POST /3303/1 and waits for 2.01. remove with the same arguments calls back at once, without
#   an error, for an instance that is there, for one that is not and for a device that has never registered. No datagram leaves.
#   Whoever proves with it that a device can delete has proved nothing; the instance is still in the next Discover.
# Package: lwm2m-node-lib 1.4.0 of npm (newest).
# Seen on 2026-11-28:
#   create  null   device heard POST /3303/1
#   remove  null   device heard nothing within 2 s
#   remove of device 77, which does not exist: null
#
# Needs node and npm. All traffic is on 127.0.0.1.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . lwm2m-node-lib@1.4.0 coap-packet@1.1.1 >/dev/null

cat >remove.cjs <<'END'
const { createSocket } = require('node:dgram')
const { once } = require('node:events')
const { promisify } = require('node:util')
const { generate, parse } = require('coap-packet')
const { server } = require('lwm2m-node-lib')

const methods = { '0.02': 'POST', '0.04': 'DELETE' }
const answers = { '0.02': '2.01', '0.04': '2.02' }
const heard = []

/** A device that agrees to everything and remembers what it was asked for. */
async function openDevice() {
  const device = createSocket('udp4')
  device.on('message', (bytes, from) => {
    const { code, messageId, token, options } = parse(bytes)
    if (!code.startsWith('0.')) return device.emit('answer', code)
    const path = options.filter(({ name }) => name === 'Uri-Path').map(({ value }) => `/${value}`)
    heard.push(`${methods[code] ?? code} ${path.join('')}`)
    device.send(generate({ ack: true, messageId, token, code: answers[code] ?? '2.04' }), from.port, from.address)
  })
  device.bind(0, '127.0.0.1')
  await once(device, 'listening')
  return device
}

async function freePort() {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

async function main() {
  const port = await freePort()
  const info = await promisify(server.start)({
    port, ipProtocol: 'udp4', serverProtocol: 'udp4', logLevel: 'FATAL', lifetimeCheckInterval: 1000, udpWindow: 100,
    defaultType: 'Device', types: [], formats: [], writeFormat: 'text/plain', deviceRegistry: { type: 'memory' },
  })
  server.setHandler(info, 'registration', (...given) => given.at(-1)())
  const device = await openDevice()
  const options = [['Uri-Path', 'rd'], ['Uri-Query', 'ep=node1'], ['Uri-Query', 'lt=300']]
  const registration = generate({
    confirmable: true, messageId: 7, token: Buffer.from([1]), code: '0.02', payload: Buffer.from('</3303/0>'),
    options: options.map(([name, value]) => ({ name, value: Buffer.from(value) })),
  })
  device.send(registration, port, '127.0.0.1')
  const [code] = await once(device, 'answer')
  const [{ id }] = await promisify(server.listDevices)()
  const ask = async (operation, ...given) => {
    const error = await new Promise((resolve) => server[operation](...given, resolve))
    return `${operation} ${error?.name ?? error}`
  }
  console.log('registered', code)
  console.log(await ask('create', id, '3303', '1'), heard.splice(0))
  const removed = await ask('remove', id, '3303', '1')
  await new Promise((resolve) => setTimeout(resolve, 2000))
  console.log(removed, heard.splice(0))
  console.log(await ask('remove', 77, '3303', '1'))
  process.exit()
}
main()
END

seen=$(NODE_NO_WARNINGS=1 timeout 60 node remove.cjs)
expected="registered 2.01
create null [ 'POST /3303/1' ]
remove null []
remove null"
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: remove of lwm2m-node-lib says that it has, and sends nothing'
