#!/usr/bin/env bash
# Feeds the readers of untrusted files with changing bytes for a while each, one after the other.
# Usage: fuzz.sh [seconds] [reader...]. Stops with an error at the first crash, at an input that
# takes more than ten seconds, and at 512 MB of memory; the input is then in Fuzz/crashes. What was
# found to reach new code is kept in .build/fuzz-corpus for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
readers=("$@")

scratch=.build/fuzz
swift build -c release --package-path Fuzz --scratch-path "$scratch" \
  -Xswiftc -sanitize=fuzzer --product Fuzz
fuzz=$scratch/release/Fuzz
corpus=.build/fuzz-corpus
"$fuzz" seeds "$corpus"
[ ${#readers[@]} -gt 0 ] || mapfile -t readers < <(ls "$corpus")
mkdir -p Fuzz/crashes
for reader in "${readers[@]}"; do
  echo "== $reader"
  "$fuzz" "$reader" "$corpus/$reader" -max_total_time="$seconds" -rss_limit_mb=512 -timeout=10 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix="Fuzz/crashes/$reader-" 2>&1 \
    | grep -vE '^(#[0-9]+.*(NEW|REDUCE|RELOAD|pulse)|INFO:)' || { echo "fuzz: $reader failed" >&2; exit 1; }
done
