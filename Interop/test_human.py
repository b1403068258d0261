"""Human scores: sweeps cell by cell, and figures against numpy."""

import csv
import json
import math
import pathlib

import numpy
import pytest

HUMAN = pathlib.Path(__file__).resolve().parent.parent / "recipes" / "human"


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """A grid of quick cells over the public set."""
    folder = tmp_path_factory.mktemp("grid")
    path = folder / "grid.json"
    path.write_text(
        json.dumps(
            {
                "schema": "tinyvmaf.human-grid/1",
                "name": "quick",
                "data": [str(HUMAN / "nflx_public.json")],
                "targets": ["dmos"],
                "regimes": ["distil", "subjective", "hybrid+map"],
                "architectures": ["1x4"],
                "seeds": [1, 2],
                "parentSteps": 200,
            }
        )
    )
    return path


def test_cells_give_the_tables_of_the_whole(tinyvmaf, grid, tmp_path):
    plan = [
        json.loads(line) for line in tinyvmaf("sweep", "plan", "--grid", grid).stdout.splitlines()
    ]
    assert [cell["index"] for cell in plan] == list(range(6))
    assert plan[5]["name"] == "dmos.hybrid+map.1x4.seed2"

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    tinyvmaf("sweep", "run", "--grid", grid, "--output", whole, "-q")
    done = tinyvmaf("sweep", "gather", "--grid", grid, "--output", parts, check=False)
    assert done.returncode == 66 and "6 cells" in done.stderr
    for index in (5, 1, 0):
        tinyvmaf("sweep", "run", "--grid", grid, "--output", parts, "--cell", index, "--isa", "scalar")
    assert not (parts / "sweep.json").exists()
    for shard in ("0/2", "1/2"):
        tinyvmaf("sweep", "run", "--grid", grid, "--output", parts, "--shard", shard)
    tinyvmaf("sweep", "gather", "--grid", grid, "--output", parts, "-q")
    for name in ("sweep.json", "sweep.md"):
        assert (whole / name).read_bytes() == (parts / name).read_bytes()
    for cell in plan:
        file = f"cells/{cell['name']}.json"
        assert (whole / file).read_bytes() == (parts / file).read_bytes()


def test_figures_are_those_of_numpy(tinyvmaf, tmp_path):
    report = tmp_path / "report.json"
    tinyvmaf(
        "evaluate", "--human", HUMAN / "nflx_public.json", "2x16", "--json", report,
        "--replicates", 100,
    )
    section = json.loads(report.read_text())["sections"][0]
    models = {model["name"]: model for model in section["models"]}

    def figure(name, statistic):
        figures = models[name]["summary"]["figures"]
        return next(f["mean"] for f in figures if f["statistic"] == statistic)

    with open(HUMAN / "nflx_public.csv") as file:
        rows = [row for row in csv.DictReader(file)]
    rows = [row for row in rows if row["clip"] != row["reference"] and row["adm2"]]
    target = numpy.array([float(row["dmos"]) for row in rows])
    sources = numpy.array([row["source"] for row in rows])

    def held_out(values):
        predicted = numpy.empty_like(target)
        for source in set(sources):
            tested = sources == source
            slope, offset = numpy.polyfit(values[~tested], target[~tested], 1)
            predicted[tested] = numpy.clip(slope * values[tested] + offset, 0, 100)
        return predicted

    teacher = numpy.array([float(row["vmaf"]) for row in rows])
    expected = {
        "teacher": teacher,
        "teacher + linear map": held_out(teacher),
        "adm2 + linear map": held_out(numpy.array([float(row["adm2"]) for row in rows])),
        "log bit rate + linear map": held_out(
            numpy.array([math.log(float(row["bitrate_kbps"])) for row in rows])
        ),
    }
    for name, predicted in expected.items():
        plcc = numpy.corrcoef(predicted, target)[0, 1]
        rmse = numpy.sqrt(numpy.mean((predicted - target) ** 2))
        assert figure(name, "plcc") == pytest.approx(plcc, abs=1e-9)
        assert figure(name, "rmse") == pytest.approx(rmse, abs=1e-8)


def test_errors_say_what_to_do(tinyvmaf, grid, tmp_path):
    done = tinyvmaf(
        "sweep", "run", "--grid", grid, "--output", tmp_path, "--cell", 6, check=False
    )
    assert done.returncode == 64 and "0 to 5" in done.stderr
    done = tinyvmaf("train", "--regime", "hybrid", check=False)
    assert done.returncode == 64 and "--human" in done.stderr
    done = tinyvmaf("evaluate", "--human", tmp_path / "none.json", "2x16", check=False)
    assert done.returncode == 66
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": "tinyvmaf.human-data/1"}')
    done = tinyvmaf("evaluate", "--human", broken, "2x16", check=False)
    assert done.returncode == 65 and "missing" in done.stderr
