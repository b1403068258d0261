"""The templates for other schedulers: each runs its shards as its scheduler would."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import contents

CLUSTER = pathlib.Path(__file__).resolve().parents[2]
SHARDS = 3


def test_slurm_array(binary, corpus, plain, tmp_path):
    for index in range(SHARDS):
        environment = os.environ | {
            "TINYVMAF": binary, "SLURM_ARRAY_TASK_ID": str(index + 1), "SLURM_ARRAY_TASK_MIN": "1",
            "SLURM_ARRAY_TASK_MAX": str(SHARDS), "SLURM_CPUS_PER_TASK": "2",
        }  # fmt: skip
        subprocess.run(
            ["bash", CLUSTER / "slurm/extract.sbatch", corpus, tmp_path / "store"], env=environment, check=True
        )
    assert contents(tmp_path / "store") == plain


def test_gnu_parallel(binary, corpus, plain, tmp_path):
    if shutil.which("parallel") is None:
        pytest.skip("GNU parallel is not installed")
    environment = os.environ | {"TINYVMAF": binary, "SHARDS": "5"}
    script = CLUSTER / "parallel/extract.sh"
    subprocess.run([script, corpus, tmp_path / "store"], env=environment, check=True)
    assert contents(tmp_path / "store") == plain
    log = (tmp_path / "store.joblog").read_text().splitlines()
    assert len(log) == 6


def test_kubernetes_job(binary, corpus, plain, tmp_path):
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load((CLUSTER / "kubernetes/extract-job.yaml").read_text())
    specification = job["spec"]
    assert (job["kind"], specification["completionMode"]) == ("Job", "Indexed")
    container = specification["template"]["spec"]["containers"][0]
    [script] = container["args"]
    assert f"$JOB_COMPLETION_INDEX/{specification['completions']}" in script
    assert specification["podFailurePolicy"]["rules"][0]["onExitCodes"]["containerName"] == container["name"]
    script = script.replace(f"/{specification['completions']}", f"/{SHARDS}")
    run_in_container(container["command"] + [script], binary, corpus, tmp_path, "JOB_COMPLETION_INDEX")
    assert contents(tmp_path / "corpus" / "features") == plain


def test_aws_batch_job(binary, corpus, plain, tmp_path):
    definition = json.loads((CLUSTER / "aws-batch/job-definition.json").read_text())
    botocore = pytest.importorskip("botocore.session")
    from botocore.validate import ParamValidator

    model = botocore.get_session().get_service_model("batch")
    shape = model.operation_model("RegisterJobDefinition").input_shape
    report = ParamValidator().validate(definition, shape)
    assert not report.has_errors(), report.generate_report()
    command = [str(SHARDS) if word == "Ref::shards" else word for word in definition["containerProperties"]["command"]]
    run_in_container(command, binary, corpus, tmp_path, "AWS_BATCH_JOB_ARRAY_INDEX")
    assert contents(tmp_path / "corpus" / "features") == plain


def run_in_container(command, binary, corpus, folder, variable):
    """Runs a container's command for each index, its /corpus being a folder here."""
    (folder / "bin").mkdir()
    (folder / "bin" / "tinyvmaf").symlink_to(binary)
    (folder / "corpus").mkdir()
    (folder / "corpus" / "pairs.jsonl").symlink_to(corpus)
    command = [word.replace("/corpus/", f"{folder}/corpus/") for word in command]
    for index in range(SHARDS):
        environment = os.environ | {"PATH": f"{folder}/bin:{os.environ['PATH']}", variable: str(index)}
        subprocess.run(command, env=environment, check=True)
