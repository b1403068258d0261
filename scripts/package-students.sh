#!/usr/bin/env bash
# Measures the built-in students anew and writes their packages and model cards. Rows of real videos
# come from stores, NAME=FOLDER each; docs/research/0001-students.md says how those of the committed
# figures were made. With --weights FOLDER the networks are FOLDER/*.safetensors instead.
set -euo pipefail
cd "$(dirname "$0")/.."

weights=
if [ "${1:-}" = --weights ]; then
  weights=$2
  shift 2
fi
stores=()
for store in "$@"; do stores+=(--store "$store"); done
students=Sources/CResources/students
make build
for recipe in recipes/*.json; do
  name=$(basename "$recipe" .json)
  .build/release/tinyvmaf export --output "$students" --id "tiny-$name" \
    --weights "$([ -n "$weights" ] && echo "$weights/$name.safetensors" || echo "tiny-$name")" \
    --section "Intended use=recipes/card/intended-use.md" --section "Limits=recipes/card/limits.md" \
    "${stores[@]}"
  .build/release/tinyvmaf models card "$students/tiny-$name.json" >"docs/models/tiny-$name.md"
done
echo "build again: the packages are embedded"
