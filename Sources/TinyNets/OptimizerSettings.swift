/// Which optimiser trains a network, and its constants.
public struct OptimizerSettings: Sendable, Hashable, Codable {
  /// The optimiser.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// Adam (Kingma and Ba, 2015); with a weight decay, AdamW (Loshchilov and Hutter, 2019).
    case adam
    /// Adam in the slowly turning eigenbasis of Shampoo (Vyas et al., 2024). The default.
    case soap
    /// Levenberg-Marquardt on large batches, for networks of at most 2,000 parameters.
    case levenbergMarquardt = "levenberg-marquardt"
  }

  /// The optimiser.
  public var method: Method
  /// The decay of the mean of gradients.
  public var beta1: Double
  /// The decay of the mean of squared gradients.
  public var beta2: Double
  /// What is added to the root of the mean square.
  public var epsilon: Double
  /// The share of the weights (not of the biases) that a step of rate 1 takes away.
  public var weightDecay: Double
  /// SOAP: the decay of the mean of gradient products.
  public var preconditionerDecay: Double
  /// SOAP: the number of steps from one turn of the basis to the next.
  public var preconditionerInterval: Int
  /// Levenberg-Marquardt: the first damping, relative to the diagonal.
  public var damping: Double

  /// Creates settings; the constants are those that suit the method unless given.
  public init(
    _ method: Method = .soap, beta1: Double = 0.9, beta2: Double? = nil, epsilon: Double = 1e-8,
    weightDecay: Double = 0, preconditionerDecay: Double = 0.95,
    preconditionerInterval: Int = 20, damping: Double = 1e-3
  ) {
    self.method = method
    self.beta1 = beta1
    self.beta2 = beta2 ?? (method == .soap ? 0.98 : 0.999)
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.preconditionerDecay = preconditionerDecay
    self.preconditionerInterval = preconditionerInterval
    self.damping = damping
  }

  /// Decodes settings; only the method must be present.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let method = try values.decode(Method.self, forKey: .method)
    let standard = OptimizerSettings(method)
    self = standard
    beta1 = try values.decodeIfPresent(Double.self, forKey: .beta1) ?? standard.beta1
    beta2 = try values.decodeIfPresent(Double.self, forKey: .beta2) ?? standard.beta2
    epsilon = try values.decodeIfPresent(Double.self, forKey: .epsilon) ?? standard.epsilon
    weightDecay =
      try values.decodeIfPresent(Double.self, forKey: .weightDecay) ?? standard.weightDecay
    preconditionerDecay =
      try values.decodeIfPresent(Double.self, forKey: .preconditionerDecay)
      ?? standard.preconditionerDecay
    preconditionerInterval =
      try values.decodeIfPresent(Int.self, forKey: .preconditionerInterval)
      ?? standard.preconditionerInterval
    damping = try values.decodeIfPresent(Double.self, forKey: .damping) ?? standard.damping
  }
}

/// A rule that turns gradients into steps.
protocol Optimizer: AnyObject {
  /// Takes one step.
  ///
  /// - Parameters:
  ///   - parameters: What is changed.
  ///   - workspace: The batch and its gradient at the parameters.
  ///   - loss: The batch's loss at the parameters.
  ///   - step: The number of the step, from 0.
  ///   - rate: The learning rate.
  func update(
    _ parameters: UnsafeMutablePointer<Float>, workspace: GradientWorkspace, loss: BatchLoss,
    step: Int, rate: Double)

  /// Everything that the next step depends on, by name.
  var state: [String: AlignedBuffer<Float>] { get }
}
