import json
import os
import pathlib
import subprocess
import time

import pytest

from clusters import Cluster


@pytest.fixture(scope="session")
def binary():
    """The tinyvmaf to test with."""
    path = os.environ.get("TINYVMAF")
    if not path:
        pytest.skip("TINYVMAF names no binary; make cluster-test builds one")
    return path


@pytest.fixture(scope="session")
def call(binary):
    """Runs tinyvmaf and returns what it wrote."""

    def run(*arguments):
        done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def corpus(call, tmp_path_factory):
    """40 scenes with five distorted versions each, and their pairs file."""
    root = tmp_path_factory.mktemp("corpus")
    call(
        "corpus", "make", "--data-root", root, "--scenes", 40, "--scene-size", "320x180",
        "--frames", 16, "--jobs", 2,
    )  # fmt: skip
    past = time.time() - 60
    for path in root.glob("*/*"):
        os.utime(path, (past, past))
    pairs = root / "pairs.jsonl"
    pairs.write_text(call("corpus", "list", "--data-root", root, "--json"))
    assert len(pairs.read_text().splitlines()) == 200
    return pairs


@pytest.fixture(scope="session")
def plain(call, corpus, tmp_path_factory):
    """The store that one process makes."""
    store = tmp_path_factory.mktemp("plain") / "store"
    call("extract", "--pairs", corpus, "--store", store, "--quiet")
    return contents(store)


def contents(store):
    """Every file of a store but caches and the locks of one machine."""
    store = pathlib.Path(store)
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.relative_to(store).parts[0] not in ("cache", "tmp", ".lock")
    }


@pytest.fixture
def cluster():
    """A head node and a second node, one core each."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def quiet_cluster():
    """The same, shared by tests that do it no harm."""
    with Cluster() as cluster:
        yield cluster


def summary(path):
    """What a run says that it did."""
    return json.loads(pathlib.Path(path).read_text())
