"""Students as a user meets them: scoring, packages, the registry, signatures."""

import json
import os
import pathlib
import shutil
import stat
import xml.etree.ElementTree

import jsonschema
import pytest

from clips import write_y4m

BUILT_IN = ["tiny-2x16", "tiny-2x64", "tiny-3x128", "tiny-4x256"]


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    write_y4m(folder / "ref.y4m")
    write_y4m(folder / "dis.y4m", noise=9)
    return folder / "ref.y4m", folder / "dis.y4m"


@pytest.fixture(scope="module")
def package(tinyvmaf, tmp_path_factory):
    """A package of the smallest student under another id."""
    folder = tmp_path_factory.mktemp("packages")
    tinyvmaf(
        "export", "--weights", "tiny-2x16", "--id", "mine", "--output", folder, "--rows", 2000
    )
    return folder


@pytest.fixture()
def home(tmp_path):
    """An environment with a user folder of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TINYVMAF_MODELS")}
    return {**environment, "XDG_DATA_HOME": str(tmp_path / "data")}


def scores(tinyvmaf, videos, *models, **options):
    arguments = [part for model in models for part in ("-m", model)]
    done = tinyvmaf("score", *videos, *arguments, "--json", "-q", **options)
    return json.loads(done.stdout)


def test_students_beside_their_teacher(tinyvmaf, videos):
    report = scores(tinyvmaf, videos, "vmaf_v0.6.1", "tiny", "tiny:3x128", "tiny-2x16:name=small")
    for frame in report["frames"]:
        metrics = frame["metrics"]
        assert list(metrics)[-4:] == ["vmaf", "tiny-2x64", "tiny-3x128", "small"]
        for name in ("tiny-2x64", "tiny-3x128", "small"):
            assert abs(metrics[name] - metrics["vmaf"]) < 0.1
    pooled = report["pooled_metrics"]
    assert pooled["tiny-2x64"]["ood"] == 0 and "ood" not in pooled["vmaf"]
    assert set(pooled["vmaf"]) == {"min", "max", "mean", "harmonic_mean"}


def test_a_teacher_is_the_same_with_and_without_students(tinyvmaf, videos):
    alone = scores(tinyvmaf, videos, "vmaf_v0.6.1")
    beside = scores(tinyvmaf, videos, "tiny", "vmaf_v0.6.1")
    for first, second in zip(alone["frames"], beside["frames"]):
        del second["metrics"]["tiny-2x64"]
        assert first == second


def test_every_format_has_the_student(tinyvmaf, videos, tmp_path):
    for kind in ("xml", "csv", "sub", "json"):
        path = tmp_path / f"out.{kind}"
        tinyvmaf("score", *videos, "-m", "tiny", f"--{kind}", "-o", path, "-q")
        assert "tiny-2x64" in path.read_text()
    tree = xml.etree.ElementTree.parse(tmp_path / "out.xml")
    metric = tree.find("pooled_metrics/metric[@name='tiny-2x64']")
    assert metric.get("ood") == "0"
    table = tinyvmaf("score", *videos, "-m", "tiny").stdout
    assert "tiny-2x64" in table and "ood        0 of 6 frames" in table


def test_a_package_scores_like_what_it_was_made_of(tinyvmaf, videos, package):
    path = package / "mine.onnx"
    report = scores(tinyvmaf, videos, "tiny-2x16", f"path={path}", f"{path}:name=again")
    for frame in report["frames"]:
        metrics = frame["metrics"]
        assert metrics["mine"] == metrics["tiny-2x16"] == metrics["again"]


def test_sidecars_follow_the_schema(tinyvmaf, package):
    schema = json.loads(tinyvmaf("models", "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    texts = [tinyvmaf("models", "show", "--json", name).stdout for name in BUILT_IN]
    for text in [*texts, (package / "mine.json").read_text()]:
        sidecar = json.loads(text)
        validator.validate(sidecar)
        for broken in ({**sidecar, "more": 1}, {k: sidecar[k] for k in sidecar if k != "files"}):
            assert not validator.is_valid(broken)


def test_the_schema_and_the_reader_agree(tinyvmaf, package, tmp_path):
    """What the schema refuses, the reader refuses too."""
    validator = jsonschema.Draft202012Validator(json.loads(tinyvmaf("models", "schema").stdout))
    original = json.loads((package / "mine.json").read_text())
    changes = {
        "unknown key": lambda s: s["weights"].update(colour="red"),
        "missing key": lambda s: s["score"].pop("unit"),
        "wrong type": lambda s: s["weights"].update(parameters="many"),
        "escape": lambda s: s["files"][0].update(name="../mine.onnx"),
        "bad id": lambda s: s.update(id="../mine"),
        "bad hash": lambda s: s["files"][0].update(sha256="ABC"),
        "no file": lambda s: s.update(files=[]),
        "other schema": lambda s: s.update(schema="tinyvmaf.model/9"),
        "two inputs": lambda s: s["inputs"].append(s["inputs"][0]),
    }
    for name, change in changes.items():
        sidecar = json.loads(json.dumps(original))
        change(sidecar)
        assert not validator.is_valid(sidecar), name
        path = tmp_path / "mine.json"
        path.write_text(json.dumps(sidecar))
        done = tinyvmaf("models", "show", path, check=False)
        assert done.returncode == 65 and done.stderr.count("\n") == 1, (name, done.stderr)


def test_export_is_reproducible(tinyvmaf, package, tmp_path):
    arguments = ("--id", "mine", "--rows", 2000, "--output", tmp_path)
    tinyvmaf("export", "--weights", package / "mine.onnx", *arguments)
    for name in ("mine.onnx", "mine.json"):
        assert (tmp_path / name).read_bytes() == (package / name).read_bytes()
    digests = {
        tinyvmaf("models", "digest", model).stdout
        for model in ("tiny-2x16", package / "mine.onnx")
    }
    assert len(digests) == 1


def test_add_list_use_remove(tinyvmaf, videos, package, home):
    tinyvmaf("models", "add", package / "mine.onnx", env=home)
    assert "mine" in tinyvmaf("models", "list", env=home).stdout
    listed = json.loads(tinyvmaf("models", "list", "--json", env=home).stdout)
    assert [entry["id"] for entry in listed] == [*BUILT_IN, "mine"]
    report = scores(tinyvmaf, videos, "mine", "tiny-2x16", env=home)
    assert all(f["metrics"]["mine"] == f["metrics"]["tiny-2x16"] for f in report["frames"])
    assert "mine: sound" in tinyvmaf("models", "verify", env=home).stdout
    again = tinyvmaf("models", "add", package / "mine.json", env=home, check=False)
    assert again.returncode == 64 and "--replace" in again.stderr
    tinyvmaf("models", "add", package / "mine.json", "--replace", env=home)
    tinyvmaf("models", "remove", "mine", env=home)
    assert "mine" not in tinyvmaf("models", "list", env=home).stdout
    assert not list(user_folder(home).iterdir())


def user_folder(home):
    return pathlib.Path(home["XDG_DATA_HOME"]) / "tinyvmaf" / "models"


@pytest.mark.parametrize("damage", ["flip", "truncate", "rename", "edit", "missing", "swap"])
def test_verify_and_score_refuse_damage(tinyvmaf, videos, package, tmp_path, damage):
    shutil.copytree(package, tmp_path / "p")
    model, sidecar = tmp_path / "p" / "mine.onnx", tmp_path / "p" / "mine.json"
    if damage == "flip":
        data = bytearray(model.read_bytes())
        data[len(data) // 2] ^= 1
        model.write_bytes(data)
    elif damage == "truncate":
        model.write_bytes(model.read_bytes()[:-100])
    elif damage == "rename":
        model.rename(tmp_path / "p" / "mine2.onnx")
        sidecar.rename(tmp_path / "p" / "mine2.json")
        model = tmp_path / "p" / "mine2.onnx"
    elif damage == "edit":
        text = json.loads(sidecar.read_text())
        text["evaluation"]["sets"][0]["accuracy"]["rmse"] /= 2
        sidecar.write_text(json.dumps(text))
    elif damage == "missing":
        sidecar.unlink()
    elif damage == "swap":
        tinyvmaf("export", "--weights", "tiny-2x64", "--id", "mine", "--rows", 2000, "--output",
                 tmp_path / "other")  # fmt: skip
        shutil.copy(tmp_path / "other" / "mine.json", sidecar)
    done = tinyvmaf("models", "verify", model, check=False)
    assert done.returncode == 65 and "NOT SOUND" in done.stdout
    score = tinyvmaf("score", *videos, "-m", model, "-q", check=False)
    if damage == "missing":
        assert score.returncode == 0
        warned = tinyvmaf("score", *videos, "-m", model)
        assert "has no sidecar" in warned.stderr
    else:
        assert score.returncode == 65 and score.stderr.count("\n") == 1


def cosign(folder, answer):
    """A cosign that notes its arguments and says yes or no."""
    folder.mkdir(exist_ok=True)
    tool = folder / "cosign"
    log = folder / "log"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {log}\necho "no such luck" >&2\nexit {answer}\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    return log


def test_signatures_are_checked_by_cosign(tinyvmaf, package, home, tmp_path):
    shutil.copytree(package, tmp_path / "p")
    model = tmp_path / "p" / "mine.onnx"
    (tmp_path / "p" / "mine.onnx.sigstore.json").write_text("{}")
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    log = cosign(tmp_path / "bin", 0)
    environment = {**home, "PATH": path}
    done = tinyvmaf("models", "verify", model, "--key", "k.pub", env=environment)
    assert "is signed as required" in done.stdout
    asked = log.read_text().split()
    assert asked[:2] == ["verify-blob", "--bundle"] and asked[-1] == str(model)
    assert asked[asked.index("--key") + 1] == "k.pub"
    assert "by whom was not asked" in tinyvmaf("models", "verify", model, env=environment).stdout

    tinyvmaf("models", "add", model, env=environment)
    added = user_folder(home)
    assert (added / "mine.onnx.sigstore.json").exists()

    cosign(tmp_path / "bin", 1)
    done = tinyvmaf("models", "verify", model, env=environment, check=False)
    assert done.returncode == 65 and "no such luck" in done.stdout
    done = tinyvmaf("models", "add", model, "--replace", env=environment, check=False)
    assert done.returncode == 65 and "no such luck" in done.stderr

    (tmp_path / "bin" / "cosign").unlink()
    if not shutil.which("cosign", path=path):
        done = tinyvmaf("models", "verify", model, env=environment)
        assert "cosign is not installed" in done.stdout


def test_models_of_a_folder(tinyvmaf, videos, package, home):
    environment = {**home, "TINYVMAF_MODELS": f"/nowhere:{package}"}
    report = scores(tinyvmaf, videos, "mine", env=environment)
    assert "mine" in report["pooled_metrics"]


@pytest.mark.parametrize(
    "arguments, code, part",
    [
        (["score", "-m", "tinny"], 64, 'did you mean "tiny"'),
        (["score", "-m", "tiny:5x5"], 64, "There is no model"),
        (["score", "-m", "nowhere.onnx"], 66, "nowhere.onnx"),
        (["score", "-m", "tiny", "-m", "tiny"], 64, "name"),
        (["models", "show", "tiny-2x65"], 64, 'did you mean "tiny-2x64"'),
        (["models", "add", "nowhere.onnx"], 66, "no such file"),
        (["models", "remove", "tiny-2x64"], 64, "part of the binary"),
        (["models", "remove", "../x"], 64, "There is no model"),
        (["export", "--weights", "nowhere.safetensors", "--output", "x"], 66, "no such file"),
        (["export", "--weights", "tiny", "--id", "../x", "--output", "x"], 64, "id"),
    ],
)
def test_mistakes_get_one_sentence(tinyvmaf, videos, tmp_path, arguments, code, part):
    if arguments[0] == "score":
        arguments = ["score", *videos, *arguments[1:], "-q"]
    done = tinyvmaf(*arguments, check=False, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert part in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == "" and not list(tmp_path.iterdir())


def test_evaluate_takes_packages(tinyvmaf, package):
    text = tinyvmaf(
        "evaluate", "--sampled", "unitBox", "--rows", 500, "tiny-2x16", package / "mine.onnx"
    ).stdout
    assert "tiny-2x16 against vmaf_v0.6.1" in text and "mine against vmaf_v0.6.1" in text


def test_foreign_text_is_not_a_model(tinyvmaf, videos, tmp_path):
    path = tmp_path / "x.onnx"
    for data in (b"", b"not a model", os.urandom(1000)):
        path.write_bytes(data)
        done = tinyvmaf("score", *videos, "-m", path, "-q", check=False)
        assert done.returncode == 65 and done.stderr.count("\n") == 1
