#!/usr/bin/env bash
# Usage: scripts/install.sh BINARY PREFIX
# Installs the binary, its man pages, and completions for bash, zsh and fish.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$1 prefix=$2

install -D -m 755 "$binary" "$prefix/bin/tinyvmaf"

completion() {
  mkdir -p "$prefix/$2"
  "$binary" --generate-completion-script "$1" >"$prefix/$2/$3"
}
completion bash share/bash-completion/completions tinyvmaf
completion zsh share/zsh/site-functions _tinyvmaf
completion fish share/fish/vendor_completions.d tinyvmaf.fish

if command -v python3 >/dev/null; then
  pages=.build/man
  scripts/reference.py "$binary" man "$pages"
  mkdir -p "$prefix/share/man/man1"
  install -m 644 "$pages"/*.1 "$prefix/share/man/man1/"
else
  echo "install: without python3 there are no man pages; tinyvmaf help says the same" >&2
fi
echo "installed in $prefix"
