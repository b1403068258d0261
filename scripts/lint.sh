#!/usr/bin/env bash
# Formatting is strict, builds have no warnings, scripts parse, fragments are one line per change.
set -euo pipefail
cd "$(dirname "$0")/.."

folders=(Sources Tests Package.swift)
[ -d Benchmarks ] && folders+=(Benchmarks/Package.swift Benchmarks/Benchmarks)
swift format lint --strict --recursive "${folders[@]}"

for script in scripts/*.sh .ci/run; do bash -n "$script"; done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build --build-tests 2>&1 | tee "$log" | grep -vE '^\[[0-9]+/[0-9]+\]' || true
grep -q 'Build complete' "$log" || { echo "lint: the build failed" >&2; exit 1; }
if grep -E '(Sources|Tests)/.*warning:' "$log"; then
  echo "lint: the build has warnings" >&2
  exit 1
fi

for fragment in changelog.d/*.md; do
  [ "$(basename "$fragment")" = README.md ] && continue
  [ "$(wc -l <"$fragment")" -eq 1 ] || { echo "lint: $fragment is not one line" >&2; exit 1; }
done
echo "lint: clean"
