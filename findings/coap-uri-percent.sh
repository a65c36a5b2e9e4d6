#!/usr/bin/env bash
# One coap:// URI, two resources: what libcoap puts at it, coap and node-coap-client do not find.
#
# Expected: a URI is taken apart into options by RFC 7252 section 6.4: each segment and each argument is percent-decoded
#   first. So coap://host/dev%20a/t is Uri-Path "dev a", "t" for everyone.
# Happens: libcoap decodes. coap and node-coap-client cut the URI up as it stands, and send the three bytes %20. The server
#   says 4.04 to them, or keeps two resources that look the same in a log which prints paths as URIs. coap does so with a
#   query as well (?ep=urn%3Adev%3A1 arrives undecoded); node-coap-client decodes the query, and the path not. With paths of
#   LwM2M (/3303/0/5700) nobody sees it; it waits for an endpoint name, a serial number or a link with a space or a slash.
#   Both turn a space of the URI into %20 themselves, so it cannot be written undecoded either; only coap can be given the
#   parts ({ host, pathname: '/dev a' }).
# Packages: coap 1.5.0 and node-coap-client 2.1.0 (npm), libcoap3-bin 4.3.1-1 of Debian 12.
# Seen on 2026-11-28, after coap-client -m put coap://127.0.0.1:PORT/dev%20a:
#   coap-client 2.05, coap 4.04, node-coap-client 4.04
#   sent by coap-client 6465762061, by coap and node-coap-client 64657625323061
#
# Needs node, npm, apt, dpkg and python3; UDP on loopback.
set -euo pipefail

work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
cd "$work"

# Into this folder, with package lists of its own where the machine has none.
download() {
  local own=(-o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache")
  if ! apt-get -qq -o APT::Sandbox::User=root download "$@" 2>/dev/null; then
    mkdir -p lists/partial cache/archives/partial
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" update
    apt-get -qq -o APT::Sandbox::User=root "${own[@]}" download "$@"
  fi
  for package in ./*.deb; do dpkg-deb -x "$package" root; done
}
download libcoap3-bin=4.3.1-1 libcoap3=4.3.1-1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . coap@1.5.0 coap-packet@1.1.1 node-coap-client@2.1.0 >/dev/null
libcoap() { LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" exec "$work/root/usr/bin/$1" "${@:2}"; }

port=$(
  python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
)
libcoap coap-server-notls -A 127.0.0.1 -p "$port" -d 10 >/dev/null 2>&1 &
server=$!

cat >ask.cjs <<'END'
const coap = require('coap')
const { parse, generate } = require('coap-packet')
const { CoapClient } = require('node-coap-client')
const { execFile } = require('node:child_process')
const { createSocket } = require('node:dgram')
const { promisify } = require('node:util')

const [port, program] = process.argv.slice(2)
const uriAt = where => `coap://127.0.0.1:${where}/dev%20a`
const libcoap = (uri, ...options) => promisify(execFile)(program, ['-B', '10', ...options, uri])
const clients = {
  // coap-client prints the payload of a success, and the code of anything else.
  'coap-client': async uri => ((await libcoap(uri)).stdout.trim() === '20.25' ? '2.05' : 'another code'),
  coap: uri => new Promise(resolve => coap.request(uri).on('response', ({ code }) => resolve(code)).end()),
  'node-coap-client': async uri => String((await CoapClient.request(uri, 'get')).code),
}

async function main() {
  await libcoap(uriAt(port), '-m', 'put', '-t', '0', '-e', '20.25')
  // Says what came, and answers so that nobody asks again.
  const paths = []
  const listener = createSocket('udp4', (bytes, { port: from }) => {
    const { options, messageId, token } = parse(bytes)
    paths.push(options.filter(({ name }) => name === 'Uri-Path').map(({ value }) => value.toString('hex')).join('/'))
    listener.send(generate({ code: '2.05', ack: true, messageId, token, payload: Buffer.from('20.25') }), from)
  })
  await new Promise(resolve => listener.bind(0, '127.0.0.1', resolve))
  for (const [name, ask] of Object.entries(clients)) {
    const code = await ask(uriAt(port))
    await ask(uriAt(listener.address().port))
    console.log(`${name} ${code}, sent ${paths.at(-1)}`)
  }
  process.exit()
}
main()
END

seen=$(
  export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"
  timeout 60 node ask.cjs "$port" "$work/root/usr/bin/coap-client-notls"
)
expected='coap-client 2.05, sent 6465762061
coap 4.04, sent 64657625323061
node-coap-client 4.04, sent 64657625323061'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: libcoap decodes the path of a URI, coap and node-coap-client send it undecoded'
