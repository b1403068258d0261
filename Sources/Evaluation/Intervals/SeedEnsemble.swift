/// Predictions of the same clips by models that differ in their seed alone.
///
/// Their spread says how much of a prediction is chance of training; it says nothing about what all
/// of them get wrong together, such as a source's offset. It is therefore a *scale* for a
/// ``ConformalCalibration``, never an interval by itself: ``CoverageReport`` shows how far short
/// the plain normal interval falls.
public struct SeedEnsemble: Sendable, Equatable {
  /// The mean over the seeds, per clip.
  public let means: [Double]
  /// The standard deviation over the seeds with n - 1, per clip.
  public let deviations: [Double]

  /// Takes one list of predictions per seed, over the same clips in the same order.
  ///
  /// - Throws: ``EvaluationError/tooFewRows(count:required:)`` below two seeds, and
  ///   ``EvaluationError/lengthMismatch(targets:predictions:sources:)``.
  public init(predictions: [[Double]]) throws(EvaluationError) {
    guard let first = predictions.first, predictions.count >= 2 else {
      throw .tooFewRows(count: predictions.count, required: 2)
    }
    for list in predictions where list.count != first.count {
      throw .lengthMismatch(
        targets: first.count, predictions: list.count, sources: first.count)
    }
    let seeds = Double(predictions.count)
    var means: [Double] = []
    var deviations: [Double] = []
    for clip in first.indices {
      let mean = predictions.reduce(0) { $0 + $1[clip] } / seeds
      let squares = predictions.reduce(0) {
        $0 + ($1[clip] - mean) * ($1[clip] - mean)
      }
      means.append(mean)
      deviations.append((squares / (seeds - 1)).squareRoot())
    }
    self.means = means
    self.deviations = deviations
  }

  /// The deviations, none below `floor`, for ``ConformalCalibration/init(_:scales:)``.
  public func scales(floor: Double) -> [Double] { deviations.map { max($0, floor) } }
}
