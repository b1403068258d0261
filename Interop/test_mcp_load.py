"""`tinyvmaf mcp` under load: many calls at a time, cancellation, clients that vanish, start-up."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import threading
import time

import clips
import pytest
from mcp_support import (
    HTTPServer,
    StdioServer,
    children,
    memory,
    request,
    standard_headers,
    wait_until,
)

pytestmark = [
    pytest.mark.skipif(not pathlib.Path("/proc/self").exists(), reason="needs /proc"),
    pytest.mark.skipif(
        not os.environ.get("TINYVMAF_MCP_LOAD"), reason="slow: set TINYVMAF_MCP_LOAD=1"
    ),
]


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp")
    clips.write_y4m(folder / "ref.y4m", count=4)
    for noise in range(8):
        clips.write_y4m(folder / f"dis{noise}.y4m", count=4, noise=2 * noise)
    clips.write_y4m(folder / "long.y4m", width=1280, height=720, count=100)
    return folder


@pytest.fixture(scope="module")
def expected(tinyvmaf, videos):
    def score(noise):
        done = tinyvmaf(
            "score", videos / "ref.y4m", videos / f"dis{noise}.y4m", "--json",
            "--precision", "max", "-q",
        )  # fmt: skip
        return json.loads(done.stdout)["pooled_metrics"]["vmaf"]["mean"]

    return [score(noise) for noise in range(8)]


@pytest.fixture
def command(tinyvmaf, videos):
    return [*tinyvmaf.command, "mcp", "--allow", str(videos)]


def score(number, distorted, **options):
    arguments = {"reference": "ref.y4m", "distorted": distorted}
    return request(
        number, "tools/call", {"name": "vmaf_score", "arguments": arguments}, **options
    )


def test_200_calls_at_a_time(command, expected):
    server = HTTPServer(command)
    peaks = []
    done = threading.Event()

    def watch():
        while not done.wait(0.02):
            peaks.append(server.memory())

    def call(number):
        start = time.monotonic()
        token = number if number % 2 else None
        answer = server.ask(score(number, f"dis{number % 8}.y4m", token=token), timeout=300)[-1]
        return number, answer, time.monotonic() - start

    try:
        watcher = threading.Thread(target=watch)
        watcher.start()
        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            answers = list(pool.map(call, range(200)))
        done.set()
        watcher.join()
        for number, answer, _ in answers:
            assert answer["id"] == number
            got = answer["result"]["structuredContent"]["score"]
            assert abs(got - expected[number % 8]) < 1e-9
        times = [seconds for _, _, seconds in answers]
        print(
            f"200 calls: {max(times):.2f} s, median {statistics.median(times):.2f} s, "
            f"at most {max(peaks):.0f} MB"
        )
        assert max(peaks) < 300
        # First come, first served: nobody waits for much longer than everybody together.
        assert statistics.median(times) < 0.9 * max(times)
    finally:
        done.set()
        server.close()


def long_call(server, token):
    number = server.start(
        "tools/call",
        {"name": "vmaf_score", "arguments": {"reference": "long.y4m", "distorted": ["long.y4m"] * 8}},
        token,
    )
    # It runs as soon as it reports.
    assert server.read()["method"] == "notifications/progress"
    return number


def test_cancelling_frees_the_worker(command):
    server = StdioServer([*command, "--max-concurrent", "1"])
    arguments = {"reference": "ref.y4m", "distorted": "ref.y4m", "frames": 1}
    server.call("vmaf_score", **arguments)
    plain, after = [], []
    for round in range(5):
        start = time.monotonic()
        server.call("vmaf_score", **arguments)
        plain.append(time.monotonic() - start)
        number = long_call(server, f"token-{round}")
        waiting = server.start("tools/call", {"name": "vmaf_score", "arguments": arguments})
        start = time.monotonic()
        server.send(
            {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}}
        )
        server.wait_for(waiting)
        after.append(time.monotonic() - start)
    assert not any(message.get("id") == number for message in server.said)
    freed = statistics.median(after) - statistics.median(plain)
    print(f"the worker is free {1000 * freed:.0f} ms after the cancellation")
    assert freed < 0.1
    assert server.close() == 0


def cpu(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def is_idle(process):
    before = cpu(process)
    time.sleep(0.3)
    return cpu(process) - before <= 2


@pytest.mark.parametrize("as_events", [True, False])
def test_a_client_that_vanishes_leaves_nothing_running(command, as_events):
    server = HTTPServer([*command, "--max-concurrent", "1"])
    try:
        message = request(
            1,
            "tools/call",
            {"name": "vmaf_score",
             "arguments": {"reference": "long.y4m", "distorted": ["long.y4m"] * 8}},
            token="t" if as_events else None,
        )  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", "/mcp", json.dumps(message), standard_headers(message))
        time.sleep(0.3)
        assert not is_idle(server.process.pid)
        connection.sock.close()
        start = time.monotonic()
        answer = server.ask(score(2, "ref.y4m"))[-1]
        print(f"the worker is free {1000 * (time.monotonic() - start):.0f} ms after the end")
        assert answer["result"]["isError"] is False
        assert is_idle(server.process.pid)
    finally:
        server.close()


def test_a_host_that_dies_ends_the_server(command):
    server = StdioServer(command)
    long_call(server, "t")
    server.process.stdin.close()
    start = time.monotonic()
    server.process.stdout.close()
    assert server.process.wait(timeout=5) == 0
    assert time.monotonic() - start < 2


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
def test_no_decoder_outlives_its_call(command, videos):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", str(videos / "long.y4m"), "-c:v", "libx264",
         str(videos / "long.mkv")], check=True,
    )  # fmt: skip
    server = StdioServer(command)
    number = server.start(
        "tools/call",
        {"name": "vmaf_score", "arguments": {"reference": "long.mkv", "distorted": "long.mkv"}}, "t",
    )  # fmt: skip
    assert server.read()["method"] == "notifications/progress"
    assert any("ffmpeg" in child for child in children(server.process.pid))
    server.send(
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}}
    )
    assert wait_until(lambda: not children(server.process.pid), 2)
    server.start(
        "tools/call",
        {"name": "vmaf_score", "arguments": {"reference": "long.mkv", "distorted": "long.mkv"}}, "u",
    )  # fmt: skip
    while server.read()["params"]["progressToken"] != "u":
        pass
    decoders = [int(child.split()[0]) for child in children(server.process.pid)]
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    assert decoders
    assert wait_until(lambda: not any(is_running(decoder) for decoder in decoders), 5)


def is_running(process):
    status = pathlib.Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_starts_fast_and_small(command):
    times = []
    for _ in range(10):
        start = time.monotonic()
        server = StdioServer(command)
        assert server.ask("server/discover")["result"]
        times.append(time.monotonic() - start)
        time.sleep(0.05)
        used = server.memory()
        assert server.close() == 0
    http_server = HTTPServer(command)
    http_used = memory(http_server.process.pid)
    http_server.close()
    print(
        f"first answer after {1000 * statistics.median(times):.0f} ms (median), "
        f"idle {used:.0f} MB over stdio, {http_used:.0f} MB over HTTP"
    )
    assert min(times) < 0.1
    assert used < 40 and http_used < 40


def test_a_slow_reader_gets_everything(command):
    server = StdioServer(command)
    for number in range(200):
        server.send(request(number, "tools/list"))
    time.sleep(0.5)
    seen = {server.read()["id"] for _ in range(200)}
    assert seen == set(range(200))
    assert server.memory() < 100
    assert server.close() == 0
