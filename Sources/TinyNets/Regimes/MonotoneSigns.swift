/// Signs of weights that make a network's output never fall as chosen inputs rise.
///
/// Each hidden unit is a riser or a faller, in turn; a weight between two units of one kind may not
/// be negative, one between different kinds not positive, and the output is a riser. With an
/// activation that never falls, every riser then rises with the inputs and every faller falls with
/// them. Half convex and half concave pieces keep such a network a universal approximator of
/// monotone functions from two hidden layers on (Runje and Shankaranarayana, 2023, reach the same
/// by mixing activations). Inputs that are not chosen are free in the first layer.
struct MonotoneSigns: Sendable {
  /// Of each parameter, 1, -1, or 0 where it is free.
  private let signs: [Float]

  /// - Parameters:
  ///   - architecture: A network of ReLU units and one output.
  ///   - rising: Of each input, whether the output may not fall as it rises.
  /// - Throws: ``TrainingError/invalidOption(_:)`` for an activation that falls somewhere.
  init(_ architecture: Architecture, rising: [Bool]) throws(TrainingError) {
    guard architecture.activation == .relu else {
      throw .invalidOption(
        "a monotone network needs the activation relu, since \(architecture.activation.rawValue) "
          + "falls on negative numbers")
    }
    var signs = [Float](repeating: 0, count: architecture.parameterCount)
    let last = architecture.layers.count - 1
    func kind(_ unit: Int, afterLayer layer: Int) -> Float {
      layer == last || unit % 2 == 0 ? 1 : -1
    }
    for (index, layer) in architecture.layers.enumerated() {
      for input in 0..<layer.inputs {
        let before: Float = index > 0 ? kind(input, afterLayer: index - 1) : rising[input] ? 1 : 0
        for output in 0..<layer.outputs {
          signs[layer.offset + input * layer.outputs + output] =
            before * kind(output, afterLayer: index)
        }
      }
    }
    self.signs = signs
  }

  /// The parameters with every wrong sign turned round: where training begins.
  func reflected(_ parameters: [Float]) -> [Float] {
    zip(parameters, signs).map { value, sign in sign == 0 ? value : sign * abs(value) }
  }

  /// The nearest allowed parameters: wrong signs become zero.
  func projected(_ parameters: [Float]) -> [Float] {
    zip(parameters, signs).map { value, sign in value * sign < 0 ? 0 : value }
  }
}
