"""`tinyvmaf mcp` with independent clients: PyPI's mcp in all modes over both transports, fastmcp."""

import json
import os
import pathlib
import subprocess
import sys

import anyio
import clips
import mcp
import mcp.client.stdio
import pytest
from mcp.client.streamable_http import streamable_http_client
from mcp_support import STATELESS, HTTPServer, validate

pytestmark = pytest.mark.skipif(
    not os.environ.get("TINYVMAF_MCP_CLIENTS"), reason="slow: set TINYVMAF_MCP_CLIENTS=1"
)

TEE = pathlib.Path(__file__).with_name("mcp_tee.py")
TOOLS = {
    "vmaf_score", "worst_frames", "probe", "list_models", "describe_model", "compare_models",
    "eval_model_on_split", "list_backends", "run_benchmark",
}  # fmt: skip


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp")
    clips.write_y4m(folder / "ref.y4m", count=8)
    clips.write_y4m(folder / "dis.y4m", count=8, noise=12)
    clips.write_y4m(folder / "long.y4m", width=640, height=360, count=60)
    return folder


@pytest.fixture(scope="module")
def expected(tinyvmaf, videos):
    done = tinyvmaf(
        "score", videos / "ref.y4m", videos / "dis.y4m", "--json", "--precision", "max", "-q"
    )
    return json.loads(done.stdout)["pooled_metrics"]["vmaf"]["mean"]


async def exercise(client, videos, expected, is_stateless):
    """Everything that a client does with a server."""
    tools = (await client.list_tools()).tools
    assert TOOLS <= {tool.name for tool in tools}
    for tool in tools:
        assert tool.input_schema["type"] == "object" and tool.output_schema and tool.description
        assert tool.annotations.read_only_hint
    if client.server_info:  # A client of the stateless revision need not ask.
        assert client.server_info.name == "tinyvmaf" and "vmaf_score" in client.instructions

    reports = []

    async def progress(done, total, message):
        reports.append((done, total, message))

    pair = {"reference": str(videos / "ref.y4m"), "distorted": "dis.y4m"}
    result = await client.call_tool("vmaf_score", pair, progress_callback=progress)
    assert not result.is_error
    assert abs(result.structured_content["score"] - expected) < 1e-9
    assert json.loads(result.content[0].text) == result.structured_content
    assert reports and reports[-1][:2] == (8, 8)
    assert [done for done, _, _ in reports] == sorted({done for done, _, _ in reports})

    link = result.content[1]
    assert link.type == "resource_link" and link.uri in str(result.structured_content)
    frames = json.loads((await client.read_resource(link.uri)).contents[0].text)
    assert len(frames["frames"]) == 8
    assert abs(frames["pooled_metrics"]["vmaf"]["mean"] - expected) < 1e-9
    listed = {str(resource.uri) for resource in (await client.list_resources()).resources}
    assert str(link.uri) in listed and "tinyvmaf://models/vmaf_v0.6.1" in listed
    assert len((await client.list_resource_templates()).resource_templates) >= 2

    wrong = await client.call_tool("vmaf_score", {"reference": "nowhere.y4m", "distorted": "x"})
    assert wrong.is_error and "no such file" in wrong.content[0].text
    bad = await client.call_tool("vmaf_score", {"reference": 1, "distorted": "dis.y4m"})
    assert bad.is_error and "must be a text" in bad.content[0].text
    with pytest.raises(mcp.MCPError) as unknown:
        await client.call_tool("nope", {})
    assert unknown.value.error.code == -32602
    with pytest.raises(mcp.MCPError) as missing:
        await client.read_resource("tinyvmaf://results/0")
    assert missing.value.error.code == (-32602 if is_stateless else -32002)

    names = {prompt.name for prompt in (await client.list_prompts()).prompts}
    assert names == {"compare_encodes", "explain_score"}
    prompt = await client.get_prompt("explain_score", {"reference": "a.mkv", "distorted": "b.mkv"})
    assert "a.mkv" in prompt.messages[0].content.text

    # Cancelled calls leave the server free.
    endless = {"reference": "long.y4m", "distorted": ["long.y4m"] * 16}
    with anyio.move_on_after(0.3) as scope:
        await client.call_tool("vmaf_score", endless)
    assert scope.cancelled_caught
    again = await client.call_tool("vmaf_score", pair)
    assert abs(again.structured_content["score"] - expected) < 1e-9


@pytest.mark.parametrize("mode", ["legacy", "auto", STATELESS])
def test_stdio(tinyvmaf, videos, expected, tmp_path, mode):
    log = tmp_path / "log"
    server = mcp.client.stdio.StdioServerParameters(
        command=sys.executable,
        args=[str(TEE), str(log), *tinyvmaf.command, "mcp", "--allow", str(videos)],
    )
    async def run():
        async with mcp.Client(server, mode=mode) as client:
            version = client.protocol_version
            assert version == ("2025-11-25" if mode == "legacy" else STATELESS)
            await exercise(client, videos, expected, version == STATELESS)
            return version

    version = anyio.run(run)
    methods = {}
    checked = 0
    for line in log.read_text().splitlines():
        message = json.loads(line[2:])
        if line.startswith("> "):
            methods[message.get("id")] = message.get("method")
        else:
            validate(message, version, methods.get(message.get("id")))
            checked += 1
    assert checked > 15


@pytest.mark.parametrize("mode", ["legacy", "auto", STATELESS])
def test_http(tinyvmaf, videos, expected, mode):
    server = HTTPServer([*tinyvmaf.command, "mcp", "--allow", str(videos)])

    async def run():
        async with mcp.Client(streamable_http_client(server.url), mode=mode) as client:
            version = client.protocol_version
            assert version == ("2025-11-25" if mode == "legacy" else STATELESS)
            await exercise(client, videos, expected, version == STATELESS)

    try:
        anyio.run(run)
    finally:
        server.close()


def test_http_with_a_token(tinyvmaf, videos):
    import httpx2

    token = "0123456789abcdef0123456789abcdef"
    server = HTTPServer(
        [*tinyvmaf.command, "mcp", "--allow", str(videos)], env={"TINYVMAF_MCP_TOKEN": token}
    )

    async def names(headers):
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(server.url, http_client=http)
            async with mcp.Client(transport, mode=STATELESS) as client:
                return {tool.name for tool in (await client.list_tools()).tools}

    try:
        assert TOOLS <= anyio.run(names, {"Authorization": f"Bearer {token}"})
        with pytest.raises(BaseException):
            anyio.run(names, {"Authorization": "Bearer 0123456789abcdef0123456789abcdee"})
    finally:
        server.close()


def test_fastmcp_command_line(tinyvmaf, videos, expected):
    command = " ".join([*tinyvmaf.command, "mcp", "--allow", str(videos)])

    def fastmcp(*words):
        done = subprocess.run(
            [str(pathlib.Path(sys.executable).parent / "fastmcp"), *words, "--command", command],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    listed = fastmcp("list", "--json")
    assert TOOLS <= {tool["name"] for tool in listed["tools"]}
    called = fastmcp(
        "call", "--target", "vmaf_score", "--input-json",
        json.dumps({"reference": "ref.y4m", "distorted": "dis.y4m"}), "--json",
    )  # fmt: skip
    assert abs(called["structured_content"]["score"] - expected) < 1e-9
