"""``tinyvmaf-ray score``: libvmaf's JSON of every pair, over the cluster."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from tinyvmaf_ray import process
from tinyvmaf_ray.binary import Binary, scratch_folder
from tinyvmaf_ray.engine import Engine, Job, drive
from tinyvmaf_ray.errors import TransientFailure, UsageError
from tinyvmaf_ray.pairs import Pair
from tinyvmaf_ray.planning import plan_tasks
from tinyvmaf_ray.progress import Progress
from tinyvmaf_ray.stores import Place
from tinyvmaf_ray.summary import Summary, TaskReport


@dataclass(frozen=True)
class ScoreRun:
    """What every task of a run is done with."""

    output: str
    #: Options for the binary: models, features, threads.
    options: tuple[str, ...] = ()
    timeout: float | None = None

    def name(self, binary: Binary, pair: Pair) -> str:
        """The file of a pair's result, named by what it depends on."""
        parts = [binary.sha256, *self.options, json.dumps(pair.record(), sort_keys=True)]
        for path in (pair.reference, pair.distorted):
            try:
                status = os.stat(path)
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror}") from error
            parts.append(f"{status.st_size} {status.st_mtime_ns}")
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        return f"{_safe(pair.source)}/{_safe(pair.id)}.{digest}.json"

    def run(self, binary: Binary, pairs: tuple[Pair, ...]) -> TaskReport:
        """Scores the pairs that have no result yet, those of one reference in one pass."""
        program = binary.install()
        place = Place(self.output)
        report = TaskReport()
        missing: list[tuple[Pair, str]] = []
        for pair in pairs:
            try:
                name = self.name(binary, pair)
            except UsageError as error:
                report.failures.append(_failure(pair, str(error)))
                continue
            if place.exists(name):
                report.reused += 1
            else:
                missing.append((pair, name))
        for part in _passes(missing):
            self._pass(program, place, part, report)
        return report

    def _pass(
        self, program: str, place: Place, part: list[tuple[Pair, str]], report: TaskReport
    ) -> None:
        try:
            contents = self._score(program, [pair for pair, _ in part], report)
        except UsageError as error:
            if len(part) == 1:
                report.failures.append(_failure(part[0][0], str(error)))
                return
            # One video spoils the ladder: each is tried alone.
            for single in part:
                self._pass(program, place, [single], report)
            return
        for (pair, name), content in zip(part, contents):
            place.write(name, content)
            report.computed += 1
            report.bytes_written += len(content)
            report.bytes_read += os.path.getsize(pair.distorted)
        report.bytes_read += os.path.getsize(part[0][0].reference)

    def _score(self, program: str, pairs: list[Pair], report: TaskReport) -> list[bytes]:
        folder = tempfile.mkdtemp(dir=scratch_folder(), prefix="score-")
        try:
            # One result goes to a file, several to a folder, one file each.
            output = os.path.join(folder, "score.json") if len(pairs) == 1 else folder
            arguments = [program, "score", "--reference", pairs[0].reference]
            for pair in pairs:
                arguments += ["--distorted", pair.distorted]
            arguments += ["--json", "--output", output, "--quiet"]
            arguments += [*_raw_options(pairs[0]), *self.options]
            done = process.run(arguments, timeout=self.timeout)
            report.cpu_seconds += done.cpu_seconds
            report.wall_seconds += done.wall_seconds
            report.peak_bytes = max(report.peak_bytes, done.peak_bytes)
            if done.code in (64, 65, 66):
                raise UsageError(done.complaint)
            if done.code != 0:
                raise TransientFailure(done.complaint)
            names = ["score"] if len(pairs) == 1 else [_stem(pair.distorted) for pair in pairs]
            contents = []
            for name in names:
                with open(os.path.join(folder, f"{name}.json"), "rb") as file:
                    contents.append(file.read())
            return contents
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _passes(missing: list[tuple[Pair, str]]) -> list[list[tuple[Pair, str]]]:
    """Pairs that go into one call: their results must have different file names."""
    passes: list[list[tuple[Pair, str]]] = []
    for entry in missing:
        stem = _stem(entry[0].distorted)
        for part in passes:
            if all(_stem(other.distorted) != stem for other, _ in part):
                part.append(entry)
                break
        else:
            passes.append([entry])
    return passes


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _failure(pair: Pair, message: str, attempts: int = 1) -> dict[str, Any]:
    return {"source": pair.source, "pair": pair.id, "message": message, "attempts": attempts}


def score_task(binary: Binary, run: ScoreRun, pairs: tuple[Pair, ...]) -> TaskReport:
    """What runs on a node."""
    report = run.run(binary, pairs)
    report.node = socket.gethostname()
    return report


def score(
    engine: Engine, binary: Binary, pairs: list[Pair], run: ScoreRun, progress: Progress,
    *, threads: int = 1, attempts: int = 3,
) -> Summary:  # fmt: skip
    """Writes one JSON file per pair and ``scores.csv`` with the pooled scores of all."""
    tasks = plan_tasks(pairs)
    shared, settings = engine.share(binary), engine.share(run)
    jobs = [
        Job(
            name=task.name, arguments=(shared, settings, task.pairs), work=task.work,
            parts=tuple(pair.identity for pair in task.pairs),
        )
        for task in tasks
    ]  # fmt: skip
    start = time.monotonic()
    summary = drive(engine, score_task, jobs, progress, cpus=threads, attempts=attempts)
    summary.stored = _gather(binary, pairs, run)
    summary.wall_seconds = time.monotonic() - start
    return summary


def _gather(binary: Binary, pairs: list[Pair], run: ScoreRun) -> int:
    """Writes the table of pooled means; returns its rows."""
    place = Place(run.output)
    rows: list[tuple[str, str, dict[str, float]]] = []
    for pair in pairs:
        try:
            name = run.name(binary, pair)
            content = place.read(name)
        except (UsageError, FileNotFoundError):
            continue
        pooled = json.loads(content)["pooled_metrics"]
        rows.append((pair.source, pair.id, {name: value["mean"] for name, value in pooled.items()}))
    columns = sorted({name for _, _, means in rows for name in means})
    lines = [",".join(["source", "pair", *columns])]
    for source, pair_id, means in sorted(rows, key=lambda row: row[:2]):
        values = ["" if name not in means else f"{means[name]:.6f}" for name in columns]
        lines.append(",".join([_quoted(source), _quoted(pair_id), *values]))
    place.write("scores.csv", ("\n".join(lines) + "\n").encode())
    return len(rows)


def _raw_options(pair: Pair) -> list[str]:
    if not any(path.lower().endswith(".yuv") for path in (pair.reference, pair.distorted)):
        return []
    options: list[str] = []
    defaults = {"pixel_format": "420", "bitdepth": "8"}
    for name in ("width", "height", "pixel_format", "bitdepth"):
        if (value := pair.column(name) or defaults.get(name)) is not None:
            options += [f"--{name}", value]
    return options


def _safe(name: str) -> str:
    """A name that is one level of a path on every file system."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name).lstrip(".") or "_"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text
