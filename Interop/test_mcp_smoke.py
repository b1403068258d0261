"""The smoke test of the MCP server, as `make smoke` runs it."""

import subprocess
import sys

from conftest import ROOT


def test_smoke(tinyvmaf):
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "smoke.py"), *tinyvmaf.command],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "smoke: passed" in done.stdout
    assert done.stdout.count("checkerboard") == 4
