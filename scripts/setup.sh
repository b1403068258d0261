#!/usr/bin/env bash
# Installs what a make target needs on a bare Debian or Ubuntu that has the Swift toolchain, and
# says clearly what is missing elsewhere. Usage: setup.sh build|test
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-build}

missing() {
  echo "setup: $1 is missing. $2" >&2
  exit 1
}

command -v swift >/dev/null || missing "the Swift toolchain (6.2 or newer)" \
  "Install it from https://www.swift.org/install and run make again."
[ "$purpose" = build ] && exit 0

# Tools of the tests: ffmpeg for container input, Python for the interop tests.
packages=()
command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null || packages+=(ffmpeg)
command -v python3 >/dev/null || packages+=(python3)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "setup: installing ${packages[*]}"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
      >"$log" 2>&1 || { tail -n 20 "$log" >&2; missing "${packages[*]}" "apt-get could not install it."; }
    rm -f "$log"
  else
    missing "${packages[*]}" "Install it with this system's package manager and run make again."
  fi
fi

# The tests of reports look at them in a browser; they are skipped where there is none.
if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "setup: installing chromium"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 ||
      echo "setup: chromium could not be installed; the tests that need it are skipped"
  else
    echo "setup: no chromium here; the tests that need it are skipped"
  fi
fi

# The Python peers of the interop tests live in a virtual environment below .build.
venv=.build/venv
stamp=$venv/.requirements
if ! cmp -s Interop/requirements.txt "$stamp" 2>/dev/null; then
  echo "setup: preparing $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r Interop/requirements.txt
  cp Interop/requirements.txt "$stamp"
fi
