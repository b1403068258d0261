"""``tinyvmaf-ray extract``: a corpus into a store, over the cluster."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass

import fsspec

from tinyvmaf_ray import process
from tinyvmaf_ray.binary import Binary, scratch_folder
from tinyvmaf_ray.engine import Engine, Job, drive
from tinyvmaf_ray.errors import TransientFailure, UsageError
from tinyvmaf_ray.pairs import Pair, write_pairs
from tinyvmaf_ray.planning import Task, plan_tasks
from tinyvmaf_ray.progress import Progress
from tinyvmaf_ray.stores import FeatureStore
from tinyvmaf_ray.summary import Summary, TaskReport

#: Exit codes of the binary: all done, and some pairs failed for good.
_DONE, _SOME_FAILED = 0, 4
#: Wrong usage, bad data, missing input: another try gives the same answer.
_FINAL = {64, 65, 66}


@dataclass(frozen=True)
class Extraction:
    """What every task of a run is done with."""

    store: str
    #: Options that go to the binary as they are: teachers, features, scaling, threads.
    options: tuple[str, ...] = ()
    timeout: float | None = None

    def run(self, binary: Binary, pairs: tuple[Pair, ...]) -> TaskReport:
        """Computes what the store lacks and publishes it.

        The binary works on a store of its own on the node's disk, whose files are then copied into
        the real one; whatever is killed in between leaves nothing there.
        """
        program = binary.install()
        target = FeatureStore(self.store)
        report = TaskReport()
        folder = tempfile.mkdtemp(dir=scratch_folder(), prefix="task-")
        try:
            with _staged(pairs, os.path.join(folder, "inputs")) as staged:
                local = _present(staged, report)
                listing = os.path.join(folder, "pairs.jsonl")
                store = os.path.join(folder, "store")
                missing = self._missing(program, target, listing, store, local, report)
                if missing:
                    self._compute(program, listing, store, missing, report)
                    report.bytes_written += target.publish(store)
                    report.bytes_read += _input_bytes(missing)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return report

    def _missing(
        self, program: str, target: FeatureStore, listing: str, store: str,
        pairs: list[Pair], report: TaskReport,
    ) -> list[Pair]:  # fmt: skip
        """The pairs that the target does not hold under the key that they have now."""
        if not pairs:
            return []
        write_pairs(listing, pairs)
        plan = self._call(
            program, "--pairs", listing, "--store", store, "--dry-run", report=report
        )
        if plan.code != _DONE:
            raise UsageError(plan.complaint)
        missing = []
        answers = [json.loads(line) for line in plan.stdout.splitlines()]
        by_name = {(answer["source"], answer["pair"]): answer for answer in answers}
        for pair in pairs:
            key = by_name[pair.identity].get("key")
            if key is not None and target.contains(key):
                report.reused += 1
            else:
                missing.append(pair)
        return missing

    def _compute(
        self, program: str, listing: str, store: str, pairs: list[Pair], report: TaskReport
    ) -> None:
        failed_before = len(report.failures)
        write_pairs(listing, pairs)
        done = self._call(
            program, "--pairs", listing, "--store", store, "--quiet", report=report
        )
        failed = os.path.join(store, "failures.jsonl")
        if done.code == _SOME_FAILED and os.path.exists(failed):
            with open(failed, encoding="utf-8") as file:
                report.failures += [json.loads(line) for line in file]
        elif done.code in _FINAL:
            raise UsageError(done.complaint)
        elif done.code != _DONE:
            raise TransientFailure(done.complaint)
        report.computed += len(pairs) - (len(report.failures) - failed_before)

    def _call(self, program: str, *arguments: str, report: TaskReport) -> process.Finished:
        done = process.run(
            [program, "extract", *arguments, *self.options], timeout=self.timeout
        )
        report.cpu_seconds += done.cpu_seconds
        report.wall_seconds += done.wall_seconds
        report.peak_bytes = max(report.peak_bytes, done.peak_bytes)
        return done


class _staged:
    """The pairs with remote inputs fetched to this node for the time of the task."""

    def __init__(self, pairs: tuple[Pair, ...], folder: str) -> None:
        self.pairs = pairs
        self.folder = folder

    def __enter__(self) -> list[Pair]:
        local: dict[str, str] = {}
        return [
            Pair(
                pair.source, pair.id, self._fetch(pair.reference, local),
                self._fetch(pair.distorted, local), pair.columns,
            )
            for pair in self.pairs
        ]  # fmt: skip

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fetch(self, path: str, local: dict[str, str]) -> str:
        if "://" not in path:
            return path
        if path not in local:
            fs, name = fsspec.core.url_to_fs(path)
            os.makedirs(self.folder, exist_ok=True)
            # The name keeps its extension, by which readers are chosen.
            local[path] = os.path.join(self.folder, f"{len(local)}-{os.path.basename(name)}")
            try:
                fs.get_file(name, local[path])
            except FileNotFoundError as error:
                raise UsageError(f"there is no file {path}") from error
            except OSError as error:
                raise TransientFailure(f"{path} could not be fetched: {error}") from error
        return local[path]


def _present(pairs: list[Pair], report: TaskReport) -> list[Pair]:
    """The pairs whose files are there; the others have failed."""
    found = []
    for pair in pairs:
        absent = [path for path in (pair.reference, pair.distorted) if not os.path.isfile(path)]
        if absent:
            message = f"there is no file {absent[0]}"
            report.failures.append(
                {"source": pair.source, "pair": pair.id, "message": message, "attempts": 1}
            )
        else:
            found.append(pair)
    return found


def _input_bytes(pairs: list[Pair]) -> int:
    paths = {path for pair in pairs for path in (pair.reference, pair.distorted)}
    return sum(os.path.getsize(path) for path in paths if os.path.exists(path))


@dataclass(frozen=True)
class ExtractOptions:
    """How a corpus is extracted."""

    threads: int = 1
    attempts: int = 3
    timeout: float | None = None
    largest_work: float | None = None
    #: Options for the binary: teachers, features, scaling.
    binary_options: tuple[str, ...] = ()


def extract_task(binary: Binary, extraction: Extraction, pairs: tuple[Pair, ...]) -> TaskReport:
    """What runs on a node."""
    report = extraction.run(binary, pairs)
    report.node = socket.gethostname()
    return report


def extract(
    engine: Engine, binary: Binary, pairs: list[Pair], store: str, options: ExtractOptions,
    progress: Progress,
) -> Summary:  # fmt: skip
    """Fills the store; pairs that it holds under their present key are left alone."""
    target = FeatureStore(_everywhere(store))
    target.create()
    tasks = plan_tasks(pairs, largest_work=options.largest_work)
    extraction = Extraction(
        store=_everywhere(store),
        options=("--threads", str(options.threads), *options.binary_options),
        timeout=options.timeout,
    )
    shared = engine.share(binary)
    settings = engine.share(extraction)
    jobs = [
        Job(
            name=task.name, arguments=(shared, settings, task.pairs), work=task.work,
            memory=_memory(task), parts=tuple(pair.identity for pair in task.pairs),
        )
        for task in tasks
    ]
    start = time.monotonic()
    summary = drive(
        engine, extract_task, jobs, progress, cpus=options.threads, attempts=options.attempts
    )
    attempted = {pair.identity for pair in pairs}
    summary.stored = target.finish(binary.install(), summary.failures, attempted)
    summary.wall_seconds = time.monotonic() - start
    return summary


def _memory(task: Task) -> int:
    """What the binary needs, by its measured footprint: 16 MB, and about 8 bytes per pixel for the
    reference and again for each distorted video."""
    return int(16e6 + 8 * (task.pixels or 4e6) * (1 + len(task.pairs)))


def _everywhere(url: str) -> str:
    """A path that means the same on every node."""
    return url if "://" in url else os.path.abspath(url)
