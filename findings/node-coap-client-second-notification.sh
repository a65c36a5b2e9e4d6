#!/usr/bin/env bash
# node-coap-client gives the second value of a large observed resource as its first 1024 bytes and an error message, glued.
#
# Expected: a notification of 2000 bytes is block 0; the client acknowledges it, fetches block 1, and hands out 2000 bytes,
#   each time (RFC 7959 section 3.4, figure 9).
# Happens: the option Block2 of the first fetch is kept with the observation and counted on. For the second value the client
#   asks for block 2, for the third for block 3, which do not exist; and what the server answers to that it appends to block
#   0 and hands to the callback, as the payload. Neither does it acknowledge the notification of a block-wise value, so that
#   libcoap sends it again, each time with another wrong block, and keeps the next value back meanwhile. The first value is
#   right and one of less than a block is right too, so this shows when an object grows, and at the second change.
# Packages: node-coap-client 2.1.0 (npm), libcoap3-bin 4.3.1-1 of Debian 12.
# Seen on 2026-11-28, 2000 times a, then 2000 times b:
#   notified  2.05, 2000 bytes: a x 2000
#   notified  5.00, 1045 bytes: b x 1024 Internal Server Error
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
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . node-coap-client@2.1.0 >/dev/null
libcoap() { LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" exec "$work/root/usr/bin/$1" "${@:2}"; }

port=$(
  python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
)
libcoap coap-server-notls -A 127.0.0.1 -p "$port" -d 10 >/dev/null 2>&1 &
server=$!

cat >observe.cjs <<'END'
const { CoapClient } = require('node-coap-client')
const { execFileSync } = require('node:child_process')

const [port, program] = process.argv.slice(2)
const uri = `coap://127.0.0.1:${port}/value`
const notified = []
const put = file => execFileSync(program, ['-B', '10', '-m', 'put', '-t', '0', '-f', file, uri])
const show = ({ code, payload }) =>
  `${code}, ${payload.length} bytes: ${String(payload).replace(/([ab])\1+/g, (run, letter) => `${letter} x ${run.length} `)}`

/** Resolves once so many notifications have come; looked at every 20 ms for 10 s. */
async function until(count) {
  const deadline = Date.now() + 10_000
  while (notified.length < count) {
    if (Date.now() > deadline) throw new Error(`no notification ${count}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

async function main() {
  put('a')
  await CoapClient.observe(uri, 'get', response => notified.push(show(response)))
  await until(1)
  put('b')
  await until(2)
  console.log(notified.slice(0, 2).join('\n'))
  process.exit()
}
main()
END

printf 'a%.0s' {1..2000} >a
printf 'b%.0s' {1..2000} >b
seen=$(
  export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"
  timeout 60 node observe.cjs "$port" "$work/root/usr/bin/coap-client-notls"
)
expected='2.05, 2000 bytes: a x 2000 
5.00, 1045 bytes: b x 1024 Internal Server Error'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: the second large notification reaches the callback of node-coap-client as its first block and an error text'
