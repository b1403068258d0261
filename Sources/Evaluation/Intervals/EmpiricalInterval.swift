/// The prediction interval that travels with a model: what is added to a clip's score, and where
/// the numbers come from.
///
/// It is labelled *empirical* because that is what it is: the coverage was measured on the sources
/// at hand, and no number of clips of a few sources can promise it for another one.
public struct EmpiricalInterval: Sendable, Equatable {
  /// Where the calibration errors came from.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// Clips that training never touched.
    case splitConformal = "split-conformal"
    /// A cross-validation that held every source out in turn; the model itself saw all of them.
    case leaveOneSourceOut = "leave-one-source-out"
  }

  /// What was measured with intervals of this kind on held-out sources.
  public struct Coverage: Sendable, Equatable, Codable {
    /// The share of held-out clips inside their intervals.
    public let measured: Double
    /// The same share over the clips of the source that was covered least.
    public let worstSource: Double
    /// The number of sources that reached the level.
    public let sourcesAtLevel: Int

    /// Creates a record.
    public init(measured: Double, worstSource: Double, sourcesAtLevel: Int) {
      self.measured = measured
      self.worstSource = worstSource
      self.sourcesAtLevel = sourcesAtLevel
    }

    private enum CodingKeys: String, CodingKey {
      case measured
      case worstSource = "worst_source"
      case sourcesAtLevel = "sources_at_level"
    }
  }

  /// The nominal coverage, such as 0.9.
  public let level: Double
  /// What is added to a score for the lower and the upper end, in ``unit``.
  public let offsets: ClosedRange<Double>
  /// Where the calibration errors came from.
  public let method: Method
  /// How much each calibration clip counted.
  public let weighting: CalibrationWeighting
  /// The number of calibration clips.
  public let calibrationClips: Int
  /// The number of sources that the calibration clips came from.
  public let calibrationSources: Int
  /// What was measured on held-out sources, or `nil` where nothing was.
  public let coverage: Coverage?
  /// The unit of score and interval, such as `DMOS` or `VMAF`.
  public let unit: String

  /// The word that goes with every such interval.
  public static let label = "empirical"

  /// Reads the interval off calibration errors.
  ///
  /// - Parameters:
  ///   - calibration: errors in units of the score (its scales are all 1).
  ///   - level: the nominal coverage.
  ///   - method: where the errors came from.
  ///   - weighting: how much each clip counts.
  ///   - shape: which errors are left out.
  ///   - coverage: what was measured on held-out sources.
  ///   - unit: the unit of the score.
  /// - Throws: ``EvaluationError/unreachableLevel(level:reachable:)`` where there are too few clips
  ///   or sources, and ``EvaluationError/invalidOption(name:value:expected:)``.
  public init(
    _ calibration: ConformalCalibration, level: Double = 0.9, method: Method,
    weighting: CalibrationWeighting = .clips, shape: IntervalShape = .symmetric,
    coverage: CoverageReport? = nil, unit: String
  ) throws(EvaluationError) {
    guard calibration.scales.allSatisfy({ $0 == 1 }) else {
      throw .invalidOption(
        name: "scales", value: "per clip", expected: "1 for an interval of constant width")
    }
    guard
      let offsets = try calibration.offsets(level: level, weighting: weighting, shape: shape)
    else {
      let reachable = calibration.reachableLevel(weighting: weighting, shape: shape)
      throw .unreachableLevel(level: level, reachable: reachable)
    }
    self.level = level
    self.offsets = offsets
    self.method = method
    self.weighting = weighting
    calibrationClips = calibration.count
    calibrationSources = calibration.sourceNames.count
    self.coverage = coverage.map {
      Coverage(
        measured: $0.coverage, worstSource: $0.worst.coverage, sourcesAtLevel: $0.sourcesAtLevel)
    }
    self.unit = unit
  }

  /// Half the distance of the two ends: the `±` of a symmetric interval.
  public var halfWidth: Double { (offsets.upperBound - offsets.lowerBound) / 2 }

  /// Whether the interval reaches as far down as up.
  public var isSymmetric: Bool { -offsets.lowerBound == offsets.upperBound }

  /// The interval around a clip's score.
  ///
  /// - Parameter range: the range of the score, which both ends are limited to, or `nil`.
  public func around(_ score: Double, within range: ClosedRange<Double>? = nil)
    -> ClosedRange<Double>
  {
    let ends = score + offsets.lowerBound...score + offsets.upperBound
    return range.map { ends.clamped(to: $0) } ?? ends
  }
}

extension EmpiricalInterval: Codable {
  private enum CodingKeys: String, CodingKey {
    case label, level, lower, upper, method, weighting, coverage, unit
    case halfWidth = "half_width"
    case calibrationClips = "calibration_clips"
    case calibrationSources = "calibration_sources"
  }

  /// Reads a record and refuses one that cannot be: a file may come from anywhere.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    level = try values.decode(Double.self, forKey: .level)
    let lower = try values.decode(Double.self, forKey: .lower)
    let upper = try values.decode(Double.self, forKey: .upper)
    calibrationClips = try values.decode(Int.self, forKey: .calibrationClips)
    calibrationSources = try values.decode(Int.self, forKey: .calibrationSources)
    func refuse(_ key: CodingKeys, _ reason: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: values, debugDescription: reason)
    }
    guard level > 0, level < 1 else { throw refuse(.level, "the level must be between 0 and 1") }
    guard lower.isFinite, upper.isFinite, lower <= upper else {
      throw refuse(.lower, "the lower end must not be above the upper one, both finite")
    }
    guard calibrationSources > 0, calibrationClips >= calibrationSources else {
      throw refuse(.calibrationClips, "there must be at least one clip per calibration source")
    }
    offsets = lower...upper
    method = try values.decode(Method.self, forKey: .method)
    weighting = try values.decode(CalibrationWeighting.self, forKey: .weighting)
    coverage = try values.decodeIfPresent(Coverage.self, forKey: .coverage)
    unit = try values.decode(String.self, forKey: .unit)
  }

  /// Writes the record; the label and the half-width are there for readers of the file.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.label, forKey: .label)
    try values.encode(level, forKey: .level)
    try values.encode(offsets.lowerBound, forKey: .lower)
    try values.encode(offsets.upperBound, forKey: .upper)
    try values.encode(halfWidth, forKey: .halfWidth)
    try values.encode(method, forKey: .method)
    try values.encode(weighting, forKey: .weighting)
    try values.encode(calibrationClips, forKey: .calibrationClips)
    try values.encode(calibrationSources, forKey: .calibrationSources)
    try values.encodeIfPresent(coverage, forKey: .coverage)
    try values.encode(unit, forKey: .unit)
  }
}
