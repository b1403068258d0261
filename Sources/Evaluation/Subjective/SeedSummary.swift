/// Figures of a model that was trained under several seeds, against a baseline on the same rows.
///
/// Each replicate of the bootstrap draws sources once, takes the statistic of every seed on the
/// drawn rows and averages over the seeds: the interval counts the chance in the choice of sources,
/// and the deviation over seeds stands beside it.
public struct SeedSummary: Sendable, Equatable, Codable {
  /// One statistic.
  public struct Figure: Sendable, Equatable, Codable {
    /// What it is.
    public let statistic: Statistic
    /// The mean over the seeds.
    public let mean: Double
    /// The standard deviation over the seeds with n - 1, 0 for a single seed.
    public let deviation: Double
    /// The lower end of the bootstrap interval.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// The mean less the baseline's figure; `nil` without a baseline.
    public let difference: Double?
    /// The lower end of the difference's interval.
    public let differenceLower: Double?
    /// The upper end.
    public let differenceUpper: Double?

    private enum CodingKeys: String, CodingKey {
      case statistic, mean, deviation, lower, upper, difference
      case differenceLower = "difference_lower"
      case differenceUpper = "difference_upper"
    }
  }

  /// The number of seeds.
  public let seeds: Int
  /// The statistics that are defined.
  public let figures: [Figure]

  /// The statistics of human-score tables.
  public static let statistics: [Statistic] = [.plcc, .srocc, .krocc, .rmse]

  /// Measures the runs.
  ///
  /// - Parameters:
  ///   - runs: One per seed, with the same rows in the same order.
  ///   - baseline: What to compare with, on the same rows; `nil` for no comparison.
  ///   - bootstrap: How to resample sources.
  /// - Throws: ``EvaluationError/differentRows(row:)``, ``EvaluationError/tooFewSources(count:)``,
  ///   ``EvaluationError/tooFewRows(count:required:)`` without a run.
  public init(
    _ runs: [Observations], baseline: Observations?, statistics: [Statistic] = Self.statistics,
    bootstrap: SourceBootstrap
  ) throws(EvaluationError) {
    guard let first = runs.first else { throw .tooFewRows(count: 0, required: 2) }
    for other in runs + (baseline.map { [$0] } ?? []) {
      guard other.count == first.count else {
        throw .differentRows(row: min(first.count, other.count))
      }
      for row in 0..<first.count {
        guard other.targets[row] == first.targets[row],
          other.sourceIndices[row] == first.sourceIndices[row]
        else { throw .differentRows(row: row) }
      }
    }
    let pairs = runs.map { WeightedPair($0.targets, $0.predictions) }
    let other = baseline.map { WeightedPair($0.targets, $0.predictions) }
    func mean(_ statistic: Statistic, _ weights: [Int]?) -> Double? {
      let values = pairs.compactMap { $0.value(of: statistic, weights: weights) }
      return values.count == pairs.count ? values.reduce(0, +) / Double(values.count) : nil
    }
    var samples = [[Double]](repeating: [], count: statistics.count)
    var differences = samples
    try bootstrap.forEachReplicate(of: first) { weights in
      for (index, statistic) in statistics.enumerated() {
        guard let value = mean(statistic, weights) else { continue }
        samples[index].append(value)
        guard let base = other?.value(of: statistic, weights: weights) else { continue }
        differences[index].append(value - base)
      }
    }
    seeds = runs.count
    figures = statistics.indices.compactMap { index in
      let statistic = statistics[index]
      guard let value = mean(statistic, nil),
        let ends = bootstrap.percentileInterval(samples[index])
      else { return nil }
      let each = pairs.compactMap { $0.value(of: statistic, weights: nil) }
      let squares = each.reduce(0) { $0 + ($1 - value) * ($1 - value) }
      let base = other?.value(of: statistic, weights: nil)
      let apart = base == nil ? nil : bootstrap.percentileInterval(differences[index])
      return Figure(
        statistic: statistic, mean: value,
        deviation: each.count < 2 ? 0 : (squares / Double(each.count - 1)).squareRoot(),
        lower: ends.lower, upper: ends.upper, difference: base.map { value - $0 },
        differenceLower: apart?.lower, differenceUpper: apart?.upper)
    }
  }

  /// The figure of a statistic, if it is defined.
  public subscript(statistic: Statistic) -> Figure? {
    figures.first { $0.statistic == statistic }
  }
}
