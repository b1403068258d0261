/// Why ONNX Runtime cannot be used or does not run a model.
public enum ONNXRuntimeError: Error, Equatable, CustomStringConvertible {
  /// Nobody said where the library is.
  case noLibrary
  /// The system cannot open the file as a library.
  case cannotOpen(path: String, reason: String)
  /// The library is another one.
  case notONNXRuntime(path: String)
  /// The library is of a version that cannot run these models.
  case unsupportedVersion(String)
  /// ONNX Runtime itself reports a failure.
  case failed(String)
  /// What was passed or came back is of a kind that is not handled here.
  case unexpected(String)

  /// One sentence for a person: what is wrong and what can be done.
  public var description: String {
    switch self {
    case .noLibrary:
      return
        "ONNX Runtime is not known: set \(ONNXRuntimeLibrary.environmentVariable) to the path of "
        + "libonnxruntime"
    case .cannotOpen(let path, let reason):
      return "'\(path)' cannot be opened as ONNX Runtime: \(reason)"
    case .notONNXRuntime(let path):
      return "'\(path)' is a library, but not ONNX Runtime"
    case .unsupportedVersion(let version):
      return
        "ONNX Runtime \(version) cannot run these models: version "
        + "\(ONNXRuntimeLibrary.oldestVersion.map(String.init).joined(separator: ".")) or newer 1.x "
        + "is needed"
    case .failed(let message):
      return "ONNX Runtime failed: \(message)"
    case .unexpected(let what):
      return "ONNX Runtime cannot be used for this: \(what)"
    }
  }
}
