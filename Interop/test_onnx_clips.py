"""Exported clip encoders, checked by onnx and computed by ONNX Runtime.

The files come from the Swift test `ClipInteropFiles`, which writes them into
`$TINYVMAF_INTEROP_DIR/clips`:

    TINYVMAF_INTEROP_DIR=.build/interop swift test --filter ClipInteropFiles
    TINYVMAF_INTEROP_DIR=.build/interop pytest Interop/test_onnx_clips.py
"""

import json
import os
import pathlib

import numpy as np
import onnx
import onnxruntime
import pytest

ROOT = os.environ.get("TINYVMAF_INTEROP_DIR")
pytestmark = pytest.mark.skipif(ROOT is None, reason="TINYVMAF_INTEROP_DIR is not set")
FOLDER = pathlib.Path(ROOT or ".") / "clips"
NAMES = ["small", "full", "timeless"]


@pytest.fixture(scope="module")
def session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return {
        name: onnxruntime.InferenceSession(
            FOLDER / f"{name}.onnx", options, providers=["CPUExecutionProvider"]
        )
        for name in NAMES
    }


@pytest.mark.parametrize("name", NAMES)
def test_checker_accepts(name):
    model = onnx.load(FOLDER / f"{name}.onnx")
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    (output,) = inferred.graph.output
    assert output.name == "vmaf"
    assert len(output.type.tensor_type.shape.dim) == 1
    assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)]


def run(session, features, mask, frames):
    mask = np.array(mask, dtype=bool).reshape(-1, frames)
    features = np.array(features, dtype=np.float32).reshape(len(mask), frames, 6)
    return session.run(["vmaf"], {"features": features, "mask": mask})[0]


@pytest.mark.parametrize("name", NAMES)
def test_runtime_agrees(session, name):
    cases = json.loads((FOLDER / f"{name}.json").read_text())
    assert len(cases) == 3
    for case in cases:
        expected = np.array(case["vmaf"])
        found = run(session[name], case["features"], case["mask"], case["frames"])
        assert np.abs(found - expected).max() < 5e-4, (case["frames"], found, expected)


@pytest.mark.parametrize("name", NAMES)
def test_padding_changes_nothing(session, name):
    (case,) = [c for c in json.loads((FOLDER / f"{name}.json").read_text()) if c["frames"] == 5]
    features = np.array(case["features"][:30], dtype=np.float32).reshape(5, 6)
    alone = run(session[name], features, [True] * 5, 5)
    padded = np.concatenate([features, np.full((4, 6), np.nan, np.float32)])
    longer = run(session[name], padded, [True] * 5 + [False] * 4, 9)
    assert np.abs(alone - longer).max() < 1e-4
    assert np.abs(alone - np.array(case["vmaf"][:1])).max() < 5e-4
