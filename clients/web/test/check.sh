#!/usr/bin/env bash
# Runs npm scripts of the page by name; exits with 77 (skipped) where it was not built.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null || [ ! -e dist/index.html ] || [ ! -d node_modules ]; then
  echo "skipped: the page is not built here (ops/test builds it where there is Node 20)"
  exit 77
fi
for script in "$@"; do
  npm run --silent "$script"
done
