public import TinyNets

/// What a model file computes: a network of this project, or anybody's graph of known operators.
public enum ModelGraph: Sendable {
  /// A network that was exported here; the fast way.
  case network(Network)
  /// Any other graph.
  case graph(ONNXGraph)

  /// Reads a model file.
  ///
  /// - Throws: ``ONNXError``, also for graphs that give no score per row of features.
  public init(onnx bytes: [UInt8]) throws {
    do {
      self = .network(try Network(onnx: bytes))
    } catch ONNXError.notANetwork {
      let graph = try ONNXGraph(decoding: bytes)
      _ = try graph.featureCount
      self = .graph(graph)
    }
  }

  /// The network, or `nil` for a graph of another make.
  public var network: Network? {
    if case .network(let network) = self { network } else { nil }
  }

  /// The free text of the file by key.
  public var metadata: [String: String] {
    switch self {
    case .network(let network): network.metadata
    case .graph(let graph): graph.metadata
    }
  }

  /// The features of a row.
  public var featureCount: Int {
    switch self {
    case .network(let network): network.architecture.inputs
    case .graph(let graph): (try? graph.featureCount) ?? 0
    }
  }

  /// The scores of rows of features, one row after the other.
  ///
  /// - Throws: ``ONNXError`` when a graph does not give a score per row.
  public func predict(rows: [Float]) throws -> [Float] {
    switch self {
    case .network(let network): network.predict(rows)
    case .graph(let graph): try graph.predict(rows: rows)
    }
  }
}
