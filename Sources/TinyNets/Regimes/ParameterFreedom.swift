/// Which of a parent's parameters fine-tuning may move.
public enum ParameterFreedom: Sendable, Hashable, Codable {
  /// All of them.
  case all
  /// The weights and the bias of the output layer.
  case lastLayer
  /// To each weight matrix a product of a fixed random matrix and a free one of this rank is
  /// added; biases are free. This is the linear half of LoRA (Hu et al., 2021).
  case lowRank(Int)
  /// Slope and offset of the output: the parent's scores on another scale.
  case linearMap
}

/// The free parameters of a network as a plain vector, and their way into the network.
///
/// The network's parameters are those of the parent plus a linear function of the vector, so a
/// zero vector is the parent.
struct ParameterSubspace: Sendable {
  private let architecture: Architecture
  private let freedom: ParameterFreedom
  private let parent: [Float]
  /// Of each layer, the fixed factor of a low-rank change: `inputs` rows of `rank` numbers.
  private let factors: [[Float]]

  init(_ network: Network, freedom: ParameterFreedom, seed: UInt64) {
    architecture = network.architecture
    self.freedom = freedom
    parent = network.parameters
    guard case .lowRank(let rank) = freedom else {
      factors = []
      return
    }
    var generator = SeededGenerator(seed: seed, stream: 77)
    factors = network.architecture.layers.map { layer in
      let scale = 1 / Double(layer.inputs).squareRoot()
      return (0..<layer.inputs * rank).map { _ in Float(scale * generator.normal()) }
    }
  }

  /// The length of the vector.
  var dimension: Int {
    switch freedom {
    case .all: parent.count
    case .lastLayer: architecture.layers.last?.parameterCount ?? 0
    case .lowRank(let rank): architecture.layers.reduce(0) { $0 + (rank + 1) * $1.outputs }
    case .linearMap: 2
    }
  }

  /// The network's parameters for a vector.
  func parameters(_ vector: [Float]) -> [Float] {
    var result = parent
    guard let last = architecture.layers.last else { return result }
    switch freedom {
    case .all:
      for index in result.indices { result[index] += vector[index] }
    case .lastLayer:
      for index in vector.indices { result[last.offset + index] += vector[index] }
    case .lowRank(let rank):
      var start = 0
      for (layer, factor) in zip(architecture.layers, factors) {
        for input in 0..<layer.inputs {
          for output in 0..<layer.outputs {
            var sum: Float = 0
            for k in 0..<rank {
              sum += factor[input * rank + k] * vector[start + k * layer.outputs + output]
            }
            result[layer.offset + input * layer.outputs + output] += sum
          }
        }
        start += rank * layer.outputs
        for output in 0..<layer.outputs {
          result[layer.biases.lowerBound + output] += vector[start + output]
        }
        start += layer.outputs
      }
    case .linearMap:
      for index in last.offset..<last.biases.upperBound {
        result[index] += vector[0] * parent[index]
      }
      for index in last.biases { result[index] += vector[1] }
    }
    return result
  }

  /// Turns a gradient by the network's parameters into one by the vector.
  func reduce(_ gradient: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    guard let last = architecture.layers.last else { return }
    switch freedom {
    case .all:
      result.update(from: gradient, count: parent.count)
    case .lastLayer:
      result.update(from: gradient + last.offset, count: last.parameterCount)
    case .lowRank(let rank):
      var start = 0
      for (layer, factor) in zip(architecture.layers, factors) {
        for k in 0..<rank {
          for output in 0..<layer.outputs {
            var sum: Float = 0
            for input in 0..<layer.inputs {
              sum +=
                factor[input * rank + k]
                * gradient[layer.offset + input * layer.outputs + output]
            }
            result[start + k * layer.outputs + output] = sum
          }
        }
        start += rank * layer.outputs
        for output in 0..<layer.outputs {
          result[start + output] = gradient[layer.biases.lowerBound + output]
        }
        start += layer.outputs
      }
    case .linearMap:
      result[0] = 0
      for index in last.offset..<last.biases.upperBound {
        result[0] += gradient[index] * parent[index]
      }
      result[1] = last.biases.reduce(0) { $0 + gradient[$1] }
    }
  }
}
