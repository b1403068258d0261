"""What a person sees: a terminal, pipes that close, Ctrl-C."""

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata

import pytest

from clips import write_y4m

COLOR = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = [
    [], ["score"], ["corpus"], ["corpus", "check"], ["corpus", "list"], ["corpus", "make"],
    ["extract"], ["store"], ["store", "list"], ["store", "verify"], ["store", "gc"],
    ["store", "export"], ["store", "import"], ["train"], ["evaluate"],
    ["export"], ["models"], ["models", "list"], ["models", "show"], ["models", "verify"],
    ["models", "add"], ["models", "remove"], ["models", "card"],
    ["models", "schema"], ["models", "digest"], ["demo"], ["bench"],
    ["gate"], ["gate", "golden"], ["gate", "parity"], ["gate", "all"],
]  # fmt: skip


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    write_y4m(folder / "ref.y4m", width=320, height=180, count=60)
    write_y4m(folder / "dis.y4m", width=320, height=180, count=60, noise=9)
    (folder / "with a name that is far too long for one line of a terminal").mkdir()
    return folder


def on_terminal(command, columns, **options):
    """The exit code and everything that a terminal of that width is sent."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, **options)
    os.close(side)
    data = b""
    while True:
        ready, _, _ = select.select([main], [], [], 30)
        try:
            chunk = os.read(main, 65536) if ready else b""
        except OSError:
            chunk = b""
        if not chunk:
            break
        data += chunk
    os.close(main)
    return process.wait(), data.decode()


def width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.mark.parametrize("columns", [80, 120, 50])
@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_score_on_a_terminal(tinyvmaf, videos, columns, several):
    command = [*tinyvmaf.command, "score", "ref.y4m", "dis.y4m", "--isa", "scalar"]
    command += ["--threads", "1"] + (["ref.y4m"] if several else [])
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    code, text = on_terminal(command, columns, cwd=videos, env=environment)
    assert code == 0
    # The progress replaces itself on one line, which is gone in the end.
    updates = text.split("\r\x1b[K")
    assert len(updates) > 2 and all("\n" not in update for update in updates[:-1])
    assert all(width(update) < columns for update in updates[:-1])
    assert any(re.match(r"scoring .*\d+ of 60 frames", update) for update in updates)
    lines = updates[-1].split("\r\n")
    assert all(width(COLOR.sub("", line)) <= columns for line in lines), lines
    assert "dis.y4m" in updates[-1] and "vmaf" in updates[-1]
    if not several:
        assert COLOR.search(updates[-1])
        plain = on_terminal(command, columns, cwd=videos, env={**environment, "NO_COLOR": "1"})[1]
        assert not COLOR.search(plain)


def test_no_terminal_no_decoration(tinyvmaf, videos):
    done = tinyvmaf("score", "ref.y4m", "dis.y4m", cwd=videos)
    assert "\x1b" not in done.stdout + done.stderr and "\r" not in done.stdout + done.stderr
    assert done.stderr == "" and done.stdout.startswith("vmaf ")


def test_a_failure_leaves_a_clean_line(tinyvmaf, videos):
    """The progress line goes before the message comes."""
    broken = videos / "broken.mkv"
    broken.write_bytes(b"\x1aE\xdf\xa3")
    script = videos / "ffmpeg"
    script.write_text(f"#!/bin/sh\nhead -c 3000000 '{videos}/dis.y4m'; sleep 0.3; exit 1\n")
    script.chmod(0o755)
    environment = {
        **os.environ, "TINYVMAF_FFMPEG": str(script), "TINYVMAF_FFPROBE": "/nonexistent",
    }  # fmt: skip
    command = [*tinyvmaf.command, "score", "ref.y4m", "broken.mkv", "-q"]
    for options in ([], ["-q"]):
        command = [*tinyvmaf.command, "score", "ref.y4m", "broken.mkv", *options]
        code, text = on_terminal(command, 80, cwd=videos, env=environment)
        last = text.split("\r\x1b[K")[-1]
        assert code == 65 and last.startswith("tinyvmaf: broken.mkv") and last.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "tinyvmaf")
def test_help_fits_80_columns(tinyvmaf, command):
    done = tinyvmaf(*command, "--help", env={**os.environ, "COLUMNS": "80"})
    lines = done.stdout.splitlines()
    assert len(lines) > 5 and "OVERVIEW: " in lines[0]
    assert not [line for line in lines if width(line) > 80]
    # No example is broken in its middle: all are indented, or continue a line.
    if "EXAMPLES:" in lines:
        start = lines.index("EXAMPLES:") + 1
        for line in lines[start : lines.index("", start)]:
            assert line.startswith("  "), line


@pytest.mark.parametrize("ignored", [False, True], ids=["", "SIGPIPE ignored"])
def test_closed_pipe(tinyvmaf, videos, ignored):
    """Whoever reads has left: no crash, no message."""
    process = subprocess.Popen(
        [*tinyvmaf.command, "score", "ref.y4m", "dis.y4m", "--csv"],
        cwd=videos, stdout=subprocess.PIPE, stderr=subprocess.PIPE, restore_signals=not ignored,
    )  # fmt: skip
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == (1 if ignored else -signal.SIGPIPE)


def running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_interruption_kills_decoders(tinyvmaf, videos, tmp_path, number):
    """A decoder that delivers nothing more: the run ends at once and takes it along."""
    hanging = tmp_path / "video.mkv"
    hanging.write_bytes(b"\x1aE\xdf\xa3")
    script = tmp_path / "ffmpeg"
    script.write_text(
        f"#!/bin/sh\nhead -c 500000 '{videos}/dis.y4m'\necho $$ >>'{tmp_path}/pids'\nexec sleep 99\n"
    )
    script.chmod(0o755)
    environment = {
        **os.environ, "TINYVMAF_FFMPEG": str(script), "TINYVMAF_FFPROBE": "/nonexistent",
    }  # fmt: skip
    out = tmp_path / "out.json"
    process = subprocess.Popen(
        [*tinyvmaf.command, "score", videos / "ref.y4m", hanging, hanging, "-o", tmp_path, "-q"],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    pids = tmp_path / "pids"
    assert wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    time.sleep(0.2)
    started = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - started < 3
    assert (process.returncode, said) == (128 + number, "tinyvmaf: interrupted\n")
    assert wait_for(lambda: not any(running(pid) for pid in pids.read_text().split()))
    assert not out.exists()


def test_interruption_of_a_blocked_pipe(tinyvmaf, videos):
    """Nothing comes on standard input: Ctrl-C still ends the run."""
    process = subprocess.Popen(
        [*tinyvmaf.command, "score", "ref.y4m", "-"], cwd=videos, stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 130


def test_ignored_signals_stay_ignored(tinyvmaf, videos):
    """After `nohup`, a lost terminal does not end the run."""
    process = subprocess.Popen(
        [*tinyvmaf.command, "score", "ref.y4m", "dis.y4m", "--isa", "scalar", "--threads", "1"],
        cwd=videos, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )  # fmt: skip
    time.sleep(0.1)
    process.send_signal(signal.SIGHUP)
    text, _ = process.communicate()
    assert process.returncode == 0 and text.startswith("vmaf ")
