#!/usr/bin/env bash
# Runs the unit and golden tests in debug, those of the fast paths in release too, and the interop
# tests against real peers. The last line counts what ran.
set -uo pipefail
cd "$(dirname "$0")/.."

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 skipped=0
release=.build/release-tests
export TINYVMAF_INTEROP_DIR=$PWD/.build/interop
rm -rf "$TINYVMAF_INTEROP_DIR" && mkdir -p "$TINYVMAF_INTEROP_DIR"

count() { grep -cE "$1" "$2" || true; }

# Runs `swift test` and adds the tests that swift-testing reports to the totals.
run_swift() {
  local name=$1 log=$logs/$1 status=0
  shift
  echo "== $name"
  swift test "$@" >"$log" 2>&1 || status=$?
  local bad
  bad=$(count '^✘ Test .* failed after' "$log")
  grep -q '^✘ Test run with' "$log" && bad=$((bad - 1))
  passed=$((passed + $(count '^✔ Test .* passed after' "$log") - $(count '^✔ Test run with' "$log")))
  skipped=$((skipped + $(count '^➜ Test .* skipped' "$log")))
  grep -E '^➜ Test .* skipped' "$log" | sed -E 's/^➜ Test (.*) skipped:?/SKIPPED \1:/'
  if [ "$status" -ne 0 ]; then
    grep -E 'error:|^✘' "$log" | head -n 60
    # A build that failed or a process that died reports no failed test.
    if [ "$bad" -eq 0 ]; then
      tail -n 40 "$log"
      bad=1
    fi
  fi
  failed=$((failed + bad))
  grep -E '^. Test run with' "$log"
}

run_swift debug
run_swift release -c release -Xswiftc -enable-testing --scratch-path "$release" \
  --filter '^(PixelKernelsTests|FeaturesTests|TinyNetsTests|ScoringTests)\.'

echo "== interop"
TINYVMAF=$PWD/$release/release/tinyvmaf .build/venv/bin/python -m pytest -q -rs Interop \
  2>&1 | tee "$logs/interop"
summary=$(tail -n 1 "$logs/interop")
number() { grep -oE "[0-9]+ $1" <<<"$summary" | grep -oE '^[0-9]+' || echo 0; }
passed=$((passed + $(number passed))) skipped=$((skipped + $(number skipped)))
interop_failed=$(($(number failed) + $(number error)))
[ "$interop_failed" -eq 0 ] && [ "$(number passed)" -eq 0 ] && interop_failed=1
failed=$((failed + interop_failed))

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
