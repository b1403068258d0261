"""Scores and features against a live libvmaf: the filter of imageio-ffmpeg's ffmpeg."""

import csv
import json
import subprocess

import pytest


def run_peer(ffmpeg, reference, distorted, log, options="", log_format="json"):
    graph = f"[0:v][1:v]libvmaf=log_path={log}:log_fmt={log_format}:n_threads=2{options}"
    subprocess.run(
        [ffmpeg, "-v", "error", "-i", distorted, "-i", reference, "-lavfi", graph, "-f", "null", "-"],
        check=True,
    )
    return log


def test_every_printed_digit_is_the_peers(tinyvmaf, peer_ffmpeg, clip_pairs, tmp_path):
    """All features, the score and all pooled values of the default run, at six decimals."""
    for name, (reference, distorted) in clip_pairs.items():
        theirs = json.loads(
            run_peer(peer_ffmpeg, reference, distorted, tmp_path / f"{name}.json").read_text()
        )
        ours = json.loads(tinyvmaf("score", reference, distorted, "--json").stdout)
        assert len(ours["frames"]) == len(theirs["frames"]) == 8
        for mine, peers in zip(ours["frames"], theirs["frames"]):
            assert mine["metrics"] == peers["metrics"], (name, mine["frameNum"])
        assert ours["pooled_metrics"] == theirs["pooled_metrics"], name


@pytest.mark.parametrize("model", ["vmaf_v0.6.1neg", "vmaf_4k_v0.6.1"])
def test_other_models(tinyvmaf, peer_ffmpeg, clip_pairs, tmp_path, model):
    name, (reference, distorted) = next(iter(clip_pairs.items()))
    log = run_peer(
        peer_ffmpeg, reference, distorted, tmp_path / "log.json", f":model=version={model}"
    )
    theirs = json.loads(log.read_text())
    ours = json.loads(tinyvmaf("score", reference, distorted, "-m", model, "--json").stdout)
    assert ours["frames"] == theirs["frames"]


def test_csv_is_a_drop_in(tinyvmaf, peer_ffmpeg, clip_pairs, tmp_path):
    """The same table; the peer may order the columns otherwise when it uses threads."""
    reference, distorted = next(iter(clip_pairs.values()))
    log = run_peer(
        peer_ffmpeg, reference, distorted, tmp_path / "log.csv",
        ":feature='name=psnr'", log_format="csv",
    )  # fmt: skip
    output = tmp_path / "ours.csv"
    tinyvmaf("score", "-r", reference, "-d", distorted, "--feature", "psnr", "--csv", "-o", output)
    with open(log) as peers, open(output) as mine:
        assert list(csv.DictReader(mine)) == list(csv.DictReader(peers))


def test_subsampling(tinyvmaf, peer_ffmpeg, clip_pairs, tmp_path):
    reference, distorted = next(iter(clip_pairs.values()))
    log = run_peer(peer_ffmpeg, reference, distorted, tmp_path / "log.json", ":n_subsample=3")
    theirs = json.loads(log.read_text())
    ours = json.loads(tinyvmaf("score", reference, distorted, "--subsample", 3, "--json").stdout)
    assert [frame["frameNum"] for frame in ours["frames"]] == [0, 3, 6]
    assert ours["frames"] == theirs["frames"]
    assert ours["pooled_metrics"] == theirs["pooled_metrics"]
