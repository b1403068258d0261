#!/usr/bin/env python3
"""Simulates extraction on 10, 1,000 and 100,000 machines from measured task times.

Tasks are ladders, given out longest first to free cores by one driver, as `tinyvmaf-ray` does.
Machines differ in speed, some crawl, some die; inputs come from storage with a limit. Everything
measured is an option, so that a farm's own figures can be put in. Standard library only.

    cluster/simulate.py                              # the table of docs/guides/cluster.md
    cluster/simulate.py --machines 50 --pairs 20000 --minutes 5 --json
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Costs:
    """What was measured on one machine; see docs/guides/cluster.md for the commands."""

    #: CPU seconds per luma megapixel and frame of one distorted video, and of its reference once.
    pair_cost: float = 0.0026
    reference_cost: float = 0.0016
    #: CPU seconds per megapixel and frame to decode a compressed input.
    decode_cost: float = 0.0012
    #: Seconds that a node spends on a task beside its work: processes, copies, listing.
    task_overhead: float = 0.05
    #: Seconds of the driver per task: what Ray takes to give one out and collect it.
    dispatch: float = 0.0012
    #: Seconds for a node to be there after the cluster is started.
    start_up: float = 8.0


@dataclass(frozen=True)
class Farm:
    """The machines and what they share."""

    machines: int
    cores: int = 16
    #: Standard deviation of the logarithm of a machine's speed.
    spread: float = 0.08
    #: Share of the machines that take this many times as long.
    crawling: float = 0.005
    crawl: float = 4.0
    #: Mean hours between two losses of a machine (0: never), and how long a new one takes.
    hours_between_losses: float = 300.0
    replacement: float = 180.0
    #: Gigabytes per second: of each machine's network, of the storage as a whole.
    network: float = 1.25
    storage: float = 20.0


@dataclass(frozen=True)
class Workload:
    """Compressed ladders of one resolution."""

    pairs: int = 1_000_000
    rungs: int = 6
    megapixels: float = 2.07
    minutes: float = 2.0
    frame_rate: float = 25.0
    #: Standard deviation of the logarithm of a clip's length.
    spread: float = 0.6
    #: Megabits per second of reference and of distorted videos, on average.
    reference_rate: float = 25.0
    distorted_rate: float = 4.0
    #: The longest piece of a ladder in frames that one task works on; 0: ladders are whole.
    segment: int = 0


@dataclass
class Result:
    """What a run would look like."""

    machines: int
    tasks: int
    core_hours: float
    ideal_seconds: float
    makespan_seconds: float
    efficiency: float
    #: Seconds at the end in which fewer than half of the cores work.
    tail_seconds: float
    #: Seconds that the storage takes to deliver all inputs at its limit.
    storage_seconds: float
    #: Share of the makespan that the driver spends on giving tasks out.
    driver_load: float
    longest_task_seconds: float
    lost_tasks: int
    read_terabytes: float
    read_gigabytes_per_second: float
    #: Files in the store, and megabytes of its manifest.
    files: int
    manifest_megabytes: float


def simulate(farm: Farm, load: Workload, costs: Costs, *, speculate: bool = False, seed: int = 1) -> Result:
    """Gives every task out and follows it to its end."""
    generator = random.Random(seed)
    frames = _lengths(load, generator)
    mean_rate = (load.reference_rate + load.rungs * load.distorted_rate) / 8 * 1e6
    tasks: list[tuple[float, float]] = []
    for count in frames:
        work = count * load.megapixels
        cpu = work * (costs.reference_cost + costs.decode_cost)
        cpu += work * load.rungs * (costs.pair_cost + costs.decode_cost)
        tasks.append((cpu, count / load.frame_rate * mean_rate))
    tasks.sort(reverse=True)

    workers = farm.machines * farm.cores
    share = farm.network / farm.cores * 1e9
    speeds = [
        math.exp(generator.gauss(0, farm.spread)) * (farm.crawl if generator.random() < farm.crawling else 1.0)
        for _ in range(farm.machines)
    ]
    rate = 1 / (farm.hours_between_losses * 3600) if farm.hours_between_losses else 0.0

    # The cores by the time at which each is free; only as many as there are tasks can matter.
    count = min(workers, 2 * len(tasks) + 1)
    order = generator.sample(range(workers), count) if count < workers else range(workers)
    free = [(costs.start_up, core // farm.cores) for core in order]
    heapq.heapify(free)
    queue = [(-cpu, cpu, size) for cpu, size in tasks]
    driver = costs.start_up
    ends: list[float] = []
    lost = 0
    longest = 0.0
    typical = sorted(speeds)[len(speeds) // 2]
    while queue:
        _, cpu, size = heapq.heappop(queue)
        at, machine = heapq.heappop(free)
        driver = max(driver, at) if driver < at - 1 else driver
        driver += costs.dispatch
        start = max(at, driver)
        # Reading overlaps with computing: the slower of the two counts.
        need = max(cpu * speeds[machine], size / share) + costs.task_overhead
        if rate and generator.random() < 1 - math.exp(-need * rate):
            lost += 1
            gone = start + need * generator.random()
            heapq.heappush(queue, (-cpu, cpu, size))
            heapq.heappush(free, (gone + farm.replacement, machine))
            continue
        if speculate:
            # A second copy is started elsewhere once a task is late by half; the first end counts.
            usual = max(cpu * typical, size / share) + costs.task_overhead
            need = min(need, 1.5 * usual + usual)
        longest = max(longest, need)
        ends.append(start + need)
        heapq.heappush(free, (start + need, machine))

    ends.sort()
    core_seconds = sum(cpu for cpu, _ in tasks)
    # What the machines together can do in a second, one of usual speed counting as one.
    capacity = sum(farm.cores / speed for speed in speeds)
    # The storage as a whole is a bound of its own: nobody is done before everything is read.
    makespan = max(ends[-1], costs.start_up + sum(size for _, size in tasks) / (farm.storage * 1e9))
    half = ends[max(0, len(ends) - min(workers, len(ends)) // 2 - 1)]
    read = sum(size for _, size in tasks)
    files = len(frames) * load.rungs
    return Result(
        machines=farm.machines,
        tasks=len(tasks),
        core_hours=core_seconds / 3600,
        ideal_seconds=core_seconds / capacity,
        makespan_seconds=makespan,
        efficiency=core_seconds / capacity / makespan,
        tail_seconds=ends[-1] - half,
        storage_seconds=read / (farm.storage * 1e9),
        driver_load=min(1.0, (len(tasks) + lost) * costs.dispatch / makespan),
        longest_task_seconds=longest,
        lost_tasks=lost,
        read_terabytes=read / 1e12,
        read_gigabytes_per_second=read / 1e9 / makespan,
        files=files,
        manifest_megabytes=files * 900 / 1e6,
    )


def _lengths(load: Workload, generator: random.Random) -> list[float]:
    """The frames of each task: log-normal clips, cut into segments where that is asked for."""
    mean = load.minutes * 60 * load.frame_rate
    frames: list[float] = []
    for _ in range(max(1, load.pairs // load.rungs)):
        left = mean * math.exp(generator.gauss(0, load.spread) - load.spread**2 / 2)
        while load.segment and left > load.segment:
            frames.append(load.segment)
            left -= load.segment
        frames.append(left)
    return frames


def table(results: list[Result]) -> str:
    """The results as a Markdown table."""
    head = [
        "machines", "tasks", "core hours", "ideal", "makespan", "efficiency", "tail", "storage", "driver",
        "longest task", "lost", "read", "read rate", "manifest",
    ]  # fmt: skip
    rows = [
        [
            f"{r.machines:,}", f"{r.tasks:,}", f"{r.core_hours:,.0f}", _time(r.ideal_seconds),
            _time(r.makespan_seconds), f"{r.efficiency:.0%}", _time(r.tail_seconds), _time(r.storage_seconds),
            f"{r.driver_load:.0%}", _time(r.longest_task_seconds), f"{r.lost_tasks:,}",
            f"{r.read_terabytes:,.1f} TB", f"{r.read_gigabytes_per_second:,.1f} GB/s",
            f"{r.manifest_megabytes:,.0f} MB",
        ]
        for r in results
    ]  # fmt: skip
    lines = [head, ["---:"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--machines", type=int, nargs="+", default=[10, 1_000, 100_000])
    parser.add_argument("--speculate", action="store_true", help="run late tasks a second time")
    parser.add_argument("--json", action="store_true", help="JSON lines instead of a table")
    parser.add_argument("--seed", type=int, default=1)
    groups = {Workload: Workload(), Costs: Costs(), Farm: Farm(machines=0)}
    for defaults in groups.values():
        for name, value in asdict(defaults).items():
            if name != "machines":
                option = "--" + ("machine-" if isinstance(defaults, Farm) and name == "spread" else "") + name
                parser.add_argument(option.replace("_", "-"), type=type(value), default=value, metavar="N")
    options = vars(parser.parse_args())
    load = Workload(**{name: options[name] for name in asdict(groups[Workload])})
    costs = Costs(**{name: options[name] for name in asdict(groups[Costs])})
    farm = {name: options[name] for name in asdict(groups[Farm]) if name not in ("machines", "spread")}
    results = [
        simulate(
            Farm(machines=machines, spread=options["machine_spread"], **farm), load, costs,
            speculate=options["speculate"], seed=options["seed"],
        )
        for machines in options["machines"]
    ]  # fmt: skip
    print("\n".join(json.dumps(asdict(r)) for r in results) if options["json"] else table(results))


if __name__ == "__main__":
    main()
