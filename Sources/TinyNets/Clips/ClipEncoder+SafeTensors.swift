import DurableFiles

extension ClipEncoder {
  private static let format = "tinyvmaf-clip-encoder-1"
  private static let studentPrefix = "frame."
  private static let architectureKey = "clip.architecture"
  private static let formatKey = "clip.format"
  private static let notePrefix = "clip.note."

  /// The encoder as safetensors: its layers, and the frame student under `frame.`.
  ///
  /// Layer `x` is `x.weight`, `outputs` rows of `inputs`, and `x.bias`.
  public func safeTensors() -> SafeTensors {
    let student = frameStudent.safeTensors()
    var file = SafeTensors(metadata: student.metadata)
    for (name, tensor) in student.tensors { file.tensors[Self.studentPrefix + name] = tensor }
    file.tensors["embedding.mean"] = .init(embeddingMean)
    file.tensors["embedding.scale"] = .init(embeddingScale)
    for layer in architecture.layers.all {
      file.tensors["\(layer.name).weight"] = .init(
        weights(of: layer), shape: [layer.outputs, layer.inputs])
      if layer.hasBias {
        file.tensors["\(layer.name).bias"] = .init(Array(parameters[layer.biases]))
      }
    }
    file.metadata[Self.formatKey] = Self.format
    file.metadata[Self.architectureKey] = architecture.description
    for (name, text) in metadata { file.metadata[Self.notePrefix + name] = text }
    return file
  }

  /// A layer's weights as `outputs` rows of `inputs`.
  private func weights(of layer: ClipArchitecture.Layer) -> [Float] {
    var weights = [Float](repeating: 0, count: layer.weights.count)
    for input in 0..<layer.inputs {
      for output in 0..<layer.outputs {
        weights[output * layer.inputs + input] =
          parameters[layer.offset + input * layer.outputs + output]
      }
    }
    return weights
  }

  /// Reads an encoder from safetensors; tensors of other names are ignored.
  ///
  /// - Throws: ``NetworkError``, ``ClipError`` or ``ArchitectureError`` that says what does not fit.
  public init(_ file: SafeTensors) throws {
    guard file.metadata[Self.formatKey] == Self.format,
      let text = file.metadata[Self.architectureKey]
    else { throw NetworkError.malformed("it is no clip encoder of the form '\(Self.format)'") }
    let architecture = try ClipArchitecture(text)
    var student = SafeTensors()
    var notes: [String: String] = [:]
    for (name, tensor) in file.tensors where name.hasPrefix(Self.studentPrefix) {
      student.tensors[String(name.dropFirst(Self.studentPrefix.count))] = tensor
    }
    for (name, text) in file.metadata {
      if name.hasPrefix(Self.notePrefix) {
        notes[String(name.dropFirst(Self.notePrefix.count))] = text
      } else if name != Self.formatKey, name != Self.architectureKey {
        student.metadata[name] = text
      }
    }
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
    for layer in architecture.layers.all {
      let weights = try values("\(layer.name).weight", shape: [layer.outputs, layer.inputs])
      for output in 0..<layer.outputs {
        for input in 0..<layer.inputs {
          parameters[layer.offset + input * layer.outputs + output] =
            weights[output * layer.inputs + input]
        }
      }
      if layer.hasBias {
        let biases = try values("\(layer.name).bias", shape: [layer.outputs])
        parameters.replaceSubrange(layer.biases, with: biases)
      }
    }
    try self.init(
      frameStudent: Network(student), architecture: architecture, parameters: parameters,
      embeddingMean: values("embedding.mean", shape: [architecture.embedding]),
      embeddingScale: values("embedding.scale", shape: [architecture.embedding]),
      metadata: notes)
  }

  /// Writes the encoder to a file, which is whole or not there.
  public func write(to path: String) throws {
    try AtomicFile.write(safeTensors().encoded(), to: path)
  }

  /// Reads an encoder from a file.
  ///
  /// - Throws: ``FileError``, ``SafeTensorsError``, ``NetworkError``, ``ClipError`` or
  ///   ``ArchitectureError``.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: Network.maximumFileSize)
    try self.init(SafeTensors(decoding: bytes))
  }
}
