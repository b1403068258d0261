"""Real Ray clusters on one machine: two nodes side by side, or two hosts in network namespaces."""

import contextlib
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import time

TOOL = pathlib.Path(sys.executable).parent
QUIET = {"RAY_DISABLE_IMPORT_WARNING": "1", "RAY_USAGE_STATS_ENABLED": "0"}


class Host:
    """Where a node runs: this machine, or a network namespace with its own address."""

    def __init__(self, address="127.0.0.1", namespace=None):
        self.address = address
        self.prefix = ["ip", "netns", "exec", namespace] if namespace else []


class Cluster:
    """A head and a second node with one core each; ends with all of its processes."""

    def __init__(self, hosts=None, cpus=(1, 1), environment=None):
        self.hosts = hosts or [Host(), Host()]
        self.cpus = cpus
        self.environment = os.environ | QUIET | (environment or {})
        self.port = 6379 if hosts else free_port()
        self.nodes = []

    @property
    def address(self):
        return f"{self.hosts[0].address}:{self.port}"

    def __enter__(self):
        head = ["--head", f"--port={self.port}", "--include-dashboard=false"]
        try:
            for host, cpus in zip(self.hosts, self.cpus):
                self.add(host, cpus, head if not self.nodes else [f"--address={self.address}"])
        except BaseException:
            self.__exit__()
            raise
        return self

    def add(self, host, cpus, arguments):
        """Starts a node and waits until the cluster has it."""
        command = [
            *host.prefix, str(TOOL / "ray"), "start", *arguments, f"--num-cpus={cpus}",
            f"--node-ip-address={host.address}", "--object-store-memory=200000000",
            "--memory=4000000000", "--block",
        ]  # fmt: skip
        log = open(os.path.join(os.environ.get("TMPDIR", "/tmp"), f"ray-node-{len(self.nodes)}.log"), "wb")
        node = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True
        )
        self.nodes.append(node)
        deadline = time.monotonic() + 90
        while self.alive() < len(self.nodes):
            assert node.poll() is None, "the node did not start"
            assert time.monotonic() < deadline, "the node did not join"
            time.sleep(0.5)

    def alive(self):
        """The number of nodes that the head counts."""
        code = (
            "import ray, sys; ray.init(address=sys.argv[1], log_to_driver=False);"
            "print('alive', sum(n['Alive'] for n in ray.nodes()))"
        )
        done = self.on_head([sys.executable, "-c", code, self.address], capture_output=True, text=True)
        found = re.search(r"alive (\d+)", done.stdout)
        return int(found.group(1)) if found else 0

    def on_head(self, command, **options):
        """Runs a program on the head's host."""
        return subprocess.run([*self.hosts[0].prefix, *map(str, command)], env=self.environment, **options)

    def start(self, *arguments, **options):
        """Starts tinyvmaf-ray on the head's host."""
        command = [
            *self.hosts[0].prefix, str(TOOL / "tinyvmaf-ray"), arguments[0],
            "--address", self.address, *map(str, arguments[1:]),
        ]  # fmt: skip
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment, start_new_session=True, **options,
        )  # fmt: skip

    def run(self, *arguments, timeout=500):
        """Runs tinyvmaf-ray to its end."""
        child = self.start(*arguments)
        try:
            stdout, stderr = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(child.args, child.returncode, stdout, stderr)

    def __exit__(self, *_):
        for node in self.nodes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(node.pid, signal.SIGTERM)
        for node in self.nodes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                node.wait(timeout=20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(node.pid, signal.SIGKILL)


class TwoHosts:
    """Two network namespaces joined by a pair of virtual interfaces."""

    names = ("tinyvmaf-a", "tinyvmaf-b")
    addresses = ("10.77.77.1", "10.77.77.2")

    def __enter__(self):
        self.__exit__()
        for name in self.names:
            ip("netns", "add", name)
        ip("link", "add", "tv-a", "netns", self.names[0], "type", "veth", "peer", "tv-b", "netns", self.names[1])
        for name, link, address in zip(self.names, ("tv-a", "tv-b"), self.addresses):
            ip("-n", name, "addr", "add", f"{address}/24", "dev", link)
            ip("-n", name, "link", "set", link, "up")
            ip("-n", name, "link", "set", "lo", "up")
        return [Host(address, name) for name, address in zip(self.names, self.addresses)]

    def cut(self, is_cut):
        """Takes the cable out, or puts it back."""
        ip("-n", self.names[1], "link", "set", "tv-b", "down" if is_cut else "up")

    def __exit__(self, *_):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def can_make_hosts():
    """Whether this user may make network namespaces."""
    try:
        with TwoHosts():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def processes(pattern):
    """The ids of processes whose command line matches."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if re.search(pattern, (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")):
                    found.append(int(entry.name))
    return found


def free_port():
    """A port for the head outside the range that Ray gives to workers (from 10002)."""
    while True:
        port = random.randrange(6400, 9900)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
