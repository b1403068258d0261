import json
import os

import fsspec
import pytest

from conftest import contents
from tinyvmaf_ray.errors import UsageError
from tinyvmaf_ray.stores import FeatureStore, Place


@pytest.mark.parametrize("scheme", ["", "file://", "memory://"])
def test_files_appear_whole_and_are_listed(tmp_path, scheme):
    place = Place(f"{scheme}{tmp_path}/place")
    assert place.names("pairs") == []
    place.write("pairs/b", b"2")
    place.write("pairs/a", b"1")
    place.write("pairs/a", b"3")
    assert place.names("pairs") == ["a", "b"]
    assert place.read("pairs/a") == b"3"
    assert place.exists("pairs/b") and not place.exists("pairs/c")
    place.remove("pairs/b")
    place.remove("pairs/b")
    assert place.names("pairs") == ["a"]


def test_a_write_that_fails_leaves_nothing(tmp_path):
    place = Place(str(tmp_path))
    with pytest.raises(TypeError):
        place.write("a", "no bytes")
    assert os.listdir(tmp_path) == []


def test_foreign_folders_and_formats_are_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(UsageError, match="thesis.tex"):
        FeatureStore(str(tmp_path)).create()
    (tmp_path / "store.json").write_text('{"format":"other/1"}')
    with pytest.raises(UsageError, match="other/1"):
        FeatureStore(str(tmp_path)).create()
    with pytest.raises(UsageError, match="cannot be reached"):
        FeatureStore("nosuchthing://bucket/store")


@pytest.mark.parametrize("scheme", ["", "memory://"])
def test_a_store_is_published_as_the_binary_makes_it(binary, call, corpus, tmp_path, scheme):
    """Two halves, computed apart and published one after the other, are one store."""
    lines = corpus.read_text().splitlines(keepends=True)[:10]
    (tmp_path / "all.jsonl").write_text("".join(lines))
    call("extract", "--pairs", tmp_path / "all.jsonl", "--store", tmp_path / "whole", "--quiet")

    target = FeatureStore(f"{scheme}{tmp_path}/target")
    target.create()
    for part in (lines[:4], lines[4:]):
        name = tmp_path / f"part{len(part)}"
        name.with_suffix(".jsonl").write_text("".join(part))
        call("extract", "--pairs", name.with_suffix(".jsonl"), "--store", name, "--quiet")
        assert target.publish(str(name)) > 0
        assert target.publish(str(name)) == 0
        target.finish(binary, [], set())
    assert len(target.keys()) == 10
    if scheme:
        fs = fsspec.filesystem("memory")
        fs.get(f"{tmp_path}/target", f"{tmp_path}/fetched", recursive=True)
        assert contents(tmp_path / "fetched") == contents(tmp_path / "whole")
    else:
        assert contents(tmp_path / "target") == contents(tmp_path / "whole")


def test_failures_are_kept_until_their_pairs_are_attempted_again(binary, tmp_path):
    store = FeatureStore(str(tmp_path))
    store.create()

    def failure(source):
        return {"source": source, "pair": "p", "message": "spoiled", "attempts": 2}

    store.finish(binary, [failure("b"), failure("a")], {("a", "p"), ("b", "p")})
    lines = (tmp_path / "failures.jsonl").read_text().splitlines()
    assert [json.loads(line)["source"] for line in lines] == ["a", "b"]
    store.finish(binary, [], {("a", "p")})
    lines = (tmp_path / "failures.jsonl").read_text().splitlines()
    assert [json.loads(line)["source"] for line in lines] == ["b"]
    store.finish(binary, [], {("b", "p")})
    assert not (tmp_path / "failures.jsonl").exists()
