"""ONNX files of tinyvmaf in the onnx package and ONNX Runtime, and theirs in tinyvmaf.

Rows are random ones from all over the features' domain and, where the repository's tables of
public databases lie beside it, frames of real videos; else frames of generated clips.
"""

import gzip
import os
import pathlib

import numpy as np
import onnx
import onnx.helper as oh
import onnx.numpy_helper as onh
import onnx.shape_inference
import onnxruntime as ort
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FRAMES = ROOT.parent / "shared" / "subjective" / "avt_vqdb_uhd_1" / "frames.csv.gz"
FEATURES = ["integer_adm2"] + [f"integer_vif_scale{i}" for i in range(4)] + ["integer_motion2"]
LOWER = np.array([0, 0, 0, 0, 0, 0], np.float32)
UPPER = np.array([1.1, 1.1, 1.1, 1.1, 1.1, 120], np.float32)
STUDENTS = ["2x16", "2x64", "3x128", "4x256"]
PRECISIONS = ["fp32", "fp16", "int8"]
TOTAL = 100_000
# Half a unit in the last place of a score is 4e-6; a handful of roundings are allowed.
# Ten units in the last place at 100: the largest difference measured is 7.6e-5.
LIMIT = 1e-4


def library():
    """The shared library inside of the Python package."""
    folder = pathlib.Path(ort.__file__).parent / "capi"
    names = ["libonnxruntime.so.*", "libonnxruntime.*.dylib"]
    return next((path for name in names for path in sorted(folder.glob(name))), None)


LIBRARY = library()
ENVIRONMENT = {**os.environ, "TINYVMAF_ONNXRUNTIME": str(LIBRARY)}


def real_rows():
    """Frames of public videos: every feature as it was stored."""
    import csv

    with gzip.open(FRAMES, "rt", newline="") as file:
        reader = csv.DictReader(file)
        names = [name.removeprefix("integer_") for name in FEATURES]
        rows = [[float(row[name]) for name in names] for row in reader]
    return np.array(rows[:: max(len(rows) // (TOTAL // 2), 1)], np.float32)


@pytest.fixture(scope="module")
def rows(tinyvmaf, clip_pairs, tmp_path_factory):
    """100,000 rows, real ones first."""
    if FRAMES.exists():
        real = real_rows()
    else:
        folder = tmp_path_factory.mktemp("features")
        tables = []
        for name, (reference, distorted) in clip_pairs.items():
            path = folder / f"{name}.csv"
            tinyvmaf("score", reference, distorted, "--csv", "-o", path)
            table = np.genfromtxt(path, delimiter=",", names=True)
            tables.append(np.stack([table[column] for column in FEATURES], 1))
        real = np.concatenate(tables).astype(np.float32)
    assert len(real) > 0 and np.isfinite(real).all()
    generator = np.random.default_rng(1)
    # Half of the random rows in the box where features usually lie, half anywhere possible.
    count = TOTAL - len(real)
    low = np.array([0.64, 0.14, 0.34, 0.43, 0.52, 0.05], np.float32)
    high = np.array([1, 0.96, 1, 1, 1, 16], np.float32)
    usual = generator.uniform(low, high, (count // 2, 6))
    anywhere = generator.uniform(LOWER, UPPER, (count - count // 2, 6))
    return np.concatenate([real, usual, anywhere]).astype(np.float32)


@pytest.fixture(scope="module")
def packages(tinyvmaf, tmp_path_factory):
    """(student, precision) -> ONNX file, as `models add` would find them."""
    folder = tmp_path_factory.mktemp("packages")
    files = {}
    for student in STUDENTS:
        identifier = f"mine-{student}"
        smaller = ["fp16"] if student == "2x16" else ["fp16", "int8"]
        arguments = ["--weights", f"tiny-{student}", "--output", folder, "--id", identifier]
        tinyvmaf("export", *arguments, "--rows", 4000, "--precision", *smaller)
        for precision in PRECISIONS:
            suffix = "" if precision == "fp32" else f".{precision}"
            path = folder / f"{identifier}{suffix}.onnx"
            if path.exists():
                files[student, precision] = path
    return files


def write_table(path, rows):
    pq.write_table(
        pa.table({name: rows[:, index] for index, name in enumerate(FEATURES)}),
        path,
        compression="none",
        use_dictionary=False,
    )
    return path


@pytest.fixture(scope="module")
def table(rows, tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("rows") / "rows.parquet", rows)


def predict(tinyvmaf, model, table, backend="native"):
    """Scores of the command; standard output has every digit of single precision."""
    arguments = ["models", "predict", f"path={model}", "--rows", table, "--backend", backend]
    done = tinyvmaf(*arguments, env=ENVIRONMENT)
    return np.array(done.stdout.split(), np.float32)


def session(path, optimised=True):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    if not optimised:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run(model, rows, batch):
    name = model.get_inputs()[0].name
    batches = [rows[start : start + batch] for start in range(0, len(rows), batch)]
    return np.concatenate([model.run(None, {name: part})[0].reshape(-1) for part in batches])


def ulps(a, b):
    """Distances in units in the last place of positive single-precision numbers."""
    return np.abs(a.view(np.int32).astype(np.int64) - b.view(np.int32))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("student", STUDENTS)
def test_checker_and_strict_shape_inference(packages, student, precision):
    if (student, precision) not in packages:
        pytest.skip("sixteen values a layer are too few for bytes")
    model = onnx.load(packages[student, precision])
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    output = inferred.graph.output[0].type.tensor_type
    assert output.elem_type == onnx.TensorProto.FLOAT
    assert [dimension.dim_param for dimension in output.shape.dim] == ["N"]
    assert [entry.version for entry in model.opset_import] == [17] and model.ir_version == 8
    assert model.graph.input[0].name == "features" and model.graph.output[0].name == "vmaf"
    properties = {entry.key: entry.value for entry in model.metadata_props}
    assert properties["format"] == "tinyvmaf-onnx-1" and "architecture" in properties


@pytest.mark.parametrize("student", STUDENTS)
def test_agrees_with_onnx_runtime(tinyvmaf, packages, rows, table, student, record_property):
    path = packages[student, "fp32"]
    native = predict(tinyvmaf, path, table)
    assert native.shape == (TOTAL,) and native.min() >= 0 and native.max() <= 100
    thousand = run(session(path), rows, 1000)
    single = run(session(path), rows[::20], 1)
    for found, expected in [(thousand, native), (single, native[::20])]:
        difference = np.abs(found.astype(np.float64) - expected)
        print(f"{student}: {difference.max():.2e}, {ulps(found, expected).max()} ULP")
        assert difference.max() <= LIMIT


@pytest.mark.skipif(LIBRARY is None, reason="the onnxruntime package has no shared library")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_agrees_with_the_library_opened_at_run_time(tinyvmaf, packages, rows, table, precision):
    path = packages["3x128", precision]
    found = predict(tinyvmaf, path, table, backend="onnxruntime")
    # The same library with the same settings: the same bits.
    expected = run(session(path), rows, TOTAL)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("student", STUDENTS)
def test_half_precision(tinyvmaf, packages, rows, table, student):
    path = packages[student, "fp16"]
    native = predict(tinyvmaf, path, table)
    assert np.abs(run(session(path), rows, 1000) - native).max() <= LIMIT
    parent = predict(tinyvmaf, packages[student, "fp32"], table)
    assert np.sqrt(np.mean((native - parent) ** 2)) < 0.05
    assert path.stat().st_size < packages[student, "fp32"].stat().st_size


@pytest.mark.parametrize("student", STUDENTS[1:])
def test_bytes(tinyvmaf, packages, rows, table, student):
    path = packages[student, "int8"]
    native = predict(tinyvmaf, path, table)
    # Node by node; a sum beside the middle of two bytes may fall on either.
    plain = run(session(path, optimised=False), rows, 1000)
    difference = np.abs(plain - native)
    print(f"{student}: {np.mean(difference > 1e-3):.2%} differ, {difference.max():.3f} at most")
    assert np.mean(difference > 1e-3) < 0.05
    # Merged into byte arithmetic.
    merged = run(session(path), rows, 1000)
    parent = predict(tinyvmaf, packages[student, "fp32"], table)
    for scores in (native, plain, merged):
        assert np.sqrt(np.mean((scores - parent) ** 2)) < 0.5


# Models as other programs write them


def constant(name, values):
    return onh.from_array(np.asarray(values, np.float32), name)


def foreign(path, nodes, weights, output=("N",), inputs=(("features", ("N", 6)),), version=17):
    graph = oh.make_graph(
        nodes,
        "main_graph",
        [oh.make_tensor_value_info(n, onnx.TensorProto.FLOAT, list(s)) for n, s in inputs],
        [oh.make_tensor_value_info("score", onnx.TensorProto.FLOAT, list(output))],
        weights,
    )
    model = oh.make_model(graph, opset_imports=[oh.make_opsetid("", version)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    return path


def relu_regressor(path, generator, squeezed):
    """Standardisation, Gemm with transposed weights, Relu; the output [N] or [N, 1]."""
    nodes = [
        oh.make_node("Sub", ["features", "mean"], ["c"]),
        oh.make_node("Div", ["c", "std"], ["h0"]),
    ]
    weights = [constant("mean", np.full((1, 6), 0.7)), constant("std", np.full((1, 6), 0.2))]
    sizes = [6, 16, 8, 1]
    for layer, (before, after) in enumerate(zip(sizes, sizes[1:])):
        weights += [
            constant(f"w{layer}", generator.normal(0, 0.5, (after, before))),
            constant(f"b{layer}", generator.normal(0, 0.5, after)),
        ]
        last = layer == len(sizes) - 2
        result = ("y" if squeezed else "score") if last else f"z{layer}"
        nodes.append(
            oh.make_node("Gemm", [f"h{layer}", f"w{layer}", f"b{layer}"], [result], transB=1)
        )
        if not last:
            nodes.append(oh.make_node("Relu", [result], [f"h{layer + 1}"]))
    if squeezed:
        weights.append(onh.from_array(np.array([1], np.int64), "axes"))
        nodes.append(oh.make_node("Squeeze", ["y", "axes"], ["score"]))
    return foreign(path, nodes, weights, ("N",) if squeezed else ("N", 1))


def gelu_regressor(path, generator):
    """GELU spelt with Erf, LayerNormalization spelt out, MatMul and Add."""
    weights = [
        constant("w0", generator.normal(0, 0.5, (6, 12))),
        constant("b0", generator.normal(0, 0.5, 12)),
        constant("root", np.sqrt(2.0)),
        constant("one", 1.0),
        constant("half", 0.5),
        constant("two", 2.0),
        constant("epsilon", 1e-5),
        constant("w1", generator.normal(0, 1, (12, 1))),
    ]
    nodes = [
        oh.make_node("MatMul", ["features", "w0"], ["m"]),
        oh.make_node("Add", ["m", "b0"], ["z"]),
        oh.make_node("Div", ["z", "root"], ["d"]),
        oh.make_node("Erf", ["d"], ["e"]),
        oh.make_node("Add", ["e", "one"], ["f"]),
        oh.make_node("Mul", ["z", "f"], ["g"]),
        oh.make_node("Mul", ["g", "half"], ["h"]),
        oh.make_node("ReduceMean", ["h"], ["mean"], axes=[-1]),
        oh.make_node("Sub", ["h", "mean"], ["centred"]),
        oh.make_node("Pow", ["centred", "two"], ["squares"]),
        oh.make_node("ReduceMean", ["squares"], ["variance"], axes=[-1]),
        oh.make_node("Add", ["variance", "epsilon"], ["shifted"]),
        oh.make_node("Sqrt", ["shifted"], ["deviation"]),
        oh.make_node("Div", ["centred", "deviation"], ["normal"]),
        oh.make_node("MatMul", ["normal", "w1"], ["score"]),
    ]
    return foreign(path, nodes, weights, ("N", 1))


def sigmoid_regressor(path, generator):
    """Operator version 11, where axes are attributes; constants as nodes; a clamp."""
    values = generator.normal(0, 0.5, (6, 4)).astype(np.float32)
    nodes = [
        oh.make_node("Constant", [], ["w"], value=onh.from_array(values)),
        oh.make_node("MatMul", ["features", "w"], ["z"]),
        oh.make_node("Sigmoid", ["z"], ["s"]),
        oh.make_node("Tanh", ["z"], ["t"]),
        oh.make_node("Concat", ["s", "t"], ["both"], axis=1),
        oh.make_node("Softmax", ["both"], ["p"], axis=1),
        oh.make_node("Mul", ["p", "both"], ["weighted"]),
        oh.make_node("ReduceSum", ["weighted"], ["sum"], axes=[1], keepdims=1),
        oh.make_node("Clip", ["sum", "low", "high"], ["clipped"]),
        oh.make_node("Squeeze", ["clipped"], ["score"], axes=[1]),
    ]
    return foreign(path, nodes, [constant("low", -1.0), constant("high", 0.9)], version=11)


@pytest.mark.parametrize("kind", ["squeezed", "column", "gelu", "sigmoid"])
def test_models_of_others_score_as_in_onnx_runtime(tinyvmaf, rows, table, tmp_path, kind):
    generator = np.random.default_rng(7)
    path = tmp_path / "other.onnx"
    if kind == "gelu":
        gelu_regressor(path, generator)
    elif kind == "sigmoid":
        sigmoid_regressor(path, generator)
    else:
        relu_regressor(path, generator, squeezed=kind == "squeezed")
    found = predict(tinyvmaf, path, table)
    expected = run(session(path), rows, 1000)
    difference = np.abs(found.astype(np.float64) - expected)
    # The motion feature reaches 120, so sums reach hundreds.
    assert (difference <= 1e-5 + 2e-6 * np.abs(expected)).all()


def test_a_second_input_is_named(tinyvmaf, table, tmp_path):
    nodes = [
        oh.make_node("Concat", ["features", "codec"], ["both"], axis=1),
        oh.make_node("Gemm", ["both", "w"], ["score"]),
    ]
    path = foreign(
        tmp_path / "codec.onnx",
        nodes,
        [constant("w", np.ones((20, 1)))],
        ("N", 1),
        (("features", ("N", 6)), ("codec", ("N", 14))),
    )
    done = tinyvmaf("models", "predict", f"path={path}", "--rows", table, check=False)
    assert done.returncode == 65 and "'codec'" in done.stderr and done.stdout == ""


def test_other_operators_are_named(tinyvmaf, table, tmp_path):
    nodes = [
        oh.make_node("Einsum", ["features", "w"], ["score"], equation="nf,f->n"),
    ]
    path = foreign(tmp_path / "einsum.onnx", nodes, [constant("w", np.ones(6))])
    done = tinyvmaf("models", "predict", f"path={path}", "--rows", table, check=False)
    assert done.returncode == 65 and "'Einsum'" in done.stderr


def test_weights_in_other_files_are_refused(tinyvmaf, table, packages, tmp_path):
    model = onnx.load(packages["2x64", "fp32"])
    path = tmp_path / "apart.onnx"
    onnx.save(model, path, save_as_external_data=True, location="apart.data", size_threshold=0)
    done = tinyvmaf("models", "predict", f"path={path}", "--rows", table, check=False)
    assert done.returncode == 65 and "another file" in done.stderr


def test_a_file_that_is_no_runtime_is_explained(tinyvmaf, table, packages):
    environment = {**os.environ, "TINYVMAF_ONNXRUNTIME": "/nowhere/libonnxruntime.so"}
    arguments = ["--rows", table, "--backend", "onnxruntime"]
    model = f"path={packages['2x64', 'fp32']}"
    done = tinyvmaf("models", "predict", model, *arguments, check=False, env=environment)
    assert done.returncode != 0 and "/nowhere/libonnxruntime.so" in done.stderr
