#!/usr/bin/env bash
# The npm package coap cannot observe what is larger than one block of libcoap: it gets 4.00, as if that were the value.
#
# Expected: an observed resource of 2000 bytes is given as a plain GET of it is: the first block comes with Observe, the
#   client fetches the others, and the application sees one answer of 2000 bytes, then the notifications.
# Happens: the blocks after the first are to be asked for without Observe (RFC 7959 section 3.4, "the additional blocks
#   are retrieved by regular GETs"; the option would make each one a registration). coap asks for block 1 with the first
#   request over again, Observe 0 and the same token. libcoap answers 4.00, and forgets the observation. The application
#   is handed an answer like any other: its event is `response` and not `error`, the stream gives one piece of 0 bytes and
#   stays open. A small resource of the same server is observed as it should, so this shows when an object grows.
# Packages: coap 1.5.0 (npm), libcoap3-bin 4.3.1-1 of Debian 12.
# Seen on 2026-11-27, 2000 bytes on coap-server:
#   GET      2.05, 2000 bytes
#   observe  4.00, 0 bytes, no error
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

cat >ask.cjs <<'END'
const coap = require('coap')

const [port, how] = process.argv.slice(2)
const request = coap.request({ host: '127.0.0.1', port: Number(port), pathname: '/store', observe: how === 'observe' })
request.on('error', error => {
  console.log(String(error))
  process.exit(1)
})
request.on('response', response => {
  console.log(`${how} ${response.code}, ${response.payload.length} bytes`)
  process.exit(0)
})
request.end()
END

printf 20.25 >small
printf '0123456789%.0s' {1..200} >large
seen=$(
  for size in small large; do
    (libcoap coap-client-notls -B 10 -m put -t 0 -f "$size" "coap://127.0.0.1:$port/store")
    for how in get observe; do echo "$size $(timeout 20 node ask.cjs "$port" "$how")"; done
  done
)
expected='small get 2.05, 5 bytes
small observe 2.05, 5 bytes
large get 2.05, 2000 bytes
large observe 4.00, 0 bytes'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: coap observing 2000 bytes at a libcoap server is given 4.00 and no bytes, as an ordinary answer'
