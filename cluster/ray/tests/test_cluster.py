"""Real clusters: the result is that of one process, whatever happens on the way."""

import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

import pytest

from clusters import Cluster, TwoHosts, can_make_hosts, processes
from conftest import contents, summary

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
#: The process of a worker that is busy with a task of ours.
BUSY = r"^ray::\S+ \(\d+ pairs\)|^ray::_guarded"
#: A task per pair, so that there is something to kill.
FINE = ("--largest-task", "0.01")


def test_two_nodes_make_the_store_of_one_process(quiet_cluster, corpus, plain, tmp_path):
    done = quiet_cluster.run(
        "extract", "--pairs", corpus, "--store", tmp_path / "store", "--summary", tmp_path / "summary.json"
    )
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "store") == plain
    said = summary(tmp_path / "summary.json")
    assert (said["computed"], said["reused"], said["stored"], said["failed"]) == (200, 0, 200, [])
    assert said["cpu_seconds"] > 0 and said["bytes_read"] > 0 and said["bytes_written"] > 0

    again = quiet_cluster.run(
        "extract", "--pairs", corpus, "--store", tmp_path / "store", "--summary", tmp_path / "again.json"
    )
    assert again.returncode == 0, again.stderr
    assert summary(tmp_path / "again.json")["reused"] == 200
    assert contents(tmp_path / "store") == plain


def test_spoiled_pairs_are_reported_and_the_rest_is_kept(quiet_cluster, corpus, plain, tmp_path):
    lines = [json.loads(line) for line in corpus.read_text().splitlines()[:5]]
    (tmp_path / "spoiled.yuv").write_bytes(b"short")
    lines[2]["distorted"] = str(tmp_path / "spoiled.yuv")
    lines[4]["distorted"] = str(tmp_path / "absent.yuv")
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = quiet_cluster.run(
        "extract", "--pairs", tmp_path / "pairs.jsonl", "--store", tmp_path / "store",
        "--summary", tmp_path / "summary.json", "--retries", 0,
    )  # fmt: skip
    assert done.returncode == 4
    said = summary(tmp_path / "summary.json")
    assert said["computed"] == 3
    assert {failure["pair"] for failure in said["failed"]} == {lines[2]["id"], lines[4]["id"]}
    assert "Traceback" not in done.stderr


def test_progress_lines_for_programs(quiet_cluster, corpus, tmp_path):
    lines = corpus.read_text().splitlines()[:10]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines))
    done = quiet_cluster.run(
        "extract", "--pairs", tmp_path / "pairs.jsonl", "--store", tmp_path / "store", "--progress", "json"
    )
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    progress = [event for event in events if event["event"] == "progress"]
    assert [event["done"] for event in progress] == [5, 10]
    assert progress[-1]["total"] == 10 and progress[-1]["remaining_s"] == 0


def test_scores_are_those_of_the_tool(quiet_cluster, call, corpus, tmp_path):
    lines = corpus.read_text().splitlines()[:6]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines))
    arguments = ("score", "--pairs", tmp_path / "pairs.jsonl", "--output", tmp_path / "scores")
    done = quiet_cluster.run(*arguments)
    assert done.returncode == 0, done.stderr
    files = sorted(path for path in (tmp_path / "scores").glob("*/*.json"))
    assert len(files) == 6
    pair = json.loads(lines[0])
    one = call(
        "score", "-r", pair["reference"], "-d", pair["distorted"], "-w", pair["width"],
        "-h", pair["height"], "-p", "420", "-b", 8, "--json", "-q",
    )  # fmt: skip
    mine = next(path for path in files if path.name.startswith(pair["id"].replace("/", "_")))
    assert json.loads(mine.read_text())["pooled_metrics"] == json.loads(one)["pooled_metrics"]
    table = (tmp_path / "scores" / "scores.csv").read_text().splitlines()
    assert len(table) == 7 and table[0].startswith("source,pair,")
    again = quiet_cluster.run(*arguments, "--summary", tmp_path / "again.json")
    assert again.returncode == 0 and summary(tmp_path / "again.json")["reused"] == 6


def test_a_sweep_gives_the_tables_of_one_machine(quiet_cluster, call, tmp_path):
    recipes = REPOSITORY / "recipes" / "human"
    short = json.loads((recipes / "sweep.json").read_text())
    short |= {
        "data": [str(recipes / name) for name in short["data"]], "targets": short["targets"][:1],
        "regimes": ["subjective", "hybrid"], "architectures": ["2x16"], "seeds": [1, 2],
    }  # fmt: skip
    grid = tmp_path / "grid.json"
    grid.write_text(json.dumps(short))
    call("sweep", "run", "--grid", grid, "--output", tmp_path / "local", "--quiet")
    arguments = ("sweep", "--grid", grid, "--output", tmp_path / "spread", "--summary", tmp_path / "s.json")
    done = quiet_cluster.run(*arguments)
    assert done.returncode == 0, done.stderr
    for name in ("sweep.json", "sweep.md"):
        assert (tmp_path / "spread" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
    assert summary(tmp_path / "s.json")["stored"] > 1


@pytest.mark.faults
def test_a_node_that_dies(cluster, corpus, plain, tmp_path):
    """The second node's raylet is killed in the middle of the run."""
    victim = next(pid for pid in processes(r"raylet/raylet ") if in_group_of(pid, cluster.nodes[1]))
    child = cluster.start("extract", "--pairs", corpus, "--store", tmp_path / "store", "--retries", "5", *FINE)
    wait_for_pairs(tmp_path / "store", 20)
    os.kill(victim, signal.SIGKILL)
    finish(child)
    assert contents(tmp_path / "store") == plain


@pytest.mark.faults
def test_workers_that_die(cluster, corpus, plain, tmp_path):
    """A worker that is busy is killed again and again: about one task in ten."""
    child = cluster.start(
        "extract", "--pairs", corpus, "--store", tmp_path / "store", "--retries", "8",
        "--summary", tmp_path / "summary.json", *FINE,
    )  # fmt: skip
    generator = random.Random(11)
    killed = 0
    while child.poll() is None:
        time.sleep(0.5)
        busy = processes(BUSY)
        if busy and killed < 20 and generator.random() < 0.5:
            try:
                os.kill(generator.choice(busy), signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                pass
    finish(child)
    assert killed >= 4
    assert summary(tmp_path / "summary.json")["retries"] >= 1
    assert contents(tmp_path / "store") == plain


@pytest.mark.faults
def test_a_driver_that_dies(cluster, corpus, plain, tmp_path):
    """The command is run again and continues."""
    arguments = ("extract", "--pairs", corpus, "--store", tmp_path / "store", "--summary", tmp_path / "s.json", *FINE)
    child = cluster.start(*arguments)
    wait_for_pairs(tmp_path / "store", 60)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    deadline = time.monotonic() + 30
    while processes(r"tinyvmaf-ray-\d+/bin/tinyvmaf-"):
        assert time.monotonic() < deadline, "work goes on without its driver"
        time.sleep(0.2)
    done = cluster.run(*arguments)
    assert done.returncode == 0, done.stderr
    said = summary(tmp_path / "s.json")
    assert said["reused"] >= 60 and said["reused"] + said["computed"] == 200
    assert contents(tmp_path / "store") == plain


@pytest.mark.faults
@pytest.mark.skipif(not can_make_hosts(), reason="network namespaces need root")
@pytest.mark.parametrize("cut_seconds", [0, 20])
def test_two_hosts_and_a_cable_that_is_out(corpus, plain, tmp_path, cut_seconds):
    """Two hosts joined by a cable, which is taken out for a while in the middle of the run."""
    hosts = TwoHosts()
    with hosts as pair, Cluster(pair) as cluster:
        child = cluster.start(
            "extract", "--pairs", corpus, "--store", tmp_path / "store", "--retries", "5", *FINE
        )
        if cut_seconds:
            wait_for_pairs(tmp_path / "store", 20)
            hosts.cut(True)
            threading.Timer(cut_seconds, lambda: hosts.cut(False)).start()
        finish(child)
        assert contents(tmp_path / "store") == plain


def test_an_object_store(quiet_cluster, corpus, plain, tmp_path):
    """The store lies behind an S3 interface and is fetched to compare it."""
    fsspec = pytest.importorskip("fsspec")
    pytest.importorskip("s3fs")
    pytest.importorskip("moto.server")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        # Workers take the place of the service from the environment of their node.
        environment = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip
        os.environ |= environment
        fs = fsspec.filesystem("s3", skip_instance_cache=True)
        fs.mkdir("corpora")
        with Cluster(cpus=(2,), environment=environment) as cluster:
            for expected in (0, 200):
                done = cluster.run(
                    "extract", "--pairs", corpus, "--store", "s3://corpora/features",
                    "--summary", tmp_path / "summary.json",
                )  # fmt: skip
                assert done.returncode == 0, done.stderr
                assert summary(tmp_path / "summary.json")["reused"] == expected
        fs.invalidate_cache()
        fs.get("corpora/features/", str(tmp_path / "fetched") + "/", recursive=True)
        assert contents(tmp_path / "fetched") == plain
    finally:
        server.stop()
        for name in environment:
            os.environ.pop(name, None)


def finish(child):
    """Waits for a run that has to succeed."""
    try:
        _, stderr = child.communicate(timeout=400)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        raise
    assert child.returncode == 0, stderr
    assert "200" in stderr


def wait_for_pairs(store, count):
    """Waits until so many pairs are stored."""
    deadline = time.monotonic() + 120
    while len(list((store / "pairs").glob("*.parquet")) if (store / "pairs").exists() else []) < count:
        assert time.monotonic() < deadline, "nothing is being stored"
        time.sleep(0.05)


def in_group_of(pid, node):
    """Whether a process descends from a node that was started here."""
    while pid > 1:
        if pid == node.pid:
            return True
        with open(f"/proc/{pid}/stat") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
    return False
