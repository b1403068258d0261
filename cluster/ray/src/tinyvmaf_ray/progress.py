"""A line that says how far a run is, for a person or for a program."""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import Any, Literal, TextIO

Style = Literal["line", "json", "none"]


class Progress:
    """Writes to standard error: a line in place on a terminal, JSON lines when asked for."""

    def __init__(self, style: Style | None = None, stream: TextIO = sys.stderr) -> None:
        """Without a style, a terminal gets the line and a file nothing."""
        self.stream = stream
        self.style: Style = style or ("line" if stream.isatty() else "none")
        self.begin(0, 0.0)

    def begin(self, total: int, work: float) -> None:
        """``total`` counts pairs or cells, ``work`` is their estimated work in any unit."""
        self.total = total
        self.work = work
        self.done = 0
        self.done_work = 0.0
        self._start = time.monotonic()
        self._shown = 0.0

    def advance(self, count: int, work: float, **details: Any) -> None:
        """Some more is done."""
        self.done += count
        self.done_work += work
        now = time.monotonic()
        if self.style == "json":
            self._json(now, details)
        elif self.style == "line" and (now - self._shown > 0.1 or self.done >= self.total):
            self._shown = now
            self._line(now, details)

    def note(self, text: str) -> None:
        """Says something that stays."""
        if self.style == "json":
            self.stream.write(json.dumps({"event": "note", "message": text}) + "\n")
        else:
            self.stream.write(self._erase() + text + "\n")
        self.stream.flush()

    def finish(self) -> None:
        """Removes the line."""
        self.stream.write(self._erase())
        self.stream.flush()

    def _erase(self) -> str:
        return "\r\x1b[K" if self.style == "line" else ""

    def _remaining(self, now: float) -> float | None:
        if not self.done_work:
            return None
        return (now - self._start) * (self.work - self.done_work) / self.done_work

    def _json(self, now: float, details: dict[str, Any]) -> None:
        event = {
            "event": "progress",
            "done": self.done,
            "total": self.total,
            "elapsed_s": round(now - self._start, 3),
            "remaining_s": None if (left := self._remaining(now)) is None else round(left, 1),
        }
        self.stream.write(json.dumps(event | details) + "\n")
        self.stream.flush()

    def _line(self, now: float, details: dict[str, Any]) -> None:
        share = self.done_work / self.work if self.work else 1.0
        parts = [f"{self.done} of {self.total}", f"{share:4.0%}"]
        if (left := self._remaining(now)) is not None and self.done < self.total:
            parts.append(f"{_duration(left)} left")
        parts += [f"{value} {name.replace('_', ' ')}" for name, value in details.items()]
        columns = shutil.get_terminal_size(fallback=(80, 24)).columns
        self.stream.write(self._erase() + "  ".join(parts)[: columns - 1])
        self.stream.flush()


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"

