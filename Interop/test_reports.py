"""Reports in a real browser, and their figures against another implementation.

The browser is Debian's `chromium`, which `make test` installs; without one these tests are skipped.
"""

import csv
import json
import pathlib
import random
import re
import subprocess
import warnings

import devtools
import numpy
import pytest

needs_browser = pytest.mark.skipif(
    devtools.find() is None, reason="no Chromium: install Debian's package chromium")
CHECK = (pathlib.Path(__file__).parent / "accessibility.js").read_text()
# Resolves when the script has unpacked its values and drawn the plot.
READY = """new Promise((done, fail) => { let tries = 0; const look = () =>
    document.documentElement.dataset.ready ? done(true) :
    ++tries > 400 ? fail(new Error('the plot is not ready')) : setTimeout(look, 25); look(); })"""
VIEWS = [(width, dark) for width in (360, 768, 1440) for dark in (False, True)]


@pytest.fixture(scope="module")
def page():
    page = devtools.Page()
    yield page
    page.close()


def saved_scores(path, frames, offset, seed):
    """Scores as libvmaf saves them: slow changes, noise, and a cut every 700 frames."""
    generator = random.Random(seed)
    level, rows = 92.0, []
    for frame in range(frames):
        if frame % 700 == 0:
            level = generator.uniform(60, 99)
        level = min(99.9, max(25, level + generator.gauss(0, 0.8)))
        score = max(0, min(100, level - offset + generator.gauss(0, 1)))
        metrics = {"integer_adm2": 0.6 + score / 250 + generator.gauss(0, 0.004),
                   "integer_motion2": abs(generator.gauss(4, 1)),
                   "integer_motion": 40 if frame % 700 == 0 else abs(generator.gauss(4, 1))}
        for scale in range(4):
            metrics[f"integer_vif_scale{scale}"] = 0.3 + score / 170 + generator.gauss(0, 0.006)
        metrics["vmaf"] = score
        rows.append({"frameNum": frame, "metrics": metrics})
    path.write_text(json.dumps({"version": "3.2.0", "fps": 100, "frames": rows}))


@pytest.fixture(scope="module")
def reports(tinyvmaf, peer_ffmpeg, tmp_path_factory):
    """Name -> report: one real encode, a real ladder of two encoders, ten long videos, students."""
    folder = tmp_path_factory.mktemp("reports")

    def ffmpeg(*arguments):
        subprocess.run([peer_ffmpeg, "-v", "error", "-y", *map(str, arguments)], check=True)

    source = folder / "source.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2", "-f", "lavfi", "-i",
           "mandelbrot=size=320x180:rate=25", "-filter_complex",
           "[1:v]trim=end_frame=50[b];[0:v][b]concat=n=2:v=1,format=yuv420p", "-c:v", "libx264",
           "-qp", "0", "-preset", "ultrafast", source)
    encodes = []
    for encoder, options in [("x264", ["libx264"]), ("mpeg4", ["mpeg4"])]:
        for rate in (60, 120, 240, 480):
            path = folder / f"clip_{encoder}_{rate}k.mkv"
            ffmpeg("-i", source, "-c:v", *options, "-b:v", f"{rate}k", path)
            encodes.append(path)
    awkward = folder / "a <b>&\"c\" <script>alert(1)</script>.mkv".replace("/", "_")
    awkward.write_bytes(encodes[0].read_bytes())

    made = {}

    def write(name, *arguments):
        made[name] = folder / f"{name}.html"
        tinyvmaf(*arguments, "--report", made[name])

    write("single", "score", source, awkward, "-m", "vmaf_v0.6.1", "-m", "tiny")
    write("ladder", "score", source, *encodes, "--tables", folder / "tables", "--svg",
          folder / "svg", "--vega", folder / "charts.vl.json")
    long = []
    for index in range(10):
        long.append(folder / f"long_{int(8000 / 1.5 ** index)}k.json")
        saved_scores(long[-1], 10_000, 3 * index, index)
    write("long", "report", *long, "--fps", 25)
    write("students", "evaluate", "--sampled", "physicalBox", "--rows", 3000, "2x64", "3x128")
    made["folder"] = folder
    return made


@needs_browser
@pytest.mark.parametrize("name", ["single", "ladder", "long", "students"])
@pytest.mark.parametrize("width,dark", VIEWS)
def test_looks_right(page, reports, name, width, dark):
    """No error, nothing loaded, nothing too wide, and text that can be read by everyone."""
    page.show(reports[name], width=width, dark=dark)
    if name != "students":
        page.evaluate(READY)
    found = page.evaluate(CHECK)
    assert page.problems == []
    assert found["problems"] == []
    assert found["texts"] > 40
    assert page.evaluate("typeof window.alerted") == "undefined"


@needs_browser
@pytest.mark.parametrize("name", ["single", "ladder", "students"])
def test_reads_without_scripts(page, reports, name):
    page.show(reports[name], width=360, scripts=False)
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    # Evaluated from outside, on what the file alone has made.
    assert page.evaluate("document.querySelectorAll('svg.chart path').length") > 3
    assert page.evaluate("document.querySelectorAll('table tbody tr').length") > 0
    assert page.evaluate("document.querySelector('#theme') === null")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@needs_browser
def test_opens_at_once(page, reports):
    """Ten videos of 10,000 frames: below 1.5 MB, and less than a second of work for the browser."""
    assert reports["long"].stat().st_size < 1_500_000
    assert reports["ladder"].stat().st_size < 1_500_000
    page.call("Performance.enable", timeDomain="threadTicks")

    def work():
        metrics = page.call("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    page.show(reports["single"])
    before = work()
    page.show(reports["long"])
    page.evaluate(READY)
    # Processor time of the page's thread, which other work on the machine does not lengthen.
    assert work() - before < 1


@needs_browser
def test_plot_is_exact_and_answers_keys(page, reports):
    """The script's values are the saved ones to two decimals; keys move and zoom."""
    page.show(reports["long"], width=1440)
    page.evaluate(READY)
    saved = sorted(reports["folder"].glob("long_*.json"), key=lambda p: -int(p.stem[5:-1]))
    values = json.loads(saved[0].read_text())["frames"]
    for frame in (0, 1, 4321, 9999):
        page.evaluate(f"""(() => {{ const s = document.querySelector('input[type=range]');
            s.value = {frame}; s.dispatchEvent(new Event('input')); }})()""")
        shown = page.evaluate("document.querySelector('#series output').textContent")
        assert abs(float(shown) - values[frame]["metrics"]["vmaf"]) <= 0.0051
        assert f"{frame:,}" in page.evaluate("document.querySelector('.at').textContent")
    before = page.evaluate("document.querySelector('#time .chart').innerHTML.length")
    page.evaluate("document.querySelector('input[type=range]').focus()")
    for key in "++++":
        page.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        page.call("Input.dispatchKeyEvent", type="keyUp", key=key)
    assert page.evaluate("document.querySelector('#time .chart').innerHTML.length") != before
    page.call("Input.dispatchKeyEvent", type="keyDown", key="ArrowLeft", code="ArrowLeft",
              windowsVirtualKeyCode=37)
    assert "9,998" in page.evaluate("document.querySelector('.at').textContent")


@needs_browser
def test_colors_can_be_switched(page, reports):
    page.show(reports["single"], dark=False)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.evaluate("document.querySelector('#theme').click()")
    assert page.evaluate(paper) != light
    page.evaluate("document.querySelector('#theme').click()")
    assert page.evaluate(paper) == light


def test_names_of_files_are_text(reports):
    html = reports["single"].read_text()
    assert "<script>alert" not in html
    assert html.count("<script") == 2


def test_reports_are_reproducible(tinyvmaf, reports, tmp_path):
    again = tmp_path / "again.html"
    saved = sorted(reports["folder"].glob("long_*.json"), key=lambda p: -int(p.stem[5:-1]))
    tinyvmaf("report", *saved, "--fps", 25, "--report", again)
    assert again.read_bytes() == reports["long"].read_bytes()


def test_bd_rates_are_those_of_bjontegaard(reports):
    """The table of the ladder against PyPI's bjontegaard over the table of its scores."""
    import bjontegaard

    def table(name):
        with open(reports["folder"] / "tables" / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))

    curves = {}
    for row in table("scores"):
        encoder = re.search(r"clip_(\w+)_", row["video"])[1]
        rate = float(row["kbit/s"].replace(",", ""))
        curves.setdefault(encoder, []).append((rate, float(row["score"])))
    anchor, test = (numpy.array(sorted(curves[name])).T for name in ("x264", "mpeg4"))
    rows = table("bd-rate")
    assert len(rows) == 1 and rows[0]["encoder"] == "mpeg4 against x264"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = bjontegaard.bd_rate(
            *anchor, *test, method="pchip", require_matching_points=False)
    found = float(rows[0]["BD-rate"].replace("−", "-").replace("%", ""))
    # The tables have rounded rates and scores; the unit tests compare to 1e-6.
    assert abs(found - expected) < 1 + 0.02 * abs(expected)


def test_charts_are_files(reports):
    from xml.etree import ElementTree

    names = {path.name for path in (reports["folder"] / "svg").glob("*.svg")}
    assert {"scores.svg", "rate-quality.svg", "histogram-1.svg"} <= names
    for path in (reports["folder"] / "svg").glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    spec = json.loads((reports["folder"] / "charts.vl.json").read_text())
    assert spec["$schema"].endswith("vega-lite/v5.json")
    layers = [layer for view in spec["vconcat"] for layer in view["layer"]]
    assert all(layer["data"]["values"] and layer["encoding"] for layer in layers)


def test_errors_are_told(tinyvmaf, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    for arguments, code in [
        (["report", broken, "--report", tmp_path / "a.html"], 65),
        (["report", tmp_path / "none.json", "--report", tmp_path / "a.html"], 66),
        (["report", broken], 64),
        (["report", broken, "--report", tmp_path / "no" / "a.html"], 66),
        (["report", broken, "--report", tmp_path / "a.html", "--rates", "1,2"], 64),
    ]:
        done = tinyvmaf(*arguments, check=False)
        assert done.returncode == code, done.stderr
        assert done.stderr.startswith("tinyvmaf: ") and done.stderr.count("\n") == 1
        assert not (tmp_path / "a.html").exists()
