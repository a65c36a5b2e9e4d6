#!/usr/bin/env bash
# The npm package coap gives the path of what was created without its beginning: what was registered is not found again.
#
# Expected: `response.headers` says where a registration is. Location-Path is a repeatable option, one for each segment
#   (RFC 7252 section 5.10.7); Set-Cookie, the repeatable one of Node's http, is a list there, and a `url` of coap's own
#   requests is all the segments with their slashes.
# Happens: each occurrence overwrites the one before. Of /rd/3681-78c the headers say "3681-78c": a plausible path, of a
#   resource that does not exist. A client of LwM2M or of a resource directory that updates or deregisters there
#   is answered 4.04. The same goes for Location-Query. All the parts are in `response.options`.
# Packages: coap 1.5.0 (npm), coap-rd of libcoap3-bin 4.3.1-1 of Debian 12.
# Seen on 2026-11-28 (a POST to /rd?ep=860012345678901&lt=300):
#   options  rd, 3681-78c
#   headers  3681-78c
#   GET at the path of the headers 4.04, at that of the options 2.05
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
libcoap coap-rd-notls -A 127.0.0.1 -p "$port" >/dev/null 2>&1 &
server=$!

cat >register.cjs <<'END'
const coap = require('coap')

const ask = (method, pathname, query, payload) =>
  new Promise((resolve, reject) => {
    const request = coap.request({ host: '127.0.0.1', port: Number(process.argv[2]), method, pathname, query })
    if (payload !== undefined) request.setOption('Content-Format', 'application/link-format')
    request.on('error', reject)
    request.on('response', resolve)
    request.end(payload)
  })

async function main() {
  const created = await ask('POST', '/rd', 'ep=860012345678901&lt=300', '</1/0>,</3/0>')
  const parts = created.options.filter(({ name }) => name === 'Location-Path').map(({ value }) => String(value))
  const said = created.headers['Location-Path']
  console.log(`${created.code}, ${parts.length} parts from ${parts[0]}, headers have the last alone: ${said === parts[1]}`)
  console.log('GET as the headers say', (await ask('GET', `/${said}`)).code)
  console.log('GET as the options say', (await ask('GET', `/${parts.join('/')}`)).code)
  process.exit()
}
main()
END

# A request that comes before the server listens is sent again by CoAP itself.
seen=$(timeout 60 node register.cjs "$port")
expected='2.01, 2 parts from rd, headers have the last alone: true
GET as the headers say 4.04
GET as the options say 2.05'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: of the Location-Path of a registration, the headers of coap have the last part alone'
