"""`corpus`: checking names and files, and building a corpus."""

import csv
import json
import os
import pathlib
import shutil
import subprocess

import pytest

from clips import write_y4m

NAMES = pathlib.Path(__file__).resolve().parents[2] / "shared" / "subjective" / "nflx_public"

# Netflix's public set: frame rate of the reference, then label_height_kbps of each encode.
PUBLIC = {
    "BigBuckBunny": "25 20_288_375 30_384_550 40_384_750 50_480_1050 55_480_1750 75_720_3050 "
    "80_720_4250 85_1080_3800 90_1080_4300 95_1080_5800",
    "BirdsInCage": "30 40_288_375 50_288_550 60_384_550 65_384_750 80_480_750 85_720_1050 "
    "90_1080_1800 95_1080_3000",
    "CrowdRun": "25 03_288_375 40_480_2350 50_1080_4300 65_1080_5800 75_1080_7500 80_1080_10000 "
    "90_1080_15000",
    "ElFuente1": "30 10_288_375 25_384_750 50_480_1750 60_720_2350 70_1080_4300 85_1080_5800 "
    "90_1080_7500",
    "ElFuente2": "30 05_288_375 30_480_1750 50_720_3050 65_720_4250 60_1080_4300 70_1080_5800 "
    "80_1080_10000 85_1080_15000 90_1080_20000",
    "FoxBird": "25 20_288_375 40_384_750 55_480_750 65_480_1750 80_1080_2300 95_1080_5800",
    "OldTownCross": "25 20_288_375 45_384_750 55_480_750 60_480_1750 80_720_2350 85_720_2950 "
    "90_1080_4300",
    "Seeking": "25 10_288_375 30_480_1050 45_480_1750 50_720_2350 60_720_3050 65_1080_4300 "
    "75_1080_5800 85_1080_7500 90_1080_15000 95_1080_20000",
    "Tennis": "24 20_288_375 40_384_750 60_480_1050 70_480_1750 80_720_3050 90_1080_4300",
}
FRAME = 1920 * 1080 * 3 // 2


@pytest.fixture
def public(tmp_path):
    """The 79 files of the public set, empty."""
    for folder in ("ref", "dis"):
        (tmp_path / folder).mkdir()
    for source, text in PUBLIC.items():
        rate, *rungs = text.split()
        (tmp_path / "ref" / f"{source}_{rate}fps.yuv").touch()
        for rung in rungs:
            (tmp_path / "dis" / f"{source}_{rung}.yuv").touch()
    assert len(list(tmp_path.glob("*/*"))) == 79
    return tmp_path


@pytest.fixture
def check(tinyvmaf):
    def run(root, *options, code=0):
        done = tinyvmaf("corpus", "check", "--data-root", root, *options, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


def resize(path, size):
    """Makes a file of zeros that takes no room."""
    with open(path, "wb") as file:
        file.truncate(size)


def test_public_set_by_name(check, public):
    assert check(public, "--public-set", "--names-only") == (
        "public set: 9 of 9 references, 70 of 70 distorted videos\n"
        "9 references, 70 distorted videos, 9 sources, 70 usable pairs: sound\n"
    )


@pytest.mark.skipif(not NAMES.exists(), reason="the list of Netflix's public set is not here")
def test_public_set_as_published(check, tmp_path):
    for folder in ("ref", "dis"):
        (tmp_path / folder).mkdir()
    with open(NAMES / "nflx_public_dmos.csv") as file:
        for row in csv.DictReader(file):
            folder = "ref" if row["is_ref"] == "1" else "dis"
            (tmp_path / folder / row["filename"]).touch()
    assert check(tmp_path, "--public-set", "--names-only").endswith(
        "9 references, 70 distorted videos, 9 sources, 70 usable pairs: sound\n"
    )


def test_public_set_with_contents(check, public):
    """Files of the right length, in the format that their size tells."""
    frames = {"25": 150, "30": 180, "24": 120}
    for source, text in PUBLIC.items():
        for path in [*public.glob(f"ref/{source}_*"), *public.glob(f"dis/{source}_*")]:
            resize(path, FRAME * frames[text[:2]])
    said = check(public, "--public-set")
    assert said.endswith("70 usable pairs: sound\n")
    assert "note: 79 raw files are taken for 1920x1080" in said


@pytest.mark.parametrize(
    "damage, says",
    [
        (
            lambda root: os.rename(
                root / "dis/FoxBird_40_384_750.yuv", root / "dis/FoxBird_41_384_750.yuv"
            ),
            ["FoxBird_41_384_750: wrong label, the public set has FoxBird_40_384_750"],
        ),
        (
            lambda root: os.rename(
                root / "dis/Tennis_80_720_3050.yuv", root / "dis/Tennis_80_480_3050.yuv"
            ),
            ["Tennis_80_480_3050: wrong height, the public set has Tennis_80_720_3050"],
        ),
        (
            lambda root: os.rename(
                root / "dis/Seeking_10_288_375.yuv", root / "dis/Seeking_1028_8375.yuv"
            ),
            ["dis/Seeking_1028_8375.yuv: misnamed", "Seeking_10_288_375 is missing"],
        ),
        (
            lambda root: (root / "dis/CrowdRun_03_288_375.yuv").unlink(),
            ["CrowdRun has 6 of 7", "CrowdRun_03_288_375 is missing"],
        ),
        (
            lambda root: (root / "ref/Tennis_24fps.yuv").unlink(),
            ["no reference for Tennis", "Tennis_20_288_375", "Tennis has 6 of 6, reference missing"],
        ),
        (
            lambda root: shutil.copy(
                root / "dis/FoxBird_40_384_750.yuv", root / "dis/FoxBird_42_384_750.yuv"
            ),
            ["FoxBird_42_384_750", "several labels", "is not part of it"],
        ),
        (
            lambda root: (root / "ref/FoxBird_30fps.yuv").touch(),
            ["FoxBird has 2 references", "FoxBird_30fps"],
        ),
        (
            lambda root: os.rename(
                root / "ref/FoxBird_25fps.yuv", root / "dis/FoxBird_25fps.yuv"
            ),
            ["dis/FoxBird_25fps.yuv: by its name this file belongs into ref/"],
        ),
        (
            lambda root: (
                (root / "dis/FoxBird_40_384_750.yuv").unlink(),
                os.symlink("/etc/hostname", root / "dis/FoxBird_40_384_750.yuv"),
            ),
            ["dis/FoxBird_40_384_750.yuv: leads out of the corpus to /etc/hostname"],
        ),
        (
            lambda root: os.symlink("../../..", root / "dis/up"),
            ["dis/up: leads out of the corpus"],
        ),
    ],
)
def test_damaged_names(check, public, damage, says):
    damage(public)
    said = check(public, "--public-set", "--names-only", code=65)
    assert said.endswith(": not sound\n")
    for part in says:
        assert part in said, said


@pytest.fixture
def small(tmp_path):
    """Two sources of small raw files whose format a manifest states."""
    files = {}
    for folder in ("ref", "dis"):
        (tmp_path / folder).mkdir()
    for source in ("One", "Two"):
        for name in (f"ref/{source}_25fps.yuv", f"dis/{source}_50_48_100.yuv"):
            resize(tmp_path / name, 96 * 64 * 3 // 2 * 4)
            files[name] = {"width": 96, "height": 64, "frames": 4}
    (tmp_path / "corpus.json").write_text(json.dumps({"files": files}))
    return tmp_path


@pytest.mark.parametrize(
    "name, size, says",
    [
        ("dis/One_50_48_100.yuv", 96 * 64 * 3 // 2 * 3, ["3 frames", "4"]),
        ("ref/One_25fps.yuv", 96 * 64 * 3 // 2 * 5, ["5 frames", "4"]),
        ("dis/One_50_48_100.yuv", 96 * 64 * 3 // 2 * 4 - 7, ["truncated", "9209 bytes more"]),
        ("dis/One_50_48_100.yuv", 0, ["empty"]),
    ],
)
def test_damaged_files(check, small, name, size, says):
    assert check(small).endswith("2 usable pairs: sound\n")
    resize(small / name, size)
    said = check(small, code=65)
    for part in [f"error: {name}", *says]:
        assert part in said, said
    assert said.endswith("1 usable pairs: not sound\n")


def test_formats_and_heights(check, small):
    write_y4m(small / "dis/One_60_64_200.y4m", depth=10, count=4)
    write_y4m(small / "dis/Two_60_720_200.y4m", count=4)
    said = check(small, code=65)
    assert "error: dis/One_60_64_200.y4m: 96x64" in said and "10" in said
    assert "error: dis/Two_60_720_200.y4m: the name says 720 rows, the reference has 64" in said


def test_environment_names_the_corpus(tinyvmaf, small):
    other = small / "other"
    for variables, code in [
        ({"VMAF_DATA_ROOT": small}, 0),
        ({"TINYVMAF_DATA_ROOT": small, "VMAF_DATA_ROOT": other}, 0),
        ({"TINYVMAF_DATA_ROOT": other, "VMAF_DATA_ROOT": small}, 66),
        ({}, 64),
    ]:
        clean = {key: value for key, value in os.environ.items() if "DATA_ROOT" not in key}
        done = tinyvmaf("corpus", "list", check=False, env={**clean, **variables})
        assert done.returncode == code, done.stderr
    done = tinyvmaf("corpus", "list", "--data-root", small, env={**clean, "VMAF_DATA_ROOT": other})
    assert done.stdout.splitlines()[0].startswith("One  ref/One_25fps.yuv  dis/One_50_48_100.yuv")


def test_scenes_are_the_same_everywhere(tinyvmaf, tmp_path):
    """No other program, the same bytes again, and nothing is made twice."""
    options = ["--scenes", 3, "--scene-size", "96x64", "--frames", 3, "--seed", 5]
    environment = {"PATH": "/nonexistent"}
    for name, jobs in (("a", 1), ("b", 2)):
        tinyvmaf(
            "corpus", "make", "--data-root", tmp_path / name, *options, "--jobs", jobs,
            env=environment,
        )  # fmt: skip
    assert subprocess.run(["diff", "-r", tmp_path / "a", tmp_path / "b"]).returncode == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").glob("*/*")}
    again = tinyvmaf("corpus", "make", "--data-root", tmp_path / "a", *options)
    assert "0 made" in again.stderr
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "a").glob("*/*")}
    assert tinyvmaf("corpus", "check", "--data-root", tmp_path / "a").stdout.endswith(": sound\n")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("keep", ["raw", "encoded"])
def test_encoded_ladder(tinyvmaf, tmp_path, keep):
    video = write_y4m(tmp_path / "clip.y4m", width=128, height=96, count=6)
    ladder = tmp_path / "ladder.json"
    ladder.write_text('[{"height": 48, "kbps": 60}, {"height": 96, "crf": 30}]')
    root = tmp_path / "corpus"
    tinyvmaf(
        "corpus", "make", "--data-root", root, video, "--ladder", ladder, "--keep", keep,
        "--frames", 5,
    )  # fmt: skip
    assert tinyvmaf("corpus", "check", "--data-root", root).stdout.endswith("2 usable pairs: sound\n")
    files = json.loads((root / "corpus.json").read_text())["files"]
    assert len(files) == 3 and all(entry["frames"] == 5 for entry in files.values())
    assert not (root / ".work").exists()
    assert {path.suffix for path in (root / "dis").iterdir()} == (
        {".yuv"} if keep == "raw" else {".mkv"}
    )


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_video_that_fails_stops_no_other(tinyvmaf, tmp_path):
    good = write_y4m(tmp_path / "good.y4m", width=128, height=96, count=3)
    bad = tmp_path / "bad.y4m"
    bad.write_bytes(good.read_bytes()[:-1000])
    done = tinyvmaf(
        "corpus", "make", "--data-root", tmp_path / "c", bad, good, "--rungs", 1, check=False
    )
    assert done.returncode in (4, 65) and "bad" in done.stderr
