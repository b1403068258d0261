#!/usr/bin/env bash
# Starts the MCP server as a host would and scores golden pairs over both transports.
# Usage: smoke.sh [PATH OF tinyvmaf]
set -euo pipefail
cd "$(dirname "$0")/.."

command -v python3 >/dev/null || scripts/setup.sh test
exec python3 scripts/smoke.py "${1:-.build/release/tinyvmaf}"
