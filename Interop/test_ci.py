"""Gates on scores, JUnit XML, progress for programs, timings."""

import json
import xml.etree.ElementTree as ElementTree

import pytest

from clips import write_y4m


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ci")
    write_y4m(folder / "ref.y4m", count=24)
    write_y4m(folder / "good.y4m", count=24, noise=1)
    write_y4m(folder / "bad.y4m", count=24, noise=40)
    return folder


def score(tinyvmaf, videos, *arguments):
    return tinyvmaf(
        "score", "ref.y4m", "good.y4m", "bad.y4m", "-q", *arguments, cwd=videos, check=False
    )


def test_fail_under(tinyvmaf, videos):
    plain = score(tinyvmaf, videos)
    assert plain.returncode == 0 and plain.stderr == ""
    passed = score(tinyvmaf, videos, "--fail-under", 0)
    assert (passed.returncode, passed.stderr) == (0, "")
    failed = score(tinyvmaf, videos, "--fail-under", 90)
    assert failed.returncode == 2 and failed.stdout == plain.stdout
    (line,) = failed.stderr.splitlines()
    assert line.startswith("tinyvmaf: bad.y4m: the mean of vmaf is ") and line.endswith("below 90.0.")
    both = score(tinyvmaf, videos, "--fail-under", 101, "--pool", "p5")
    assert both.returncode == 2 and len(both.stderr.splitlines()) == 2
    assert "the p5 of vmaf" in both.stderr


def test_fail_under_of_a_named_model(tinyvmaf, videos):
    models = ("-m", "vmaf_v0.6.1", "-m", "vmaf_v0.6.1neg:name=neg")
    done = score(tinyvmaf, videos, *models, "--fail-under", 0, "--fail-under", "neg=101")
    assert done.returncode == 2
    assert [line.split(" is ")[0] for line in done.stderr.splitlines()] == [
        "tinyvmaf: good.y4m: the mean of neg", "tinyvmaf: bad.y4m: the mean of neg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [("--fail-under", "other=3"), ("--fail-under", "x"), ("--fail-under", "nan"),
     ("--fail-under", "3", "-n", "--feature", "psnr"), ("--pool", "p101"), ("--pool", "x")],
)  # fmt: skip
def test_wrong_gates(tinyvmaf, videos, arguments):
    done = score(tinyvmaf, videos, *arguments)
    assert done.returncode == 64 and done.stdout == "" and len(done.stderr.splitlines()) == 1


def test_junit(tinyvmaf, videos, tmp_path):
    path = tmp_path / "out.xml"
    done = score(tinyvmaf, videos, "--fail-under", 90, "--pool", "median", "--junit", path)
    assert done.returncode == 2
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites" and (root.get("tests"), root.get("failures")) == ("2", "1")
    good, bad = root.iter("testcase")
    assert good.get("classname") == "ref.y4m" and good.find("failure") is None
    assert "below 90" in bad.find("failure").get("message")
    assert float(good.find("properties/property").get("value")) > 90
    score(tinyvmaf, videos, "--junit", path)
    root = ElementTree.parse(path).getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "0")


def test_progress_for_programs(tinyvmaf, videos):
    done = tinyvmaf("score", "ref.y4m", "good.y4m", "--progress", "json", cwd=videos)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [event["event"] for event in events][-1] == "finished"
    assert {event["stage"] for event in events} == {"scoring"}
    assert (events[-1]["done"], events[-1]["total"]) == (24, 24)
    silent = tinyvmaf("score", "ref.y4m", "good.y4m", "--progress", "none", cwd=videos)
    assert "{" not in silent.stderr and silent.stdout.startswith("vmaf ")


def test_verbose(tinyvmaf, videos):
    done = tinyvmaf("score", "ref.y4m", "good.y4m", "--verbose", cwd=videos)
    stages = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("time: ")]
    assert {"opening", "features", "reading", "prediction", "writing"} <= set(stages)


def test_demo_tells_its_stages(tinyvmaf, tmp_path):
    done = tinyvmaf("demo", "--output", tmp_path / "demo", "--progress", "json")
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    finished = [event["stage"] for event in events if event["event"] == "finished"]
    assert finished[:2] == ["corpus", "extract"] and "train" in finished


def test_suggestions(tinyvmaf):
    """A mistyped command gets the likely one."""
    for typed, meant in (("scroe", "score"), ("trian", "train"), ("alig", "align")):
        done = tinyvmaf(typed, check=False)
        assert done.returncode == 64 and f"\"{meant}\"" in done.stderr, done.stderr
