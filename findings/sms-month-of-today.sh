#!/usr/bin/env bash
# The npm packages pdu and pdu.ts move an SMS to another month when it is read on the last days of one.
#
# Expected: an SMS carries the time at which the service centre took it (3GPP TS 23.040 clause 9.2.3.11). Whenever it is read from the
#   memory of the module, it is the same time.
# Happens: both begin with the present moment, and set year, month, day, hour, minute and second of it one after the other. With the
#   month set and the day still today's, the 30th or 31st falls out of a shorter month into the next one, and the day that is
#   set then is a day of that: a message of 10 February, read on 30 March, is of 10 March. On the 31st it is so for the messages of
#   five months of twelve, on the 29th and 30th for those of February, on all other days for none. The milliseconds are those of
#   the reading as well, so that one message read twice has two times.
# Packages: pdu 1.1.0, pdu.ts 1.1.4 (npm, newest).
# Seen on 2026-11-28, SMS-DELIVER of 2026-02-10 10:00:00Z and of 2026-06-10 10:00:00Z, by the day of the reading:
#   2026-07-28   2026-02-10   2026-06-10
#   2026-07-30   2026-03-10   2026-06-10
#   2026-07-31   2026-03-10   2026-07-10
#
# Needs node and npm. The clock is set for the process alone, by Node's test module.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . pdu@1.1.0 pdu.ts@1.1.4 >/dev/null

cat >months.cjs <<'END'
const { mock } = require('node:test')
const pdu = require('pdu')
const { PDUParser } = require('pdu.ts')

const sent = month => `0891683110304105F0240D91683118008310F0000062${month}010100000005E8329BFD06`
for (const today of ['2026-07-28', '2026-07-30', '2026-07-31']) {
  mock.timers.enable({ apis: ['Date'], now: new Date(`${today}T12:00:00Z`) })
  const read = ['20', '60'].flatMap(month => [pdu.parse(sent(month)), PDUParser.Parse(sent(month))])
  console.log(today, ...read.map(message => message.time.toISOString()))
  mock.timers.reset()
}
END

seen=$(NODE_NO_WARNINGS=1 TZ=UTC timeout 60 node months.cjs)
expected='2026-07-28 2026-02-10T10:00:00.000Z 2026-02-10T10:00:00.000Z 2026-06-10T10:00:00.000Z 2026-06-10T10:00:00.000Z
2026-07-30 2026-03-10T10:00:00.000Z 2026-03-10T10:00:00.000Z 2026-06-10T10:00:00.000Z 2026-06-10T10:00:00.000Z
2026-07-31 2026-03-10T10:00:00.000Z 2026-03-10T10:00:00.000Z 2026-07-10T10:00:00.000Z 2026-07-10T10:00:00.000Z'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: pdu and pdu.ts read on the 31st that an SMS of June is of July'
