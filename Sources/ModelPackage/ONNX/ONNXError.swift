/// Why an ONNX model cannot be written, read or run.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
  /// The file is larger than is read.
  case tooLarge(bytes: Int)
  /// The bytes are no consistent ONNX model.
  case malformed(String)
  /// The model uses an operator that is not computed here.
  case unsupportedOperator(String)
  /// The model uses a feature of the format that is not read here.
  case unsupported(String)
  /// A node cannot be computed from its inputs.
  case node(String, reason: String)
  /// The model would need more memory or time than a small model does.
  case tooCostly(String)
  /// The model needs more than the features of a frame.
  case secondInput(String)
  /// The model does not give a score per row of features.
  case notAScorer(String)
  /// What was passed to the model does not fit it.
  case invalidInput(String)
  /// The model is none that was exported here.
  case notANetwork(String)

  /// One sentence for a person: what is wrong and what can be done.
  public var description: String {
    switch self {
    case .tooLarge(let bytes):
      return "the ONNX model has \(bytes) bytes: at most \(ONNXLimits.fileSize) are read"
    case .malformed(let reason):
      return "the file is no valid ONNX model: \(reason)"
    case .unsupportedOperator(let name):
      return
        "the ONNX model uses the operator '\(name)', which is not supported: run it with ONNX "
        + "Runtime instead"
    case .unsupported(let what):
      return "the ONNX model cannot be read: \(what)"
    case .node(let node, let reason):
      return "the ONNX model's node \(node) cannot be computed: \(reason)"
    case .tooCostly(let what):
      return "the ONNX model is too large to run here: \(what)"
    case .secondInput(let name):
      return
        "the ONNX model has a second input '\(name)': only models of one table of features score"
    case .notAScorer(let reason):
      return "the ONNX model gives no score per row of features: \(reason)"
    case .invalidInput(let reason):
      return "the ONNX model cannot take these inputs: \(reason)"
    case .notANetwork(let reason):
      return "the ONNX model is no network exported by tinyvmaf: \(reason)"
    }
  }
}

/// What is read and computed at most, so that a hostile file fails instead of filling the memory.
///
/// The figures leave room for networks of eight million parameters, forty times the largest
/// shipped one.
enum ONNXLimits {
  /// Bytes of a file.
  static let fileSize = 40 << 20
  /// Fields of the file, which bounds the number of nodes, tensors and names.
  static let fields = 1 << 18
  /// Numbers in all constants of a model together, and in all values of one run together.
  static let elements = 1 << 23
  /// Multiplications for one row.
  static let workPerRow = 1 << 26
  /// Multiplications of what depends on constants alone, done while loading.
  static let constantWork = 1 << 28
  /// Dimensions of a tensor.
  static let rank = 8
}

/// What is left of memory and time during a run.
struct ONNXBudget {
  private(set) var elements: Int
  private(set) var work: Int

  /// Takes room for a value, before it is allocated.
  mutating func allocate(_ count: Int) throws(ONNXMisfit) {
    guard count <= elements else { throw ONNXMisfit("it would need too much memory") }
    elements -= count
  }

  /// Takes the time of `a b c` multiplications, before they are done.
  mutating func multiply(_ a: Int, _ b: Int, _ c: Int = 1) throws(ONNXMisfit) {
    let (ab, overflow) = a.multipliedReportingOverflow(by: b)
    let (abc, second) = ab.multipliedReportingOverflow(by: c)
    guard !overflow, !second, abc <= work else {
      throw ONNXMisfit("it would need too many multiplications")
    }
    work -= abc
  }
}

/// Why an operator and its inputs do not fit; the graph adds which node it was.
struct ONNXMisfit: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
