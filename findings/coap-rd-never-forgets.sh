#!/usr/bin/env bash
# The resource directory of libcoap keeps a device that has registered twice as two, without its name, and for good.
#
# Expected: RFC 9176 section 5: "ep" names the endpoint, and registering with the same name again replaces what was registered;
#   "lt" is the lifetime in seconds, after which a registration is gone unless it is refreshed. A device that restarts every hour
#   is one entry, one that was taken away is none. LwM2M took its registration from that interface.
# Happens: each POST to /rd makes a new entry, whatever its ep, and lt ends none of them. What a
#   GET of /.well-known/core lists are the entries' own paths, made of the message's number, without ep, lt or the links that
#   were registered. So one cannot see which device is there, or whether, and the list grows with each restart.
# Packages: libcoap3 and libcoap3-bin 4.3.1-1 of Debian 12 (coap-rd-notls, coap-client-notls).
# Seen on 2026-11-28, ep=node1 registered twice with lt=1, three seconds later:
#   2.01 with two different Location-Path; both are listed, and "node1" is nowhere in the list
#
# Needs apt, dpkg and python3. All traffic is on 127.0.0.1.
set -euo pipefail

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
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
download libcoap3=4.3.1-1 libcoap3-bin=4.3.1-1
export HOME="$work" LC_ALL=C LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" PATH="$work/root/usr/bin:$PATH"

port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 60 coap-rd-notls -A 127.0.0.1 -p "$port" >rd.log 2>&1 &
server=$!
directory=coap://127.0.0.1:$port
list() { coap-client-notls -B 5 -m get "$directory/.well-known/core" 2>/dev/null; }
for _ in $(seq 20); do list | grep -q core.rd && break; done

register() { coap-client-notls -B 5 -v 6 -m post -e '</3/0>' "$directory/rd?ep=node1&lt=1" 2>&1 | grep -c 'c:2.01'; }
first=$(register)
second=$(register)
sleep 3 # the lifetime was one
listed=$(list)
seen="created $first and $second, entries $(grep -o '</rd/' <<<"$listed" | wc -l), named $(grep -c node1 <<<"$listed" || true)"
expected='created 1 and 1, entries 2, named 0'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: coap-rd makes a new entry of each registration, without a name or an end'
