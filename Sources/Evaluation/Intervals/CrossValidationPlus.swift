/// Intervals from all models of a cross-validation over sources: CV+, and jackknife+ where every
/// source has one clip.
///
/// R. F. Barber, E. J. Candès, A. Ramdas, R. J. Tibshirani, "Predictive inference with the
/// jackknife+", Annals of Statistics 49 (2021). A new clip is predicted by every fold's model; clip
/// i with error R_i, held out in fold k(i), says that the new clip may lie within R_i of what model
/// k(i) predicts. The ends are conformal quantiles of those statements. With exchangeable clips,
/// and a level of 1 - a, coverage is at least 1 - 2 a, and close to 1 - a where the folds' models
/// agree. Folds are whole sources, so no statement comes from a model that saw the source.
public struct CrossValidationPlus: Sendable, Equatable {
  /// The absolute error of each clip by the model that did not see its source.
  private let errors: [Double]
  /// Of each clip, the index of its source.
  private let sourceIndices: [Int]
  /// The sources, sorted: the order in which fold models are named.
  public let sourceNames: [String]
  /// How much each clip counts.
  public let weighting: CalibrationWeighting

  /// Takes the predictions of a cross-validation in which each source was held out in turn.
  public init(_ heldOut: Observations, weighting: CalibrationWeighting = .clips) {
    errors = zip(heldOut.targets, heldOut.predictions).map { abs($0 - $1) }
    sourceIndices = heldOut.sourceIndices
    sourceNames = heldOut.sourceNames
    self.weighting = weighting
  }

  /// The interval of a new clip.
  ///
  /// - Parameters:
  ///   - predictions: what each fold's model predicts for the clip, in the order of
  ///     ``sourceNames``: the first from the model that did not see the first source.
  ///   - level: the nominal coverage, between 0 and 1.
  /// - Returns: the interval, or `nil` where there are too few clips or sources for the level.
  /// - Throws: ``EvaluationError/invalidOption(name:value:expected:)`` for an impossible level or
  ///   another number of predictions than of folds.
  public func interval(
    predictions: [Double], level: Double
  ) throws(EvaluationError) -> ClosedRange<Double>? {
    guard level > 0, level < 1 else {
      throw .invalidOption(name: "level", value: "\(level)", expected: "between 0 and 1")
    }
    guard predictions.count == sourceNames.count else {
      throw .invalidOption(
        name: "number of fold predictions", value: "\(predictions.count)",
        expected: "\(sourceNames.count), one per source")
    }
    let quantile = ConformalQuantile(sources: sourceIndices, weighting: weighting)
    let centres = sourceIndices.map { predictions[$0] }
    guard let lower = quantile.lower(zip(centres, errors).map { $0 - $1 }, level: level),
      let upper = quantile.upper(zip(centres, errors).map { $0 + $1 }, level: level)
    else { return nil }
    // Far-apart fold models with small errors can cross the ends.
    return min(lower, upper)...max(lower, upper)
  }
}
