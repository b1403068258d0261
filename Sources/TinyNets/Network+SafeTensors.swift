import DurableFiles

extension Network {
  /// The largest network file that is read, in bytes.
  static let maximumFileSize = 512 << 20

  /// The network as safetensors.
  ///
  /// Layer l is `layers.l.weight`, `outputs` rows of `inputs` as is usual elsewhere, and
  /// `layers.l.bias`; `input.mean`, `input.scale`, `output.offset`, `output.scale` and, if there is
  /// a range, `output.range` stand beside them.
  public func safeTensors() -> SafeTensors {
    var tensors: [String: SafeTensors.Tensor] = [
      "input.mean": .init(inputMean), "input.scale": .init(inputScale),
      "output.offset": .init(outputOffset), "output.scale": .init(outputScale),
    ]
    if let range { tensors["output.range"] = .init([range.lowerBound, range.upperBound]) }
    for (index, layer) in architecture.layers.enumerated() {
      var weights = [Float](repeating: 0, count: layer.weights.count)
      for input in 0..<layer.inputs {
        for output in 0..<layer.outputs {
          weights[output * layer.inputs + input] =
            parameters[layer.offset + input * layer.outputs + output]
        }
      }
      tensors["layers.\(index).weight"] = .init(weights, shape: [layer.outputs, layer.inputs])
      tensors["layers.\(index).bias"] = .init(Array(parameters[layer.biases]))
    }
    var metadata = metadata
    metadata["architecture"] = architecture.widths.map(String.init).joined(separator: "-")
    metadata["activation"] = architecture.activation.rawValue
    metadata["format"] = "tinyvmaf-network-1"
    return SafeTensors(tensors: tensors, metadata: metadata)
  }

  /// Reads a network from safetensors; tensors of other names are ignored.
  ///
  /// - Throws: ``NetworkError`` or ``ArchitectureError`` that says what does not fit.
  public init(_ file: SafeTensors) throws {
    guard file.metadata["format"] == "tinyvmaf-network-1" else {
      throw NetworkError.malformed("its metadata lacks the format 'tinyvmaf-network-1'")
    }
    let name = file.metadata["activation"] ?? ""
    guard let text = file.metadata["architecture"], let activation = Activation(rawValue: name)
    else { throw NetworkError.malformed("its metadata lacks an architecture or an activation") }
    let architecture = try Architecture(text, activation: activation)
    func values(_ name: String, shape: [Int]) throws -> [Float] {
      guard let tensor = file.tensors[name] else {
        throw NetworkError.malformed("the tensor '\(name)' is missing")
      }
      guard tensor.shape == shape else {
        throw NetworkError.malformed(
          "the tensor '\(name)' has shape \(tensor.shape) instead of \(shape)")
      }
      return tensor.values
    }
    var parameters = [Float](repeating: 0, count: architecture.parameterCount)
    for (index, layer) in architecture.layers.enumerated() {
      let weights = try values(
        "layers.\(index).weight", shape: [layer.outputs, layer.inputs])
      for output in 0..<layer.outputs {
        for input in 0..<layer.inputs {
          parameters[layer.offset + input * layer.outputs + output] =
            weights[output * layer.inputs + input]
        }
      }
      let biases = try values("layers.\(index).bias", shape: [layer.outputs])
      parameters.replaceSubrange(layer.biases, with: biases)
    }
    var range: ClosedRange<Float>?
    if file.tensors["output.range"] != nil {
      let bounds = try values("output.range", shape: [2])
      guard bounds[0] <= bounds[1] else {
        throw NetworkError.malformed("its output range is empty")
      }
      range = bounds[0]...bounds[1]
    }
    let own: Set = ["architecture", "activation", "format"]
    try self.init(
      architecture: architecture, parameters: parameters,
      inputMean: values("input.mean", shape: [architecture.inputs]),
      inputScale: values("input.scale", shape: [architecture.inputs]),
      outputOffset: values("output.offset", shape: [architecture.outputs]),
      outputScale: values("output.scale", shape: [architecture.outputs]),
      range: range, metadata: file.metadata.filter { !own.contains($0.key) })
  }

  /// Writes the network to a file, which is whole or not there.
  public func write(to path: String) throws {
    try AtomicFile.write(safeTensors().encoded(), to: path)
  }

  /// Reads a network from a file.
  ///
  /// - Throws: ``FileError``, ``SafeTensorsError``, ``NetworkError`` or ``ArchitectureError``.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: Self.maximumFileSize)
    try self.init(SafeTensors(decoding: bytes))
  }
}
