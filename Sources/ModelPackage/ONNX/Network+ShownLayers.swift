public import TinyNets

extension Network {
  /// The network as an ONNX model that gives every hidden layer beside the score: to compare
  /// runtimes layer by layer.
  ///
  /// - Returns: A file whose outputs are `vmaf`, then each hidden layer after its activation.
  /// - Throws: ``ONNXError`` if the network is larger than is read back.
  public func onnxShowingLayers() throws -> [UInt8] {
    var writer = NetworkGraphWriter(self, precision: .float32)
    let hidden = architecture.hidden.indices.map { "\(NetworkGraphWriter.layerName($0)).output" }
    return try writer.graph(watching: hidden).encoded(metadata: writer.properties([:]))
  }
}
