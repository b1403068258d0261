#!/usr/bin/env python3
"""Smoke test of `tinyvmaf mcp`: a real server process, real JSON-RPC, golden pairs of VMAF.

Starts the server as a child, speaks the handshake revisions over its standard streams and the
stateless revision over HTTP, calls `vmaf_score` on golden pairs and compares with the figures that
libvmaf's own tests assert (to 2 places, |difference| < 0.005) and with what `tinyvmaf score` says
(|difference| < 1e-6). Needs only Python's standard library.

Usage: smoke.py [PATH OF tinyvmaf]
Netflix's test clips are used where they are: in $TINYVMAF_GOLDEN_DIR or ../shared/golden/media.
"""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATELESS = "2026-07-28"
PLACES_2 = 0.005
EXACT = 1e-6

# Netflix's clips, with the size, the bit depth and the mean VMAF that libvmaf's tests assert.
NETFLIX = [
    ("src01_hrc00_576x324.yuv", "src01_hrc01_576x324.yuv", 576, 324, 8, 76.66783025),
    (
        "src01_hrc00_576x324.yuv420p10le.yuv", "src01_hrc01_576x324.yuv420p10le.yuv",
        576, 324, 10, 82.56422466666668,
    ),
]  # fmt: skip
# The checkerboards of libvmaf's tests by the distorted one's shift; they are drawn here.
CHECKERBOARDS = {1: 35.06866714286451, 10: 7.985898744818505}


def checkerboard(path, shift, width=1920, height=1080, frames=3, square=10):
    chroma = bytes([128]) * (width * height // 2)
    with open(path, "wb") as file:
        for frame in range(frames):
            rows = [
                bytes(
                    235 if ((x - shift - frame) // square + parity) & 1 else 16
                    for x in range(width)
                )
                for parity in (0, 1)
            ]
            file.write(b"".join(rows[(y // square) & 1] for y in range(height)) + chroma)
    return path


def golden_pairs(folder):
    """Yields name, arguments of vmaf_score, expected score."""
    homes = [os.environ.get("TINYVMAF_GOLDEN_DIR"), ROOT.parent / "shared" / "golden" / "media"]
    for reference, distorted, width, height, depth, expected in NETFLIX:
        for home in [pathlib.Path(home) for home in homes if home]:
            if (home / reference).exists() and (home / distorted).exists():
                yield f"{reference} ({depth} bit)", {
                    "reference": str(home / reference), "distorted": str(home / distorted),
                    "width": width, "height": height, "bit_depth": depth,
                }, expected  # fmt: skip
                break
    reference = checkerboard(folder / "checkerboard.yuv", 0)
    for shift, expected in CHECKERBOARDS.items():
        distorted = checkerboard(folder / f"checkerboard_{shift}.yuv", shift)
        yield f"checkerboard, shift {shift}", {
            # The names that other servers use are taken as well.
            "ref": str(reference), "dis": str(distorted), "width": 1920, "height": 1080,
            "pixfmt": "420", "bitdepth": 8,
        }, expected  # fmt: skip


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


class Streams:
    """A client of the handshake revisions over the server's standard streams."""

    name = "stdio"

    def __init__(self, command):
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count = 0
        hello = self.request(
            "initialize",
            {
                "protocolVersion": "2025-11-25", "capabilities": {},
                "clientInfo": {"name": "smoke", "version": "1"},
            },  # fmt: skip
        )
        check(hello["result"]["protocolVersion"] == "2025-11-25", f"wrong revision: {hello}")
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        self.server.stdin.write(json.dumps(message).encode() + b"\n")
        self.server.stdin.flush()

    def request(self, method, params=None):
        self.count += 1
        self.send({"jsonrpc": "2.0", "id": self.count, "method": method, "params": params or {}})
        while True:
            line = self.server.stdout.readline()
            check(line, "the server went away")
            message = json.loads(line)
            if message.get("id") == self.count:
                return message

    def close(self):
        self.server.stdin.close()
        check(self.server.wait(timeout=10) == 0, "the server did not end well")


class HTTP:
    """A client of the stateless revision over HTTP."""

    name = "http"

    def __init__(self, command):
        self.server = subprocess.Popen(
            [*command, "--http", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True
        )
        self.count = 0
        line = self.server.stderr.readline()
        found = re.search(r"http://\S+", line)
        check(found, f"the server does not say where it listens: {line}")
        self.url = urllib.parse.urlsplit(found[0])
        threading.Thread(target=self.server.stderr.read, daemon=True).start()

    def request(self, method, params=None):
        self.count += 1
        params = dict(params or {})
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        headers = {
            "Content-Type": "application/json", "MCP-Protocol-Version": STATELESS,
            "Accept": "application/json, text/event-stream", "Mcp-Method": method,
        }  # fmt: skip
        if "name" in params:
            headers["Mcp-Name"] = params["name"]
        body = {"jsonrpc": "2.0", "id": self.count, "method": method, "params": params}
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=300)
        connection.request("POST", self.url.path, json.dumps(body), headers)
        message = json.loads(connection.getresponse().read())
        connection.close()
        check(message.get("id") == self.count, f"wrong id: {message}")
        return message

    def close(self):
        self.server.terminate()
        self.server.wait(timeout=10)


def score_of_command_line(binary, arguments):
    raw = {"ref": "-r", "reference": "-r", "dis": "-d", "distorted": "-d", "width": "-w"}
    raw |= {"height": "-h", "pixfmt": "-p", "bitdepth": "-b", "bit_depth": "-b"}
    words = [str(word) for name, value in arguments.items() for word in (raw[name], value)]
    if "-p" not in words:
        words += ["-p", "420"]
    done = subprocess.run(
        [binary, "score", *words, "--json", "--precision", "max", "-q"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)["pooled_metrics"]["vmaf"]["mean"]


def run(client, pairs, binary):
    tools = [tool["name"] for tool in client.request("tools/list")["result"]["tools"]]
    check("vmaf_score" in tools, f"vmaf_score is not among {tools}")
    error = client.request("tools/call", {"name": "nope"})["error"]
    check(error["code"] == -32602, f"an unknown tool gives {error}")
    for name, arguments, expected, own in pairs:
        result = client.request("tools/call", {"name": "vmaf_score", "arguments": arguments})
        check("result" in result, f"{name}: {result}")
        result = result["result"]
        check(not result["isError"], f"{name}: {result['content']}")
        score = result["structuredContent"]["score"]
        check(json.loads(result["content"][0]["text"])["score"] == score, f"{name}: two scores")
        check(abs(score - expected) < PLACES_2, f"{name}: {score}, not {expected}")
        check(abs(score - own) < EXACT, f"{name}: {score}, but tinyvmaf score says {own}")
        print(f"smoke: {client.name:5} {name}: {score:.8f} (libvmaf's tests: {expected:.8f})")


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build" / "release" / "tinyvmaf")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pairs = [
            (name, arguments, expected, score_of_command_line(binary, arguments))
            for name, arguments, expected in golden_pairs(folder)
        ]
        folders = {str(folder)}
        for _, arguments, _, _ in pairs:
            folders.add(str(pathlib.Path(arguments.get("reference") or arguments["ref"]).parent))
        command = [binary, "mcp"]
        for path in sorted(folders):
            command += ["--allow", path]
        for kind in (Streams, HTTP):
            client = kind(command)
            try:
                run(client, pairs, binary)
            finally:
                client.server.poll() is None and client.close()
    print("smoke: passed")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"smoke: FAILED: {failure}")
