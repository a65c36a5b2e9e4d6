#!/usr/bin/env bash
# nats-server 2.9.10: a purge of one subject makes a durable consumer pass by everything else that waits in the stream.
#
# Expected: a work-queue stream holds t.a, t.b and t.c, none delivered yet. Purging the subject t.a takes that one message
#   away; the consumer, which filters nothing, gets t.b and t.c.
# Happens: the stream still holds two messages, and the consumer gets none of them: it has nothing pending, and its floor is
#   at the end of the stream. No error anywhere. In a work queue that is work which is kept and never done. Deleting the same
#   message by its number does what one would expect.
# Packages: nats-server 2.9.10-1+b3 of Debian 12; @nats-io/transport-node and @nats-io/jetstream 3.4.0 (npm).
# Seen on 2026-11-27:
#   purge   in the stream 2, pending 0, got 0
#   delete  in the stream 2, pending 2, got 2
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
  @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 >/dev/null

binary=$(find root -type f -name nats-server -perm -u+x | head -n 1)
"$binary" -js -sd store -a 127.0.0.1 -p -1 --ports_file_dir . >log 2>&1 &
server=$!

cat >ask.mjs <<'END'
import { readFileSync, readdirSync } from 'node:fs'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

const file = readdirSync('.').find((name) => name.endsWith('.ports'))
const { nats } = JSON.parse(readFileSync(file, 'utf8'))
const connection = await connect({ servers: nats[0] })
const manager = await jetstreamManager(connection)
const client = jetstream(connection)
for (const how of ['purge', 'delete']) {
  await manager.streams.add({ name: how, subjects: [`${how}.*`], retention: 'workqueue' })
  await manager.consumers.add(how, { durable_name: 'worker', ack_policy: 'explicit' })
  for (const part of ['a', 'b', 'c']) await client.publish(`${how}.${part}`, part)
  if (how === 'purge') await manager.streams.purge(how, { filter: 'purge.a' })
  else await manager.streams.deleteMessage(how, 1)
  const { state } = await manager.streams.info(how)
  const { num_pending } = await manager.consumers.info(how, 'worker')
  const consumer = await client.consumers.get(how, 'worker')
  let got = 0
  for await (const message of await consumer.fetch({ max_messages: 3, expires: 2000 })) {
    got++
    message.ack()
  }
  console.log(`${how}  in the stream ${state.messages}, pending ${num_pending}, got ${got}`)
}
await connection.close()
END

for _ in $(seq 100); do
  if ls ./*.ports >/dev/null 2>&1 && grep -q 'Server is ready' log; then break; fi
  sleep 0.1
done
got=$(node ask.mjs)
want='purge  in the stream 2, pending 0, got 0
delete  in the stream 2, pending 2, got 2'
if [ "$got" != "$want" ]; then
  echo "changed: $got" >&2
  exit 1
fi
echo 'holds: nats-server 2.9.10 keeps two messages after the purge of a third one, and its consumer gets neither'
