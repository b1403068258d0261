import Processor

/// Scores of clips as a function of a vector of parameters.
protocol ClipFunction {
  /// The length of the vector.
  var dimension: Int { get }
  /// Where the vector begins.
  var start: [Float] { get }
  /// What the penalty pulls the vector toward.
  var centre: [Float] { get }
  /// The unclamped scores of some clips.
  ///
  /// - Parameter jacobian: Receives, clip by clip, the derivatives by the vector; `nil` for none.
  func scores(
    _ vector: [Float], of clips: [Int], jacobian: UnsafeMutablePointer<Float>?
  ) -> [Double]
  /// Moves a vector to the nearest allowed one.
  func project(_ vector: inout [Float])
}

/// A network's scores, as a function of those of its parameters that may move.
final class NetworkClipFunction: ClipFunction {
  let clips: ClipSet
  let network: Network
  private let subspace: ParameterSubspace
  private let signs: MonotoneSigns?
  private let isDistilled: Bool
  private let standardised: [Float]
  private let pass: Backpropagation<Float>
  private let gradient: AlignedBuffer<Float>
  private let transposed: AlignedBuffer<Float>
  let start: [Float]
  let centre: [Float]

  /// - Parameters:
  ///   - network: The parent, or a random network with its scales set.
  ///   - freedom: What may move.
  ///   - shrinksToZero: Whether the penalty pulls the parameters to zero instead of the parent's:
  ///     there is no distilled parent then, and no pooling gap.
  ///   - signs: Constraints that make the function monotone, or `nil`.
  init(
    _ network: Network, clips: ClipSet, freedom: ParameterFreedom = .all,
    shrinksToZero: Bool = false, signs: MonotoneSigns? = nil, seed: UInt64 = 0,
    on set: InstructionSet
  ) {
    precondition(!shrinksToZero || freedom == .all, "only a free network can shrink to zero")
    precondition(signs == nil || freedom == .all, "only a free network can be constrained")
    self.clips = clips
    self.signs = signs
    isDistilled = !shrinksToZero
    var network = network
    if let signs { network.parameters = signs.reflected(network.parameters) }
    self.network = network
    subspace = ParameterSubspace(network, freedom: freedom, seed: seed)
    start = [Float](repeating: 0, count: subspace.dimension)
    centre = shrinksToZero ? network.parameters.map { -$0 } : start
    let inputs = network.architecture.inputs
    let rows = clips.features.count / inputs
    var standardised = [Float](repeating: 0, count: clips.features.count)
    clips.features.withUnsafeBufferPointer { features in
      standardised.withUnsafeMutableBufferPointer { result in
        guard let from = features.baseAddress, let to = result.baseAddress else { return }
        network.standardise(from, rows: rows, into: to, stride: inputs)
      }
    }
    self.standardised = standardised
    pass = Backpropagation(
      network.architecture, capacity: clips.rows.map(\.count).max() ?? 1, on: set)
    gradient = AlignedBuffer(count: network.parameters.count, repeating: 0)
    transposed = AlignedBuffer(count: network.parameters.count, repeating: 0)
  }

  var dimension: Int { subspace.dimension }

  /// The network of a vector.
  func network(_ vector: [Float]) -> Network {
    var result = network
    result.parameters = subspace.parameters(vector)
    return result
  }

  func project(_ vector: inout [Float]) {
    guard let signs else { return }
    let projected = signs.projected(subspace.parameters(vector))
    for index in vector.indices { vector[index] = projected[index] - network.parameters[index] }
  }

  func scores(
    _ vector: [Float], of chosen: [Int], jacobian: UnsafeMutablePointer<Float>?
  ) -> [Double] {
    let architecture = network.architecture
    let inputs = architecture.inputs
    let offset = Double(network.outputOffset[0])
    let scale = network.outputScale[0]
    let deltas = pass.deltas[architecture.layers.count - 1].base
    return subspace.parameters(vector).withUnsafeBufferPointer { parameters in
      guard let parameters = parameters.baseAddress else { return [] }
      if jacobian != nil {
        architecture.transposeWeights(of: parameters, into: transposed.base)
      }
      return standardised.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return [] }
        return chosen.enumerated().map { place, clip in
          let range = clips.rows[clip]
          let input = rows + range.lowerBound * inputs
          pass.forward(
            parameters, input: input, inputStride: inputs, rows: range.count,
            training: jacobian != nil)
          var sum = 0.0
          for row in 0..<range.count { sum += Double(pass.outputs[row]) }
          if let jacobian {
            for row in 0..<range.count { deltas[row] = scale / Float(range.count) }
            pass.propagateDeltas(transposed: transposed.base, rows: range.count)
            pass.gradient(
              input: input, inputStride: inputs, rows: range.count, into: gradient.base)
            subspace.reduce(gradient.base, into: jacobian + place * dimension)
          }
          let gap = isDistilled ? clips.poolingGaps[clip] : 0
          return offset + Double(scale) * sum / Double(range.count) + gap
        }
      }
    }
  }
}
