import FeatureStore
import Foundation
import ModelPackage
import TinyNets
import VMAFModel
import VideoIO

/// The readers of untrusted files.
///
/// Each must give a value or an error for any bytes.
enum Reader: String, CaseIterable {
  /// Models of other programs, and our own exports.
  case onnx
  /// Tables of features.
  case parquet
  /// Weights of networks.
  case safetensors
  /// What lies beside models.
  case sidecar
  /// Models of libvmaf.
  case vmafmodel
  /// Video, its header and frames.
  case y4m

  /// Reads bytes and uses what was read.
  func read(_ bytes: [UInt8]) {
    switch self {
    case .onnx:
      if let graph = try? ONNXGraph(decoding: bytes), let features = try? graph.featureCount {
        _ = try? graph.predict(rows: [Float](repeating: 0.5, count: 2 * features))
      }
      if let network = try? Network(onnx: bytes) {
        // What is read as ours is written as it was.
        precondition((try? network.onnx()) == bytes)
      }
    case .parquet:
      let limits = ParquetReader.Limits(cells: 1 << 20, footerBytes: 1 << 20)
      _ = try? ParquetReader(bytes: bytes, limits: limits).read()
    case .safetensors:
      guard let file = try? SafeTensors(decoding: bytes) else { return }
      if let network = try? Network(file) { _ = network.predict([]) }
      if let again = try? file.encoded() {
        precondition((try? SafeTensors(decoding: again)) == file)
      }
    case .sidecar:
      guard let sidecar = try? Sidecar(json: bytes, source: "fuzz") else { return }
      _ = sidecar.modelCard()
      // What is read is written, and read again, as the same.
      if let json = try? sidecar.json() {
        precondition((try? Sidecar(json: json, source: "fuzz")) == sidecar)
      }
    case .vmafmodel:
      _ = try? QualityModel(bytes: bytes, specification: ModelSpecification("path=fuzz"))
    case .y4m:
      Self.withFile(bytes) { path in
        guard let reader = try? Y4MReader(path: path) else { return }
        let format = reader.format
        guard format.width * format.height <= 1 << 16 else { return }
        let frame = Frame(format: format)
        while (try? reader.read(into: frame, planes: .all)) == true {}
      }
    }
  }

  /// Small valid files.
  func seeds() throws -> [[UInt8]] {
    switch self {
    case .onnx:
      let networks = try [Activation.relu, .silu, .gelu].map { activation in
        Network(architecture: try Architecture("6-3-1", activation: activation), seed: 1)
      }
      let rows = (0..<48).map { Float($0) / 48 }
      let quantised = try QuantisedPrecision.allCases.map {
        try networks[1].quantised(to: $0, rows: rows, budget: 100).bytes
      }
      return try networks.map { try $0.onnx() } + quantised + [Self.everyOperator()]
    case .sidecar:
      return try ModelRegistry.builtInIdentifiers.map { id in
        try ModelRegistry(folders: [], userFolder: nil).entry(id).sidecar.get().json()
      }
    case .parquet:
      let table = try ParquetTable(columns: [
        ParquetColumn("name", .string(StringColumn(["a", "b", "c"]))), ParquetColumn("n", .int32([1, 2, 3])),
        ParquetColumn("x", .double([0, 1, .nan])),
      ])
      return [try table.parquetBytes()]
    case .safetensors:
      return [try Network(architecture: try Architecture("2x3"), seed: 1).safeTensors().encoded()]
    case .vmafmodel:
      return [Array(Self.smallModel.utf8)]
    case .y4m:
      let layouts = ["", " C420jpeg", " C422p10", " C444", " Cmono", " C444alpha"]
      return layouts.map {
        Array("YUV4MPEG2 W2 H2 F25:1 Ip A1:1\($0)\nFRAME\n".utf8)
          + [UInt8](repeating: 16, count: 24)
      }
    }
  }

  /// A graph with many kinds of nodes.
  private static func everyOperator() throws -> [UInt8] {
    var graph = ONNXGraphBuilder(name: "all")
    let x = graph.input(ONNXPort("x", shape: ["N", 2]))
    let row = graph.constant("row", try ONNXTensor([1, 2], shape: [1, 2]))
    var value = graph.apply("LayerNormalization", x, row)
    for name in ["Erf", "Tanh", "Softmax", "Exp", "Sqrt", "Softplus", "Neg", "Identity"] {
      value = graph.apply(name, value)
    }
    value = graph.apply("Concat", value, x, attributes: ["axis": .integer(-1)])
    value = graph.apply("Unsqueeze", value, graph.constant("one", integers: [1]))
    value = graph.apply("Transpose", value, attributes: ["perm": .integers([0, 2, 1])])
    value = graph.apply("Reshape", value, graph.constant("shape", integers: [0, -1]))
    let mask = graph.apply("Cast", value, attributes: ["to": .integer(9)])
    value = graph.apply("Where", mask, value, graph.constant("z", try ONNXTensor([0], shape: [1])))
    let column = graph.constant("column", try ONNXTensor([1, 2, 3, 4], shape: [4, 1]))
    value = graph.apply("MatMul", value, column)
    value = graph.apply("ReduceSum", value, graph.constant("axes", integers: [1]))
    graph.output(value, shape: ["N", 1])
    return try graph.encoded(metadata: ["a": "b"])
  }

  private static func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
    let path = "\(NSTemporaryDirectory())/fuzz-\(getpid()).y4m"
    guard (try? Data(bytes).write(to: URL(fileURLWithPath: path))) != nil else { return }
    body(path)
    unlink(path)
  }
}

extension Reader {
  /// A model in libvmaf's format, of two support vectors.
  fileprivate static let smallModel = """
    {"param_dict": {"C": 4.0, "norm_type": "clip_0to1", "score_clip": [0.0, 100.0], "nu": 0.9,
      "gamma": 0.04, "score_transform": {"p0": 1.7, "p1": 1.7, "p2": -0.007, "out_gte_in": "true"}},
    "model_dict": {"model": "svm_type nu_svr\\nkernel_type rbf\\ngamma 0.04\\nnr_class 2\\n\
    total_sv 2\\nrho -1.3\\nSV\\n-4 1:0.6 2:0.3 \\n4 1:0.8 2:0.4 \\n",
      "score_transform": {"p0": 1.7, "p1": 1.7, "p2": -0.007, "out_gte_in": "true"},
      "norm_type": "linear_rescale", "score_clip": [0.0, 100.0],
      "feature_names": ["VMAF_integer_feature_adm2_score", "VMAF_integer_feature_motion2_score"],
      "intercepts": [-0.3, -1.7, -0.003], "slopes": [0.012, 2.8, 0.06],
      "model_type": "LIBSVMNUSVR",
      "feature_dict": {"VMAF_integer_feature": ["adm2", "motion2"]}}}
    """
}
