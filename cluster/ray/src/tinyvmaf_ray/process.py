"""Child processes that end with their parent, within their time, and say what they cost."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO, Callable, Sequence

from tinyvmaf_ray.errors import TransientFailure

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Finished:
    """How a child ended."""

    code: int
    stdout: str
    stderr: str
    #: User and system time of the child and everything it waited for.
    cpu_seconds: float
    wall_seconds: float
    #: The largest resident set of the child or one of its own children, in bytes.
    peak_bytes: int

    @property
    def complaint(self) -> str:
        """The last thing the child said, for a message of one line."""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return lines[-1].removeprefix("Error: ") if lines else f"exit code {self.code}"


def run(arguments: Sequence[str], *, timeout: float | None = None) -> Finished:
    """Runs a program to its end.

    Raises ``TransientFailure`` when a signal killed it or it outlived ``timeout`` seconds: both
    may be the machine's fault rather than the input's.
    """
    start = time.monotonic()
    child = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_ends_with_parent(), start_new_session=True,
    )  # fmt: skip
    output: dict[str, bytes] = {}
    readers = [_reader(child.stdout, "stdout", output), _reader(child.stderr, "stderr", output)]
    timed_out = threading.Event()

    def end() -> None:
        timed_out.set()
        _kill(child.pid)

    timer = threading.Timer(timeout or 0, end)
    if timeout is not None:
        timer.start()
    try:
        # wait4 rather than wait: it alone tells this child's cost from its siblings'.
        _, status, usage = os.wait4(child.pid, 0)
    except BaseException:
        _kill(child.pid)
        raise
    finally:
        timer.cancel()
        # Children of the child, ffmpeg say, hold the pipes: nothing of the group may live on.
        _kill(child.pid)
    child.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join()
    finished = Finished(
        code=child.returncode,
        stdout=output["stdout"].decode("utf-8", "replace"),
        stderr=output["stderr"].decode("utf-8", "replace"),
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        wall_seconds=time.monotonic() - start,
        peak_bytes=_peak(usage),
    )
    if timed_out.is_set():
        raise TransientFailure(f"took longer than {timeout:g} seconds")
    if finished.code < 0:
        raise TransientFailure(f"was killed by {signal.Signals(-finished.code).name}")
    return finished


def _reader(stream: IO[bytes] | None, name: str, output: dict[str, bytes]) -> threading.Thread:
    assert stream is not None

    def read() -> None:
        with stream:
            output[name] = stream.read()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _peak(usage: resource.struct_rusage) -> int:
    # Linux counts kilobytes, macOS bytes.
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _ends_with_parent() -> Callable[[], None] | None:
    """Where the system can, a child is killed with the worker that started it: a worker that dies
    is replaced, and two of one task would only be in each other's way."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # The parent may have died before the call above.
        if os.getppid() != parent:
            os._exit(1)

    return prepare
