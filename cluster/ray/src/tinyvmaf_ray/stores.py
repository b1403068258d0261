"""Where results go: a local folder, a shared one, or any place that fsspec reaches.

Workers publish immutable files named by what they depend on; the driver alone writes the lists
that are derived from them. So nothing needs a lock, which network file systems and object stores
do not offer.
"""

from __future__ import annotations

import contextlib
import json
import os
import posixpath
import tempfile
from typing import Any, Iterable

import fsspec

from tinyvmaf_ray import process
from tinyvmaf_ray.errors import UsageError

FORMAT = "tinyvmaf.store/1"


class Place:
    """A folder somewhere, in which files appear whole or not at all."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.fs, self.root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise UsageError(f"{url} cannot be reached: {error}") from error
        self.is_local = "file" in _names(self.fs)

    def path(self, name: str) -> str:
        """The full path of a file below the place."""
        return posixpath.join(self.root, name)

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        return bool(self.fs.exists(self.path(name)))

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, sorted; none where it is missing."""
        self.fs.invalidate_cache()
        try:
            found = self.fs.ls(self.path(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(posixpath.basename(path.rstrip("/")) for path in found)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return bytes(self.fs.cat_file(self.path(name)))

    def write(self, name: str, content: bytes) -> None:
        """Writes a file, replacing it at one moment."""
        path = self.path(name)
        if not self.is_local:
            # One put is atomic in an object store; elsewhere a rename makes it so.
            if "s3" in _names(self.fs) or "gs" in _names(self.fs) or "memory" in _names(self.fs):
                self.fs.pipe_file(path, content)
            else:
                temporary = f"{path}.{os.getpid()}.tmp"
                self.fs.pipe_file(temporary, content)
                self.fs.mv(temporary, path)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.rename(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise

    def remove(self, name: str) -> None:
        """Removes a file if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self.fs.rm_file(self.path(name))


class FeatureStore:
    """The store of ``tinyvmaf extract`` at a place."""

    def __init__(self, url: str) -> None:
        self.place = Place(url)

    def create(self) -> None:
        """Makes the store, or checks the one that is there."""
        if self.place.exists("store.json"):
            found = json.loads(self.place.read("store.json")).get("format")
            if found != FORMAT:
                raise UsageError(f"{self.place.url} has the format {found}, not {FORMAT}")
            return
        if foreign := [name for name in self.place.names("") if name not in ("pairs", "cache", "tmp")]:
            raise UsageError(f"{self.place.url} holds {foreign[0]} and no store.json")
        self.place.write("store.json", json.dumps({"format": FORMAT}, separators=(",", ":")).encode() + b"\n")

    def keys(self) -> set[str]:
        """The keys of what is stored."""
        names = self.place.names("pairs")
        return {name.removesuffix(".parquet") for name in names if name.endswith(".parquet")}

    def contains(self, key: str) -> bool:
        """Whether a pair is stored under this key."""
        return self.place.exists(f"pairs/{key}.parquet")

    def publish(self, folder: str) -> int:
        """Copies the pairs of a finished local store here; returns the bytes that were written."""
        written = 0
        local = os.path.join(folder, "pairs")
        for name in sorted(os.listdir(local)):
            if not name.endswith(".parquet") or self.place.exists(f"pairs/{name}"):
                continue
            with open(os.path.join(local, name), "rb") as file:
                content = file.read()
            self.place.write(f"pairs/{name}", content)
            written += len(content)
        return written

    def finish(self, binary: str, failures: Iterable[dict[str, Any]], attempted: set[tuple[str, str]]) -> int:
        """Brings manifest and failures up to date; returns the number of stored pairs.

        The binary makes the manifest. For a remote store it does so in a local one that holds the
        present manifest and the files that this does not list.
        """
        self._write_failures(failures, attempted)
        keys = self.keys()
        if self.place.is_local:
            self._collect(binary, self.place.root)
            return len(keys)
        known = {}
        if self.place.exists("manifest.jsonl"):
            for line in self.place.read("manifest.jsonl").splitlines():
                digest = json.loads(line)["header"]["digest"]
                if digest in keys:
                    known[digest] = line
        with tempfile.TemporaryDirectory() as folder:
            local = FeatureStore(folder)
            local.create()
            for key in sorted(keys - set(known)):
                name = f"pairs/{key}.parquet"
                local.place.write(name, self.place.read(name))
            self._collect(binary, folder)
            for line in local.place.read("manifest.jsonl").splitlines():
                known[json.loads(line)["header"]["digest"]] = line
        lines = sorted(known.items(), key=lambda item: _manifest_order(item[1]))
        self.place.write("manifest.jsonl", b"".join(line + b"\n" for _, line in lines))
        return len(keys)

    def _write_failures(
        self, failures: Iterable[dict[str, Any]], attempted: set[tuple[str, str]]
    ) -> None:
        """Replaces the failures of the pairs that were attempted."""
        kept: dict[tuple[str, str], dict[str, Any]] = {}
        if self.place.exists("failures.jsonl"):
            for line in self.place.read("failures.jsonl").splitlines():
                failure = json.loads(line)
                if (failure["source"], failure["pair"]) not in attempted:
                    kept[failure["source"], failure["pair"]] = failure
        kept |= {(failure["source"], failure["pair"]): failure for failure in failures}
        if not kept:
            return self.place.remove("failures.jsonl")
        lines = [
            json.dumps(kept[name], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            for name in sorted(kept)
        ]
        self.place.write("failures.jsonl", ("\n".join(lines) + "\n").encode())

    @staticmethod
    def _collect(binary: str, folder: str) -> None:
        for name in ("pairs", "cache", "tmp"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        done = process.run([binary, "store", "gc", "--store", folder])
        if done.code != 0:
            raise UsageError(f"the manifest could not be made: {done.complaint}")


def _manifest_order(line: bytes) -> tuple[str, str, str]:
    header = json.loads(line)["header"]
    return (header["key"]["source"], header["key"]["pair"], header["digest"])


def _names(fs: Any) -> tuple[str, ...]:
    names = fs.protocol
    return (names,) if isinstance(names, str) else tuple(names)
