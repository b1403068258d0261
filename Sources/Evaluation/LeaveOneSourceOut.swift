/// The figures of a leave-one-source-out run: per fold, per seed and pooled.
///
/// Every prediction comes from a model that never saw the row's source. Two summaries are common
/// and differ: the mean of the per-fold figures (what most papers print, blind to offsets between
/// sources) and the figures over all held-out rows pooled (which see them). Both are here.
public struct LeaveOneSourceOut: Sendable, Equatable, Codable {
  /// One held-out source under one seed.
  public struct Fold: Sendable, Equatable, Codable {
    /// The seed of the training run.
    public let seed: UInt64
    /// The source left out.
    public let source: String
    /// The figures over its rows.
    public let accuracy: Accuracy
  }

  /// All held-out rows of one seed.
  public struct Run: Sendable, Equatable, Codable {
    /// The seed of the training runs.
    public let seed: UInt64
    /// The figures over the pooled rows.
    public let pooled: Accuracy
  }

  /// The spread of one statistic.
  public struct Summary: Sendable, Equatable, Codable {
    /// What is summarised.
    public let statistic: Statistic
    /// The mean.
    public let mean: Double
    /// The standard deviation with n - 1, zero for a single value.
    public let standardDeviation: Double
    /// The least value.
    public let minimum: Double
    /// The greatest value.
    public let maximum: Double
    /// The number of values; folds with an undefined correlation are left out.
    public let count: Int

    private enum CodingKeys: String, CodingKey {
      case statistic, mean, minimum, maximum, count
      case standardDeviation = "standard_deviation"
    }
  }

  /// The folds, by seed in the given order and then by source.
  public let folds: [Fold]
  /// The runs, in the given order.
  public let runs: [Run]
  /// Over all folds of all seeds.
  public let acrossFolds: [Summary]
  /// Over the pooled figures of the seeds.
  public let acrossSeeds: [Summary]

  private enum CodingKeys: String, CodingKey {
    case folds, runs
    case acrossFolds = "across_folds"
    case acrossSeeds = "across_seeds"
  }

  /// Aggregates the held-out predictions of one or several seeds.
  ///
  /// - Throws: ``EvaluationError/tooFewSources(count:)`` when a run has a single source, and
  ///   ``EvaluationError/tooFewRows(count:required:)`` without a run.
  public init(
    runs: [(seed: UInt64, heldOut: Observations)]
  ) throws(EvaluationError) {
    guard !runs.isEmpty else { throw .tooFewRows(count: 0, required: 2) }
    var folds: [Fold] = []
    var pooled: [Run] = []
    for (seed, heldOut) in runs {
      guard heldOut.sourceNames.count >= 2 else {
        throw .tooFewSources(count: heldOut.sourceNames.count)
      }
      for (source, rows) in zip(heldOut.sourceNames, heldOut.rowsBySource) {
        let accuracy = Accuracy(
          targets: rows.map { heldOut.targets[$0] },
          predictions: rows.map { heldOut.predictions[$0] })
        folds.append(Fold(seed: seed, source: source, accuracy: accuracy))
      }
      pooled.append(Run(seed: seed, pooled: Accuracy(heldOut)))
    }
    self.folds = folds
    self.runs = pooled
    self.acrossFolds = Self.summaries(folds.map(\.accuracy))
    self.acrossSeeds = Self.summaries(pooled.map(\.pooled))
  }

  private static func summaries(_ accuracies: [Accuracy]) -> [Summary] {
    Statistic.allCases.compactMap { statistic in
      let values = accuracies.compactMap { $0[statistic] }
      guard let low = values.min(), let high = values.max() else { return nil }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Summary(
        statistic: statistic, mean: mean,
        standardDeviation: values.count < 2 ? 0 : (squares / (count - 1)).squareRoot(),
        minimum: low, maximum: high, count: values.count)
    }
  }
}
