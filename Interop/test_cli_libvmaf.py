"""The options of libvmaf's `vmaf` tool, against figures that its 3.2.0 printed (scalar code)."""

import json
import os
import re
import shutil
import subprocess

import pytest

from clips import write_raw, write_y4m

RAW = ["-w", "96", "-h", "64", "-p", "420", "-b", "8"]
DEFAULT = [78.676376, 90.746317, 90.031039, 91.603432, 91.147868, 93.224954]


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    write_y4m(folder / "ref.y4m")
    write_y4m(folder / "dis.y4m", noise=12)
    write_raw(folder / "ref.yuv")
    write_raw(folder / "dis.yuv", noise=12)
    write_y4m(folder / "short.y4m", noise=12, count=4)
    write_y4m(folder / "ref10.y4m", depth=10)
    write_y4m(folder / "dis10.y4m", depth=10, noise=12)
    write_y4m(folder / "ref16.y4m", depth=16)
    write_raw(folder / "ref16.yuv", depth=16)
    write_raw(folder / "grey.yuv", chroma="400")
    return folder


@pytest.fixture
def score(tinyvmaf, videos):
    """Runs `score` in the folder of videos."""

    def run(*arguments, **options):
        return tinyvmaf("score", *arguments, cwd=videos, **options)

    return run


def frames(done, name="vmaf"):
    document = json.loads(done.stdout)
    return {frame["frameNum"]: frame["metrics"].get(name) for frame in document["frames"]}


def numbered(values, step=1):
    return {index * step: value for index, value in enumerate(values)}


@pytest.mark.parametrize(
    "options, expected",
    [
        ([], numbered(DEFAULT)),
        (["--subsample", "4"], {0: DEFAULT[0], 4: DEFAULT[4]}),
        (["--subsample", "0"], numbered(DEFAULT)),
        (["--frame_cnt", "3"], numbered(DEFAULT[:3])),
        (["--frame_cnt=0x3"], numbered(DEFAULT[:3])),
        (["--frame_cnt", "0"], numbered(DEFAULT)),
        (["--frame_cnt", "99"], numbered(DEFAULT)),
        (["--frame_skip_ref", "2"], numbered([9.73723, 11.160399, 11.236533, 9.635448])),
        (
            ["--frame_skip_dist", "1"],
            numbered([22.501901, 25.657422, 22.833072, 25.61816, 30.158354]),
        ),
        (
            ["--frame_skip_ref", "1", "--frame_skip_dist", "1", "--frame_cnt", "2"],
            numbered([80.243963, 90.031039]),
        ),
        (
            ["-m", "version=vmaf_v0.6.1neg"],
            numbered([76.198477, 87.68923, 87.310274, 86.887399, 86.826103, 89.109041]),
        ),
        (
            ["--model", "version=vmaf_v0.6.1:enable_transform"],
            numbered([93.878484, 100.0, 99.970676, 100.0, 100.0, 100.0]),
        ),
        (
            ["--model=version=vmaf_4k_v0.6.1"],
            numbered([85.755559, 93.580271, 93.022652, 94.229542, 94.038028, 95.354847]),
        ),
        (["-m", "version=vmaf_v0.6.1:disable_clip=true"], numbered(DEFAULT)),
        (
            ["-m", "version=vmaf_v0.6.1:vif.vif_enhn_gain_limit=1.0"],
            numbered([77.555781, 89.536667, 88.751131, 88.576223, 89.359905, 91.632973]),
        ),
        (["-m", "phone"], numbered([93.878484, 100.0, 99.970676, 100.0, 100.0, 100.0])),
        (["--threads", "3"], numbered(DEFAULT)),
        (["--threads", "0"], numbered(DEFAULT)),
        (["--cpumask", "48"], numbered(DEFAULT)),
        (["--cpumask", "56"], numbered(DEFAULT)),
        (["--cpumask", "-1"], numbered(DEFAULT)),
        (["--cpumask=-1"], numbered(DEFAULT)),
        (["--isa", "scalar"], numbered(DEFAULT)),
    ],
)
def test_scores(score, options, expected):
    assert frames(score("-r", "ref.y4m", "-d", "dis.y4m", "--json", *options)) == expected


@pytest.mark.parametrize(
    "inputs, expected",
    [
        (["--reference", "ref.y4m", "--distorted", "dis.y4m"], DEFAULT),
        (["--reference=ref.y4m", "--distorted=dis.y4m"], DEFAULT),
        (["ref.y4m", "dis.y4m"], DEFAULT),
        (["-r", "ref.y4m", "dis.y4m"], DEFAULT),
        (["-rref.y4m", "-ddis.y4m"], DEFAULT),
        (["-r", "ref.yuv", "-d", "dis.yuv", *RAW], DEFAULT),
        (["-r", "ref.yuv", "-d", "dis.yuv", "-w96", "-h64", "-p420", "-b8"], DEFAULT),
        (
            ["-r", "ref.yuv", "-d", "dis.yuv", "--width", "96", "--height", "64",
             "--pixel_format", "420", "--bitdepth", "8"],
            DEFAULT,
        ),
        (
            ["-r", "ref10.y4m", "-d", "dis10.y4m"],
            [78.631729, 90.649632, 90.008231, 91.87752, 90.963472, 93.195895],
        ),
        (["-r", "ref.y4m", "-d", "short.y4m"], [7.882523, 11.747891, 13.863336, 13.78554]),
    ],
)  # fmt: skip
def test_inputs(score, inputs, expected):
    assert frames(score(*inputs, "--json", "-q")) == numbered(expected)


def same_but_version(text):
    """Without what differs from run to run and from tool to tool."""
    text = re.sub(r'("version": |version=)"[^"]*"', r'\1""', text)
    return re.sub(r'("fps": |fps=")[0-9.]+', r"\1", text)


CSV = """\
Frame,integer_adm2,integer_aim,integer_adm3,integer_adm_scale0,integer_adm_scale1,\
integer_adm_scale2,integer_adm_scale3,VMAF_integer_feature_motion_sad_score,integer_vif_scale0,\
integer_vif_scale1,integer_vif_scale2,integer_vif_scale3,integer_motion2,integer_motion3,vmaf,
0,0.939267,0.011499,0.963884,0.912938,0.930486,0.960136,0.935296,0.000000,0.436351,0.905097,\
0.946767,0.951980,0.000000,9.352432,78.676376,
1,0.948513,0.008923,0.969795,0.919243,0.937089,0.959132,0.962465,9.352432,0.433579,0.896546,\
0.937023,0.952252,9.352432,9.352432,90.746317,
2,0.943160,0.010776,0.966192,0.919530,0.933431,0.948143,0.959667,9.380193,0.432778,0.889525,\
0.941754,0.954829,9.380193,9.380193,90.031039,
"""
SUB = """\
{0}{1}frame: 0|integer_vif_scale0: 0.436351|integer_vif_scale1: 0.905097|\
integer_vif_scale2: 0.946767|integer_vif_scale3: 0.951980|
{1}{2}frame: 1|integer_vif_scale0: 0.433579|integer_vif_scale1: 0.896546|\
integer_vif_scale2: 0.937023|integer_vif_scale3: 0.952252|
"""
XML = """\
<VMAF version="3.2.0">
  <params qualityWidth="96" qualityHeight="64" />
  <fyi fps="24390.24" />
  <frames>
    <frame frameNum="0" VMAF_integer_feature_motion_sad_score="0.000000" psnr_y="30.999931" \
psnr_cb="26.547179" psnr_cr="26.547179" integer_motion2="0.000000" integer_motion3="9.352432" />
    <frame frameNum="1" VMAF_integer_feature_motion_sad_score="9.352432" psnr_y="30.953405" \
psnr_cb="26.547179" psnr_cr="26.547179" integer_motion2="9.352432" integer_motion3="9.352432" />
  </frames>
  <pooled_metrics>
    <metric name="VMAF_integer_feature_motion_sad_score" min="0.000000" max="9.352432" \
mean="4.676216" harmonic_mean="0.823826" />
    <metric name="psnr_y" min="30.953405" max="30.999931" mean="30.976668" \
harmonic_mean="30.976651" />
    <metric name="psnr_cb" min="26.547179" max="26.547179" mean="26.547179" \
harmonic_mean="26.547179" />
    <metric name="psnr_cr" min="26.547179" max="26.547179" mean="26.547179" \
harmonic_mean="26.547179" />
    <metric name="integer_motion2" min="0.000000" max="9.352432" mean="4.676216" \
harmonic_mean="0.823826" />
    <metric name="integer_motion3" min="9.352432" max="9.352432" mean="9.352432" \
harmonic_mean="9.352432" />
  </pooled_metrics>
  <aggregate_metrics apsnr_y="30.976606" apsnr_cb="26.547179" apsnr_cr="26.547179" />
</VMAF>
"""
JSON = """\
{
  "version": "3.2.0",
  "fps": 95238.10,
  "frames": [
    {
      "frameNum": 0,
      "metrics": {
        "psnr_y": 30.999931,
        "mse_y": 51.652018,
        "psnr_cb": 26.547179,
        "mse_cb": 144.000000,
        "psnr_cr": 26.547179,
        "mse_cr": 144.000000
      }
    }
  ],
  "pooled_metrics": {
    "psnr_y": {
      "min": 30.999931,
      "max": 30.999931,
      "mean": 30.999931,
      "harmonic_mean": 30.999931
    },
"""
AGGREGATES = """\
  "aggregate_metrics": {
    "apsnr_y": 30.999931,
    "apsnr_cb": 26.547179,
    "apsnr_cr": 26.547179
  }
}
"""


@pytest.mark.parametrize(
    "options, expected",
    [
        (["--csv", "--frame_cnt", "3"], CSV),
        (["--sub", "--frame_cnt", "2", "-n", "--feature", "vif"], SUB),
        (
            ["--xml", "--frame_cnt", "2", "-n", "--feature", "motion", "--feature",
             "psnr=enable_apsnr=true"],
            XML,
        ),
    ],
)  # fmt: skip
def test_formats_to_the_byte(score, tmp_path, options, expected):
    """On standard output, and the same in a file, whatever the number of threads."""
    done = score("-r", "ref.y4m", "-d", "dis.y4m", *options)
    assert same_but_version(done.stdout) == same_but_version(expected)
    for threads in (1, 4):
        out = tmp_path / f"out{threads}"
        silent = score("ref.y4m", "dis.y4m", *options, "-o", out, "--threads", threads, "-q")
        assert (silent.stdout, silent.stderr) == ("", "")
        assert same_but_version(out.read_text()) == same_but_version(expected)


def test_json_to_the_byte(score):
    done = score(
        "ref.yuv", "dis.yuv", *RAW, "--json", "--no_prediction", "--frame_cnt", 1,
        "--feature", "psnr=enable_apsnr=true:enable_mse=true",
    )  # fmt: skip
    text = same_but_version(done.stdout)
    assert text.startswith(same_but_version(JSON)) and text.endswith(AGGREGATES)
    json.loads(done.stdout)


def test_xml_is_the_default_of_files(score, tmp_path):
    for name, options, start in [
        ("out.json", [], "<VMAF"), ("out.xml", [], "<VMAF"), ("out", ["--json"], "{"),
        ("out.xml", ["--xml", "--csv"], "Frame,"),
    ]:  # fmt: skip
        done = score("ref.y4m", "dis.y4m", "-o", tmp_path / name, *options)
        assert (tmp_path / name).read_text().startswith(start)
        # libvmaf writes XML into out.json too; we say so.
        assert ("add --json" in done.stderr) == (name == "out.json")


def test_the_shorter_video_ends_the_run(score):
    done = score("ref.y4m", "short.y4m", "--csv")
    assert len(done.stdout.splitlines()) == 5
    assert 'warning: "short.y4m" ended before "ref.y4m"; 4 frames were scored.' in done.stderr
    assert score("ref.y4m", "short.y4m", "--csv", "-q").stderr == ""


def test_several_models(score):
    done = score(
        "ref.y4m", "dis.y4m", "--json", "-m", "version=vmaf_v0.6.1",
        "-m", "version=vmaf_v0.6.1neg:name=neg", "-m", "vmaf_4k_v0.6.1:name=uhd",
    )  # fmt: skip
    assert frames(done) == numbered(DEFAULT)
    assert frames(done, "neg")[1] == 87.68923 and frames(done, "uhd")[2] == 93.022652
    names = list(json.loads(done.stdout)["frames"][0]["metrics"])
    assert names[-3:] == ["vmaf", "neg", "uhd"] and "integer_vif_scale0_egl_1" in names


def test_luma_alone(score):
    """No chroma, by option or because there is none."""
    options = ["--json", "-n", "--feature", "psnr=enable_chroma=false:enable_apsnr=true"]
    grey = ["grey.yuv", "grey.yuv", "-w", 96, "-h", 64, "-p", "400", "-b", 8]
    for inputs in (["ref.y4m", "dis.y4m"], grey):
        document = json.loads(score(*inputs, *options).stdout)
        assert list(document["frames"][0]["metrics"]) == ["psnr_y"]
        assert list(document["aggregate_metrics"]) == ["apsnr_y"]
    full = json.loads(score(*grey, "--json", "--feature", "psnr=enable_apsnr=true").stdout)
    assert "psnr_cb" not in full["frames"][0]["metrics"]
    assert full["frames"][0]["metrics"]["psnr_y"] == 60
    assert full["frames"][5]["metrics"]["vmaf"] > 99


def test_sixteen_bits(score):
    header = score("ref16.y4m", "ref16.y4m", "--csv").stdout
    raw = score("ref16.yuv", "ref16.yuv", *RAW[:6], "-b", 16, "--csv").stdout
    assert raw == header and len(raw.splitlines()) == 7


def test_all_digits(score):
    short = frames(score("ref.y4m", "dis.y4m", "--json"))
    full = frames(score("ref.y4m", "dis.y4m", "--json", "--precision", "max"))
    assert full != short and {key: round(value, 6) for key, value in full.items()} == short
    for options in (["--isa", "scalar"], ["--threads", 2]):
        again = frames(score("ref.y4m", "dis.y4m", "--json", "--precision", "max", *options))
        assert again == full


def test_version(tinyvmaf):
    """libvmaf's tool prints it on standard error and succeeds."""
    done = tinyvmaf("score", "-v")
    assert done.stdout == "" and re.fullmatch(r"\d+\.\d+\.\d+\n", done.stderr)
    assert tinyvmaf("--version").stdout == done.stderr


# MARK: - Several videos, pipes and containers


def test_a_folder_of_results(score, tmp_path):
    done = score(
        "ref.y4m", "dis.y4m", "-d", "short.y4m", "-d", "ref.y4m", "-d", "./dis.y4m",
        "-o", tmp_path, "--csv", "--frame_cnt", 2,
    )  # fmt: skip
    assert done.stdout == ""
    assert sorted(os.listdir(tmp_path)) == ["dis-2.csv", "dis.csv", "ref.csv", "short.csv"]
    alone = score("ref.y4m", "dis.y4m", "--csv", "--frame_cnt", 2).stdout
    assert (tmp_path / "dis.csv").read_text() == alone == (tmp_path / "dis-2.csv").read_text()
    alone = score("ref.y4m", "short.y4m", "--csv", "--frame_cnt", 2).stdout
    assert (tmp_path / "short.csv").read_text() == alone


def test_standard_input(tinyvmaf, videos):
    for arguments, path in [
        (["ref.y4m", "-"], "dis.y4m"), (["-r", "-", "-d", "dis.y4m"], "ref.y4m"),
        (["ref.yuv", "-", *RAW], "dis.yuv"),
    ]:  # fmt: skip
        with subprocess.Popen(["cat", videos / path], stdout=subprocess.PIPE) as feeder:
            done = tinyvmaf("score", *arguments, "--json", cwd=videos, stdin=feeder.stdout)
        assert frames(done) == numbered(DEFAULT)


needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["mkv", "mp4", "avi"])
def test_containers(score, videos, suffix):
    encoded = videos / f"dis.{suffix}"
    codec = ["-c:v", "ffv1"] if suffix != "mp4" else ["-c:v", "libx264", "-qp", "0"]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-i", videos / "dis.y4m", *codec, encoded], check=True
    )
    assert frames(score("ref.y4m", encoded, "--json", "-q")) == numbered(DEFAULT)
    done = score("ref.y4m", encoded, "--json", "-q", "--frame_skip_ref", 1, "--frame_skip_dist", 1)
    assert frames(done)[1] == 90.031039


@needs_ffmpeg
@pytest.mark.parametrize("filter", ["bicubic", "lanczos", "bilinear"])
def test_scaling(score, videos, filter):
    """What ffmpeg itself makes of the smaller video."""
    half, back = videos / "half.y4m", videos / f"{filter}.y4m"
    ffmpeg = ["ffmpeg", "-v", "error", "-y", "-i"]
    subprocess.run([*ffmpeg, videos / "dis.y4m", "-vf", "scale=48:32", half], check=True)
    subprocess.run([*ffmpeg, half, "-vf", f"scale=96:64:flags={filter}", back], check=True)
    scaled = frames(score("ref.y4m", "half.y4m", "--scale", filter, "--json"))
    assert scaled == frames(score("ref.y4m", back, "--json"))
    assert scaled != numbered(DEFAULT)
