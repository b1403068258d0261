#!/usr/bin/env bash
# Trains every shipped student from its recipe and compares the weights with the embedded ones, by
# the digest of their numbers. With --update the new weights take their place; what follows are the
# stores to measure them on (see scripts/package-students.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

make build
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
for recipe in recipes/*.json; do
  name=$(basename "$recipe" .json)
  .build/release/tinyvmaf train --recipe "$recipe" --output "$folder/$name.safetensors"
  new=$(.build/release/tinyvmaf models digest "$folder/$name.safetensors")
  if [ "$new" = "$(.build/release/tinyvmaf models digest "tiny-$name")" ]; then
    echo "tiny-$name: the same weights"
  else
    echo "tiny-$name: different weights" >&2
    status=1
  fi
done
if [ "$status" -ne 0 ] && [ "${1:-}" = --update ]; then
  shift
  scripts/package-students.sh --weights "$folder" "$@"
  status=0
fi
exit "$status"
