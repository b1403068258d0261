"""`extract`: the rows, the teachers, and a store that survives anything."""

import concurrent.futures
import filecmp
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time

import pyarrow.parquet as pq
import pytest

from clips import write_y4m

CLIPS = pathlib.Path(__file__).resolve().parents[2] / "shared" / "video"


@pytest.fixture(scope="module")
def corpus(tinyvmaf, tmp_path_factory):
    """Six scenes with five distorted versions each."""
    root = tmp_path_factory.mktemp("scenes")
    tinyvmaf(
        "corpus", "make", "--data-root", root, "--scenes", 6, "--scene-size", "160x90",
        "--frames", 8, "--jobs", 2,
    )  # fmt: skip
    # The hashes of inputs are remembered once the files have not changed for a while.
    past = time.time() - 60
    for path in root.glob("*/*"):
        os.utime(path, (past, past))
    return root


@pytest.fixture(scope="module")
def clean(tinyvmaf, corpus, tmp_path_factory):
    """The store of an uninterrupted run."""
    store = tmp_path_factory.mktemp("clean") / "store"
    done = tinyvmaf("extract", "--data-root", corpus, "--store", store)
    assert done.stderr == "30 pairs computed (240 frames), 0 there already, 0 failed\n"
    return store


def contents(store):
    """Every file of a store but those of the machine's own cache."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and "cache" not in path.parts
    }


def rows(store):
    """(source, pair) -> columns."""
    tables = {}
    for path in (store / "pairs").glob("*.parquet"):
        columns = pq.read_table(path).to_pydict()
        name = (columns.pop("source")[0], columns.pop("pair")[0])
        assert name not in tables
        tables[name] = columns
    return tables


def scored(tinyvmaf, reference, distorted, *options):
    """The columns of `score` at full precision."""
    done = tinyvmaf(
        "score", reference, distorted, "--json", "--precision", "max", "-q",
        "-m", "version=vmaf_v0.6.1:name=vmaf_v0.6.1", *options,
    )  # fmt: skip
    frames = json.loads(done.stdout)["frames"]
    return {name: [frame["metrics"][name] for frame in frames] for name in frames[0]["metrics"]}


def test_rows_are_scores_bit_for_bit(tinyvmaf, corpus, clean):
    tables = rows(clean)
    assert len(tables) == 30
    raw = ("-w", 160, "-h", 90, "-p", "420", "-b", 8)
    for (source, pair), columns in list(tables.items())[::7]:
        expected = scored(
            tinyvmaf, corpus / "ref" / f"{source}_25fps.yuv", corpus / "dis" / f"{pair}.yuv", *raw
        )
        assert columns.pop("frame") == list(range(8))
        for name, values in columns.items():
            assert values == expected[name], (pair, name)


def test_killed_at_any_moment(tinyvmaf, corpus, clean, tmp_path):
    """Twenty kills, each followed by a resumed run that is killed too, then one that ends."""
    store = tmp_path / "store"
    command = [*tinyvmaf.command, "extract", "--data-root", corpus, "--store", store]
    command += ["--threads", "1", "-q"]
    started = time.monotonic()
    scratch = [tmp_path / "scratch" if part == store else part for part in command]
    subprocess.run(scratch, check=True)
    duration = time.monotonic() - started
    moments = random.Random(20)
    killed = 0
    for _ in range(20):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0, duration / 4))
        killed += process.poll() is None
        process.kill()
        process.wait()
        for path in (store / "pairs").glob("*") if store.exists() else []:
            assert pq.ParquetFile(path).metadata.num_rows == 8
    assert killed > 5
    subprocess.run(command, check=True)
    assert contents(store) == contents(clean)
    tinyvmaf("store", "verify", "--store", store)


def test_killed_from_scratch(tinyvmaf, corpus, clean, tmp_path):
    """A kill in the first milliseconds, when the store itself is being made."""
    moments = random.Random(4)
    for attempt in range(5):
        store = tmp_path / f"store{attempt}"
        command = [*tinyvmaf.command, "extract", "--data-root", corpus, "--store", store, "-q"]
        process = subprocess.Popen(command)
        time.sleep(moments.uniform(0.005, 0.03))
        process.send_signal(signal.SIGKILL)
        process.wait()
        subprocess.run(command, check=True)
        assert contents(store) == contents(clean)


def test_processes_share_a_store(tinyvmaf, corpus, clean, tmp_path):
    """Three processes, whose parts overlap."""
    store = tmp_path / "store"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        parts = [["--shard", "0/2"], [], ["--shard", "1/2", "--jobs", "3"]]
        runs = [
            pool.submit(tinyvmaf, "extract", "--data-root", corpus, "--store", store, *part)
            for part in parts
        ]
        for run in runs:
            assert "0 failed" in run.result().stderr
    assert contents(store) == contents(clean)
    assert len(rows(store)) == 30
    listed = tinyvmaf("store", "list", "--store", store)
    assert len(listed.stdout.splitlines()) == 30 and "30 files, 240 rows" in listed.stderr


def test_options_do_not_change_the_store(tinyvmaf, corpus, clean, tmp_path):
    for number, options in enumerate(
        (["--threads", 3, "--jobs", 2], ["--isa", "scalar"], ["--shard", "0/1", "--retries", 2])
    ):
        store = tmp_path / str(number)
        tinyvmaf("extract", "--data-root", corpus, "--store", store, *options)
        assert contents(store) == contents(clean), options


def test_nothing_is_computed_twice(tinyvmaf, corpus, clean, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(clean, store)
    again = tinyvmaf("extract", "--data-root", corpus, "--store", store)
    assert again.stderr == "0 pairs computed (0 frames), 30 there already, 0 failed\n"
    assert contents(store) == contents(clean)
    other = tinyvmaf(
        "extract", "--data-root", corpus, "--store", store, "--teacher", "vmaf_v0.6.1neg"
    )
    assert other.stderr.startswith("30 pairs computed")
    assert all(data == contents(store)[name] for name, data in contents(clean).items()
               if name.startswith("pairs/"))  # fmt: skip


def test_failures_stay_alone(tinyvmaf, corpus, clean, tmp_path):
    """Damaged videos are listed, the others are stored; a repaired one is forgotten."""
    damaged = tmp_path / "corpus"
    shutil.copytree(corpus, damaged)
    (damaged / "corpus.json").unlink()
    victims = sorted((damaged / "dis").iterdir())[3:5]
    good = victims[0].read_bytes()
    victims[0].write_bytes(good[: len(good) // 2])
    # Behind the back of the corpus check, which would leave them out.
    pairs = tmp_path / "pairs.csv"
    with open(pairs, "w") as file:
        file.write("reference,distorted,source,id,width,height,frame_rate\n")
        for path in sorted((damaged / "dis").iterdir()):
            source = path.name.split("_")[0]
            reference = damaged / "ref" / f"{source}_25fps.yuv"
            file.write(f"{reference},{path},{source},{path.stem},160,90,25\n")
    store = tmp_path / "store"
    command = ["extract", "--pairs", pairs, "--store", store]
    done = tinyvmaf(*command, "--retries", 1, check=False)
    assert done.returncode == 4
    assert "29 pairs computed (232 frames), 0 there already, 1 failed" in done.stderr
    failures = [json.loads(line) for line in (store / "failures.jsonl").open()]
    assert [failure["pair"] for failure in failures] == [victims[0].stem]
    assert failures[0]["attempts"] == 2 and "different lengths" in failures[0]["message"]
    assert f"{failures[0]['source']}/{victims[0].stem}: " in done.stderr

    victims[0].write_bytes(good)
    done = tinyvmaf(*command)
    assert done.stderr == "1 pairs computed (8 frames), 29 there already, 0 failed\n"
    assert not (store / "failures.jsonl").exists()
    assert contents(store) == contents(clean)


def test_a_slow_pair_times_out(tinyvmaf, tmp_path):
    """A decoder that hangs costs its own pair only, and is killed."""
    reference = write_y4m(tmp_path / "ref.y4m")
    good = write_y4m(tmp_path / "good.y4m", noise=5)
    (tmp_path / "hangs.mkv").write_bytes(b"\x1aE\xdf\xa3")
    script = tmp_path / "ffmpeg"
    script.write_text(f"#!/bin/sh\nhead -c 20000 '{good}'\necho $$ > '{tmp_path}/pid'\nexec sleep 99\n")
    script.chmod(0o755)
    pairs = tmp_path / "pairs.jsonl"
    with open(pairs, "w") as file:
        for name in ("hangs.mkv", "good.y4m"):
            row = {"reference": "ref.y4m", "distorted": name, "source": "one", "id": name}
            file.write(json.dumps(row) + "\n")
    started = time.monotonic()
    done = tinyvmaf(
        "extract", "--pairs", pairs, "--store", tmp_path / "store", "--timeout", 0.7, check=False,
        env={**os.environ, "TINYVMAF_FFMPEG": str(script), "TINYVMAF_FFPROBE": "/nonexistent"},
    )  # fmt: skip
    assert time.monotonic() - started < 10
    assert done.returncode == 4 and "1 pairs computed (6 frames)" in done.stderr
    assert "one/hangs.mkv: the pair took longer than 0.7 seconds" in done.stderr
    pid = int((tmp_path / "pid").read_text())
    assert wait_for(lambda: not alive(pid))
    del reference


def alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z"
    except OSError:
        return False


def wait_for(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_full_disk(tinyvmaf, corpus, clean, tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", tmp_path])
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        store = tmp_path / "store"
        done = tinyvmaf("extract", "--data-root", corpus, "--store", store, "-q", check=False)
        assert done.returncode == 1
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and lines[0].startswith("tinyvmaf: There is no space left"), lines
        kept = tinyvmaf("store", "verify", "--store", store)
        assert kept.stdout.endswith("rows: sound\n")
        assert 0 < len(rows(store)) < 30
        # With room again, the same command finishes the work.
        subprocess.run(["mount", "-o", "remount,size=8m", tmp_path], check=True)
        done = tinyvmaf("extract", "--data-root", corpus, "--store", store)
        assert "0 failed" in done.stderr and "0 there already" not in done.stderr
        assert contents(store) == contents(clean)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_interrupted(tinyvmaf, corpus, clean, tmp_path):
    """Ctrl-C: a clear end, no failures invented, nothing left half-done."""
    store = tmp_path / "store"
    command = [*tinyvmaf.command, "extract", "--data-root", corpus, "--store", store, "--isa", "scalar"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert wait_for(lambda: any((store / "pairs").glob("*.parquet")))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    if process.returncode != 0:
        assert (process.returncode, said) == (130, "tinyvmaf: interrupted\n")
    assert not list((store / "tmp").iterdir())
    assert not (store / "failures.jsonl").exists()
    tinyvmaf("extract", "--data-root", corpus, "--store", store)
    assert contents(store) == contents(clean)


@pytest.mark.skipif(not CLIPS.exists(), reason="the real clips are not here")
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_real_clips(tinyvmaf, peer_ffmpeg, tmp_path):
    """Six clips, five rungs each: `score`'s bits, and the live peer's teacher scores."""
    names = ["basketballpass", "birds_art_360p", "davis_tennis", "sintel_raftdemo", "vid4_calendar"]
    names.append("vid4_walk")
    videos = [CLIPS / f"{name}.mkv" for name in names]
    root, store = tmp_path / "corpus", tmp_path / "store"
    tinyvmaf(
        "corpus", "make", "--data-root", root, *videos, "--rungs", 5, "--frames", 4, "--jobs", 2
    )
    done = tinyvmaf("extract", "--data-root", root, "--store", store)
    tables = rows(store)
    count = len(tables)
    assert "0 failed" in done.stderr and count >= 12
    files = json.loads((root / "corpus.json").read_text())["files"]
    compared = 0
    for number, ((source, pair), columns) in enumerate(sorted(tables.items())):
        reference = next((root / "ref").glob(f"{source}_*"))
        entry = files[f"ref/{reference.name}"]
        size = f"{entry['width']}x{entry['height']}"
        raw = ("-w", entry["width"], "-h", entry["height"], "-p", entry["pixel_format"])
        raw += ("-b", entry["bitdepth"])
        distorted = root / "dis" / f"{pair}.yuv"
        expected = scored(tinyvmaf, reference, distorted, *raw)
        assert columns.pop("frame") == list(range(4))
        for name, values in columns.items():
            assert values == expected[name], (pair, name)
        # The peer's vector code differs from its scalar code on narrow pictures.
        if entry["width"] < 544 or compared == 3 or entry["bitdepth"] != 8:
            continue
        compared += 1
        log = tmp_path / f"{number}.json"
        layout = ["-f", "rawvideo", "-pix_fmt", f"yuv{entry['pixel_format']}p", "-s", size]
        subprocess.run(
            [peer_ffmpeg, "-v", "error", *layout, "-i", distorted, *layout, "-i", reference,
             "-lavfi", f"[0:v][1:v]libvmaf=log_path={log}:log_fmt=json", "-f", "null", "-"],
            check=True,
        )  # fmt: skip
        theirs = [frame["metrics"]["vmaf"] for frame in json.loads(log.read_text())["frames"]]
        assert [round(value, 6) for value in columns["vmaf_v0.6.1"]] == theirs, pair
    assert compared == 3


def test_exports_agree_with_the_files(tinyvmaf, clean, tmp_path):
    output = tmp_path / "all.parquet"
    tinyvmaf("store", "export", "--store", clean, "--format", "parquet", output)
    exported = pq.read_table(output).to_pylist()
    expected = sorted(
        (row for path in (clean / "pairs").glob("*.parquet") for row in pq.read_table(path).to_pylist()),
        key=lambda row: (row["source"], row["pair"], row["frame"]),
    )
    assert exported == expected and len(exported) == 240
    second = tmp_path / "again.parquet"
    tinyvmaf("store", "export", "--store", clean, "--format", "parquet", second)
    assert filecmp.cmp(output, second, shallow=False)
