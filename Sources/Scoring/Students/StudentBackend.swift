import ModelPackage

/// Which runtime computes students.
public enum StudentBackend: String, Sendable, Hashable, CaseIterable {
  /// This package's own code: the default, and the faster one.
  case native
  /// ONNX Runtime, opened at run time from `TINYVMAF_ONNXRUNTIME`, to check the other one.
  case onnxruntime

  /// What computes a model's rows.
  ///
  /// - Throws: `ONNXRuntimeError` when the library cannot be opened or does not take the model.
  func regression(of model: PackagedModel) throws -> any RowRegression {
    switch self {
    case .native: return model.graph
    case .onnxruntime:
      let session = try ONNXRuntimeSession(model: model.bytes, library: ONNXRuntimeLibrary())
      return SessionRegression(session: session, features: model.graph.featureCount)
    }
  }
}

/// A model in ONNX Runtime.
private struct SessionRegression: RowRegression {
  let session: ONNXRuntimeSession
  let features: Int

  func scores(ofRows rows: [Float]) throws -> [Float] {
    try session.predict(rows: rows, features: features)
  }
}
