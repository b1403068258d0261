/// A score for a whole clip from the features of its frames, by attention over time.
///
/// A frame student gives every frame t an embedding e (its last hidden layer) and a score s. With
/// u = (t + 1/2) / T, the frame's relative time, and Chebyshev polynomials c_k(2 u - 1),
///
///     h = silu([(e - mean) * scale, c_1 ... c_P] W + b)          per frame
///     h = h + attention(h) W_o + b_o,  h = h + silu(h W_1 + b_1) W_2 + b_2    each block
///     a_0, a_1 ... a_H = softmax over time of h W_p              pooling weights
///     p = concatenation over heads j of sum_t a_j h[slice j]
///     y = clamp(sum_t a_0 s + scale * (silu(p W_h + b_h) w + b), range)
///
/// with scaled dot-product self-attention (Vaswani et al., 2017). Residual branches, pooling logits
/// and the correction's last layer begin at zero, so an untrained encoder *is* the mean over the
/// frame student's scores, and training that is pulled back to its beginning (``ClipTrainer``)
/// moves away from the mean only as far as clips give reason to. The frame student is frozen: what
/// clips teach about single frames is another question.
///
/// Chebyshev polynomials are cosines of a time that runs fast at both ends of the clip, where
/// primacy and recency are expected, and need only multiplications, so that they are the same
/// everywhere. Relative time makes any evenly spaced subset of frames stand for the clip.
///
/// Frames may come with a mask; frames that it leaves out count for nothing. Equal inputs give
/// equal bits for every instruction set, batch and number of threads.
public struct ClipEncoder: Sendable, Equatable {
  /// The shape.
  public let architecture: ClipArchitecture
  /// What scores and embeds single frames.
  public let frameStudent: Network
  /// All weights and biases, the frame student's aside.
  public internal(set) var parameters: [Float]
  /// What is subtracted from each number of an embedding.
  public internal(set) var embeddingMean: [Float]
  /// What each centred number of an embedding is multiplied by.
  public internal(set) var embeddingScale: [Float]
  /// What the correction is multiplied by: the frame student's output scale.
  public let correctionScale: Float
  /// The range that scores are clamped to: the frame student's.
  public var range: ClosedRange<Float>? { frameStudent.range }
  /// What is recorded beside the numbers.
  public var metadata: [String: String]

  /// The most frames of a clip: attention takes time and memory that grow with their square.
  public static let maximumFrames = 16_384

  /// Creates an encoder from its numbers.
  ///
  /// - Throws: ``ClipError`` if the student has no hidden layer, not one output or another width,
  ///   or a count does not fit, or a number is not finite.
  public init(
    frameStudent: Network, architecture: ClipArchitecture, parameters: [Float],
    embeddingMean: [Float]? = nil, embeddingScale: [Float]? = nil,
    metadata: [String: String] = [:]
  ) throws(ClipError) {
    try Self.check(frameStudent, for: architecture)
    self.architecture = architecture
    self.frameStudent = frameStudent
    self.parameters = parameters
    self.embeddingMean = embeddingMean ?? Array(repeating: 0, count: architecture.embedding)
    self.embeddingScale = embeddingScale ?? Array(repeating: 1, count: architecture.embedding)
    correctionScale = abs(frameStudent.outputScale[0])
    self.metadata = metadata
    let parts: [(String, [Float], Int)] = [
      ("parameters", parameters, architecture.parameterCount),
      ("embedding means", self.embeddingMean, architecture.embedding),
      ("embedding scales", self.embeddingScale, architecture.embedding),
    ]
    for (name, values, expected) in parts {
      guard values.count == expected else {
        throw .wrongCount(what: name, expected: expected, found: values.count)
      }
      guard values.allSatisfy(\.isFinite) else { throw .notFinite(what: name) }
    }
  }

  /// Creates an encoder that is the mean over the frame student's scores, ready for training.
  ///
  /// Weights have mean 0 and variance 1 / inputs, or 2 / inputs before a SiLU inside; the input
  /// layer's biases have variance 1/4; everything that leads to the result begins at 0.
  ///
  /// - Throws: ``ClipError/unsuitableStudent(_:)``.
  public init(
    frameStudent: Network, architecture: ClipArchitecture, seed: UInt64
  ) throws(ClipError) {
    var generator = SeededGenerator(seed: seed, stream: 2)
    var parameters = [Float](repeating: 0, count: architecture.parameterCount)
    func fill(_ layer: ClipArchitecture.Layer, variance: Double, biases: Double = 0) {
      let deviation = (variance / Double(layer.inputs)).squareRoot()
      for index in layer.weights { parameters[index] = Float(deviation * generator.normal()) }
      for index in layer.biases { parameters[index] = Float(biases * generator.normal()) }
    }
    let layers = architecture.layers
    fill(layers.input, variance: 1, biases: 0.5)
    for block in layers.blocks {
      fill(block.projection, variance: 1)
      fill(block.expansion, variance: 2)
    }
    fill(layers.head, variance: 2)
    try self.init(
      frameStudent: frameStudent, architecture: architecture, parameters: parameters)
  }

  private static func check(
    _ student: Network, for architecture: ClipArchitecture
  ) throws(ClipError) {
    guard student.architecture.outputs == 1 else {
      throw .unsuitableStudent("it has \(student.architecture.outputs) outputs instead of one")
    }
    guard let width = student.architecture.hidden.last else {
      throw .unsuitableStudent("it has no hidden layer to take an embedding from")
    }
    guard width == architecture.embedding else {
      throw .unsuitableStudent(
        "its last hidden layer has \(width) numbers, the encoder takes \(architecture.embedding)")
    }
  }

  /// The number of weights and biases, the frame student's included.
  public var parameterCount: Int { parameters.count + frameStudent.parameters.count }
}
