"""The command line: ``tinyvmaf-ray extract | score | sweep``."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Sequence

import tinyvmaf_ray
from tinyvmaf_ray.binary import Binary
from tinyvmaf_ray.engine import Engine
from tinyvmaf_ray.errors import UsageError
from tinyvmaf_ray.extracting import ExtractOptions, extract
from tinyvmaf_ray.pairs import read_pairs
from tinyvmaf_ray.progress import Progress
from tinyvmaf_ray.scoring import ScoreRun, score
from tinyvmaf_ray.summary import Summary
from tinyvmaf_ray.sweeping import Sweep, sweep

#: Exit codes, those of the binary: done, some pairs failed for good, stopped by Ctrl-C.
DONE, SOME_FAILED, INTERRUPTED = 0, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the tool and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UsageError as error:
        print(f"tinyvmaf-ray: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("tinyvmaf-ray: stopped; run the same command again to continue.", file=sys.stderr)
        return INTERRUPTED


def _extract(options: argparse.Namespace) -> int:
    pairs = read_pairs(options.pairs)
    binary = Binary.load(options.binary)
    forwarded = [word for teacher in options.teacher for word in ("--teacher", teacher)]
    forwarded += [word for feature in options.feature for word in ("--feature", feature)]
    forwarded += ["--scale", options.scale] if options.scale else []
    with _engine(options) as engine:
        progress = _progress(options)
        _introduce(engine, binary, progress, options)
        summary = extract(
            engine, binary, pairs, options.store,
            ExtractOptions(
                threads=options.threads, attempts=options.retries + 1, timeout=options.timeout,
                largest_work=options.largest_task, binary_options=tuple(forwarded),
            ),
            progress,
        )  # fmt: skip
    return _conclude(summary, options)


def _score(options: argparse.Namespace) -> int:
    pairs = read_pairs(options.pairs)
    binary = Binary.load(options.binary)
    forwarded = [word for model in options.model for word in ("--model", model)]
    forwarded += [word for feature in options.feature for word in ("--feature", feature)]
    forwarded += ["--scale", options.scale] if options.scale else []
    forwarded += ["--threads", str(options.threads)]
    output = options.output if "://" in options.output else os.path.abspath(options.output)
    with _engine(options) as engine:
        progress = _progress(options)
        _introduce(engine, binary, progress, options)
        summary = score(
            engine, binary, pairs, ScoreRun(output, tuple(forwarded), options.timeout), progress,
            threads=options.threads, attempts=options.retries + 1,
        )  # fmt: skip
    return _conclude(summary, options)


def _sweep(options: argparse.Namespace) -> int:
    binary = Binary.load(options.binary)
    plan = Sweep(os.path.abspath(options.grid), os.path.abspath(options.output))
    with _engine(options) as engine:
        progress = _progress(options)
        _introduce(engine, binary, progress, options)
        summary = sweep(
            engine, binary, plan, progress, attempts=options.retries + 1, timeout=options.timeout
        )
    return _conclude(summary, options)


def _engine(options: argparse.Namespace) -> Engine:
    return Engine(options.address, cpus=options.cpus)


def _progress(options: argparse.Namespace) -> Progress:
    return Progress("none" if options.quiet else options.progress)


def _introduce(
    engine: Engine, binary: Binary, progress: Progress, options: argparse.Namespace
) -> None:
    if not options.quiet:
        progress.note(f"tinyvmaf {binary.version} on {engine.nodes} nodes, {engine.cpus} cores")


def _conclude(summary: Summary, options: argparse.Namespace) -> int:
    for failure in summary.failures:
        print(f"{failure['source']}/{failure['pair']}: {failure['message']}", file=sys.stderr)
    if not options.quiet:
        print(summary.text, file=sys.stderr)
    if options.summary:
        with open(options.summary, "w", encoding="utf-8") as file:
            file.write(summary.json + "\n")
    return SOME_FAILED if summary.failures else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinyvmaf-ray", description="Runs tinyvmaf over a Ray cluster.",
        epilog="Every command may be run again to continue where it was stopped.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=tinyvmaf_ray.__version__)
    commands = parser.add_subparsers(required=True, metavar="command")

    common = argparse.ArgumentParser(add_help=False)
    cluster = common.add_argument_group("cluster")
    cluster.add_argument(
        "--address", help="the cluster: auto, or HOST:PORT; without it one is started here",
        default=os.environ.get("RAY_ADDRESS"),
    )  # fmt: skip
    cluster.add_argument("--cpus", type=_positive, help="cores of a cluster that is started here")
    cluster.add_argument("--binary", help="the tinyvmaf to send to the nodes (TINYVMAF, or PATH)")
    cluster.add_argument(
        "--retries", type=_count, default=3,
        help="more tries for a task whose process, worker or node was lost (default 3)",
    )  # fmt: skip
    cluster.add_argument("--timeout", type=float, help="seconds that one call of tinyvmaf may take")
    said = common.add_argument_group("output")
    said.add_argument("--progress", choices=["line", "json", "none"], help="how progress is shown")
    said.add_argument("--summary", metavar="FILE", help="write what was done, and its cost, as JSON")
    said.add_argument("-q", "--quiet", action="store_true", help="failures only")

    videos = argparse.ArgumentParser(add_help=False)
    videos.add_argument("--pairs", required=True, help="the pairs file: CSV or JSON lines")
    videos.add_argument("--threads", type=_positive, default=1, help="cores per task (default 1)")
    videos.add_argument("--feature", action="append", default=[], help="another feature")
    videos.add_argument("--scale", help="scale distorted videos of another size by this filter")

    extract_parser = commands.add_parser(
        "extract", parents=[common, videos], help="features and teacher scores into a store",
        description="Fills a feature store, a ladder per task, what it holds left alone.",
    )  # fmt: skip
    extract_parser.add_argument(
        "--store", required=True, help="a folder that all nodes see, or an fsspec URL"
    )
    extract_parser.add_argument("--teacher", action="append", default=[], help="model to score with")
    extract_parser.add_argument(
        "--largest-task", type=float, metavar="MPF",
        help="split ladders of more than this many megapixel-frames",
    )  # fmt: skip
    extract_parser.set_defaults(run=_extract)

    score_parser = commands.add_parser(
        "score", parents=[common, videos], help="a JSON file of scores per pair",
        description="Writes libvmaf's JSON of every pair, and scores.csv with the means.",
    )  # fmt: skip
    score_parser.add_argument("--output", required=True, help="a folder or an fsspec URL")
    score_parser.add_argument("--model", action="append", default=[], help="model to score with")
    score_parser.set_defaults(run=_score)

    sweep_parser = commands.add_parser(
        "sweep", parents=[common], help="a grid of trainings",
        description="Trains every cell of a grid and gathers one evaluation.",
    )  # fmt: skip
    sweep_parser.add_argument("--grid", required=True, help="the grid file of tinyvmaf sweep")
    sweep_parser.add_argument("--output", required=True, help="a folder that all nodes see")
    sweep_parser.set_defaults(run=_sweep)
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must be at least 0")
    return value
