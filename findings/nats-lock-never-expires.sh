#!/usr/bin/env bash
# A lock in a NATS key-value bucket, taken for one second, is kept for good by nats-server 2.9, and everybody says it worked.
#
# Expected: `kv.create(key, value, '1s')` makes an entry that is gone after a second, the usual lock of several stations; a
#   client that knows the server's version refuses what the server cannot do. It does: `streams.add` with compression or
#   metadata ends in "requires server 2.10.0".
# Happens: the time to live of an entry, the one of its bucket's markers (`markerTTL`) and `schedule` of a publish are not
#   among what the client compares with the version, and the server passes over headers and fields it does not know. All
#   three are answered as done. The lock outlives its holder, so that nobody takes that work again, and a job that is
#   scheduled for the year 2099 is in a worker's hands at once.
# Packages: nats-server 2.9.10-1+b3 of Debian 12; @nats-io/transport-node, @nats-io/jetstream and @nats-io/kv 3.4.0 (npm).
# Seen on 2026-11-28:
#   compression refused: stream 'compression' requires server 2.10.0
#   lock for 1 s   PUT after 3 s, and cannot be taken
#   job for 2099   delivered at once
#
# Needs node, npm, apt and dpkg; TCP on loopback.
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
download nats-server=2.9.10-1+b3
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
  @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 @nats-io/kv@3.4.0 >/dev/null

binary=$(find root -type f -name nats-server -perm -u+x | head -n 1)
"$binary" -js -sd store -a 127.0.0.1 -p -1 --ports_file_dir . >log 2>&1 &
server=$!

cat >ask.mjs <<'END'
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'

const file = readdirSync('.').find(name => name.endsWith('.ports'))
const { nats } = JSON.parse(readFileSync(file, 'utf8'))
const connection = await connect({ servers: nats[0] })
const manager = await jetstreamManager(connection)
const client = jetstream(connection)

const refusal = await manager.streams.add({ name: 'small', subjects: ['small'], compression: 's2' }).catch(error => error)
console.log('compression refused:', refusal.message)

const locks = await new Kvm(connection).create('locks', { markerTTL: 5000 })
await locks.create('module-1', 'station A', '1s')
await setTimeout(3000)
const taken = await locks.create('module-1', 'station B', '1s').catch(() => 'refused')
console.log('lock for 1 s, after 3 s:', (await locks.get('module-1')).string(), 'has it, station B is', taken)

await manager.streams.add({ name: 'jobs', subjects: ['jobs.*'], retention: 'workqueue' })
await manager.consumers.add('jobs', { durable_name: 'worker', ack_policy: 'explicit' })
await client.publish('jobs.due', 'reset', {
  schedule: { specification: { at: '2099-01-01T00:00:00Z' }, target: 'jobs.now' },
})
const worker = await client.consumers.get('jobs', 'worker')
const job = await worker.next({ expires: 2000 })
console.log('job for 2099:', job === null ? 'waits' : `${job.string()} is delivered`)
await connection.close()
END

for _ in $(seq 100); do
  if ls ./*.ports >/dev/null 2>&1 && grep -q 'Server is ready' log; then break; fi
  sleep 0.1
done
got=$(timeout 60 node ask.mjs)
want="compression refused: stream 'compression' requires server 2.10.0
lock for 1 s, after 3 s: station A has it, station B is refused
job for 2099: reset is delivered"
if [ "$got" != "$want" ]; then
  echo "changed: $got" >&2
  exit 1
fi
echo 'holds: nats-server 2.9.10 keeps a lock of one second for good, and the client of 3.4.0 says it worked'
