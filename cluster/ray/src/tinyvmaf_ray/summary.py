"""What tasks and whole runs did, and what it cost."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class TaskReport:
    """What a task did and what it cost."""

    computed: int = 0
    reused: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_bytes: int = 0
    bytes_read: int = 0
    bytes_written: int = 0
    node: str = ""

    @property
    def pairs(self) -> int:
        """The pairs that are settled."""
        return self.computed + self.reused + len(self.failures)


@dataclass
class Summary:
    """The sum of all tasks."""

    computed: int = 0
    reused: int = 0
    stored: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    retries: int = 0
    cpu_seconds: float = 0.0
    task_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_bytes: int = 0
    bytes_read: int = 0
    bytes_written: int = 0
    tasks_of_node: Counter[str] = field(default_factory=Counter)

    def add(self, report: TaskReport) -> None:
        """Counts a task in."""
        self.computed += report.computed
        self.reused += report.reused
        self.failures += report.failures
        self.cpu_seconds += report.cpu_seconds
        self.task_seconds += report.wall_seconds
        self.peak_bytes = max(self.peak_bytes, report.peak_bytes)
        self.bytes_read += report.bytes_read
        self.bytes_written += report.bytes_written
        if report.node:
            self.tasks_of_node[report.node] += 1

    @property
    def text(self) -> str:
        """A few lines for a person."""
        lines = [
            f"{self.computed} pairs computed, {self.reused} there already, "
            f"{len(self.failures)} failed, {self.retries} tries lost",
            f"{self.cpu_seconds:.1f} s of CPU in {self.wall_seconds:.1f} s, "
            f"{_bytes(self.bytes_read)} read, {_bytes(self.bytes_written)} written, "
            f"at most {_bytes(self.peak_bytes)} of memory per task",
        ]
        if len(self.tasks_of_node) > 1:
            nodes = sorted(self.tasks_of_node.items())
            lines.append("tasks per node: " + ", ".join(f"{name} {count}" for name, count in nodes))
        return "\n".join(lines)

    @property
    def json(self) -> str:
        """The same as one JSON object."""
        values = {
            "computed": self.computed,
            "reused": self.reused,
            "stored": self.stored,
            "failed": self.failures,
            "retries": self.retries,
            "cpu_seconds": round(self.cpu_seconds, 3),
            "task_seconds": round(self.task_seconds, 3),
            "wall_seconds": round(self.wall_seconds, 3),
            "peak_bytes": self.peak_bytes,
            "bytes_read": self.bytes_read,
            "bytes_written": self.bytes_written,
            "tasks_of_node": dict(sorted(self.tasks_of_node.items())),
        }
        return json.dumps(values, ensure_ascii=False)


def _bytes(count: int) -> str:
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
