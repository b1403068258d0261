"""``tinyvmaf-ray sweep``: the cells of a grid over the cluster, gathered as one machine would."""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import dataclass
from typing import Any

from tinyvmaf_ray import process
from tinyvmaf_ray.binary import Binary
from tinyvmaf_ray.engine import Engine, Job, drive
from tinyvmaf_ray.errors import TransientFailure, UsageError
from tinyvmaf_ray.progress import Progress
from tinyvmaf_ray.summary import Summary, TaskReport


@dataclass(frozen=True)
class Sweep:
    """A grid file and the folder, seen by all nodes, that its cells write to."""

    grid: str
    output: str

    def plan(self, program: str) -> list[dict[str, Any]]:
        """The cells, as the binary lists them."""
        done = _call(program, "sweep", "plan", "--grid", self.grid)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def run(self, binary: Binary, cell: int, timeout: float | None) -> TaskReport:
        """Trains and measures one cell; one that is there already is left alone."""
        done = _call(
            binary.install(), "sweep", "run", "--grid", self.grid, "--cell", str(cell),
            "--output", self.output, "--threads", "1", "--quiet", timeout=timeout,
        )  # fmt: skip
        return TaskReport(
            computed=1, cpu_seconds=done.cpu_seconds, wall_seconds=done.wall_seconds,
            peak_bytes=done.peak_bytes, node=socket.gethostname(),
        )  # fmt: skip


def sweep_task(binary: Binary, plan: Sweep, cell: int, timeout: float | None) -> TaskReport:
    """What runs on a node."""
    return plan.run(binary, cell, timeout)


def sweep(
    engine: Engine, binary: Binary, plan: Sweep, progress: Progress,
    *, attempts: int = 3, timeout: float | None = None,
) -> Summary:  # fmt: skip
    """Runs every cell and gathers the tables, which do not depend on where the cells ran."""
    program = binary.install()
    cells = plan.plan(program)
    os.makedirs(plan.output, exist_ok=True)
    shared, settings = engine.share(binary), engine.share(plan)
    jobs = [
        Job(
            name=str(cell["name"]), arguments=(shared, settings, int(cell["index"]), timeout),
            parts=(("sweep", str(cell["name"])),),
        )
        for cell in cells
    ]  # fmt: skip
    start = time.monotonic()
    summary = drive(engine, sweep_task, jobs, progress, attempts=attempts)
    if not summary.failures:
        _call(program, "sweep", "gather", "--grid", plan.grid, "--output", plan.output, "--quiet")
        summary.stored = len(cells)
    summary.wall_seconds = time.monotonic() - start
    return summary


def _call(program: str, *arguments: str, timeout: float | None = None) -> process.Finished:
    done = process.run([program, *arguments], timeout=timeout)
    if done.code in (64, 65, 66):
        raise UsageError(done.complaint)
    if done.code != 0:
        raise TransientFailure(done.complaint)
    return done
