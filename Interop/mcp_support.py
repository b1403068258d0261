"""Servers under test, raw clients, and the published shapes of messages."""

import functools
import http.client
import json
import os
import pathlib
import re
import subprocess
import threading
import time

import jsonschema
from mcp_types import methods
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS

HANDSHAKES = [version for version in KNOWN_PROTOCOL_VERSIONS if version < "2026"]
STATELESS = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}
# The protocol's JSON Schemas, as <folder>/<revision>/schema.json; no Python package has them.
SCHEMAS = os.environ.get("MCP_SCHEMA_DIR")


def request(number, method, params=None, version=None, token=None):
    """A request; with `version` None a stateless one."""
    params = dict(params or {})
    if version is None:
        params["_meta"] = dict(META)
    if token is not None:
        params.setdefault("_meta", {})["progressToken"] = token
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def initialize(version, number=0):
    return request(
        number,
        "initialize",
        {"protocolVersion": version, "capabilities": {}, "clientInfo": META[
            "io.modelcontextprotocol/clientInfo"
        ]},
        version,
    )  # fmt: skip


class StdioServer:
    """A server with its standard streams; everything that it says is kept."""

    def __init__(self, command, version=None):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.errors = []
        threading.Thread(target=self._drain, daemon=True).start()
        self.version = version
        self.count = 0
        self.said = []
        if version:
            self.send(initialize(version))
            self.greeting = self.wait_for(0)
            self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _drain(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def send(self, message):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            return None
        message = json.loads(line)
        self.said.append(message)
        return message

    def wait_for(self, number):
        while True:
            message = self.read()
            assert message is not None, "the server went away"
            if message.get("id") == number:
                return message

    def start(self, method, params=None, token=None):
        self.count += 1
        self.send(request(self.count, method, params, self.version, token))
        return self.count

    def ask(self, method, params=None, token=None):
        return self.wait_for(self.start(method, params, token))

    def call(self, tool, token=None, **arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments}, token)

    def close(self):
        self.process.stdin.close()
        return self.process.wait(timeout=20)

    def memory(self):
        return memory(self.process.pid)


class HTTPServer:
    """A server that listens on a free port of this machine."""

    def __init__(self, command, env=None):
        self.process = subprocess.Popen(
            [*command, "--http", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        line = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/mcp", line)
        assert found, line
        self.url, self.port = found[0], int(found[1])
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def post(self, message, headers=None, path="/mcp", timeout=120):
        """Returns the status, the headers and the body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        try:
            connection.request("POST", path, data, {**standard_headers(message), **(headers or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def ask(self, message, **options):
        """Returns the messages of the answer, which may be events."""
        _, headers, body = self.post(message, **options)
        return messages(headers, body)

    def memory(self):
        return memory(self.process.pid)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def standard_headers(message):
    headers = {
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
    }  # fmt: skip
    if isinstance(message, dict) and "_meta" in message.get("params", {}):
        version = message["params"]["_meta"].get("io.modelcontextprotocol/protocolVersion")
        if version:
            headers["MCP-Protocol-Version"] = version
            headers["Mcp-Method"] = message["method"]
            name = message["params"].get("name") or message["params"].get("uri")
            if name:
                headers["Mcp-Name"] = name
    return headers


def messages(headers, body):
    kind = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
    if kind.startswith("text/event-stream"):
        lines = body.decode().splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    return [json.loads(body)] if body else []


def memory(process):
    """The resident memory of a process in MB."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def children(process):
    """The processes that a process has started."""
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(process)], capture_output=True)
    return found.stdout.decode().splitlines()


def wait_until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def validate(message, version, method):
    """Checks a server's message against the published shape of its revision."""
    assert message["jsonrpc"] == "2.0"
    if "result" in message:
        methods.validate_server_result(method, version, message["result"])
        kind = RESULTS.get(method)
        if kind:
            check_schema(message["result"], version, kind)
        check_schema(message, version, "JSONRPCMessage")
    elif "error" in message:
        assert isinstance(message["error"]["code"], int)
        assert message["error"]["message"]
        if "id" in message:
            check_schema(message, version, "JSONRPCMessage")
    else:
        assert message["method"] == "notifications/progress"
        methods.parse_server_notification(message["method"], version, message["params"])
        check_schema(message, version, "ProgressNotification")


RESULTS = {
    "initialize": "InitializeResult", "server/discover": "DiscoverResult",
    "tools/list": "ListToolsResult", "tools/call": "CallToolResult",
    "resources/list": "ListResourcesResult", "resources/read": "ReadResourceResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "prompts/list": "ListPromptsResult", "prompts/get": "GetPromptResult",
}  # fmt: skip


@functools.cache
def schema(version):
    path = pathlib.Path(SCHEMAS or "") / version / "schema.json"
    return json.loads(path.read_text()) if SCHEMAS and path.exists() else None


def check_schema(value, version, kind):
    document = schema(version)
    if document is None:
        return
    key = "$defs" if "$defs" in document else "definitions"
    validator = jsonschema.validators.validator_for(document)
    validator({"$ref": f"#/{key}/{kind}", key: document[key]}).validate(value)
