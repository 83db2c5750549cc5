#!/usr/bin/env bash
# All C++ is as clang-format 14 writes it. Usage: format_test.sh ROOT
set -euo pipefail
cd "$1"
format=$(command -v clang-format-14 || true)
if [ -z "$format" ]; then
  echo "skipped: clang-format-14 is not installed"
  exit 77
fi
find clients services storage tests -name '*.h' -o -name '*.cc' | xargs "$format" --dry-run -Werror
