"""Shared fixtures: the binary under test, real or synthetic clips, and the live peer."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLIPS = ROOT.parent / "shared" / "video"


@pytest.fixture(scope="session")
def tinyvmaf():
    """Runs the release binary; returns the completed process."""
    binary = os.environ.get("TINYVMAF", str(ROOT / ".build" / "release" / "tinyvmaf"))
    if not pathlib.Path(binary).exists():
        pytest.fail(f"{binary} is missing: run make build")

    def run(*arguments, check=True, **options):
        command = [binary, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if check and done.returncode != 0:
            pytest.fail(f"{' '.join(command)} exited {done.returncode}: {done.stderr}")
        return done

    # For tests that start the process themselves.
    run.command = [binary]
    return run


@pytest.fixture(scope="session")
def peer_ffmpeg():
    """An ffmpeg with a current libvmaf filter."""
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(scope="session")
def clip_pairs(tmp_path_factory, peer_ffmpeg):
    """Name -> (reference, distorted) as Y4M: three real clips where there are any, else synthetic.

    Widths are 544 or more, where the peer's vector code agrees with its own scalar code.
    """
    folder = tmp_path_factory.mktemp("clips")
    sources = {
        "calendar": ("-i", CLIPS / "vid4_calendar.mkv"),
        "tennis": ("-i", CLIPS / "davis_tennis.mkv"),
        "sintel": ("-i", CLIPS / "sintel_raftdemo.mkv"),
    }
    if not all(path.exists() for _, path in sources.values()):
        sources = {
            "testsrc": ("-f", "lavfi", "-i", "testsrc2=size=576x324:rate=25:duration=1"),
            "mandelbrot": ("-f", "lavfi", "-i", "mandelbrot=size=640x360:rate=25"),
            "cells": ("-f", "lavfi", "-i", "cellauto=size=720x400:rate=25"),
        }

    def ffmpeg(*arguments):
        subprocess.run([peer_ffmpeg, "-v", "error", "-y", *map(str, arguments)], check=True)

    pairs = {}
    for name, source in sources.items():
        for depth, pixels in ((8, "yuv420p"), (10, "yuv420p10le")):
            reference = folder / f"{name}{depth}_ref.y4m"
            encoded = folder / f"{name}{depth}.mkv"
            distorted = folder / f"{name}{depth}_dis.y4m"
            raw = ("-pix_fmt", pixels, "-strict", "-1")
            ffmpeg(*source, "-frames:v", 8, *raw, reference)
            ffmpeg("-i", reference, "-c:v", "libx264", "-crf", 36, encoded)
            ffmpeg("-i", encoded, *raw, distorted)
            pairs[f"{name}{depth}"] = (reference, distorted)
    return pairs
