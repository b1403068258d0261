/// A small network as a plain value: its architecture, its numbers, its scales.
///
/// A row of features x gives
///
///     a0 = (x - inputMean) * inputScale
///     a(l + 1) = activation(a(l) W(l) + b(l)),   the last layer without the activation
///     y = clamp(outputOffset + outputScale * a(last), range)
///
/// so that callers pass features as extractors give them and read scores as people do. `range` is
/// the teacher's clip; training sees the unclamped output.
///
/// All numbers are single precision in one contiguous array: each layer's weights (`inputs` rows
/// of `outputs`), then its biases. Equal inputs give equal bits on every instruction set and for
/// every batch size.
///
/// A network has no notion of time: a clip's score is the mean over its frames.
public struct Network: Sendable, Equatable {
  /// The shape.
  public let architecture: Architecture
  /// All weights and biases; see ``Architecture/layers`` for their places.
  public internal(set) var parameters: [Float]
  /// What is subtracted from each feature.
  public internal(set) var inputMean: [Float]
  /// What each centred feature is multiplied by.
  public internal(set) var inputScale: [Float]
  /// What is added to each scaled output.
  public internal(set) var outputOffset: [Float]
  /// What each output of the last layer is multiplied by.
  public internal(set) var outputScale: [Float]
  /// The range that outputs are clamped to, or `nil` for none.
  public var range: ClosedRange<Float>?
  /// What is recorded beside the numbers, such as the teacher and the names of the features.
  public var metadata: [String: String]

  /// Creates a network from its numbers.
  ///
  /// - Throws: ``NetworkError`` if a count does not fit the architecture or a number is not finite.
  public init(
    architecture: Architecture, parameters: [Float],
    inputMean: [Float]? = nil, inputScale: [Float]? = nil,
    outputOffset: [Float]? = nil, outputScale: [Float]? = nil,
    range: ClosedRange<Float>? = nil, metadata: [String: String] = [:]
  ) throws(NetworkError) {
    self.architecture = architecture
    self.parameters = parameters
    self.inputMean = inputMean ?? Array(repeating: 0, count: architecture.inputs)
    self.inputScale = inputScale ?? Array(repeating: 1, count: architecture.inputs)
    self.outputOffset = outputOffset ?? Array(repeating: 0, count: architecture.outputs)
    self.outputScale = outputScale ?? Array(repeating: 1, count: architecture.outputs)
    self.range = range
    self.metadata = metadata
    let parts: [(String, [Float], Int)] = [
      ("parameters", parameters, architecture.parameterCount),
      ("input means", self.inputMean, architecture.inputs),
      ("input scales", self.inputScale, architecture.inputs),
      ("output offsets", self.outputOffset, architecture.outputs),
      ("output scales", self.outputScale, architecture.outputs),
    ]
    for (name, values, expected) in parts {
      guard values.count == expected else {
        throw .wrongCount(what: name, expected: expected, found: values.count)
      }
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(what: name, index: index)
      }
    }
  }

  /// Creates a network with random weights for training.
  ///
  /// Weights have mean 0 and variance 2 / inputs (He et al., 2015); the first layer's have variance
  /// 1 / inputs and biases of variance 1/4, so that its kinks spread over the standardised inputs;
  /// the last layer's are halved. Equal seeds give equal bits.
  public init(architecture: Architecture, seed: UInt64) {
    self.architecture = architecture
    inputMean = Array(repeating: 0, count: architecture.inputs)
    inputScale = Array(repeating: 1, count: architecture.inputs)
    outputOffset = Array(repeating: 0, count: architecture.outputs)
    outputScale = Array(repeating: 1, count: architecture.outputs)
    range = nil
    metadata = [:]
    var generator = SeededGenerator(seed: seed, stream: 0)
    var parameters: [Float] = []
    parameters.reserveCapacity(architecture.parameterCount)
    let layers = architecture.layers
    for (index, layer) in layers.enumerated() {
      let isFirst = index == 0
      let isLast = index == layers.count - 1
      var deviation = ((isFirst ? 1 : 2) / Double(layer.inputs)).squareRoot()
      if isLast { deviation *= 0.5 }
      for _ in layer.weights { parameters.append(Float(deviation * generator.normal())) }
      let bias = isFirst && !isLast ? 0.5 : 0
      for _ in layer.biases { parameters.append(Float(bias * generator.normal())) }
    }
    self.parameters = parameters
  }
}

/// Why numbers do not make a network.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// A list has another length than the architecture needs.
  case wrongCount(what: String, expected: Int, found: Int)
  /// A number is NaN or infinite.
  case notFinite(what: String, index: Int)
  /// A file is no network.
  case malformed(String)

  /// One sentence for a person: what is wrong and where.
  public var description: String {
    switch self {
    case .wrongCount(let what, let expected, let found):
      return "the network needs \(expected) \(what), but there are \(found)"
    case .notFinite(let what, let index):
      return "the network's \(what) hold a number that is not finite at index \(index)"
    case .malformed(let reason):
      return "the file is no network: \(reason)"
    }
  }
}
