#!/usr/bin/env bash
# Trains every shipped student from its recipe and compares the weights with the embedded ones,
# byte for byte. With --update the new weights replace the old ones.
set -euo pipefail
cd "$(dirname "$0")/.."

make build
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
for recipe in recipes/*.json; do
  name=$(basename "$recipe" .json)
  embedded=Sources/CResources/students/$name.safetensors
  .build/release/tinyvmaf train --recipe "$recipe" --output "$folder/$name.safetensors"
  if cmp -s "$folder/$name.safetensors" "$embedded"; then
    echo "$name: the same bytes"
  elif [ "${1:-}" = --update ]; then
    mv "$folder/$name.safetensors" "$embedded"
    echo "$name: updated"
  else
    echo "$name: different bytes" >&2
    status=1
  fi
done
exit "$status"
