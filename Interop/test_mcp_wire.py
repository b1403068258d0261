"""`tinyvmaf mcp` on the wire: shapes of all revisions, headers, refusals, malformed messages."""

import base64
import copy
import http.client
import json
import random
import shutil
import socket
import subprocess

import clips
import pytest
from mcp_support import (
    HANDSHAKES,
    STATELESS,
    HTTPServer,
    StdioServer,
    initialize,
    messages,
    request,
    validate,
)


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp")
    clips.write_y4m(folder / "ref.y4m", count=5)
    clips.write_y4m(folder / "dis.y4m", count=5, noise=12)
    return folder


@pytest.fixture(scope="module")
def command(tinyvmaf, videos):
    return [*tinyvmaf.command, "mcp", "--allow", str(videos)]


@pytest.fixture(scope="module")
def server(command):
    server = HTTPServer(command)
    yield server
    server.close()


PAIR = {"reference": "ref.y4m", "distorted": "dis.y4m"}
TOUR = [
    ("tools/list", {}),
    ("tools/call", {"name": "vmaf_score", "arguments": PAIR}),
    ("tools/call", {"name": "vmaf_score", "arguments": {"reference": "nope"}}),
    ("tools/call", {"name": "probe", "arguments": PAIR}),
    ("tools/call", {"name": "list_models"}),
    ("tools/call", {"name": "list_backends", "arguments": {}}),
    ("tools/call", {"name": "describe_model", "arguments": {"model": "vmaf_v0.6.1neg"}}),
    ("tools/call", {"name": "nope"}),
    ("resources/list", {}),
    ("resources/templates/list", {}),
    ("resources/read", {"uri": "tinyvmaf://models/vmaf_v0.6.1"}),
    ("resources/read", {"uri": "tinyvmaf://nope"}),
    ("prompts/list", {}),
    ("prompts/get", {"name": "explain_score", "arguments": {"reference": "a", "distorted": "b"}}),
    ("prompts/get", {"name": "explain_score"}),
    ("nope", {}),
]


@pytest.mark.parametrize("version", [*HANDSHAKES, STATELESS])
def test_every_message_has_the_shape_of_its_revision(command, version):
    is_stateless = version == STATELESS
    server = StdioServer(command, None if is_stateless else version)
    tour = [("server/discover", {})] if is_stateless else [("ping", {})]
    if not is_stateless:
        assert server.greeting["result"]["protocolVersion"] == version
        validate(server.greeting, version, "initialize")
    for method, params in tour + TOUR:
        server.said.clear()
        server.ask(method, params, token="t" if method == "tools/call" else None)
        for message in server.said:
            validate(message, version, method)
            if is_stateless and "result" in message:
                assert message["result"]["resultType"] == "complete"
                assert message["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert server.close() == 0


@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18", "2025-11-25", STATELESS])
def test_every_message_over_http_has_the_shape_of_its_revision(server, version):
    handshake = None if version == STATELESS else version
    headers = {}
    if handshake:
        _, answered, body = server.post(initialize(version))
        headers = {"MCP-Protocol-Version": version, "Mcp-Session-Id": answered["Mcp-Session-Id"]}
        validate(json.loads(body), version, "initialize")
    for number, (method, params) in enumerate(TOUR):
        token = number if method == "tools/call" else None
        answers = server.ask(request(number, method, params, handshake, token), headers=headers)
        assert answers[-1]["id"] == number
        for message in answers:
            validate(message, version, method)


# MARK: Streamable HTTP


def test_streams_progress_as_events(server):
    message = request(1, "tools/call", {"name": "vmaf_score", "arguments": PAIR}, token="x")
    status, headers, body = server.post(message)
    assert status == 200 and headers["Content-Type"] == "text/event-stream"
    assert headers["X-Accel-Buffering"] == "no"
    answers = messages(headers, body)
    assert answers[-1]["result"]["structuredContent"]["frames"] == 5
    reports = [answer["params"] for answer in answers[:-1]]
    assert reports and all(report["progressToken"] == "x" for report in reports)
    assert reports[-1]["progress"] == reports[-1]["total"] == 5
    # Without a token, or for a client that takes no events, the answer is one text.
    del message["params"]["_meta"]["progressToken"]
    assert server.post(message)[1]["Content-Type"] == "application/json"
    message["params"]["_meta"]["progressToken"] = 1
    headers = server.post(message, headers={"Accept": "application/json"})[1]
    assert headers["Content-Type"] == "application/json"


def discover(**changes):
    message = request(1, "server/discover")
    message["params"]["_meta"].update(changes)
    return message


CALL = request(1, "tools/call", {"name": "list_models", "arguments": {}})


@pytest.mark.parametrize(
    "message, headers, status, code",
    [
        (discover(), {}, 200, None),
        (discover(), {"Origin": "http://localhost:6274"}, 200, None),
        (discover(), {"Origin": "https://evil.example"}, 403, -32600),
        (discover(), {"Origin": "null"}, 403, -32600),
        (discover(), {"Host": "evil.example"}, 403, -32600),
        (discover(), {"MCP-Protocol-Version": "2025-11-25"}, 400, -32020),
        (discover(), {"Mcp-Method": "tools/list"}, 400, -32020),
        (discover(), {"Mcp-Method": ""}, 400, -32020),
        (CALL, {}, 200, None),
        (CALL, {"Mcp-Name": "probe"}, 400, -32020),
        (CALL, {"Mcp-Name": "=?base64?" + base64.b64encode(b"list_models").decode() + "?="}, 200, 0),
        (CALL, {"Mcp-Name": "=?base64?" + base64.b64encode(b"probe").decode() + "?="}, 400, -32020),
        (CALL, {"Mcp-Name": "=?base64?!?="}, 400, -32020),
        (discover(**{"io.modelcontextprotocol/protocolVersion": "2099-01-01"}), {}, 400, -32022),
        (request(1, "ping", {}, "x"), {"MCP-Protocol-Version": "2099-01-01"}, 400, -32022),
        (request(1, "tools/list", {}, "x"), {"MCP-Protocol-Version": STATELESS}, 400, -32602),
        (request(1, "server/discover", {}, "x"), {}, 400, -32602),
        (request(1, "nope"), {}, 404, -32601),
        (request(1, "ping"), {}, 404, -32601),
        (b"{", {}, 400, -32700),
        (b"[]", {}, 400, -32600),
        (b"\xff", {}, 400, -32700),
        (discover(), {"Content-Type": "text/plain"}, 415, -32600),
        (discover(), {"Accept": "text/html"}, 406, -32600),
        (request(1, "ping", {}, "x"), {}, 200, None),
        (request(1, "tools/list", {}, "x"), {"Mcp-Session-Id": "nope"}, 404, -32600),
        ({"jsonrpc": "2.0", "method": "notifications/initialized"}, {}, 202, None),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, {}, 202, None),
        (b'"' + b"a" * (5 << 20) + b'"', {}, 413, -32600),
    ],
)
def test_http_refusals(server, message, headers, status, code):
    got, headers, body = server.post(message, headers=headers)
    assert got == status, body
    if code:
        assert messages(headers, body)[0]["error"]["code"] == code
    elif status == 200:
        assert "result" in messages(headers, body)[0]


@pytest.mark.parametrize("name", ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"])
def test_stateless_requests_need_their_headers(server, name):
    from mcp_support import standard_headers

    headers = standard_headers(CALL)
    del headers[name]
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/mcp", json.dumps(CALL), headers)
    answer = connection.getresponse()
    assert answer.status == 400
    assert json.loads(answer.read())["error"]["code"] == -32020


def test_other_methods_and_paths(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for method, path, status in [
        ("GET", "/mcp", 405), ("PUT", "/mcp", 405), ("OPTIONS", "/mcp", 405),
        ("DELETE", "/mcp", 404), ("POST", "/", 404), ("GET", "/../etc/passwd", 404),
    ]:  # fmt: skip
        connection.request(method, path, headers={"Mcp-Session-Id": "nope"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status, (method, path)


def test_sessions_end(server):
    headers = {"Mcp-Session-Id": server.post(initialize("2025-06-18"))[1]["Mcp-Session-Id"]}
    message = request(1, "ping", {}, "x")
    assert server.post(message, headers=headers)[0] == 200
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("DELETE", "/mcp", headers=headers)
    assert connection.getresponse().status == 204
    assert server.post(message, headers=headers)[0] == 404


def test_tokens(command):
    token = "0123456789abcdef0123456789abcdef"
    server = HTTPServer(command, env={"TINYVMAF_MCP_TOKEN": token})
    try:
        for given in [None, "", "Bearer", f"Bearer {token[:-1]}", f"Bearer {token}0", f"Basic {token}"]:
            headers = {} if given is None else {"Authorization": given}
            status, answered, _ = server.post(discover(), headers=headers)
            assert status == 401 and answered["WWW-Authenticate"].startswith("Bearer")
        assert server.post(discover(), headers={"Authorization": f"Bearer {token}"})[0] == 200
    finally:
        server.close()


@pytest.mark.parametrize(
    "words, code",
    [
        (["--http", "0.0.0.0:0"], 64),
        (["--http", "[::]:0"], 64),
        (["--http", "nope"], 64),
        (["--token-file", "/dev/null"], 64),
        (["--allow", "/no/such/folder"], 66),
        (["--max-frames", "0"], 64),
    ],
)
def test_refuses_to_start(tinyvmaf, words, code):
    done = tinyvmaf("mcp", *words, check=False, timeout=20, stdin=subprocess.DEVNULL)
    assert done.returncode == code
    assert done.stdout == "" and done.stderr.startswith("tinyvmaf: ")


# MARK: Files


def test_folders(tinyvmaf, videos, tmp_path):
    def answer(words=(), cwd=tmp_path, env=None):
        import os

        server = StdioServer.__new__(StdioServer)
        process = subprocess.Popen(
            [*tinyvmaf.command, "mcp", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            cwd=cwd, env={**os.environ, **(env or {})},
        )  # fmt: skip
        server.process, server.version, server.count, server.said = process, None, 0, []
        path = str(videos / "ref.y4m")
        result = server.call("probe", reference=path)["result"]
        server.close()
        return result["content"][0]["text"]

    assert "outside" in answer()
    assert "outside" not in answer(cwd=videos)
    assert "outside" not in answer(env={"TINYVMAF_MCP_ALLOW": f"{tmp_path}:{videos}"})
    assert "outside" in answer(["--allow", str(tmp_path)], cwd=videos)
    assert "--allow" in answer(cwd="/")
    assert "--allow" in answer(cwd=videos, env={"HOME": str(videos)})


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
@pytest.mark.parametrize("name", ["playlist.m3u8", "playlist.mp4", "list.ffconcat", "list.mkv"])
def test_crafted_files_cannot_name_others(command, videos, tmp_path, name):
    secret = tmp_path / "secret.mkv"
    source = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25:duration=0.2"]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *source, "-c:v", "libx264", str(secret)], check=True
    )
    text = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"
        if name.startswith("playlist")
        else f"ffconcat version 1.0\nfile 'file:{secret}'\n"
    )
    (videos / name).write_text(text)
    shutil.copy(secret, videos / "fine.mkv")
    server = StdioServer(command)
    try:
        fine = server.call("vmaf_score", reference="fine.mkv", distorted="fine.mkv")["result"]
        assert not fine["isError"], fine
        for tool, arguments in [
            ("probe", {"reference": name}),
            ("vmaf_score", {"reference": name, "distorted": name}),
            ("vmaf_score", {"reference": "fine.mkv", "distorted": name}),
        ]:
            result = server.call(tool, **arguments)["result"]
            assert result["isError"], result
            assert "can name other files" in result["content"][0]["text"], result
    finally:
        server.close()


# MARK: Malformed messages


def mutations(count, seed=1):
    """Broken messages, each with the error code it must get, or `None` where there are several."""
    random.seed(seed)
    good = [
        request(1, "tools/call", {"name": "list_backends", "arguments": {}}),
        request("x", "tools/list"),
        request(2, "prompts/get", {"name": "explain_score"}),
        initialize("2025-11-25", 3),
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}},
    ]
    values = [
        None, True, False, 0, -1, 1.5, 1e308, 10**30, "", "x", "é😀", "\u0000", [], {}, [[]],
        {"a": {"a": {}}}, "a" * 5000, -(10**19), 2**63, 2**63 - 1,
    ]  # fmt: skip

    def places(value, path=()):
        """Where values stand in a message, the message itself aside."""
        items = {dict: lambda: value.items(), list: lambda: enumerate(value)}.get(type(value))
        for key, item in items() if items else ():
            yield (*path, key)
            yield from places(item, (*path, key))

    for _ in range(count):
        kind = random.randrange(8)
        message = copy.deepcopy(random.choice(good))
        data = json.dumps(message).encode()
        if kind == 0:  # Cut off.
            yield data[: random.randrange(1, len(data))], -32700
        elif kind == 1:  # A byte too many, most often no UTF-8.
            at = random.randrange(len(data))
            yield data[:at] + bytes([random.choice([0x80, 0xFF, 0xC0, 0x00, 0x1F])]) + data[at:], -32700
        elif kind == 2:  # Random bytes.
            noise = bytes(random.randrange(1, 256) for _ in range(random.randrange(1, 80)))
            noise = noise.replace(b"\n", b" ").replace(b"\r", b" ")
            yield b"\x01" + noise, -32700
        elif kind == 3:  # Deep nesting.
            depth = random.choice([65, 500, 20_000])
            opening = random.choice([b"[", b'{"a":'])
            yield b'{"jsonrpc":"2.0","id":1,"method":"x","params":' + opening * depth, -32700
        elif kind == 4:  # A name twice.
            yield data[:-1] + b',"jsonrpc":"2.0"}', -32700
        elif kind == 5:  # No request.
            yield json.dumps(random.choice(values)).encode(), None
        elif kind == 6:  # A wrong identifier.
            message["id"] = random.choice([None, 1.5, [], {}, True, 10**30, "a" * 2000, -(10**19)])
            yield json.dumps(message).encode(), -32600
        else:  # A value of another type somewhere.
            path = random.choice(list(places(message)))
            target = message
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = copy.deepcopy(random.choice(values))
            yield json.dumps(message, allow_nan=False).encode(), None


CODES = {-32700, -32600, -32601, -32602, -32022}


def test_survives_10000_malformed_messages(command):
    server = StdioServer(command)
    checked = 0
    for number, (data, code) in enumerate(mutations(10_000)):
        server.send(data)
        # An answer to this tells that there was none to the last one, or ends what it had.
        server.send(request(f"probe-{number}", "tools/list"))
        while True:
            message = server.read()
            assert message is not None, (number, data[:200])
            if message.get("id") == f"probe-{number}":
                break
            if "error" in message:
                assert message["error"]["code"] in CODES, (data[:200], message)
                if code:
                    assert message["error"]["code"] == code, (data[:200], message)
                    code = None
                    checked += 1
        assert code is None, (number, data[:200])
    assert checked > 5000
    assert server.memory() < 100
    assert server.close() == 0


def test_survives_malformed_http(server):
    for data, code in mutations(500, seed=2):
        status, headers, body = server.post(data)
        assert status in (200, 202, 400, 404), (data[:200], status)
        if code:
            assert status == 400 and messages(headers, body)[0]["error"]["code"] == code
    for data in [
        b"\x00" * 100, b"GET\r\n\r\n", b"POST /mcp HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ]:  # fmt: skip
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            try:
                connection.recv(4096)
            except OSError:
                pass
    assert server.ask(request(1, "server/discover"))[0]["result"]
