"""The files of the feature store, read by the tools that people use.

The files come from the Swift test `InteropFiles`, which writes them into
`$TINYVMAF_INTEROP_DIR/store`:

    TINYVMAF_INTEROP_DIR=.build/interop swift test --filter InteropFiles
    TINYVMAF_INTEROP_DIR=.build/interop pytest Interop/test_parquet.py
"""

import csv
import json
import math
import os
import pathlib

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = os.environ.get("TINYVMAF_INTEROP_DIR")
pytestmark = pytest.mark.skipif(ROOT is None, reason="TINYVMAF_INTEROP_DIR is not set")
FOLDER = pathlib.Path(ROOT or ".") / "store"

ROWS = 131_072 + 3
SIX = ["integer_adm2"] + [f"integer_vif_scale{i}" for i in range(4)] + ["integer_motion2"]
COLUMNS = ["source", "pair", "frame"] + SIX + ["psnr_y", "vmaf_v0.6.1"]


def expected_types():
    """The table of `ParquetTests.table`, from its formulas."""
    row = np.arange(ROWS)
    y = row / 7
    y[1] = -np.inf
    return {
        "name": [f"clip é{i // 3}" for i in range(ROWS)],
        "frame": (row - 2).astype(np.int32),
        "big": (row.astype(np.int64) << 33) - 1,
        "x": row.astype(np.float32) / np.float32(3),
        "y": y,
    }


def expected_rows():
    """The rows of `Sample.record` 0 to 3, in the store's order of columns."""
    written = ["vmaf_v0.6.1", "psnr_y"] + SIX[::-1]
    rows = []
    for number in range(4):
        for frame in range(4):
            values = {
                name: number + frame / 3 + index / 7 for index, name in enumerate(written)
            }
            key = [f"source{number // 3}", f"clip{number}", frame]
            rows.append(key + [values[name] for name in COLUMNS[3:]])
    return rows


def check_types(columns):
    expected = expected_types()
    assert list(columns) == list(expected)
    assert list(columns["name"]) == expected["name"]
    for name in ["frame", "big", "x", "y"]:
        np.testing.assert_array_equal(np.asarray(columns[name]), expected[name])


def test_pyarrow_reads_types_values_and_checksums():
    path = FOLDER / "types.parquet"
    file = pq.ParquetFile(path, page_checksum_verification=True)
    assert file.schema_arrow == pa.schema(
        [
            pa.field("name", pa.string(), nullable=False),
            pa.field("frame", pa.int32(), nullable=False),
            pa.field("big", pa.int64(), nullable=False),
            pa.field("x", pa.float32(), nullable=False),
            pa.field("y", pa.float64(), nullable=False),
        ]
    )
    assert file.metadata.num_rows == ROWS
    assert file.metadata.num_row_groups == 2
    assert file.metadata.metadata == {b"k": b"v", b"empty": b""}
    check_types(file.read().to_pydict())


def test_pyarrow_filters_and_projects():
    table = pq.read_table(
        FOLDER / "types.parquet", columns=["frame"], filters=[("name", "==", "clip é1")]
    )
    assert table.to_pydict() == {"frame": [1, 2, 3]}


def test_pyarrow_reads_an_empty_table():
    table = pq.read_table(FOLDER / "empty.parquet")
    assert table.num_rows == 0 and table.column_names == ["name", "frame", "big", "x", "y"]


def test_duckdb_reads_types_and_values():
    path = FOLDER / "types.parquet"
    described = duckdb.sql(f"describe select * from '{path}'").fetchall()
    assert [(row[0], row[1]) for row in described] == [
        ("name", "VARCHAR"),
        ("frame", "INTEGER"),
        ("big", "BIGINT"),
        ("x", "FLOAT"),
        ("y", "DOUBLE"),
    ]
    relation = duckdb.sql(f"select * from '{path}'")
    check_types(dict(zip(relation.columns, zip(*relation.fetchall()))))
    counted = duckdb.sql(f"select count(*) from '{FOLDER}/empty.parquet'")
    assert counted.fetchall() == [(0,)]


def test_polars_reads_types_and_values():
    frame = pl.read_parquet(FOLDER / "types.parquet")
    assert frame.schema == {
        "name": pl.String,
        "frame": pl.Int32,
        "big": pl.Int64,
        "x": pl.Float32,
        "y": pl.Float64,
    }
    check_types({name: frame[name].to_list() for name in frame.columns})
    lazy = pl.scan_parquet(FOLDER / "types.parquet").filter(pl.col("frame") == 5)
    assert lazy.collect()["name"].to_list() == ["clip é2"]
    assert pl.read_parquet(FOLDER / "empty.parquet").height == 0


def test_whole_store_is_one_table():
    """A folder of per-pair files is what these tools call a data set."""
    glob = f"{FOLDER}/features/pairs/*.parquet"
    rows = duckdb.sql(f"select * from '{glob}' order by pair, frame").fetchall()
    assert [list(row) for row in rows] == expected_rows()
    frame = pl.read_parquet(glob).sort("pair", "frame")
    assert frame.columns == COLUMNS
    assert [list(row) for row in frame.rows()] == expected_rows()
    table = pq.read_table(FOLDER / "features" / "pairs").sort_by([("pair", "ascending")])
    assert table.num_rows == 16 and table.column_names == COLUMNS


def test_manifest_describes_the_files():
    lines = (FOLDER / "features" / "manifest.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    assert [entry["header"]["key"]["pair"] for entry in entries] == [f"clip{i}" for i in range(4)]
    for entry in entries:
        header = entry["header"]
        path = FOLDER / "features" / "pairs" / f"{header['digest']}.parquet"
        file = pq.ParquetFile(path)
        assert path.stat().st_size == entry["bytes"]
        assert file.metadata.num_rows == entry["rows"] == 4
        assert json.loads(file.metadata.metadata[b"tinyvmaf.header"]) == header
        assert header["key"]["teachers"] == [{"name": "vmaf_v0.6.1", "sha256": "cc"}]


def test_exports_hold_the_same_rows():
    rows = expected_rows()
    with open(FOLDER / "export.csv", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == COLUMNS
    read = [line[:2] + [int(line[2])] + [float(value) for value in line[3:]] for line in lines[1:]]
    assert read == rows
    objects = [json.loads(line) for line in (FOLDER / "export.jsonl").open()]
    assert [list(item) for item in objects] == [COLUMNS] * 16
    assert [list(item.values()) for item in objects] == rows
    table = pq.read_table(FOLDER / "export.parquet")
    assert [list(item.values()) for item in table.to_pylist()] == rows


def test_numpy_reads_the_archive():
    rows = expected_rows()
    with np.load(FOLDER / "export.npz", allow_pickle=False) as archive:
        sources = archive["source_names"][archive["source"]]
        pairs = archive["pair_names"][archive["pair"]]
        assert list(sources) == [row[0] for row in rows]
        assert list(pairs) == [row[1] for row in rows]
        assert archive["frame"].dtype == np.int32
        assert list(archive["column_names"]) == COLUMNS[3:]
        for index, name in enumerate(COLUMNS[3:]):
            assert archive[name].dtype == np.float64
            assert list(archive[name]) == [row[3 + index] for row in rows]
        assert not any(math.isnan(value) for value in archive["integer_adm2"])
