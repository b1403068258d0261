public import TinyNets

extension ClipEncoder {
  /// The encoder, its frame student included, as a model in the ONNX format, in one file.
  ///
  /// Inputs are `features` `[N, T, inputs]` of single precision, as extractors give them, and
  /// `mask` `[N, T]` of truth values, false for padding, whose features may be anything; the output
  /// is `vmaf` `[N]`. A clip whose mask is false throughout has no score, so its result means
  /// nothing. Equal encoders give equal bytes, and ``init(onnx:)`` gives the encoder back.
  ///
  /// - Parameter metadata: Free text by key to travel in the file beside the encoder's own; on equal
  ///   keys it wins, but not over the keys that describe the shape.
  /// - Throws: ``ONNXError`` if the encoder is larger than is read back.
  public func onnx(metadata: [String: String] = [:]) throws -> [UInt8] {
    var writer = ClipGraphWriter(self)
    return try writer.graph().encoded(metadata: writer.properties(metadata))
  }

  /// Reads an encoder from a file that ``onnx(metadata:)`` wrote.
  ///
  /// Exporting the encoder again gives the same bytes; a file that was changed is refused.
  ///
  /// - Throws: ``ONNXError/notANetwork(_:)`` for other models, or what is wrong with the file.
  public init(onnx bytes: [UInt8]) throws {
    let model = try WireModel(decoding: bytes)
    let properties = try model.propertyTable
    guard properties["format"] == ClipGraphWriter.format else {
      throw ONNXError.notANetwork("its metadata lacks the format '\(ClipGraphWriter.format)'")
    }
    self = try ClipGraphReader(model, properties).encoder()
    var writer = ClipGraphWriter(self)
    let again = try writer.graph().model(metadata: writer.properties([:])).encoded()
    guard again == bytes else {
      throw ONNXError.notANetwork("its graph differs from the one that is written for its numbers")
    }
  }
}

/// Reads the numbers of an encoder from the constants of an exported graph.
private struct ClipGraphReader {
  let properties: [String: String]
  private var tensors: [String: ONNXTensor] = [:]

  init(_ model: WireModel, _ properties: [String: String]) throws {
    self.properties = properties
    var room = ONNXLimits.elements
    for wire in model.graph.initializers {
      tensors[wire.name] = try ONNXTensor(wire, room: &room)
    }
  }

  func encoder() throws -> ClipEncoder {
    guard let text = properties["clip_architecture"] else {
      throw ONNXError.notANetwork("its metadata lacks 'clip_architecture'")
    }
    let architecture = try ClipArchitecture(text)
    var parameters: [Float] = []
    for layer in architecture.layers.all {
      let parts = ClipGraphWriter.parts(of: layer, in: architecture)
      let columns = try parts.map { part in
        try numbers("\(part.name).weight", shape: [layer.inputs, part.columns.count])
      }
      for input in 0..<layer.inputs {
        for (part, values) in zip(parts, columns) {
          let width = part.columns.count
          parameters += values[input * width..<(input + 1) * width]
        }
      }
      guard layer.hasBias else { continue }
      for part in parts {
        parameters += try numbers("\(part.name).bias", shape: [part.columns.count])
      }
    }
    let prefix = ClipGraphWriter.studentPrefix
    let notes = properties.filter { !ClipGraphWriter.ownKeys.contains($0.key) }
    let (ofStudent, own) = (
      notes.filter { $0.key.hasPrefix(prefix) }, notes.filter { !$0.key.hasPrefix(prefix) }
    )
    return try ClipEncoder(
      frameStudent: student(
        metadata: Dictionary(
          uniqueKeysWithValues: ofStudent.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
        )),
      architecture: architecture, parameters: parameters,
      embeddingMean: numbers("embedding.mean", shape: [architecture.embedding]),
      embeddingScale: numbers("embedding.scale", shape: [architecture.embedding]), metadata: own)
  }

  private func student(metadata: [String: String]) throws -> Network {
    guard let text = properties["architecture"],
      let activation = properties["activation"].flatMap(Activation.init(rawValue:))
    else { throw ONNXError.notANetwork("its metadata lacks an architecture or an activation") }
    let architecture = try Architecture(text, activation: activation)
    var parameters: [Float] = []
    for (index, layer) in architecture.layers.enumerated() {
      let name = ClipGraphWriter.frameLayerName(index)
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
      outputOffset: numbers("output.offset", shape: [1]),
      outputScale: numbers("output.scale", shape: [1]), range: range, metadata: metadata)
  }

  private func numbers(_ name: String, shape: [Int]) throws -> [Float] {
    guard let tensor = tensors[name], tensor.elementType == .float32, tensor.shape == shape,
      let values = tensor.reals
    else { throw ONNXError.notANetwork("its constant '\(name)' of shape \(shape) is missing") }
    return values
  }
}
