"""The ``tinyvmaf`` binary, the same bytes on every node."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from tinyvmaf_ray.errors import UsageError


@dataclass(frozen=True)
class Binary:
    """A program that travels through the object store."""

    content: bytes
    sha256: str
    version: str

    @classmethod
    def load(cls, path: str | None) -> Binary:
        """Reads the binary at ``path``, from ``TINYVMAF``, or on the search path."""
        found = path or os.environ.get("TINYVMAF") or shutil.which("tinyvmaf")
        if found is None:
            raise UsageError("there is no tinyvmaf on the search path; give --binary PATH")
        try:
            with open(found, "rb") as file:
                content = file.read()
            done = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise UsageError(f"{found} does not run: {error}") from error
        return cls(content, hashlib.sha256(content).hexdigest(), done.stdout.strip())

    def install(self) -> str:
        """Puts the binary on this node's disk, once, and returns its path."""
        folder = os.path.join(scratch_folder(), "bin")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"tinyvmaf-{self.sha256[:16]}")
        if os.path.exists(path):
            return path
        # One worker of the node writes; a file that is still open for writing cannot be run.
        with open(path + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(path):
                descriptor, temporary = tempfile.mkstemp(dir=folder)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(self.content)
                os.chmod(temporary, 0o755)
                os.rename(temporary, path)
        return path


def scratch_folder() -> str:
    """This user's folder for binaries and work in progress on a node's local disk."""
    base = os.environ.get("TINYVMAF_RAY_SCRATCH") or tempfile.gettempdir()
    folder = os.path.join(base, f"tinyvmaf-ray-{os.getuid()}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    # Others may have made the folder first and could swap the binary below it.
    if os.stat(folder).st_uid != os.getuid():
        raise UsageError(f"{folder} belongs to somebody else; set TINYVMAF_RAY_SCRATCH")
    return folder
