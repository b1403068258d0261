public import TinyNets

extension Network {
  /// The network as a model in the ONNX format, in one file.
  ///
  /// The input `features` takes `[N, inputs]` numbers of single precision, as extractors give them;
  /// the output `vmaf` is `[N]` scores (`[N, outputs]` for a network of several). Standardisation,
  /// scales and the clamp to ``TinyNets/Network/range`` are nodes of the graph. Equal networks give
  /// equal bytes, and ``init(onnx:)`` gives the network back.
  ///
  /// - Parameter metadata: Free text by key to travel in the file beside the network's own, such as
  ///   `tool_version`; on equal keys it wins. The keys `format`, `architecture`, `activation`,
  ///   `parameters` and `precision` are written from the network.
  /// - Throws: ``ONNXError`` if the network is larger than is read back.
  public func onnx(metadata: [String: String] = [:]) throws -> [UInt8] {
    var writer = NetworkGraphWriter(self, precision: .float32)
    return try writer.graph().encoded(metadata: writer.properties(metadata))
  }

  /// Reads a network from a file that ``onnx(metadata:)`` wrote.
  ///
  /// Exporting the network again gives the same bytes; a file that was changed is refused. Models
  /// of other makers, and quantised ones, are run by ``ONNXGraph``.
  ///
  /// - Throws: ``ONNXError/notANetwork(_:)`` for other models, or what is wrong with the file.
  public init(onnx bytes: [UInt8]) throws {
    let model = try WireModel(decoding: bytes)
    let properties = try model.propertyTable
    guard properties["format"] == NetworkGraphWriter.format else {
      throw ONNXError.notANetwork("its metadata lacks the format '\(NetworkGraphWriter.format)'")
    }
    guard properties["precision"] == "float32" else {
      throw ONNXError.notANetwork(
        "its parameters are quantised (\(properties["precision"] ?? "unknown precision"))")
    }
    self = try NetworkGraphReader(model, properties).network()
    var writer = NetworkGraphWriter(self, precision: .float32)
    let again = try writer.graph().model(metadata: writer.properties([:])).encoded()
    guard again == bytes else {
      throw ONNXError.notANetwork("its graph differs from the one that is written for its numbers")
    }
  }
}

/// Reads the numbers of a network from the constants of an exported graph.
private struct NetworkGraphReader {
  let properties: [String: String]
  private var tensors: [String: ONNXTensor] = [:]

  init(_ model: WireModel, _ properties: [String: String]) throws {
    self.properties = properties
    var room = ONNXLimits.elements
    for wire in model.graph.initializers {
      tensors[wire.name] = try ONNXTensor(wire, room: &room)
    }
  }

  func network() throws -> Network {
    guard let text = properties["architecture"],
      let activation = properties["activation"].flatMap(Activation.init(rawValue:))
    else { throw ONNXError.notANetwork("its metadata lacks an architecture or an activation") }
    let architecture = try Architecture(text, activation: activation)
    var parameters: [Float] = []
    for (index, layer) in architecture.layers.enumerated() {
      let name = NetworkGraphWriter.layerName(index)
      parameters += try numbers("\(name).weight", shape: [layer.inputs, layer.outputs])
      parameters += try numbers("\(name).bias", shape: [layer.outputs])
    }
    var range: ClosedRange<Float>?
    if tensors["output.minimum"] != nil {
      let lower = try numbers("output.minimum", shape: [])[0]
      let upper = try numbers("output.maximum", shape: [])[0]
      guard lower <= upper else { throw ONNXError.notANetwork("its range is empty") }
      range = lower...upper
    }
    return try Network(
      architecture: architecture, parameters: parameters,
      inputMean: numbers("input.mean", shape: [architecture.inputs]),
      inputScale: numbers("input.scale", shape: [architecture.inputs]),
      outputOffset: numbers("output.offset", shape: [architecture.outputs]),
      outputScale: numbers("output.scale", shape: [architecture.outputs]),
      range: range,
      metadata: properties.filter { !NetworkGraphWriter.ownKeys.contains($0.key) })
  }

  private func numbers(_ name: String, shape: [Int]) throws -> [Float] {
    guard let tensor = tensors[name], tensor.elementType == .float32, tensor.shape == shape,
      let values = tensor.reals
    else { throw ONNXError.notANetwork("its constant '\(name)' of shape \(shape) is missing") }
    return values
  }
}
