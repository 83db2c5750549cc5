#!/usr/bin/env bash
# The protos are clean under buf's STANDARD and COMMENTS rules, and break no
# client of the committed baseline. Usage: protos_test.sh ROOT
set -euo pipefail
cd "$1"
buf=ops/buf/node_modules/.bin/buf
if [ ! -x "$buf" ]; then
  echo "skipped: buf is not installed (npm ci in ops/buf)"
  exit 77
fi
"$buf" lint protos
"$buf" breaking protos --against protos/baseline.binpb
