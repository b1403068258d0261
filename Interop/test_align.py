"""Planted offsets, dropped and repeated frames, and what `score --align` makes of them."""

import json
import os
import subprocess

import pytest

from conftest import CLIPS

pytestmark = pytest.mark.skipif(
    not os.environ.get("TINYVMAF_ALIGN_CLIPS"), reason="slow: set TINYVMAF_ALIGN_CLIPS=1"
)

NAMES = sorted(path.stem for path in CLIPS.glob("*.mkv"))


@pytest.fixture(scope="module")
def encode(tmp_path_factory):
    """(name, selection of frames) -> an x264 encode at a low rate, or the frames themselves."""
    folder = tmp_path_factory.mktemp("align")
    known = {}

    def source(name):
        if NAMES:
            return ["-i", str(CLIPS / f"{name}.mkv")]
        return ["-f", "lavfi", "-i", f"{name}=size=320x180:rate=25", "-frames:v", "60"]

    def make(name, select="1", crf=None, picture=None):
        key = (name, select, crf, picture)
        if key not in known:
            path = folder / f"{len(known)}.{'mkv' if crf else 'y4m'}"
            codec = ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf)] if crf else []
            filters = f"select='{select}'" + (f",{picture}" if picture else "")
            subprocess.run(
                ["ffmpeg", "-v", "error", "-y", *source(name), "-vf", filters, "-vsync", "0",
                 "-enc_time_base", "1/25", "-pix_fmt", "yuv420p", *codec, str(path)], check=True,
            )  # fmt: skip
            known[key] = path
        return known[key]

    return make


def aligned(tinyvmaf, reference, distorted):
    done = tinyvmaf("align", reference, distorted, "--json")
    return json.loads(done.stdout)[0]


CLIP_NAMES = NAMES or ["testsrc2", "mandelbrot"]


@pytest.mark.parametrize("name", CLIP_NAMES)
def test_offsets(tinyvmaf, encode, name):
    reference, distorted = encode(name), encode(name, crf=34)
    found = aligned(tinyvmaf, reference, distorted)
    assert found["findings"] == [] and found["time"]["offset"] == 0
    length = found["time"]["frame_count"]
    for offset in (1, 2, 9, 30):
        if length - offset < 7:
            continue
        later = f"gte(n,{offset})"
        for pair, expected in (
            ((reference, encode(name, later, crf=34)), offset),
            ((encode(name, later), distorted), -offset),
        ):
            found = aligned(tinyvmaf, *pair)
            assert found["time"]["offset"] == expected, (offset, found["time"])
            assert len(found["findings"]) == 1


@pytest.mark.parametrize("name", [name for name in CLIP_NAMES if name != "dog_phone_540p"])
def test_dropped_and_repeated_frames(tinyvmaf, encode, name):
    """In the middle of each clip; the phone clip stands still there."""
    reference = encode(name)
    length = aligned(tinyvmaf, reference, reference)["time"]["frame_count"]
    middle = length // 2
    for kind, frames in (("dropped", f"not(eq(n,{middle}))"), ("repeated", "1")):
        picture = f"loop=1:1:{middle - 1}" if kind == "repeated" else None
        found = aligned(tinyvmaf, reference, encode(name, frames, 34, picture))
        (event,) = found["time"]["events"]
        assert (event["kind"], event["count"]) == (kind, 1)
        assert abs(event["frame"] - middle) <= 2, event


@pytest.mark.parametrize("name", CLIP_NAMES)
@pytest.mark.parametrize("crf", [18, 28, 42, 51])
def test_no_false_alarm(tinyvmaf, encode, name, crf):
    assert aligned(tinyvmaf, encode(name), encode(name, crf=crf))["findings"] == []


def test_bars(tinyvmaf, encode):
    name = CLIP_NAMES[0]
    barred = encode(name, crf=30, picture="drawbox=0:0:iw:24:black:fill,drawbox=0:ih-24:iw:24:black:fill")
    found = aligned(tinyvmaf, encode(name), barred)
    assert found["picture"]["has_other_bars"] and found["picture"]["distorted"]["top"] == 24
    assert len(found["findings"]) == 1 and "black bars" in found["findings"][0]


def test_score(tinyvmaf, encode):
    """check says it and changes nothing; auto equals the skip by hand; off is silent."""
    name = CLIP_NAMES[0]
    reference, late = encode(name), encode(name, "gte(n,3)", crf=34)
    flags = ["--csv", "--precision", "max"]
    off = tinyvmaf("score", reference, late, "--align", "off", *flags)
    check = tinyvmaf("score", reference, late, *flags)
    assert off.stdout == check.stdout
    assert "--frame_skip_ref 3" in check.stderr and "--frame_skip_ref" not in off.stderr
    auto = tinyvmaf("score", reference, late, "--align", "auto", *flags)
    assert "the first 3 frames" in auto.stderr and "auto" in auto.stderr
    by_hand = tinyvmaf("score", reference, late, "--frame_skip_ref", 3, *flags)
    assert auto.stdout == by_hand.stdout != off.stdout
    in_step = tinyvmaf("score", reference, encode(name, crf=34), "--align", "auto", *flags)
    assert "left out" not in in_step.stderr


def test_score_from_a_pipe(tinyvmaf, encode):
    name = CLIP_NAMES[0]
    reference, late = encode(name), encode(name, "gte(n,3)")
    with open(late, "rb") as pipe:
        piped = tinyvmaf("score", reference, "-", "--csv", stdin=pipe)
    assert "--frame_skip_ref 3" in piped.stderr
    with open(late, "rb") as pipe:
        refused = tinyvmaf("score", reference, "-", "--align", "auto", stdin=pipe, check=False)
    assert refused.returncode == 64 and refused.stdout == "" and "only once" in refused.stderr
