"""The gates as a build sees them: exit codes, reports, budgets, and the workflow that runs them."""

import json
import re

import pytest
import yaml

from conftest import ROOT

MEDIA = ROOT.parent / "shared" / "golden" / "media"


@pytest.fixture(scope="module")
def parity(tinyvmaf, tmp_path_factory):
    """The short parity gate: the process and its JSON report."""
    report = tmp_path_factory.mktemp("parity") / "parity.json"
    done = tinyvmaf("gate", "parity", "--short", "--json", report, check=False)
    return done, json.loads(report.read_text())


def test_golden_gate_passes(tinyvmaf, tmp_path):
    report = tmp_path / "golden.json"
    done = tinyvmaf("gate", "golden", "--short", "--json", report)
    checks = json.loads(report.read_text())["checks"]
    features = [c for c in checks if c["kind"] == "features" and c["verdict"] == "passed"]
    assert len(features) >= 13 and all(c["largest_ulp"] <= 4 for c in features)
    assert {c["verdict"] for c in checks} == {"passed", "skipped"}
    students = {c["model"] for c in checks if c["kind"] == "student_error"}
    assert len(students) >= 4
    # Media that is not here is named, with what to do.
    assert "--golden-dir" in done.stdout and "Golden gate: passed" in done.stdout


def test_missing_media_fail_where_all_are_required(tinyvmaf):
    done = tinyvmaf("gate", "golden", "--short", "--require", "all", check=False)
    assert done.returncode == 2 and "(all are required)" in done.stdout


def test_wrong_media_fail(tinyvmaf, tmp_path):
    """The classic pair with other contents: the asserted mean cannot hold."""
    frame = bytes(range(256)) * (576 * 324 * 3 // 2 // 256 + 1)
    for name in ("src01_hrc00_576x324.yuv", "src01_hrc01_576x324.yuv"):
        (tmp_path / name).write_bytes(frame[: 576 * 324 * 3 // 2] * 2)
    page = tmp_path / "golden.md"
    done = tinyvmaf(
        "gate", "golden", "--short", "--golden-dir", tmp_path, "--markdown", page, check=False
    )
    assert done.returncode == 2
    assert "src01_48frames_8bit: asserted mean is off by" in done.stdout
    assert "**failed:** src01_48frames_8bit" in page.read_text()
    missing = tinyvmaf("gate", "golden", "--golden-dir", tmp_path / "none", check=False)
    assert missing.returncode == 66 and len(missing.stderr.splitlines()) == 1


@pytest.mark.skipif(not MEDIA.exists(), reason="Netflix's golden media are not here")
def test_media_pairs_pass(tinyvmaf, tmp_path):
    report = tmp_path / "golden.json"
    tinyvmaf("gate", "golden", "--short", "--golden-dir", MEDIA, "--json", report)
    checks = json.loads(report.read_text())["checks"]
    passed = {c["pair"] for c in checks if c["kind"] == "mean" and c["verdict"] == "passed"}
    assert {"src01_10bit", "src01_12bit", "src01_16bit"} <= passed


def test_every_lane_equals_the_reference(parity):
    done, report = parity
    assert done.returncode == 0, done.stdout
    ran = {lane["name"]: lane for lane in report["lanes"] if "skipped" not in lane}
    assert any(name.startswith("kernels: ") for name in ran)
    assert any("ladder of 3" in name for name in ran)
    assert any("4 threads" in name for name in ran)
    assert any("row by row" in name for name in ran)
    for cell in report["cells"]:
        if ran[cell["lane"]]["exact"]:
            assert cell["summary"]["different"] == 0, cell
        else:
            assert cell["bound"]["ulp"] >= cell["summary"]["largest"], cell
        assert cell["summary"]["nan_mismatches"] == 0
    quantities = {cell["quantity"] for cell in report["cells"]}
    assert {"integer_adm2", "integer_motion2", "vmaf", "motion sum"} <= quantities
    assert {"tiny-2x64 layer 1", "tiny-4x256 score"} <= quantities
    # What did not run says why.
    skipped = [lane for lane in report["lanes"] if "skipped" in lane]
    assert any(lane["name"] == "gpu" for lane in skipped)
    assert all(len(lane["skipped"]) > 10 for lane in skipped)


def test_budgets_are_a_ratchet(tinyvmaf, parity, tmp_path):
    _, report = parity
    committed = json.loads(
        (ROOT / "Sources" / "CResources" / "gates" / "parity.json").read_text()
    )
    lane = "students: double precision"
    tight, wide = (json.loads(json.dumps(committed)) for _ in range(2))
    for name, bound in tight["lanes"][lane]["quantities"].items():
        bound["difference"] = 0
        wide["lanes"][lane]["quantities"][name] = {"difference": 1, "p99_9": 2**50, "ulp": 2**50}
    (tmp_path / "tight.json").write_text(json.dumps(tight))
    (tmp_path / "wide.json").write_text(json.dumps(wide))

    broken = tinyvmaf(
        "gate", "parity", "--short", "--budgets", tmp_path / "tight.json",
        "--update-budgets", tmp_path / "new.json", check=False,
    )  # fmt: skip
    assert broken.returncode == 2 and f"FAILED   {lane}" in broken.stdout
    after = json.loads((tmp_path / "new.json").read_text())["lanes"][lane]["quantities"]
    assert all(bound["difference"] == 0 for bound in after.values())

    tinyvmaf(
        "gate", "parity", "--short", "--budgets", tmp_path / "wide.json",
        "--update-budgets", tmp_path / "wide.json",
    )  # fmt: skip
    lowered = json.loads((tmp_path / "wide.json").read_text())["lanes"][lane]["quantities"]
    measured = {c["quantity"]: c["summary"] for c in report["cells"] if c["lane"] == lane}
    for name, bound in lowered.items():
        assert measured[name]["largest"] <= bound["ulp"] < 2**50
        assert bound["ulp"] <= 4 * measured[name]["largest"]


def test_bad_budgets_are_refused(tinyvmaf, tmp_path):
    path = tmp_path / "budgets.json"
    path.write_text("{}")
    bad = tinyvmaf("gate", "golden", "--short", "--budgets", path, check=False)
    assert bad.returncode == 65 and "no budgets" in bad.stderr
    missing = tinyvmaf("gate", "parity", "--budgets", tmp_path / "none", check=False)
    assert missing.returncode == 66


def test_a_live_peer_is_a_lane(tinyvmaf, peer_ffmpeg, tmp_path):
    report = tmp_path / "parity.json"
    tinyvmaf("gate", "parity", "--short", "--peer", peer_ffmpeg, "--json", report)
    cells = [
        cell
        for cell in json.loads(report.read_text())["cells"]
        if cell["lane"].startswith("peer: ")
    ]
    assert {"integer_adm2", "integer_vif_scale0", "integer_motion2", "vmaf"} <= {
        cell["quantity"] for cell in cells
    }
    # The peer prints six decimals.
    assert all(cell["summary"]["largest_difference"] < 1e-6 for cell in cells), cells


def test_a_program_that_is_no_peer(tinyvmaf, tmp_path):
    program = tmp_path / "vmaf"
    program.write_text("#!/bin/sh\necho no such model >&2\nexit 3\n")
    program.chmod(0o755)
    done = tinyvmaf("gate", "parity", "--short", "--peer", program, check=False)
    assert done.returncode == 1 and "no such model" in done.stderr


def test_one_page_for_both_gates(tinyvmaf, tmp_path):
    page = tmp_path / "gates.md"
    tinyvmaf("gate", "all", "--short", "--output", page)
    text = page.read_text()
    assert text.index("## Golden gate") < text.index("## Parity gate")
    assert "| integer_adm2 | fp64 |" in text and "FAILED" not in text


class TestWorkflow:
    """The workflow is well formed and runs what a developer can run."""

    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())

    def test_platforms(self):
        matrix = self.workflow["jobs"]["check"]["strategy"]["matrix"]["include"]
        runners = {entry["runner"] for entry in matrix}
        assert runners == {"ubuntu-24.04", "ubuntu-24.04-arm", "macos-15"}
        assert self.workflow["jobs"]["gpu"]["runs-on"] == ["self-hosted", "linux", "gpu"]
        # The GPU lane is only started by hand.
        assert "workflow_dispatch" in self.workflow["jobs"]["gpu"]["if"]

    def test_steps(self):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
        made = set()
        for job in self.workflow["jobs"].values():
            assert job["timeout-minutes"] <= 240
            for step in job["steps"]:
                assert ("uses" in step) != ("run" in step), step
                if "uses" in step:
                    assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])
                    assert "with" in step or step["uses"].startswith("actions/checkout@")
                made |= set(re.findall(r"^make ([a-z]+)$", step.get("run", ""), re.M))
        assert made <= targets
        assert {"lint", "test", "gates", "mutation"} <= made

    def test_permissions(self):
        assert self.workflow["permissions"] == {"contents": "read"}
        # YAML reads the key `on` as true.
        assert set(self.workflow[True]) == {"push", "pull_request", "workflow_dispatch"}
