/// The errors that a model made on clips it had not seen, from which intervals are read.
///
/// ```swift
/// let calibration = ConformalCalibration(heldOut)
/// if let offsets = try calibration.offsets(level: 0.9) {
///   print("82.6", offsets.lowerBound, offsets.upperBound)  // 82.6 -17.4 17.4
/// }
/// ```
///
/// **Split-conformal** intervals take the errors on clips that training never touched. Where there
/// are too few clips for that, the errors of a cross-validation by source take their place; the
/// interval then stands around the model that was fitted on all sources
/// (``CrossValidationPlus`` is the variant with a proof).
///
/// **What is guaranteed.** If the calibration clips and a new clip are exchangeable, the interval
/// holds the new clip's true score with at least the nominal probability. Clips of one source are
/// not exchangeable with those of another: for a clip of a *new source* weigh by
/// ``CalibrationWeighting/sources``, which asks for level <= K / (K + 1) with K sources. Below that
/// number of sources nothing distribution-free exists, and coverage is what
/// ``CoverageReport`` measures: empirical.
public struct ConformalCalibration: Sendable, Equatable {
  /// The true value minus the prediction, per clip.
  public let errors: [Double]
  /// What each clip's error is measured in: 1, or a per-clip uncertainty.
  public let scales: [Double]
  /// The distinct sources, sorted.
  public let sourceNames: [String]
  /// Of each clip, the index of its source in ``sourceNames``.
  public let sourceIndices: [Int]

  /// The number of clips.
  public var count: Int { errors.count }

  /// Takes predictions of clips that the model did not see.
  public init(_ heldOut: Observations) {
    self.init(heldOut, checkedScales: [Double](repeating: 1, count: heldOut.count))
  }

  /// Takes predictions of clips that the model did not see, and how unsure it was of each.
  ///
  /// Intervals are then as many times a clip's scale wide as the calibration asks for: the
  /// normalised conformal intervals of H. Papadopoulos et al., "Normalized nonconformity measures
  /// for regression conformal prediction" (2008).
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``, or
  ///   ``EvaluationError/invalidOption(name:value:expected:)`` for a scale that is not positive.
  public init(_ heldOut: Observations, scales: [Double]) throws(EvaluationError) {
    guard scales.count == heldOut.count else {
      throw .lengthMismatch(
        targets: heldOut.count, predictions: scales.count, sources: heldOut.count)
    }
    for scale in scales where !(scale > 0 && scale.isFinite) {
      throw .invalidOption(name: "scale", value: "\(scale)", expected: "positive and finite")
    }
    self.init(heldOut, checkedScales: scales)
  }

  private init(_ heldOut: Observations, checkedScales scales: [Double]) {
    errors = zip(heldOut.targets, heldOut.predictions).map { $0 - $1 }
    self.scales = scales
    sourceNames = heldOut.sourceNames
    sourceIndices = heldOut.sourceIndices
  }

  private init(
    errors: [Double], scales: [Double], sourceNames: [String], sourceIndices: [Int]
  ) {
    self.errors = errors
    self.scales = scales
    self.sourceNames = sourceNames
    self.sourceIndices = sourceIndices
  }

  /// The calibration without one source's clips.
  public func excluding(_ source: String) -> ConformalCalibration {
    guard let excluded = sourceNames.firstIndex(of: source) else { return self }
    let kept = errors.indices.filter { sourceIndices[$0] != excluded }
    return ConformalCalibration(
      errors: kept.map { errors[$0] }, scales: kept.map { scales[$0] },
      sourceNames: sourceNames.filter { $0 != source },
      sourceIndices: kept.map { sourceIndices[$0] - (sourceIndices[$0] > excluded ? 1 : 0) })
  }

  /// The highest level that this many clips or sources can support.
  public func reachableLevel(
    weighting: CalibrationWeighting = .clips, shape: IntervalShape = .symmetric
  ) -> Double {
    let mass = ConformalQuantile(sources: sourceIndices, weighting: weighting).reachableLevel
    switch shape {
    case .symmetric: return mass
    case .twoTailed: return 2 * mass - 1
    }
  }

  /// How far the true value of a new clip may lie below and above its prediction, in units of its
  /// scale.
  ///
  /// - Parameters:
  ///   - level: the nominal coverage, between 0 and 1.
  ///   - weighting: how much each clip counts.
  ///   - shape: which errors are left out.
  /// - Returns: the lowest and highest error, or `nil` where the level is above
  ///   ``reachableLevel(weighting:shape:)`` and only an endless interval would keep it.
  /// - Throws: ``EvaluationError/invalidOption(name:value:expected:)`` for an impossible level.
  public func offsets(
    level: Double, weighting: CalibrationWeighting = .clips, shape: IntervalShape = .symmetric
  ) throws(EvaluationError) -> ClosedRange<Double>? {
    guard level > 0, level < 1 else {
      throw .invalidOption(name: "level", value: "\(level)", expected: "between 0 and 1")
    }
    let quantile = ConformalQuantile(sources: sourceIndices, weighting: weighting)
    let scaled = zip(errors, scales).map { $0 / $1 }
    switch shape {
    case .symmetric:
      return quantile.upper(scaled.map(abs), level: level).map { -$0...$0 }
    case .twoTailed:
      let tail = (1 + level) / 2
      guard let lower = quantile.lower(scaled, level: tail),
        let upper = quantile.upper(scaled, level: tail)
      else { return nil }
      // Few clips and a low level may put the two tails' ends in the wrong order.
      return min(lower, upper)...max(lower, upper)
    }
  }
}
