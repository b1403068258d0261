/// How far the true score of a video may lie from a model's score, as measured on held-out videos.
///
/// The offsets are added to the score; they may depend on it, in steps.
public struct CalibratedInterval: Hashable, Sendable, Codable {
  /// The offsets for scores from a lower edge on.
  public struct Step: Hashable, Sendable, Codable {
    /// The smallest score of the step; the first step also covers all scores below.
    public var from: Double
    /// What is added for the lower end, at most 0.
    public var lower: Double
    /// What is added for the upper end, at least 0.
    public var upper: Double

    /// Creates a step.
    public init(from: Double = 0, lower: Double, upper: Double) {
      self.from = from
      self.lower = lower
      self.upper = upper
    }
  }

  /// The share of videos whose true score lies inside, above 0 and below 1.
  public var level: Double
  /// How the offsets were found, such as `split conformal over held-out sources`.
  public var method: String
  /// What the score measures, such as `DMOS`.
  public var unit: String
  /// The number of videos that the offsets were found on.
  public var videos: Int
  /// The offsets, by ascending edges; at least one.
  public var steps: [Step]

  /// Creates a calibration.
  public init(level: Double, method: String, unit: String, videos: Int, steps: [Step]) {
    self.level = level
    self.method = method
    self.unit = unit
    self.videos = videos
    self.steps = steps
  }

  /// The ends around a score, not limited to any range.
  public func ends(around score: Double) -> (lower: Double, upper: Double) {
    let step = steps.last { $0.from <= score } ?? steps.first
    return (score + (step?.lower ?? 0), score + (step?.upper ?? 0))
  }
}
