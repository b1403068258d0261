/// How a network is trained on a dataset.
///
/// Steps, not seconds, end a run, so that the same options and data give the same bytes.
public struct TrainingOptions: Sendable, Hashable, Codable {
  /// The number of steps.
  public var steps: Int
  /// The number of rows of a step.
  public var batchSize: Int
  /// The learning rate over the steps.
  public var schedule: LearningRateSchedule
  /// The optimiser and its constants.
  public var optimizer: OptimizerSettings
  /// The seed of the initial weights and of the rows' order.
  public var seed: UInt64
  /// The longest gradient, by its Euclidean norm; longer ones are scaled down. `nil` for no limit.
  public var gradientLimit: Double?
  /// The decay of a running mean of the weights, which is then the result. `nil` for none.
  public var averageDecay: Double?
  /// The target range beyond which predictions are all as good, in target units; `nil` for none.
  public var saturation: Saturation?
  /// The number of steps from one report (and held-out evaluation) to the next.
  public var reportInterval: Int
  /// Early stopping: the reports without a better held-out RMSE after which training ends with the
  /// best weights. `nil` to train all steps and keep the last weights.
  public var patience: Int?

  /// Where targets saturate.
  public struct Saturation: Sendable, Hashable, Codable {
    /// Targets below count as this, and predictions below cost nothing then.
    public var lower: Double
    /// Targets above count as this, and predictions above cost nothing then.
    public var upper: Double

    /// Creates a range.
    public init(lower: Double, upper: Double) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// Creates options.
  public init(
    steps: Int, batchSize: Int = 1_024, schedule: LearningRateSchedule = .init(),
    optimizer: OptimizerSettings = .init(), seed: UInt64 = 0, gradientLimit: Double? = nil,
    averageDecay: Double? = nil, saturation: Saturation? = nil, reportInterval: Int = 1_000,
    patience: Int? = nil
  ) {
    self.steps = steps
    self.batchSize = batchSize
    self.schedule = schedule
    self.optimizer = optimizer
    self.seed = seed
    self.gradientLimit = gradientLimit
    self.averageDecay = averageDecay
    self.saturation = saturation
    self.reportInterval = reportInterval
    self.patience = patience
  }

  /// Checks every number.
  ///
  /// - Throws: ``TrainingError/invalidOption(_:)`` for the first that cannot be.
  public func validate(parameterCount: Int) throws(TrainingError) {
    func check(_ holds: Bool, _ message: String) throws(TrainingError) {
      guard holds else { throw .invalidOption(message) }
    }
    try check((1...1_000_000_000).contains(steps), "steps must be positive, not \(steps)")
    try check(
      (1...4_194_304).contains(batchSize), "the batch size must be 1 to 4194304, not \(batchSize)")
    try check(
      schedule.peak > 0 && schedule.peak.isFinite,
      "the learning rate must be positive, not \(schedule.peak)")
    try check(
      (0...steps).contains(schedule.warmUpSteps),
      "the warm-up must be 0 to \(steps) steps, not \(schedule.warmUpSteps)")
    try check(
      (0...1).contains(schedule.finalShare),
      "the final share of the learning rate must be 0 to 1, not \(schedule.finalShare)")
    let decays = [
      ("beta1", optimizer.beta1), ("beta2", optimizer.beta2),
      ("preconditionerDecay", optimizer.preconditionerDecay), ("averageDecay", averageDecay ?? 0),
    ]
    for (name, value) in decays {
      try check((0..<1).contains(value), "\(name) must be at least 0 and below 1, not \(value)")
    }
    try check(optimizer.epsilon > 0, "epsilon must be positive, not \(optimizer.epsilon)")
    try check(
      (0...1).contains(optimizer.weightDecay),
      "the weight decay must be 0 to 1, not \(optimizer.weightDecay)")
    try check(
      optimizer.preconditionerInterval > 0,
      "preconditionerInterval must be positive, not \(optimizer.preconditionerInterval)")
    try check(optimizer.damping > 0, "the damping must be positive, not \(optimizer.damping)")
    try check(
      gradientLimit ?? 1 > 0, "the gradient limit must be positive, not \(gradientLimit ?? 1)")
    try check(reportInterval > 0, "the report interval must be positive, not \(reportInterval)")
    try check(patience ?? 1 > 0, "the patience must be positive, not \(patience ?? 1)")
    if let saturation {
      try check(
        saturation.lower < saturation.upper,
        "the saturation must go from low to high, not \(saturation.lower) to \(saturation.upper)")
    }
    let limit = LevenbergMarquardt.maximumParameterCount
    try check(
      optimizer.method != .levenbergMarquardt || parameterCount <= limit,
      "Levenberg-Marquardt trains at most \(limit) parameters, the network has \(parameterCount)")
  }
}

extension TrainingOptions {
  /// Decodes options; only the number of steps must be present.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(steps: try values.decode(Int.self, forKey: .steps))
    batchSize = try values.decodeIfPresent(Int.self, forKey: .batchSize) ?? batchSize
    schedule =
      try values.decodeIfPresent(LearningRateSchedule.self, forKey: .schedule) ?? schedule
    optimizer = try values.decodeIfPresent(OptimizerSettings.self, forKey: .optimizer) ?? optimizer
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed) ?? seed
    gradientLimit = try values.decodeIfPresent(Double.self, forKey: .gradientLimit)
    averageDecay = try values.decodeIfPresent(Double.self, forKey: .averageDecay)
    saturation = try values.decodeIfPresent(Saturation.self, forKey: .saturation)
    reportInterval =
      try values.decodeIfPresent(Int.self, forKey: .reportInterval) ?? reportInterval
    patience = try values.decodeIfPresent(Int.self, forKey: .patience)
  }
}

/// Why a network cannot be trained.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// An option has an impossible value.
  case invalidOption(String)
  /// Early stopping is asked for without rows to stop by.
  case patienceWithoutHeldOut
  /// The loss is no longer a number.
  case diverged(step: Int)
  /// The checkpoint comes from other data, options or another architecture.
  case foreignCheckpoint(String)

  /// One sentence for a person: what is wrong and what to do.
  public var description: String {
    switch self {
    case .invalidOption(let message): return message
    case .patienceWithoutHeldOut:
      return "early stopping needs a held-out source to stop by: name one, or set no patience"
    case .diverged(let step):
      return "training diverged at step \(step): lower the learning rate or limit the gradient"
    case .foreignCheckpoint(let reason):
      return "the checkpoint belongs to another run: \(reason)"
    }
  }
}
