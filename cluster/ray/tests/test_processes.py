import os
import signal
import subprocess
import sys
import time

import pytest

from tinyvmaf_ray import process
from tinyvmaf_ray.binary import Binary
from tinyvmaf_ray.errors import TransientFailure, UsageError


def test_output_code_and_cost_are_those_of_the_child():
    code = "import sys; sum(range(3_000_000)); print('out'); print('x\\nlast', file=sys.stderr); sys.exit(7)"
    done = process.run([sys.executable, "-c", code])
    assert (done.code, done.stdout) == (7, "out\n")
    assert done.complaint == "last"
    assert 0 < done.cpu_seconds < done.wall_seconds + 0.5
    assert done.peak_bytes > 1 << 20


def test_a_child_past_its_time_is_killed_with_its_own_children(tmp_path):
    marker = tmp_path / "pid"
    code = f"import subprocess, time; p = subprocess.Popen(['sleep', '60']); open({str(marker)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    start = time.monotonic()
    with pytest.raises(TransientFailure, match="longer than 2 seconds"):
        process.run([sys.executable, "-c", code], timeout=2)
    assert time.monotonic() - start < 20
    assert not alive(int(marker.read_text()))


def test_a_killed_child_may_be_tried_again():
    with pytest.raises(TransientFailure, match="SIGKILL"):
        process.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])


def test_a_child_ends_with_its_parent(tmp_path):
    marker = tmp_path / "pid"
    inner = f"import os, time; open({str(marker)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    outer = f"from tinyvmaf_ray import process; import sys; process.run([sys.executable, '-c', {inner!r}])"
    parent = subprocess.Popen([sys.executable, "-c", outer])
    deadline = time.monotonic() + 20
    while not (marker.exists() and marker.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while alive(int(marker.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_binary_is_installed_once_and_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYVMAF_RAY_SCRATCH", str(tmp_path))
    program = tmp_path / "tinyvmaf"
    program.write_text("#!/bin/sh\necho 9.9.9\n")
    program.chmod(0o755)
    binary = Binary.load(str(program))
    assert binary.version == "9.9.9"
    path = binary.install()
    before = os.stat(path).st_ino
    assert binary.install() == path and os.stat(path).st_ino == before
    assert process.run([path]).stdout == "9.9.9\n"


def test_a_missing_binary_is_said(monkeypatch, tmp_path):
    monkeypatch.delenv("TINYVMAF", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="--binary"):
        Binary.load(None)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
