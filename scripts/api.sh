#!/usr/bin/env bash
# Builds the API documentation of the library products: one DocC archive each in .build/api.
# Needs docc, which comes with the Swift toolchain, and no package plugin.
set -euo pipefail
cd "$(dirname "$0")/.."

docc=$(command -v docc || echo "$(dirname "$(readlink -f "$(command -v swift)")")/docc")
[ -x "$docc" ] || { echo "api: docc is missing; it comes with the Swift toolchain." >&2; exit 1; }

graphs=.build/symbol-graphs output=.build/api
rm -rf "$graphs" "$output"
mkdir -p "$graphs" "$output"
modules=()
for catalog in docs/api/*.docc; do modules+=("$(basename "$catalog" .docc)"); done

for module in "${modules[@]}"; do
  swift build --target "$module" -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir \
    -Xswiftc "$PWD/$graphs" --scratch-path .build/api-build
done
for module in "${modules[@]}"; do
  mkdir -p "$graphs/$module"
  mv "$graphs/$module.symbols.json" "$graphs/$module"@*.symbols.json "$graphs/$module/" 2>/dev/null || true
  "$docc" convert "docs/api/$module.docc" --additional-symbol-graph-dir "$graphs/$module" \
    --fallback-display-name "$module" --fallback-bundle-identifier "tinyvmaf.$module" \
    --output-path "$output/$module.doccarchive"
done
echo "written to $output; look at one with: docc preview, or serve the folder"
