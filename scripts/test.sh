#!/usr/bin/env bash
# Runs the unit and golden tests in debug, those of the fast paths in release too, and the interop
# tests against real peers. The last line counts what ran.
set -uo pipefail
cd "$(dirname "$0")/.."

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 skipped=0

# Adds the results that swift-testing printed to the totals.
count_swift() {
  local ok bad skip
  ok=$(grep -cE '^(✔|􁁛) +Test .* passed after' "$1")
  bad=$(grep -cE '^(✘|􀢄) +Test .* failed after' "$1")
  skip=$(grep -cE '^(➜|􀙟|⊘|.) +Test .* skipped' "$1")
  grep -E 'Test .* skipped' "$1" | sed -E 's/^[^T]*Test /SKIPPED /'
  # The line that closes the run looks like a test's own.
  grep -qE 'Test run with .* passed after' "$1" && ok=$((ok - 1))
  grep -qE 'Test run with .* failed after' "$1" && bad=$((bad - 1))
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
}

run_swift() {
  local name=$1
  shift
  echo "== $name"
  if ! swift test "$@" >"$logs/$name" 2>&1; then
    grep -E 'error:|✘|failed' "$logs/$name" | head -n 60
    grep -qE 'Test run with .* failed' "$logs/$name" || {
      tail -n 40 "$logs/$name"
      failed=$((failed + 1))
    }
  fi
  count_swift "$logs/$name"
  grep -E 'Test run with' "$logs/$name"
}

run_swift debug
run_swift release -c release -Xswiftc -enable-testing --scratch-path .build/release-tests \
  --filter 'PixelKernelsTests|FeaturesTests|TinyNetsTests|ScoringTests'

echo "== interop"
if swift build -c release --product tinyvmaf >"$logs/build" 2>&1; then
  TINYVMAF=$PWD/.build/release/tinyvmaf .build/venv/bin/python -m pytest -q -rs Interop \
    2>&1 | tee "$logs/interop"
  summary=$(tail -n 1 "$logs/interop")
  number() { grep -oE "[0-9]+ $1" <<<"$summary" | grep -oE '^[0-9]+' || echo 0; }
  passed=$((passed + $(number passed))) skipped=$((skipped + $(number skipped)))
  failed=$((failed + $(number failed) + $(number error)))
else
  tail -n 40 "$logs/build"
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
