import json

import pytest

from tinyvmaf_ray.errors import InputError
from tinyvmaf_ray.pairs import read_pairs, write_pairs
from tinyvmaf_ray.planning import LADDER_LIMIT, REFERENCE_SHARE, plan_tasks


def test_csv_and_json_lines_are_read_alike(tmp_path):
    (tmp_path / "a.csv").write_text(
        "\ufeffsource,reference,distorted,id,width,height\n"
        'A,ref.yuv,"d, 1.yuv",first,64,48\n\nA,/x/ref.yuv,b/d2.yuv,,64,48\n'
    )
    lines = [
        {"source": "A", "reference": "ref.yuv", "distorted": "d, 1.yuv", "id": "first", "width": 64, "height": 48},
        {"source": "A", "reference": "/x/ref.yuv", "distorted": "b/d2.yuv", "id": None, "width": 64, "height": 48},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    pairs = read_pairs(str(tmp_path / "a.csv"))
    assert [pair.record() for pair in pairs] == [
        pair.record() for pair in read_pairs(str(tmp_path / "a.jsonl"))
    ]
    assert pairs[0].reference == str(tmp_path / "ref.yuv")
    assert pairs[1].identity == ("A", "A/d2")
    write_pairs(str(tmp_path / "again.jsonl"), pairs)
    assert [p.record() for p in read_pairs(str(tmp_path / "again.jsonl"))] == [p.record() for p in pairs]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("source,reference,distorted\n", "holds no pair"),
        ("source,reference,distorted,colour\nA,b,c,d\n", 'unknown column "colour"'),
        ("source,reference\nA,b\n", "distorted is missing"),
        ("source,reference,distorted\nA,b\n", "line 2: 2 fields under 3 columns"),
        ("source,reference,distorted\nA,b,c\nA,b,c\n", "line 3: the id A/c is already that of line 2"),
        ('{"source":"A",\n', "line 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, message):
    (tmp_path / "pairs").write_text(text)
    with pytest.raises(InputError, match=None) as caught:
        read_pairs(str(tmp_path / "pairs"))
    assert message in str(caught.value)


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_pairs(str(tmp_path / "none"))


def pairs_file(tmp_path, ladders):
    """A pairs file of raw ladders: {reference: (frames, rungs)} at 100x100."""
    lines = []
    for name, (frames, rungs) in ladders.items():
        (tmp_path / f"{name}.yuv").write_bytes(bytes(15000 * frames))
        for rung in range(rungs):
            lines.append({
                "source": name, "reference": f"{name}.yuv", "distorted": f"{name}{rung}.yuv",
                "width": 100, "height": 100,
            })  # fmt: skip
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return read_pairs(str(tmp_path / "pairs.jsonl"))


def test_ladders_stay_together_and_the_longest_comes_first(tmp_path):
    pairs = pairs_file(tmp_path, {"short": (1, 2), "long": (9, 3), "wide": (2, LADDER_LIMIT + 3)})
    tasks = plan_tasks(pairs)
    assert [(task.pairs[0].source, len(task.pairs)) for task in tasks] == [
        ("long", 3), ("wide", LADDER_LIMIT), ("wide", 3), ("short", 2),
    ]  # fmt: skip
    assert tasks[0].work == pytest.approx(0.09 * (3 + REFERENCE_SHARE))
    assert tasks[0].pixels == 10000
    assert sorted(pair.identity for task in tasks for pair in task.pairs) == sorted(
        pair.identity for pair in pairs
    )
    assert [task.index for task in tasks] == list(range(4))


def test_large_ladders_are_split_on_request(tmp_path):
    tasks = plan_tasks(pairs_file(tmp_path, {"long": (10, 6)}), largest_work=0.25)
    assert [len(task.pairs) for task in tasks] == [2, 2, 2]
    tasks = plan_tasks(pairs_file(tmp_path, {"long": (10, 3)}), largest_work=0.01)
    assert [len(task.pairs) for task in tasks] == [1, 1, 1]


def test_headers_and_missing_files(tmp_path):
    header = b"YUV4MPEG2 W10 H20 F25:1 C420p10\n"
    (tmp_path / "a.y4m").write_bytes(header + bytes(4 * 600 + 24))
    (tmp_path / "pairs.csv").write_text(
        "source,reference,distorted\nA,a.y4m,b.y4m\nB,missing.mkv,b.y4m\n"
    )
    tasks = {task.pairs[0].source: task for task in plan_tasks(read_pairs(str(tmp_path / "pairs.csv")))}
    assert tasks["A"].pixels == 200
    assert tasks["A"].work == pytest.approx(4 * 200 / 1e6 * (1 + REFERENCE_SHARE), rel=0.05)
    assert tasks["B"].work > 0
