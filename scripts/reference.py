#!/usr/bin/env python3
"""Writes the command reference and the man pages from what the parser itself knows.

    scripts/reference.py BINARY markdown docs/reference
    scripts/reference.py BINARY man .build/man

The input is the JSON of `tinyvmaf --experimental-dump-help`. Nothing else is needed.
"""

import json
import pathlib
import re
import subprocess
import sys


def main(binary, form, folder):
    dump = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True)
    root = json.loads(dump.stdout)["command"]
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    if form == "markdown":
        for command in root["subcommands"]:
            if not is_hidden(command):
                files[f"{command['commandName']}.md"] = markdown_page([root, command])
        files["README.md"] = markdown_index(root)
    elif form == "man":
        for path in walk([root]):
            name = "-".join(command["commandName"] for command in path)
            files[f"{name}.1"] = portable(man_page(path, version.stdout.strip()))
    else:
        sys.exit(f"{form}: give markdown or man.")
    for stale in folder.glob("*.md" if form == "markdown" else "*.1"):
        if stale.name not in files:
            stale.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def portable(page):
    """Characters beyond ASCII as the escapes that every troff knows."""
    return "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in page)


def is_hidden(command):
    return command["commandName"] == "help" or not command.get("shouldDisplay", True)


def walk(path):
    yield path
    for command in path[-1].get("subcommands", []):
        if not is_hidden(command):
            yield from walk([*path, command])


def title(path):
    return " ".join(command["commandName"] for command in path)


def arguments(command):
    """The visible arguments by section, in the order of the help."""
    sections = {}
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True):
            continue
        default = "Arguments" if argument["kind"] == "positional" else "Options"
        sections.setdefault(argument.get("sectionTitle") or default, []).append(argument)
    return sections


def names(argument):
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>" + ("…" if argument.get("isRepeating") else "")
    found = []
    for name in argument.get("names", []):
        prefix = "--" if name["kind"] == "long" else "-"
        found.append(prefix + name["name"])
    text = ", ".join(found)
    return text + (f" <{argument['valueName']}>" if argument["kind"] == "option" else "")


def description(argument):
    text = argument.get("abstract", "").strip()
    details = []
    if argument.get("allValues") and argument["kind"] == "option":
        details.append("one of " + ", ".join(argument["allValues"]))
    if argument.get("defaultValue"):
        details.append(f"default: {argument['defaultValue']}")
    return text + (f" ({'; '.join(details)})" if details else "")


def split_discussion(command):
    """The prose, and the lines of the examples without their indentation."""
    text = command.get("discussion", "")
    prose, _, examples = text.partition("EXAMPLES:\n")
    lines = [re.sub("^  ", "", line) for line in examples.strip("\n").splitlines()]
    return prose.strip(), lines


# Markdown


def markdown_index(root):
    lines = [
        "# Commands", "",
        "Written by `make reference` from what the parser knows; `tinyvmaf help COMMAND` says the same.",
        "", "| command | |", "|---|---|",
    ]  # fmt: skip
    for command in root["subcommands"]:
        if not is_hidden(command):
            name = command["commandName"]
            lines.append(f"| [{name}]({name}.md) | {cell(command.get('abstract', ''))} |")
    prose, _ = split_discussion(root)
    exits = prose[prose.find("Exit codes:") :] if "Exit codes:" in prose else ""
    return "\n".join([*lines, "", exits]).rstrip() + "\n"


def cell(text):
    return text.replace("|", "\\|").replace("<", "\\<")


def markdown_page(path):
    lines = []
    for command_path in walk(path):
        command = command_path[-1]
        level = "#" * (len(command_path) - 1)
        lines += [f"{level} {title(command_path)}", "", command.get("abstract", ""), ""]
        prose, examples = split_discussion(command)
        if prose:
            lines += [prose, ""]
        if examples:
            lines += ["```sh", *examples, "```", ""]
        for section, members in arguments(command).items():
            lines += [f"{level}# {section}", "", "| | |", "|---|---|"]
            lines += [f"| `{names(one)}` | {cell(description(one))} |" for one in members]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


# Manual pages


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(
        ("\\&" + line if line.startswith((".", "'")) else line) for line in text.splitlines()
    )


def man_page(path, version):
    command = path[-1]
    name = "-".join(one["commandName"] for one in path)
    lines = [
        f'.TH "{name.upper()}" "1" "" "tinyvmaf {version}" ""', ".SH NAME",
        f"{roff(name)} \\- {roff(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS",
        f".B {roff(title(path))}",
    ]  # fmt: skip
    positional = [
        argument
        for argument in command.get("arguments", [])
        if argument["kind"] == "positional" and argument.get("shouldDisplay", True)
    ]
    rest = "SUBCOMMAND" if any(not is_hidden(one) for one in command.get("subcommands", [])) else ""
    operands = " ".join(names(argument) for argument in positional)
    lines.append(roff(" ".join(part for part in ("[OPTION…]", operands, rest) if part)))
    prose, examples = split_discussion(command)
    if prose:
        lines += [".SH DESCRIPTION", *roff(prose).replace("\n\n", "\n.PP\n").splitlines()]
    for section, members in arguments(command).items():
        lines.append(f".SH {roff(section.upper())}")
        for argument in members:
            lines += [".TP", f".B {roff(names(argument))}", roff(description(argument))]
    subcommands = [one for one in command.get("subcommands", []) if not is_hidden(one)]
    if subcommands:
        lines.append(".SH COMMANDS")
        for one in subcommands:
            lines += [".TP", f".BR {roff(name)}\\-{roff(one['commandName'])} (1)",
                      roff(one.get("abstract", ""))]  # fmt: skip
    if examples:
        lines += [".SH EXAMPLES", ".nf", *roff("\n".join(examples)).splitlines(), ".fi"]
    if len(path) > 1:
        parent = "-".join(one["commandName"] for one in path[:-1])
        lines += [".SH SEE ALSO", f".BR {roff(parent)} (1)"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
