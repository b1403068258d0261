#!/usr/bin/env bash
# Assembles CHANGELOG.md from the fragments in changelog.d: one file per change, named
# <topic>.<added|changed|fixed|removed>.md, one line each.
set -euo pipefail
cd "$(dirname "$0")/.."

output=$(mktemp CHANGELOG.XXXXXX)
{
  echo "# Changelog"
  echo
  echo "## Unreleased"
  for kind in added changed fixed removed; do
    fragments=(changelog.d/*."$kind".md)
    [ -e "${fragments[0]}" ] || continue
    echo
    echo "### ${kind^}"
    echo
    for fragment in "${fragments[@]}"; do echo "- $(cat "$fragment")"; done
  done
} >"$output"
mv "$output" CHANGELOG.md
