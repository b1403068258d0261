"""The written reference is the parser's own; man pages and completions work; links lead somewhere."""

import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

SCRIPT = ROOT / "scripts" / "reference.py"


def test_reference_is_up_to_date(tinyvmaf, tmp_path):
    binary = tinyvmaf.command[0]
    subprocess.run([sys.executable, SCRIPT, binary, "markdown", tmp_path], check=True)
    written = {path.name: path.read_text() for path in (ROOT / "docs" / "reference").glob("*.md")}
    fresh = {path.name: path.read_text() for path in tmp_path.glob("*.md")}
    stale = sorted(name for name in written | fresh if written.get(name) != fresh.get(name))
    assert not stale, f"run make reference: {stale}"


def test_install(tinyvmaf, tmp_path):
    done = subprocess.run(
        [ROOT / "scripts" / "install.sh", tinyvmaf.command[0], tmp_path / "usr"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip().endswith(f"installed in {tmp_path / 'usr'}")
    share = tmp_path / "usr" / "share"
    pages = sorted(path.name for path in (share / "man" / "man1").iterdir())
    assert {"tinyvmaf.1", "tinyvmaf-score.1", "tinyvmaf-corpus-make.1"} <= set(pages)
    completions = {
        "bash": share / "bash-completion" / "completions" / "tinyvmaf",
        "zsh": share / "zsh" / "site-functions" / "_tinyvmaf",
        "fish": share / "fish" / "vendor_completions.d" / "tinyvmaf.fish",
    }
    for shell, path in completions.items():
        assert "tinyvmaf" in path.read_text()
        if shutil.which(shell):
            subprocess.run([shell, "-n", path], check=True)


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_man_pages_have_no_roff_errors(tinyvmaf, tmp_path):
    subprocess.run([sys.executable, SCRIPT, tinyvmaf.command[0], "man", tmp_path], check=True)
    for page in tmp_path.glob("*.1"):
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", page], capture_output=True, text=True
        )
        assert done.returncode == 0 and not done.stderr, (page.name, done.stderr)


def documents():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links(path):
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        if anchor and linked.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", linked.read_text(), flags=re.M)
            slugs = [re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings]
            assert anchor in slugs, target


def test_options_in_the_docs_exist(tinyvmaf):
    """Every long option in a command line of the docs is one that the command has."""
    helps = {}
    for path in documents():
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(), flags=re.S):
            for line in block.replace("\\\n", " ").splitlines():
                match = re.search(r"\btinyvmaf ((?:[a-z]+ )+)", line.split("#")[0] + " ")
                if not match:
                    continue
                words = match.group(1).split()
                command = words[:2] if words[0] in {"corpus", "store", "models", "gate", "sweep"} else words[:1]
                key = tuple(command)
                if key not in helps:
                    helps[key] = tinyvmaf(*command, "--help", check=False).stdout
                used = line.split("#")[0].split("tinyvmaf", 1)[1]
                for option in re.findall(r"(?<=\s)--[a-z][\w-]*", used):
                    assert option in helps[key], f"{path.name}: {line.strip()}"
