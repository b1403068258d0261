/// Adam and, with a weight decay, AdamW.
///
///     m = b1 m + (1 - b1) g
///     v = b2 v + (1 - b2) g^2
///     w = w - rate (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + e) + decay w)
final class Adam: Optimizer {
  private let architecture: Architecture
  private let settings: OptimizerSettings
  private let mean: AlignedBuffer<Float>
  private let square: AlignedBuffer<Float>

  init(_ architecture: Architecture, _ settings: OptimizerSettings) {
    self.architecture = architecture
    self.settings = settings
    mean = AlignedBuffer(count: architecture.parameterCount, repeating: 0)
    square = AlignedBuffer(count: architecture.parameterCount, repeating: 0)
  }

  var state: [String: AlignedBuffer<Float>] { ["adam.mean": mean, "adam.square": square] }

  func update(
    _ parameters: UnsafeMutablePointer<Float>, workspace: GradientWorkspace, loss: BatchLoss,
    step: Int, rate: Double
  ) {
    let gradient = UnsafePointer(workspace.gradient.base)
    let constants = AdamConstants(settings, step: step, rate: rate)
    for layer in architecture.layers {
      decayWeights(parameters, layer, share: rate * settings.weightDecay)
      let range = layer.offset..<layer.biases.upperBound
      constants.update(
        parameters + range.lowerBound, gradient: gradient + range.lowerBound,
        mean: mean.base + range.lowerBound, square: square.base + range.lowerBound,
        count: range.count)
    }
  }
}

/// Takes a share of a layer's weights away; biases are left alone.
func decayWeights(
  _ parameters: UnsafeMutablePointer<Float>, _ layer: Architecture.Layer, share: Double
) {
  guard share > 0 else { return }
  let kept = Float(1 - share)
  for index in layer.weights { parameters[index] *= kept }
}

/// The constants of one Adam step.
struct AdamConstants {
  let beta1: Float
  let beta2: Float
  let rest1: Float
  let rest2: Float
  let epsilon: Float
  /// The rate over the mean's bias correction.
  let rate: Float
  /// One over the square's bias correction.
  let squareScale: Float

  init(
    beta1: Double, beta2: Double, epsilon: Double, step: Int, rate: Double
  ) {
    self.beta1 = Float(beta1)
    self.beta2 = Float(beta2)
    rest1 = Float(1 - beta1)
    rest2 = Float(1 - beta2)
    self.epsilon = Float(epsilon)
    self.rate = Float(rate / (1 - power(beta1, step + 1)))
    squareScale = Float(1 / (1 - power(beta2, step + 1)))
  }

  init(_ settings: OptimizerSettings, step: Int, rate: Double) {
    self.init(
      beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon, step: step,
      rate: rate)
  }

  /// Updates `count` parameters and their means.
  func update(
    _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    mean: UnsafeMutablePointer<Float>, square: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count {
      let g = gradient[i]
      let m = beta1 * mean[i] + rest1 * g
      let v = beta2 * square[i] + rest2 * (g * g)
      mean[i] = m
      square[i] = v
      parameters[i] -= rate * m / ((v * squareScale).squareRoot() + epsilon)
    }
  }
}
