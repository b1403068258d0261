/// The shape of a multilayer perceptron.
///
/// It is written in one of three ways: `2x64` (two hidden layers of 64, six inputs, one output),
/// `6-32-16-1` (every width from input to output) or `linear` (no hidden layer).
///
/// ```swift
/// try Architecture("3x128").parameterCount  // 34049
/// ```
public struct Architecture: Sendable, Hashable {
  /// The number of input features.
  public let inputs: Int
  /// The widths of the hidden layers, first to last; empty for a linear model.
  public let hidden: [Int]
  /// The number of outputs.
  public let outputs: Int
  /// What the hidden layers apply; the output layer is linear.
  public let activation: Activation

  /// The widest layer that is accepted.
  public static let maximumWidth = 4_096
  /// The most layers that are accepted.
  public static let maximumDepth = 64
  /// The most parameters that are accepted.
  public static let maximumParameterCount = 64 << 20

  /// Creates an architecture from its widths.
  ///
  /// - Throws: ``ArchitectureError`` if a width is not in 1...4096 or the whole is too large.
  public init(
    inputs: Int = 6, hidden: [Int], outputs: Int = 1, activation: Activation = .silu
  ) throws(ArchitectureError) {
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
    self.activation = activation
    let text = widths.map(String.init).joined(separator: "-")
    guard hidden.count <= Self.maximumDepth else { throw .tooLarge(text) }
    for width in widths where !(1...Self.maximumWidth).contains(width) {
      throw .invalidWidth(width, text)
    }
    guard parameterCount <= Self.maximumParameterCount else { throw .tooLarge(text) }
  }

  /// Creates an architecture from its text: `2x64`, `6-16-8-1` or `linear`.
  ///
  /// - Throws: ``ArchitectureError`` that names the text.
  public init(_ text: String, activation: Activation = .silu) throws(ArchitectureError) {
    let lowered = text.lowercased()
    if lowered == "linear" {
      try self.init(hidden: [], activation: activation)
      return
    }
    let cross = lowered.split(separator: "x", omittingEmptySubsequences: false)
    if cross.count == 2, let depth = Int(cross[0]), let width = Int(cross[1]) {
      guard (1...Self.maximumDepth).contains(depth) else { throw .malformed(text) }
      try self.init(hidden: Array(repeating: width, count: depth), activation: activation)
      return
    }
    let parts = lowered.split(separator: "-", omittingEmptySubsequences: false)
    let widths = parts.compactMap { Int($0) }
    guard widths.count == parts.count, widths.count >= 2 else { throw .malformed(text) }
    try self.init(
      inputs: widths[0], hidden: Array(widths.dropFirst().dropLast()),
      outputs: widths[widths.count - 1], activation: activation)
  }

  /// All widths from the inputs to the outputs.
  public var widths: [Int] { [inputs] + hidden + [outputs] }

  /// The number of weights and biases.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }

  /// The dense layers, first to last, with their places in the parameters.
  public var layers: [Layer] {
    var layers: [Layer] = []
    var offset = 0
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      let layer = Layer(inputs: inputs, outputs: outputs, offset: offset)
      layers.append(layer)
      offset += layer.parameterCount
    }
    return layers
  }

  /// A dense layer and where its numbers stand among a network's parameters.
  public struct Layer: Sendable, Hashable {
    /// The number of inputs.
    public let inputs: Int
    /// The number of outputs.
    public let outputs: Int
    /// The index of the first weight.
    public let offset: Int

    /// The weights: `inputs` rows of `outputs` numbers, so that outputs are contiguous.
    public var weights: Range<Int> { offset..<offset + inputs * outputs }
    /// The biases, one per output, right after the weights.
    public var biases: Range<Int> { weights.upperBound..<weights.upperBound + outputs }
    /// The number of weights and biases.
    public var parameterCount: Int { (inputs + 1) * outputs }
  }
}

extension Architecture: CustomStringConvertible {
  /// The shortest text that gives these widths back: `2x64`, `linear` or `6-16-8-1`.
  public var description: String {
    if inputs == 6, outputs == 1 {
      if hidden.isEmpty { return "linear" }
      if Set(hidden).count == 1 { return "\(hidden.count)x\(hidden[0])" }
    }
    return widths.map(String.init).joined(separator: "-")
  }
}

/// Why a text or a list of widths is no architecture.
public enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  /// The text has none of the three forms.
  case malformed(String)
  /// A width is not in 1...4096.
  case invalidWidth(Int, String)
  /// There are too many layers or parameters.
  case tooLarge(String)

  /// One sentence for a person: what is wrong and what can be written.
  public var description: String {
    switch self {
    case .malformed(let text):
      return "'\(text)' is no architecture: write 2x64, 6-32-16-1 or linear"
    case .invalidWidth(let width, let text):
      return
        "architecture '\(text)' has a layer of \(width): "
        + "widths go from 1 to \(Architecture.maximumWidth)"
    case .tooLarge(let text):
      return
        "architecture '\(text)' is too large: at most \(Architecture.maximumDepth) hidden layers "
        + "and \(Architecture.maximumParameterCount) parameters"
    }
  }
}
