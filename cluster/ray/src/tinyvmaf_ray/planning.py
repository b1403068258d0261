"""From pairs to tasks: ladders kept together, sized by pixels times frames, longest first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Iterable

from tinyvmaf_ray.pairs import Pair

#: Reading and analysing a reference costs about this share of scoring one distorted video, which
#: is why the rungs of a ladder stay together (``docs/guides/cluster.md`` has the measurement).
REFERENCE_SHARE = 0.63
#: Without a better source, a compressed byte is taken to stand for this many luma samples.
SAMPLES_PER_COMPRESSED_BYTE = 60.0
#: The binary reads at most this many distorted videos of one reference at a time.
LADDER_LIMIT = 8
#: Samples per pixel of the raw formats, luma and chroma.
_SAMPLES = {"420": 1.5, "422": 2.0, "444": 3.0, "400": 1.0}


@dataclass(frozen=True)
class Task:
    """Pairs of one reference that one worker computes in one pass."""

    index: int
    pairs: tuple[Pair, ...]
    #: Estimated work: luma megapixels times frames, the reference counted with its share.
    work: float
    #: The largest frame of the task in luma pixels; 0 when it is not known.
    pixels: int

    @property
    def name(self) -> str:
        """What the task is called in messages."""
        return f"{self.pairs[0].source} ({len(self.pairs)} pairs)"


def plan_tasks(pairs: Iterable[Pair], *, largest_work: float | None = None) -> list[Task]:
    """Groups pairs into tasks, the longest first, so that no long one is left for the end.

    A ladder stays in one task unless it has more than ``LADDER_LIMIT`` rungs or more work than
    ``largest_work`` megapixel-frames.
    """
    ladders: dict[tuple[str, ...], list[Pair]] = {}
    for pair in pairs:
        geometry = tuple(pair.column(name) or "" for name in ("width", "height", "pixel_format"))
        ladders.setdefault((pair.reference, *geometry), []).append(pair)
    sizes = _sizes({pair.reference for ladder in ladders.values() for pair in ladder}, ladders)
    drafts: list[tuple[list[Pair], float, int]] = []
    for ladder in ladders.values():
        mega, pixels = sizes[ladder[0].reference]
        rungs = LADDER_LIMIT
        if largest_work is not None and mega > 0:
            rungs = max(1, min(rungs, int(largest_work / mega - REFERENCE_SHARE)))
        for start in range(0, len(ladder), rungs):
            part = ladder[start : start + rungs]
            drafts.append((part, mega * (len(part) + REFERENCE_SHARE), pixels))
    drafts.sort(key=lambda draft: (-draft[1], draft[0][0].identity))
    return [
        Task(index=index, pairs=tuple(part), work=work, pixels=pixels)
        for index, (part, work, pixels) in enumerate(drafts)
    ]


def _sizes(
    references: set[str], ladders: dict[tuple[str, ...], list[Pair]]
) -> dict[str, tuple[float, int]]:
    """Luma megapixel-frames and pixels per frame of each reference."""
    pair_of = {ladder[0].reference: ladder[0] for ladder in ladders.values()}
    with ThreadPoolExecutor(max_workers=8) as pool:
        return dict(zip(references, pool.map(lambda path: _size(pair_of[path]), references)))


def _size(pair: Pair) -> tuple[float, int]:
    path = pair.reference
    try:
        size = os.stat(path).st_size
    except OSError:
        # The worker will say what is wrong; a remote file counts as one of middling size.
        return (100.0, 0)
    if path.lower().endswith(".yuv"):
        width, height = pair.column("width"), pair.column("height")
        depth = int(float(pair.column("bitdepth") or 8))
        bytes_per_pixel = _SAMPLES.get(pair.column("pixel_format") or "420", 1.5)
        bytes_per_pixel *= 2 if depth > 8 else 1
        pixels = int(float(width or 0)) * int(float(height or 0))
        return (size / bytes_per_pixel / 1e6, pixels)
    if path.lower().endswith(".y4m"):
        return _y4m_size(path, size)
    return _probed_size(path) or (size * SAMPLES_PER_COMPRESSED_BYTE / 1e6, 0)


def _y4m_size(path: str, size: int) -> tuple[float, int]:
    with open(path, "rb") as file:
        header = file.readline(512).decode("ascii", "replace").split()
    fields = {word[0]: word[1:] for word in header[1:] if word}
    pixels = int(fields.get("W", "0")) * int(fields.get("H", "0"))
    layout = fields.get("C", "420")
    bytes_per_pixel = next((_SAMPLES[k] for k in _SAMPLES if layout.startswith(k)), 1.5)
    if layout.startswith("mono"):
        bytes_per_pixel = 1.0
    if "p1" in layout or layout.startswith("mono1"):
        bytes_per_pixel *= 2
    return (size / bytes_per_pixel / 1e6, pixels)


def _probed_size(path: str) -> tuple[float, int] | None:
    if shutil.which("ffprobe") is None:
        return None
    fields = "stream=width,height,nb_frames,avg_frame_rate:format=duration"
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", fields,
         "-of", "json", "--", path],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    try:
        answer = json.loads(done.stdout)
        stream = answer["streams"][0]
        pixels = int(stream["width"]) * int(stream["height"])
        if str(stream.get("nb_frames", "")).isdigit():
            frames = float(stream["nb_frames"])
        else:
            upper, lower = stream["avg_frame_rate"].split("/")
            frames = float(answer["format"]["duration"]) * float(upper) / float(lower)
    except (ValueError, KeyError, IndexError, ZeroDivisionError):
        return None
    return (pixels * frames / 1e6, pixels)
