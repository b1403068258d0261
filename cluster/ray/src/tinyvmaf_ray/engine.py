"""Ray: tasks out, reports in, with retries, back-pressure and a word on every loss."""

from __future__ import annotations

import collections
import random
import time
from dataclasses import dataclass
from typing import Any, Callable, Generic, Iterator, Sequence, TypeVar

import ray
import ray.exceptions
from ray import cloudpickle

import tinyvmaf_ray
from tinyvmaf_ray.errors import TransientFailure, UsageError
from tinyvmaf_ray.progress import Progress
from tinyvmaf_ray.summary import Summary, TaskReport

Report = TypeVar("Report")

#: What Ray raises when the machinery, not the task, has failed.
_LOSSES = (
    ray.exceptions.WorkerCrashedError,
    ray.exceptions.NodeDiedError,
    ray.exceptions.RaySystemError,
    ray.exceptions.OutOfMemoryError,
    ray.exceptions.ObjectLostError,
    ray.exceptions.TaskUnschedulableError,
)


@dataclass(frozen=True)
class Job:
    """One call of the work function on some node."""

    name: str
    arguments: tuple[Any, ...]
    #: Estimated work in any unit, for the progress.
    work: float = 1.0
    #: Bytes that the node should have free.
    memory: int = 0
    #: What fails if the job fails: sources and pairs.
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome(Generic[Report]):
    """How a job ended: with a report, or with the reason of its last failure."""

    job: Job
    report: Report | None
    error: str | None
    attempts: int


class Engine:
    """A connection to a Ray cluster, or to one started on this machine."""

    def __init__(self, address: str | None, *, cpus: int | None = None) -> None:
        """Connects to ``address`` (``auto``: the cluster of this machine), or starts a cluster."""
        # Nodes need Ray and fsspec alone: the package's code travels with the tasks.
        cloudpickle.register_pickle_by_value(tinyvmaf_ray)  # type: ignore[no-untyped-call]
        try:
            if address is None:
                ray.init(num_cpus=cpus, include_dashboard=False, log_to_driver=False)
            else:
                ray.init(address=address, log_to_driver=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise UsageError(f"the Ray cluster cannot be reached: {reason}") from error

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        ray.shutdown()

    @property
    def cpus(self) -> int:
        """The cores of the cluster as it is now."""
        return int(ray.cluster_resources().get("CPU", 0))  # type: ignore[no-untyped-call]

    @property
    def nodes(self) -> int:
        """The nodes that are alive."""
        return len([node for node in ray.nodes() if node["Alive"]])  # type: ignore[no-untyped-call]

    def share(self, value: object) -> Any:
        """Puts a value into the object store once, for all jobs."""
        return ray.put(value)

    def run(
        self,
        work: Callable[..., Report],
        jobs: Sequence[Job],
        *,
        cpus: int = 1,
        attempts: int = 3,
        backlog: float = 2.0,
        lost: Callable[[Job, str, int], None] = lambda job, reason, attempt: None,
    ) -> Iterator[Outcome[Report]]:
        """Runs jobs in their order and yields outcomes as they come.

        At most ``backlog`` jobs per core are with Ray at a time; the rest wait here, where they
        cost nothing. A job whose worker or node is lost, or that raises ``TransientFailure``, is
        given out again, up to ``attempts`` times in all.
        """
        remote = ray.remote(max_retries=0)(_guarded)
        waiting = collections.deque((job, 1) for job in jobs)
        running: dict[Any, tuple[Job, int]] = {}
        paused: list[tuple[float, Job, int]] = []
        asked, limit = -1e9, 2
        while waiting or running or paused:
            now = time.monotonic()
            if now - asked > 2:
                asked, limit = now, max(2, int(self.cpus * backlog / cpus))
            for entry in [entry for entry in paused if entry[0] <= now]:
                paused.remove(entry)
                waiting.appendleft((entry[1], entry[2]))
            while waiting and len(running) < limit:
                job, attempt = waiting.popleft()
                options = {"num_cpus": cpus, "name": job.name}
                if job.memory:
                    options["memory"] = job.memory
                running[remote.options(**options).remote(work, *job.arguments)] = (job, attempt)
            if not running:
                time.sleep(0.1)
                continue
            ready, _ = ray.wait(list(running), timeout=1.0)
            for reference in ready:
                job, attempt = running.pop(reference)
                report: Report | None = None
                try:
                    report, reason, again = ray.get(reference)
                except ray.exceptions.RayTaskError as error:
                    reason, again = f"failed: {error.cause or error}", False
                except _LOSSES as error:
                    reason, again = f"was lost ({type(error).__name__})", True
                if report is not None:
                    yield Outcome(job, report, None, attempt)
                elif again and attempt < attempts:
                    lost(job, reason, attempt)
                    # A node that is going down takes a while to be noticed by everybody.
                    pause = min(2.0**attempt, 30.0) * random.uniform(0.5, 1.0)
                    paused.append((time.monotonic() + pause, job, attempt + 1))
                else:
                    yield Outcome(job, None, reason, attempt)


def _guarded(
    work: Callable[..., Report], *arguments: Any
) -> tuple[Report | None, str, bool]:  # fmt: skip
    """Does the work on a node; a failure comes back as its reason and whether to try again."""
    try:
        return work(*arguments), "", False
    except TransientFailure as error:
        return None, str(error), True
    except UsageError as error:
        return None, str(error), False
    except OSError as error:
        # Disks fill up and network file systems go away; both may end.
        return None, f"{type(error).__name__}: {error}", True


def drive(
    engine: Engine, work: Callable[..., TaskReport], jobs: Sequence[Job], progress: Progress,
    *, cpus: int = 1, attempts: int = 3,
) -> Summary:  # fmt: skip
    """Runs jobs to their end, shows how far they are, and sums their reports up."""
    summary = Summary()
    progress.begin(sum(len(job.parts) for job in jobs), sum(job.work for job in jobs))

    def lost(job: Job, reason: str, attempt: int) -> None:
        summary.retries += 1
        progress.note(f"{job.name} {reason}; try {attempt + 1} of {attempts} follows")

    for outcome in engine.run(work, jobs, cpus=cpus, attempts=attempts, lost=lost):
        job = outcome.job
        failures = [
            {"source": s, "pair": p, "message": outcome.error or "", "attempts": outcome.attempts}
            for s, p in job.parts
        ]
        summary.add(outcome.report or TaskReport(failures=failures))
        progress.advance(len(job.parts), job.work, failed=len(summary.failures))
    progress.finish()
    return summary
