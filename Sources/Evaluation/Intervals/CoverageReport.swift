/// How often held-out clips fell inside their prediction intervals, over all and per source.
///
/// The figure over all clips can be right while a single source is missed altogether: a content
/// that the model rates too high has *all* its clips off by the same amount. The table per source
/// shows it, and ``worst`` is what a user with one content should read.
public struct CoverageReport: Sendable, Equatable, Codable {
  /// The clips of one source.
  public struct Source: Sendable, Equatable, Codable {
    /// The source's name.
    public let source: String
    /// The number of its clips.
    public let clips: Int
    /// The number of them inside their intervals.
    public let covered: Int
    /// The mean of half the intervals' lengths.
    public let halfWidth: Double

    /// The share of clips inside their intervals.
    public var coverage: Double { Double(covered) / Double(clips) }

    private enum CodingKeys: String, CodingKey {
      case source, clips, covered
      case halfWidth = "half_width"
    }
  }

  /// A percentile interval from resampled sources, whose ``perSource`` figures are kept as they are.
  public struct Bounds: Sendable, Equatable, Codable {
    /// The lower end.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// The nominal coverage of the bootstrap.
    public let level: Double
  }

  /// The nominal coverage.
  public let level: Double
  /// The level that the calibration clips or sources could support, at most ``level``.
  public let calibratedLevel: Double
  /// The number of clips.
  public let clips: Int
  /// The share of all clips inside their intervals.
  public let coverage: Double
  /// The mean of half the intervals' lengths, in the unit of the score.
  public let halfWidth: Double
  /// The bootstrap of ``coverage`` over sources, where asked for.
  public let coverageBounds: Bounds?
  /// The bootstrap of ``halfWidth`` over sources, where asked for.
  public let halfWidthBounds: Bounds?
  /// The sources, sorted by name.
  public let perSource: [Source]

  private enum CodingKeys: String, CodingKey {
    case level, clips, coverage
    case calibratedLevel = "calibrated_level"
    case halfWidth = "half_width"
    case coverageBounds = "coverage_bounds"
    case halfWidthBounds = "half_width_bounds"
    case perSource = "per_source"
  }

  /// The source that was covered least; the first by name of several.
  public var worst: Source {
    perSource.reduce(perSource[0]) { $1.coverage < $0.coverage ? $1 : $0 }
  }

  /// The number of sources whose own coverage is at least ``level``.
  public var sourcesAtLevel: Int { perSource.count { $0.coverage >= level } }

  /// Counts the clips inside given intervals.
  ///
  /// - Parameters:
  ///   - heldOut: the clips.
  ///   - intervals: one per clip, made without the clip's source.
  ///   - level: the nominal coverage.
  ///   - calibratedLevel: the level the intervals were made for, where it had to be lower.
  ///   - bootstrap: how to resample sources, or `nil` for no bounds.
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``, and with a bootstrap
  ///   ``EvaluationError/tooFewSources(count:)``.
  public init(
    _ heldOut: Observations, intervals: [ClosedRange<Double>], level: Double,
    calibratedLevel: Double? = nil, bootstrap: SourceBootstrap? = nil
  ) throws(EvaluationError) {
    guard intervals.count == heldOut.count else {
      throw .lengthMismatch(
        targets: heldOut.count, predictions: intervals.count, sources: heldOut.count)
    }
    let inside = zip(heldOut.targets, intervals).map { $1.contains($0) }
    let halves = intervals.map { ($0.upperBound - $0.lowerBound) / 2 }
    perSource = zip(heldOut.sourceNames, heldOut.rowsBySource).map { name, rows in
      Source(
        source: name, clips: rows.count, covered: rows.count { inside[$0] },
        halfWidth: rows.reduce(0) { $0 + halves[$1] } / Double(rows.count))
    }
    self.level = level
    self.calibratedLevel = calibratedLevel ?? level
    clips = heldOut.count
    coverage = Double(inside.count { $0 }) / Double(heldOut.count)
    halfWidth = halves.reduce(0, +) / Double(halves.count)
    guard let bootstrap else {
      coverageBounds = nil
      halfWidthBounds = nil
      return
    }
    var shares: [Double] = []
    var widths: [Double] = []
    try bootstrap.forEachReplicate(of: heldOut) { weights in
      var total = 0.0
      var covered = 0.0
      var width = 0.0
      for row in weights.indices {
        let weight = Double(weights[row])
        total += weight
        covered += inside[row] ? weight : 0
        width += weight * halves[row]
      }
      shares.append(covered / total)
      widths.append(width / total)
    }
    func bounds(_ samples: [Double]) -> Bounds? {
      bootstrap.percentileInterval(samples).map {
        Bounds(lower: $0.lower, upper: $0.upper, level: bootstrap.level)
      }
    }
    coverageBounds = bounds(shares)
    halfWidthBounds = bounds(widths)
  }
}

extension CoverageReport {
  /// Gives each source's clips an interval from the errors on the *other* sources, and counts.
  ///
  /// Where too few sources are left for the level, the highest level that they support takes its
  /// place and ``calibratedLevel`` says so.
  ///
  /// - Parameters:
  ///   - heldOut: clips with predictions by models that did not see their source.
  ///   - scales: the scale of each clip's error, or `nil` for 1.
  ///   - level: the nominal coverage.
  ///   - weighting: how much each calibration clip counts.
  ///   - shape: which errors are left out.
  ///   - bootstrap: how to resample sources, or `nil` for no bounds.
  ///   - calibration: the calibration errors for one held-out source, from models that saw neither
  ///     that source nor the one they predict (nested cross-validation). `nil` takes the other
  ///     sources' errors of `heldOut`, whose models did see the held-out source: cheap, and
  ///     slightly hopeful for models with much freedom.
  /// - Throws: ``EvaluationError``.
  public static func leavingOneSourceOut(
    _ heldOut: Observations, scales: [Double]? = nil, level: Double = 0.9,
    weighting: CalibrationWeighting = .clips, shape: IntervalShape = .symmetric,
    bootstrap: SourceBootstrap? = nil,
    calibration: ((String) throws(EvaluationError) -> ConformalCalibration)? = nil
  ) throws(EvaluationError) -> CoverageReport {
    guard heldOut.sourceNames.count >= 2 else {
      throw .tooFewSources(count: heldOut.sourceNames.count)
    }
    let scales = scales ?? [Double](repeating: 1, count: heldOut.count)
    let all = try ConformalCalibration(heldOut, scales: scales)
    var intervals = [ClosedRange<Double>](repeating: 0...0, count: heldOut.count)
    var calibratedLevel = level
    for (source, rows) in zip(heldOut.sourceNames, heldOut.rowsBySource) {
      let others = try calibration?(source) ?? all.excluding(source)
      let reachable = others.reachableLevel(weighting: weighting, shape: shape)
      calibratedLevel = min(calibratedLevel, reachable)
      guard
        let offsets = try others.offsets(
          level: min(level, reachable), weighting: weighting, shape: shape)
      else { throw .unreachableLevel(level: level, reachable: reachable) }
      for row in rows {
        let centre = heldOut.predictions[row]
        let lower = centre + scales[row] * offsets.lowerBound
        intervals[row] = lower...centre + scales[row] * offsets.upperBound
      }
    }
    return try CoverageReport(
      heldOut, intervals: intervals, level: level, calibratedLevel: calibratedLevel,
      bootstrap: bootstrap)
  }

  /// The coverage per source, and over all in the last row.
  public func table(unit: String = "") -> TextTable {
    var rows = perSource.map {
      [$0.source, "\($0.clips)", "\($0.covered)", fixed($0.coverage, 3), fixed($0.halfWidth, 1)]
    }
    let covered = perSource.reduce(0) { $0 + $1.covered }
    rows.append(["all", "\(clips)", "\(covered)", fixed(coverage, 3), fixed(halfWidth, 1)])
    let width = unit.isEmpty ? "half-width" : "half-width, \(unit)"
    return TextTable(
      title: "Coverage at nominal \(fixed(level * 100, 0)) %",
      header: ["source", "clips", "inside", "coverage", width], rows: rows)
  }
}
