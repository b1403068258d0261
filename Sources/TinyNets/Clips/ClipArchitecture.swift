/// The shape of a clip encoder: how frames become one score.
///
/// ```swift
/// try ClipArchitecture.full(embedding: 64).parameterCount  // 290561
/// ```
public struct ClipArchitecture: Sendable, Hashable {
  /// The numbers that the frame student gives per frame: the width of its last hidden layer.
  public let embedding: Int
  /// The number of polynomials of relative time; 0 for an encoder that does not know the order.
  public let positions: Int
  /// The width of a frame inside the encoder.
  public let width: Int
  /// The attention heads of each block, and of the pooling; they divide the width.
  public let heads: Int
  /// The self-attention blocks; with 0 only the pooling attends.
  public let blocks: Int
  /// The width of the hidden layer of each block's perceptron.
  public let feedForward: Int

  /// The largest value of any of the widths.
  public static let maximumWidth = 1_024
  /// The most blocks.
  public static let maximumBlocks = 16

  /// Creates a shape.
  ///
  /// - Throws: ``ClipError/invalidArchitecture(_:)`` that says what cannot be.
  public init(
    embedding: Int, positions: Int, width: Int, heads: Int, blocks: Int, feedForward: Int
  ) throws(ClipError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(ClipError) {
      guard range.contains(value) else {
        throw .invalidArchitecture(
          "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value)")
      }
    }
    try check("the embedding", embedding, 1...Self.maximumWidth)
    try check("the number of time polynomials", positions, 0...64)
    try check("the width", width, 1...Self.maximumWidth)
    try check("the number of heads", heads, 1...64)
    try check("the number of blocks", blocks, 0...Self.maximumBlocks)
    try check("the perceptrons' width", feedForward, 1...4 * Self.maximumWidth)
    guard width % heads == 0 else {
      throw .invalidArchitecture("\(heads) heads do not divide a width of \(width)")
    }
    self.embedding = embedding
    self.positions = positions
    self.width = width
    self.heads = heads
    self.blocks = blocks
    self.feedForward = feedForward
  }

  /// About 290,000 parameters on top of the frame student: two blocks of width 128, four heads.
  public static func full(embedding: Int) throws(ClipError) -> ClipArchitecture {
    try ClipArchitecture(
      embedding: embedding, positions: 8, width: 128, heads: 4, blocks: 2, feedForward: 256)
  }

  /// About 3,000 parameters on top of the frame student: one block of width 16, two heads.
  public static func small(embedding: Int) throws(ClipError) -> ClipArchitecture {
    try ClipArchitecture(
      embedding: embedding, positions: 4, width: 16, heads: 2, blocks: 1, feedForward: 32)
  }

  /// The width of one head.
  public var headWidth: Int { width / heads }
  /// The numbers per frame that enter the encoder: the embedding and the time polynomials.
  var inputs: Int { embedding + positions }
  /// The pooling's logits per frame: one for scores, one for each head.
  var poolings: Int { 1 + heads }
}

extension ClipArchitecture {
  /// A dense layer and where its numbers stand among the parameters: `inputs` rows of `outputs`
  /// weights, then the biases if there are any.
  public struct Layer: Sendable, Hashable {
    /// The name in files.
    public let name: String
    /// The number of inputs.
    public let inputs: Int
    /// The number of outputs.
    public let outputs: Int
    /// Whether biases follow the weights.
    public let hasBias: Bool
    /// The index of the first weight.
    public let offset: Int

    /// The weights, outputs contiguous.
    public var weights: Range<Int> { offset..<offset + inputs * outputs }
    /// The biases, one per output if there are any.
    public var biases: Range<Int> {
      weights.upperBound..<weights.upperBound + (hasBias ? outputs : 0)
    }
  }

  /// The layers of one self-attention block.
  public struct Block: Sendable, Hashable {
    /// To queries, keys and values side by side.
    public let projection: Layer
    /// From the heads' weighted values.
    public let output: Layer
    /// Into the perceptron's hidden layer.
    public let expansion: Layer
    /// Out of the perceptron's hidden layer.
    public let contraction: Layer

    var layers: [Layer] { [projection, output, expansion, contraction] }
  }

  /// All layers, in the order of their numbers.
  public struct Layers: Sendable, Hashable {
    /// From embedding and time to the encoder's width.
    public let input: Layer
    /// The self-attention blocks.
    public let blocks: [Block]
    /// To the pooling logits, that of the scores first; without biases.
    public let pooling: Layer
    /// From the pooled frames.
    public let head: Layer
    /// To the correction of the pooled score.
    public let correction: Layer

    /// All of them.
    public var all: [Layer] { [input] + blocks.flatMap(\.layers) + [pooling, head, correction] }
  }

  /// The layers and their places.
  public var layers: Layers {
    var offset = 0
    func layer(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true) -> Layer {
      let layer = Layer(
        name: name, inputs: inputs, outputs: outputs, hasBias: bias, offset: offset)
      offset = layer.biases.upperBound
      return layer
    }
    let input = layer("input", inputs, width)
    let blocks = (0..<blocks).map { index in
      Block(
        projection: layer("blocks.\(index).projection", width, 3 * width),
        output: layer("blocks.\(index).output", width, width),
        expansion: layer("blocks.\(index).expansion", width, feedForward),
        contraction: layer("blocks.\(index).contraction", feedForward, width))
    }
    // A bias would move all logits of a clip alike, which the softmax takes out again.
    let pooling = layer("pooling", width, poolings, bias: false)
    return Layers(
      input: input, blocks: blocks, pooling: pooling, head: layer("head", width, width),
      correction: layer("correction", width, 1))
  }

  /// The number of weights and biases, the frame student's not counted.
  public var parameterCount: Int { layers.correction.biases.upperBound }
}

extension ClipArchitecture: CustomStringConvertible {
  /// The six numbers, from the embedding to the perceptrons' width: `64-8-128-4-2-256`.
  public var description: String {
    [embedding, positions, width, heads, blocks, feedForward].map(String.init)
      .joined(separator: "-")
  }

  /// Reads ``description`` back.
  ///
  /// - Throws: ``ClipError/invalidArchitecture(_:)``.
  public init(_ text: String) throws(ClipError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.count == 6, numbers.count == 6 else {
      throw .invalidArchitecture(
        "'\(text)' is none: write six numbers such as 64-8-128-4-2-256 (embedding, time "
          + "polynomials, width, heads, blocks, perceptrons' width)")
    }
    try self.init(
      embedding: numbers[0], positions: numbers[1], width: numbers[2], heads: numbers[3],
      blocks: numbers[4], feedForward: numbers[5])
  }
}

/// Why frames cannot be encoded.
public enum ClipError: Error, Equatable, CustomStringConvertible {
  /// The shape cannot be.
  case invalidArchitecture(String)
  /// The frame student does not fit.
  case unsuitableStudent(String)
  /// Counts of features, masks or parameters do not fit.
  case wrongCount(what: String, expected: Int, found: Int)
  /// A clip has no frame, or none that its mask keeps.
  case emptyClip(Int)
  /// A clip has more frames than are attended to at a time.
  case tooManyFrames(Int, limit: Int)
  /// A number of the encoder is NaN or infinite.
  case notFinite(what: String)
  /// There is nothing to learn from.
  case noClips(String)
  /// An option has an impossible value.
  case invalidOption(String)
  /// The loss is no longer a number.
  case diverged(step: Int)

  /// One sentence for a person: what is wrong and what to do.
  public var description: String {
    switch self {
    case .invalidArchitecture(let reason): return "there is no such clip encoder: \(reason)"
    case .unsuitableStudent(let reason): return "the frame student does not fit: \(reason)"
    case .wrongCount(let what, let expected, let found):
      return "the clip encoder needs \(expected) \(what), but there are \(found)"
    case .emptyClip(let index): return "clip \(index) has no frame: give at least one"
    case .tooManyFrames(let count, let limit):
      return "a clip has \(count) frames, and at most \(limit) are attended to: take every n-th"
    case .notFinite(let what): return "the clip encoder's \(what) hold a number that is not finite"
    case .noClips(let reason): return "there are no clips to learn from: \(reason)"
    case .invalidOption(let message): return message
    case .diverged(let step):
      return "training diverged at step \(step): lower the learning rate or raise the penalty"
    }
  }
}
