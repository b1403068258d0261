/// How a clip encoder is fitted to clips.
public struct ClipTrainingOptions: Sendable, Hashable, Codable {
  /// The number of steps.
  public var steps: Int
  /// The clips of a step.
  public var batchClips: Int
  /// The frames of a clip that a step looks at: one random frame of each of as many equal parts.
  public var framesPerClip: Int
  /// The learning rate over the steps.
  public var schedule: LearningRateSchedule
  /// The weight of the squared distance from the beginning, known as L2-SP.
  ///
  /// X. Li, Y. Grandvalet, F. Davoine, "Explicit inductive bias for transfer learning with
  /// convolutional networks", ICML 2018.
  /// The loss is the share of the scores' variance that is not explained, so a penalty of 1 allows
  /// a step of length 0.1 for a gain of 0.01. The larger it is, the nearer the result to the mean;
  /// with a few hundred clips of ten contents, 10 is not too much.
  public var penalty: Double
  /// Whether every test but the anchor has an affine map, fitted along; otherwise scores are
  /// compared as they are.
  public var mapsTests: Bool
  /// The steps from one fit of the maps to the next.
  public var mapInterval: Int
  /// The seed of the clips' order and the frames.
  public var seed: UInt64

  /// Creates options.
  public init(
    steps: Int = 200, batchClips: Int = 16, framesPerClip: Int = 32,
    schedule: LearningRateSchedule = .init(peak: 2e-3, warmUpSteps: 20), penalty: Double = 10,
    mapsTests: Bool = true, mapInterval: Int = 50, seed: UInt64 = 0
  ) {
    self.steps = steps
    self.batchClips = batchClips
    self.framesPerClip = framesPerClip
    self.schedule = schedule
    self.penalty = penalty
    self.mapsTests = mapsTests
    self.mapInterval = mapInterval
    self.seed = seed
  }

  /// Checks every number.
  ///
  /// - Throws: ``ClipError/invalidOption(_:)`` for the first that cannot be.
  public func validate() throws(ClipError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(ClipError) {
      guard range.contains(value) else {
        throw .invalidOption(
          "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value)")
      }
    }
    try check("the steps", steps, 1...1_000_000_000)
    try check("the clips of a step", batchClips, 1...4_096)
    try check("the frames of a clip", framesPerClip, 1...1_024)
    try check("the steps between fits of the maps", mapInterval, 1...1_000_000_000)
    try check("the warm-up", schedule.warmUpSteps, 0...steps)
    guard schedule.peak > 0, schedule.peak.isFinite else {
      throw .invalidOption("the learning rate must be positive, not \(schedule.peak)")
    }
    guard penalty >= 0, penalty.isFinite else {
      throw .invalidOption("the penalty must not be negative, but it is \(penalty)")
    }
  }
}
