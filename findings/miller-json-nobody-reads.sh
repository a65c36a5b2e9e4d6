#!/usr/bin/env bash
# Miller makes JSON of a table of modules that neither jq nor Python nor Miller itself reads, where a cell's number is hex.
#
# Expected: `mlr --icsv --ojson cat` writes JSON. A field is written as a number where its text is a number of JSON, and as a
#   string where it is not; 0x0C3D1A2B as cells are written on labels and by some modules becomes 205331499 or a string.
# Happens: Miller keeps the spelling of every number it has not changed, and knows more spellings than JSON: 0x0C3D1A2B, -.5
#   and 5. are printed bare. It ends with 0. The reader that comes next fails at the first such row, which may be the ten
#   thousandth. From JSON to JSON the same value keeps its quotes, so only the way through CSV shows it.
# Package: miller 6.6.0-2+b3 of Debian 12; jq 1.6.
# Seen on 2026-11-28:
#   {"imei": 860012345678901, "ci": 0x0C3D1A2B, "rsrp": -71}
#   jq: parse error: Invalid numeric literal at line 1, column 43
#   mlr: invalid character 'x' after object key:value pair.
#
# Needs node, apt, dpkg and python3.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
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
download miller=6.6.0-2+b3 jq libjq1 libonig5
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" PATH="$work/root/usr/bin:$PATH" HOME="$work"

printf '%s\n' imei,ci,rsrp 860012345678901,0x0C3D1A2B,-71 >modules.csv
mlr --icsv --ojsonl cat modules.csv >modules.json
says() { if "$@" <modules.json >/dev/null 2>&1; then echo reads it; else echo fails; fi; }
seen=$(
  cat modules.json
  echo "jq $(says jq .)"
  echo "python $(says python3 -m json.tool)"
  echo "node $(says node -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))')"
  echo "mlr $(says mlr --json cat)"
  echo '{"ci": "0x0C3D1A2B"}' | mlr --ijson --ojsonl cat
)
expected='{"imei": 860012345678901, "ci": 0x0C3D1A2B, "rsrp": -71}
jq fails
python fails
node fails
mlr fails
{"ci": "0x0C3D1A2B"}'
if [ "$seen" != "$expected" ]; then
  echo "changed: $seen" >&2
  exit 1
fi
echo 'holds: Miller writes hexadecimal numbers bare into JSON, which nobody reads, itself neither'
