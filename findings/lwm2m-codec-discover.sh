#!/usr/bin/env bash
# lwm2m-codec reads the attributes of a resource in a Discover answer into its path, and cuts off their last digit.
#
# Expected: OMA LwM2M 1.0 section 5.4.2: the answer to Discover lists resources with the attributes that are set on each,
#   as in </3303/0/5700>;pmin=5;gt=20. The path is what stands between < and >.
# Happens: of every link but the first the decoder drops the first and the last character and calls the rest a path. That
#   is right for links without attributes alone. With one, the list holds "/3303/0/5700>;pmin=5;gt=2": the resource is not
#   found again, and whoever digs the threshold out of it gets 2 for 20.
# Seen with lwm2m-codec 0.1.1 (newest) on 2026-11-27:
#   {"path":"/3303/0","attrs":{"pmin":10},"resrcList":["/3303/0/5700>;pmin=5;gt=2","/3303/0/5701"]}
#
# Needs node and npm.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . lwm2m-codec@0.1.1 >/dev/null

cat >discover.cjs <<'END'
const { decode } = require('lwm2m-codec')
console.log(JSON.stringify(decode('link', '</3303/0>;pmin=10,</3303/0/5700>;pmin=5;gt=20,</3303/0/5701>')))
END

seen=$(NODE_NO_WARNINGS=1 node discover.cjs)
expected='{"path":"/3303/0","attrs":{"pmin":10},"resrcList":["/3303/0/5700>;pmin=5;gt=2","/3303/0/5701"]}'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: lwm2m-codec leaves the attributes of a resource in its path, short of their last digit'
