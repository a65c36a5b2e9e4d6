#!/usr/bin/env bash
# Whoever observes with the npm package coap is never told that the resource is gone: its last notification is dropped.
#
# Expected: a server ends an observation with a notification that says why (RFC 7641 section 4.2): 4.04 once the resource
#   has been deleted. `coap` gives it, or an error, or ends the stream.
# Happens: such a notification has no Observe option, as it is none of the sequence. coap takes the missing number for 0,
#   finds 0 older than the last one, and drops the message as one that was overtaken on the way. There is no event of the
#   request, none of the stream; it stays open for good, like that of a resource which does not change. (Where the last
#   number is above 8388608, half the way round, 0 counts as newer: then the same message is a value of 0 bytes.) libcoap's
#   own client prints 4.04 at once.
# Packages: coap 1.5.0 (npm), libcoap3-bin 4.3.1-1 of Debian 12.
# Seen on 2026-11-28 (PUT, observe, PUT, DELETE, then 3 s):
#   coap         1, 2, and nothing more
#   coap-client  1, 2, 4.04
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
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . coap@1.5.0 >/dev/null
libcoap() { LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" exec "$work/root/usr/bin/$1" "${@:2}"; }

port=$(
  python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
)
libcoap coap-server-notls -A 127.0.0.1 -p "$port" -d 10 >/dev/null 2>&1 &
server=$!

cat >observe.cjs <<'END'
const coap = require('coap')
const { spawn } = require('node:child_process')

const [port, program] = process.argv.slice(2)
const uri = { host: '127.0.0.1', port: Number(port), pathname: '/value' }
const ask = (method, payload) =>
  new Promise((resolve, reject) => {
    const request = coap.request({ ...uri, method })
    request.on('error', reject)
    request.on('response', resolve)
    request.end(payload)
  })

/** Resolves once the condition holds; it is looked at every 20 ms for 10 s. */
async function until(what, condition) {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

async function main() {
  await ask('PUT', '1')
  const events = []
  const request = coap.request({ ...uri, observe: true })
  for (const name of ['error', 'timeout']) request.on(name, () => events.push(name))
  request.on('response', stream => {
    stream.on('data', value => events.push(String(value)))
    for (const name of ['end', 'close', 'error']) stream.on(name, () => events.push(name))
  })
  request.end()
  const client = spawn(program, ['-s', '60', `coap://127.0.0.1:${port}/value`], { stdio: ['ignore', 'pipe', 'pipe'] })
  let shown = ''
  for (const stream of [client.stdout, client.stderr]) stream.on('data', piece => (shown += piece))
  await until('both observe', () => events.length === 1 && shown.includes('1'))
  await ask('PUT', '2')
  await until('both are notified', () => events.length === 2 && shown.includes('2'))
  await ask('DELETE')
  await until('coap-client hears of it', () => shown.includes('4.04'))
  await new Promise(resolve => setTimeout(resolve, 3000))
  console.log('coap-client', shown.match(/4\.04|\d/g).join(' '))
  console.log('coap', events.join(' '))
  client.kill()
  process.exit()
}
main()
END

seen=$(
  export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"
  timeout 60 node observe.cjs "$port" "$work/root/usr/bin/coap-client-notls"
)
expected='coap-client 1 2 4.04
coap 1 2'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: coap drops the 4.04 that ends an observation; its stream stays open and says nothing'
