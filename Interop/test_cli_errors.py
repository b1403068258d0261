"""Bad input: one clear sentence, the right exit code, and nothing written."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from clips import write_raw, write_y4m

RAW = ["-w", 96, "-h", 64, "-p", "420", "-b", 8]
FRAME = 96 * 64 * 3 // 2


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """A folder with good and bad inputs; commands run in it."""
    folder = tmp_path_factory.mktemp("videos")
    write_y4m(folder / "ref.y4m")
    write_y4m(folder / "dis.y4m", noise=6)
    write_y4m(folder / "half.y4m", width=48, height=32)
    write_y4m(folder / "deep.y4m", depth=10)
    write_y4m(folder / "full.y4m", chroma="444")
    write_y4m(folder / "tiny.y4m", width=32, height=64)
    write_raw(folder / "ref.yuv")
    write_raw(folder / "dis.yuv", noise=6)
    for name in ("empty.y4m", "empty.yuv", "empty.mp4"):
        (folder / name).touch()
    good = (folder / "dis.y4m").read_bytes()
    start = good.index(b"\n") + 1
    (folder / "cut.y4m").write_bytes(good[:-1000])
    (folder / "cut.yuv").write_bytes((folder / "dis.yuv").read_bytes()[:-1000])
    headers = {
        "nowidth": b"YUV4MPEG2 H64 F25:1 C420jpeg\n",
        "words": b"YUV4MPEG2 Wwide H64 F25:1\n",
        "huge": b"YUV4MPEG2 W999999999 H64 F25:1\n",
        "colors": b"YUV4MPEG2 W96 H64 F25:1 C411\n",
        "magic": b"YUV5MPEG2 W96 H64 F25:1\n",
        "frame": good[:start] + b"FRAME\n" + good[start + 6 : start + 6 + FRAME] + b"GARBAGE\n" * 9,
    }
    for name, header in headers.items():
        data = header if name == "frame" else header + good[start:]
        (folder / f"{name}.y4m").write_bytes(data)
    (folder / "noheader.y4m").write_bytes(b"Y" * 100_000)
    (folder / "text.mp4").write_text("this is no video\n" * 100)
    (folder / "folder.y4m").mkdir()
    (folder / "results").mkdir()
    (folder / "dis.mkv").write_bytes(b"\x1aE\xdf\xa3" + b"\0" * 100)
    write_models(folder)
    write_tools(folder)
    return folder


def write_models(folder):
    names = [f"VMAF_integer_feature_{name}_score" for name in ("adm2", "motion2", "vif_scale0")]
    vectors = "".join(f"{sign} 1:0.{n} 2:0.5 3:0.{n} \n" for n, sign in enumerate((1, -1, 2), 1))

    def write(name, text=None, header="gamma 0.05\nnr_class 2\ntotal_sv 3", **changes):
        model = f"svm_type nu_svr\nkernel_type rbf\n{header}\nrho -1.3\nSV\n{vectors}"
        contents = {
            "model_type": "LIBSVMNUSVR", "norm_type": "linear_rescale", "score_clip": [0, 100],
            "feature_names": names, "intercepts": [-0.3, -1.8, -0.003, -0.17],
            "slopes": [0.012, 2.8, 0.06, 1.2], "model": model,
        }  # fmt: skip
        document = json.dumps({"model_dict": {**contents, **changes}})
        (folder / name).write_text(document if text is None else text)

    write("good.json")
    write("notjson.json", text="svm_type nu_svr")
    write("array.json", text="[1, 2]")
    write("cut.json", text='{"model_dict": {"norm_type": "linear')
    write("empty.json", text="")
    write("slopes.json", slopes=[0.012, 2.8])
    write("names.json", feature_names=names[:2])
    write("nan.json", header="gamma nan\nnr_class 2\ntotal_sv 3")
    write("nanslope.json", slopes=[float("nan"), 2.8, 0.06, 1.2])
    write("many.json", header="gamma 0.05\nnr_class 2\ntotal_sv 4000000000")
    write("negative.json", header="gamma 0.05\nnr_class 2\ntotal_sv -3")
    write("alien.json", feature_names=names[:2] + ["VMAF_integer_feature_cambi_score"])
    with open(folder / "large.json", "wb") as file:
        file.truncate(100_000_000)


def write_tools(folder):
    good = folder / "dis.y4m"
    scripts = {
        # Two frames and a half, then it dies.
        "dies": f"head -c {100 + FRAME * 5 // 2} '{good}'; echo 'the codec gave up' >&2; exit 187",
        "silent": f"head -c {100 + FRAME * 5 // 2} '{good}'; exit 1",
        "refuses": "echo 'Unknown decoder' >&2; exit 1",
        "killed": f"head -c {100 + FRAME} '{good}'; kill -9 $$",
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)


@pytest.fixture
def fails(tinyvmaf, videos):
    """Runs a command that must fail; returns its only line on standard error."""

    def run(*arguments, code, environment=None, says=()):
        before = sorted(str(path) for path in videos.rglob("*"))
        done = tinyvmaf(
            *arguments, check=False, cwd=videos, env={**os.environ, **(environment or {})}
        )
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert done.stderr.startswith("tinyvmaf: "), done.stderr
        assert done.stderr.endswith("\n") and done.stderr.count("\n") == 1, done.stderr
        for part in says:
            assert part in done.stderr
        assert sorted(str(path) for path in videos.rglob("*")) == before
        return done.stderr

    return run


@pytest.mark.parametrize(
    "reference, distorted, code, says",
    [
        ("ref.y4m", "nowhere.y4m", 66, ["nowhere.y4m", "no such file"]),
        ("nowhere.mp4", "dis.y4m", 66, ["nowhere.mp4", "no such file"]),
        ("ref.y4m", "folder.y4m", 66, ["folder.y4m", "directory"]),
        ("ref.y4m", "empty.y4m", 65, ["empty.y4m", "no frames"]),
        ("ref.y4m", "empty.mp4", 65, ["empty.mp4", "no frames"]),
        ("ref.y4m", "cut.y4m", 65, ["cut.y4m", "frame 5 is cut off"]),
        ("ref.y4m", "half.y4m", 65, ["48x32", "96x64", "--scale bicubic"]),
        ("ref.y4m", "deep.y4m", 65, ["10-bit", "8-bit", "convert"]),
        ("ref.y4m", "full.y4m", 65, ["4:4:4", "4:2:0", "convert"]),
        ("tiny.y4m", "tiny.y4m", 65, ["32x64", "33x33"]),
        ("ref.y4m", "nowidth.y4m", 65, ["width", "missing"]),
        ("ref.y4m", "words.y4m", 65, ["width", "'wide'"]),
        ("ref.y4m", "huge.y4m", 65, ["width", "999999999"]),
        ("ref.y4m", "colors.y4m", 65, ["C411", "not supported"]),
        ("ref.y4m", "magic.y4m", 65, ["magic.y4m", "YUV4MPEG2"]),
        ("ref.y4m", "noheader.y4m", 65, ["noheader.y4m", "header"]),
        ("ref.y4m", "frame.y4m", 65, ["frame 1 does not start with FRAME"]),
        ("ref.yuv", "dis.yuv", 65, ["--width", "--height", "--pixel_format", "--bitdepth"]),
    ],
)
@pytest.mark.parametrize("output", [[], ["--json", "-o", "results/out.json"]], ids=["", "-o"])
def test_bad_videos(fails, reference, distorted, code, says, output):
    fails("score", reference, distorted, *output, code=code, says=says)


@pytest.mark.parametrize(
    "distorted, options, code, says",
    [
        ("empty.yuv", RAW, 65, ["empty.yuv", "no frames"]),
        ("cut.yuv", RAW, 65, ["cut.yuv", "5 frames", f"of {FRAME} bytes", "8216 bytes more"]),
        ("dis.yuv", RAW[:4], 64, ["--pixel_format, --bitdepth"]),
        ("dis.yuv", RAW[:6] + ["-b", 9], 64, ["--bitdepth", "not 9"]),
        ("dis.yuv", RAW[:4] + ["-p", "411", "-b", 8], 64, ["--pixel_format", "411"]),
        ("dis.yuv", ["-w", 0] + RAW[2:], 64, ["--width"]),
        ("dis.yuv", ["-w", 100_000] + RAW[2:], 65, ["100000"]),
        ("dis.yuv", ["-w", 97] + RAW[2:], 65, ["bytes more"]),
        ("dis.yuv", [*RAW, "--frame_skip_dist", 99], 65, ["no frame"]),
    ],
)  # fmt: skip
def test_bad_raw_video(fails, distorted, options, code, says):
    fails("score", "ref.yuv", distorted, *options, code=code, says=says)


@pytest.mark.parametrize(
    "model, code, says",
    [
        ("path=nowhere.json", 66, ["nowhere.json", "No such file"]),
        ("path=notjson.json", 65, ["notjson.json", "not JSON"]),
        ("path=cut.json", 65, ["cut.json", "not JSON"]),
        ("path=empty.json", 65, ["empty.json", "not JSON"]),
        ("path=array.json", 65, ["array.json", "JSON object"]),
        ("path=slopes.json", 65, ["slopes.json", "2 slopes"]),
        ("path=names.json", 65, ["names.json", "2 features"]),
        ("path=nan.json", 65, ["nan.json", "gamma"]),
        ("path=nanslope.json", 65, ["nanslope.json"]),
        ("path=many.json", 65, ["many.json", "4000000000 support vectors"]),
        ("path=negative.json", 65, ["negative.json", "support vectors"]),
        ("path=alien.json", 65, ["alien.json", "cambi"]),
        ("path=large.json", 65, ["large.json", "larger than"]),
        ("vmaf_v0.6.2", 64, ["vmaf_v0.6.2", 'did you mean "vmaf_v0.6.1"?']),
        ("version=nothing", 64, ["available are vmaf_v0.6.1"]),
        ("name=only", 64, ["version=NAME", "path=FILE"]),
        ("vmaf_v0.6.1:disable_clip=maybe", 64, ["disable_clip"]),
    ],
)
def test_bad_models(fails, model, code, says):
    fails("score", "ref.y4m", "dis.y4m", "-m", model, "-o", "results/x.xml", code=code, says=says)


def test_good_model_is_good(tinyvmaf, videos):
    """What the broken ones are made of works."""
    tinyvmaf("score", "ref.y4m", "dis.y4m", "-m", "path=good.json", cwd=videos)


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["score"], ["reference", "distorted"]),
        (["score", "ref.y4m"], ["distorted"]),
        (["score", "ref.y4m", "dis.y4m", "--subsampel", "3"], ["--subsampel", "'--subsample'?"]),
        (["score", "ref.y4m", "dis.y4m", "--subsample", "x"], ["--subsample", "x"]),
        (["score", "ref.y4m", "dis.y4m", "--subsample", "-2"], ["--subsample"]),
        (["score", "ref.y4m", "dis.y4m", "--threads", "9999"], ["--threads", "1024"]),
        (["score", "ref.y4m", "dis.y4m", "--isa", "mmx"], ["mmx", "scalar"]),
        (["score", "ref.y4m", "dis.y4m", "--scale", "cubic"], ["cubic", "bicubic"]),
        (["score", "ref.y4m", "dis.y4m", "--feature", "psnrr"], ["psnrr", "psnr"]),
        (["score", "ref.y4m", "dis.y4m", "--feature", "vif=vif_enhn_gain_limit=200"], ["200"]),
        (["score", "ref.y4m", "dis.y4m", "-n"], ["--feature"]),
        (["score", "ref.y4m", "dis.y4m", "-m", "phone", "-m", "phone"], ["name="]),
        (["score", "ref.y4m", "dis.y4m", "dis.y4m", "--json"], ["-o"]),
        (["sxore", "ref.y4m"], ["sxore"]),
        (["extract"], ["--store"]),
        (["extract", "--store", "s"], ["--data-root"]),
        (["extract", "--store", "s", "--data-root", ".", "--shard", "4/4"], ["4/4"]),
        (["corpus", "check"], ["--data-root"]),
        (["corpus", "make", "--data-root", "c"], ["--scenes"]),
        (["train", "--folds", "loso"], ["--store"]),
        (["train", "--real-share", "2", "--store", "s"], ["--real-share"]),
    ],
)  # fmt: skip
def test_wrong_usage(fails, arguments, says):
    fails(*arguments, code=64, says=says, environment={"TINYVMAF_DATA_ROOT": ""})


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (["corpus", "check", "--data-root", "nowhere"], 66, ["nowhere"]),
        (["corpus", "make", "--data-root", "c", "nowhere.mp4"], 66, ["nowhere.mp4"]),
        (["extract", "--store", "s", "--pairs", "nowhere.csv"], 66, ["nowhere.csv"]),
        (["store", "list", "--store", "nowhere"], 66, ["nowhere"]),
        (["store", "verify", "--store", "results"], 66, ["results", "store.json"]),
        (["store", "export", "--store", "nowhere", "x.parquet"], 66, ["nowhere"]),
        (["evaluate", "--store", "nowhere", "2x64"], 66, ["nowhere"]),
        (["train", "--recipe", "nowhere.json"], 66, ["nowhere.json"]),
        (["train", "--recipe", "notjson.json"], 65, ["notjson.json"]),
        (["train", "--output", "nowhere/x.safetensors"], 66, ["nowhere/x.safetensors"]),
    ],
)
def test_missing_inputs_of_other_commands(fails, arguments, code, says):
    fails(*arguments, code=code, says=says)


@pytest.mark.parametrize(
    "output, code, says",
    [
        ("nowhere/out.json", 66, ["nowhere/out.json", "folder does not exist"]),
        ("results", 66, ["results", "folder"]),
        ("/dev/full", 1, ["/dev/full", "no space left"]),
    ],
)
def test_outputs_that_cannot_be_written(fails, output, code, says):
    fails("score", "ref.y4m", "dis.y4m", "--json", "-o", output, code=code, says=says)


def test_several_results_need_a_folder(fails):
    fails("score", "ref.y4m", "dis.y4m", "ref.y4m", "-o", "ref.y4m", code=66, says=["folder"])


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_full_standard_output(tinyvmaf, videos, options):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*tinyvmaf.command, "score", "ref.y4m", "dis.y4m", *options],
            cwd=videos, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "tinyvmaf: standard output cannot be written: No space left on device.\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_full_disk(tinyvmaf, videos, tmp_path):
    """The result does not fit: nothing is left of it, and an old one is still there."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", tmp_path])
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    try:
        out = tmp_path / "out.json"
        out.write_text("old\n")
        done = tinyvmaf(
            "score", "ref.y4m", "dis.y4m", "--json", "-o", out, check=False, cwd=videos
        )
        assert done.returncode == 1
        assert done.stderr == (
            f'tinyvmaf: "{out}" cannot be written: there is no space left on the disk.\n'
        )
        assert os.listdir(tmp_path) == ["out.json"] and out.read_text() == "old\n"
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.parametrize(
    "ffmpeg, code, says",
    [
        ("/nonexistent", 66, ["needs ffmpeg", "TINYVMAF_FFMPEG"]),
        ("dies", 65, ["the codec gave up"]),
        ("silent", 65, ["ffmpeg failed"]),
        ("killed", 65, ["signal 9"]),
        ("refuses", 65, ["Unknown decoder"]),
    ],
)
def test_ffmpeg_absent_or_failing(fails, videos, ffmpeg, code, says):
    environment = {
        "TINYVMAF_FFMPEG": str(videos / ffmpeg),
        "TINYVMAF_FFPROBE": "/nonexistent",
    }
    fails(
        "score", "ref.y4m", "dis.mkv", "-q", "-o", "results/x.xml",
        code=code, says=["dis.mkv", *says], environment=environment,
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("name", ["text.mp4", "dis.mkv"])
def test_not_a_video(fails, name):
    fails("score", "ref.y4m", name, code=65, says=[name])


def test_no_error_of_the_system_is_a_crash(tinyvmaf, videos):
    """No input above ended in a signal or a trace; nor does one that cannot be read."""
    secret = pathlib.Path(videos / "secret.y4m")
    shutil.copy(videos / "ref.y4m", secret)
    secret.chmod(0)
    try:
        done = tinyvmaf("score", "ref.y4m", "secret.y4m", check=False, cwd=videos)
        if os.geteuid() == 0:
            assert done.returncode == 0
        else:
            assert done.returncode == 66 and "Permission denied" in done.stderr
    finally:
        secret.unlink()
