"""Pairs of videos: the pairs file of ``tinyvmaf extract``, read by the driver to plan tasks."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass, field
from typing import Iterable

from tinyvmaf_ray.errors import InputError

COLUMNS = (
    "reference", "distorted", "source", "id", "score", "width", "height", "pixel_format",
    "bitdepth", "frame_rate",
)  # fmt: skip
REQUIRED = COLUMNS[:3]


@dataclass(frozen=True)
class Pair:
    """One line of a pairs file, its paths absolute."""

    source: str
    id: str
    reference: str
    distorted: str
    columns: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def identity(self) -> tuple[str, str]:
        """What names the pair within a store."""
        return (self.source, self.id)

    def column(self, name: str) -> str | None:
        """The value of a column as the file has it."""
        return dict(self.columns).get(name)

    def record(self) -> dict[str, str]:
        """The pair as a line of a pairs file that ``tinyvmaf`` reads anywhere."""
        return dict(self.columns) | {
            "reference": self.reference,
            "distorted": self.distorted,
            "source": self.source,
            "id": self.id,
        }


def read_pairs(path: str) -> list[Pair]:
    """Reads CSV with a header, or JSON lines.

    Relative paths count from the file's folder. The binary checks each value again; this reader
    refuses only what would spoil the plan.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text") from error
    rows = _json_rows(path, text) if text.lstrip().startswith("{") else _csv_rows(path, text)
    folder = os.path.dirname(os.path.abspath(path))
    pairs: list[Pair] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        if unknown := sorted(set(row) - set(COLUMNS)):
            raise InputError(f'{path} line {line}: unknown column "{unknown[0]}"')
        if missing := [name for name in REQUIRED if not row.get(name)]:
            raise InputError(f"{path} line {line}: {missing[0]} is missing")
        pair = _pair(row, folder)
        if (before := seen.setdefault(pair.identity, line)) != line:
            raise InputError(
                f"{path} line {line}: the id {pair.id} is already that of line {before}"
            )
        pairs.append(pair)
    if not pairs:
        raise InputError(f"{path} holds no pair")
    return pairs


def write_pairs(path: str, pairs: Iterable[Pair]) -> None:
    """Writes a pairs file as JSON lines."""
    with open(path, "w", encoding="utf-8") as file:
        for pair in pairs:
            file.write(json.dumps(pair.record(), ensure_ascii=False, sort_keys=True) + "\n")


def _pair(row: dict[str, str], folder: str) -> Pair:
    def located(name: str) -> str:
        value = row[name]
        return value if "://" in value else os.path.normpath(os.path.join(folder, value))

    distorted = located("distorted")
    stem = os.path.splitext(os.path.basename(distorted))[0]
    return Pair(
        source=row["source"],
        id=row.get("id") or f"{row['source']}/{stem}",
        reference=located("reference"),
        distorted=distorted,
        columns=tuple(sorted((name, value) for name, value in row.items() if value)),
    )


def _csv_rows(path: str, text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = next(reader, None)
        if header is None:
            raise InputError(f"{path} is empty")
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(header):
                raise InputError(
                    f"{path} line {reader.line_num}: {len(fields)} fields under "
                    f"{len(header)} columns"
                )
            rows.append((reader.line_num, dict(zip(header, fields))))
    except csv.Error as error:
        raise InputError(f"{path} line {reader.line_num}: {error}") from error
    return rows


def _json_rows(path: str, text: str) -> list[tuple[int, dict[str, str]]]:
    rows: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path} line {number}: {error.msg}") from error
        if not isinstance(value, dict):
            raise InputError(f"{path} line {number}: a JSON object is needed")
        # Numbers go on as text, integers without a decimal point.
        row = {k: v if isinstance(v, str) else json.dumps(v) for k, v in value.items() if v is not None}
        rows.append((number, row))
    return rows
