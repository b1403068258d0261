/// A percentile interval from resampled sources.
public struct Interval: Sendable, Equatable, Codable {
  /// What the interval is of.
  public let statistic: Statistic
  /// The statistic over all rows, or `nil` where it is undefined.
  public let value: Double?
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double
  /// The nominal coverage, such as 0.95.
  public let level: Double
  /// The number of replicates in which the statistic was defined.
  public let replicates: Int
}

/// The bootstrap over sources.
///
/// Each replicate draws as many sources as there are, with replacement, and takes every row of a
/// drawn source as often as it was drawn. Rows of one source are not independent, so resampling
/// rows would give intervals that are far too narrow. With few sources (the public Netflix set
/// has 9) a percentile interval is itself rough; it says so by being wide.
///
/// The generator is seeded: the same rows, seed and number of replicates give the same interval.
public struct SourceBootstrap: Sendable, Equatable {
  /// The number of replicates.
  public let replicates: Int
  /// The nominal coverage.
  public let level: Double
  /// The seed of the generator.
  public let seed: UInt64

  /// Creates a bootstrap.
  ///
  /// - Parameters:
  ///   - replicates: 100 to 1,000,000.
  ///   - level: the coverage, between 0 and 1, both exclusive.
  ///   - seed: any.
  /// - Throws: ``EvaluationError/invalidOption(name:value:expected:)``.
  public init(
    replicates: Int = 2000, level: Double = 0.95, seed: UInt64 = 1
  ) throws(EvaluationError) {
    guard (100...1_000_000).contains(replicates) else {
      throw .invalidOption(
        name: "replicates", value: "\(replicates)", expected: "100 to 1,000,000")
    }
    guard level > 0, level < 1 else {
      throw .invalidOption(name: "level", value: "\(level)", expected: "between 0 and 1")
    }
    self.replicates = replicates
    self.level = level
    self.seed = seed
  }

  /// The intervals of several statistics over the same replicates.
  ///
  /// A replicate in which a statistic is undefined does not count for it
  /// (``Interval/replicates`` says how many did); a statistic undefined in all has no entry.
  ///
  /// - Throws: ``EvaluationError/tooFewSources(count:)``.
  public func intervals(
    of statistics: [Statistic], over observations: Observations
  ) throws(EvaluationError) -> [Interval] {
    let pair = WeightedPair(observations.targets, observations.predictions)
    var samples = [[Double]](repeating: [], count: statistics.count)
    try forEachReplicate(of: observations) { weights in
      for (index, statistic) in statistics.enumerated() {
        if let value = pair.value(of: statistic, weights: weights) { samples[index].append(value) }
      }
    }
    var intervals: [Interval] = []
    for (statistic, values) in zip(statistics, samples) {
      guard let ends = percentileInterval(values) else { continue }
      intervals.append(
        Interval(
          statistic: statistic, value: pair.value(of: statistic, weights: nil), lower: ends.lower,
          upper: ends.upper, level: level, replicates: values.count))
    }
    return intervals
  }

  /// Calls `body` with the multiplicity of each row, once per replicate.
  func forEachReplicate(
    of observations: Observations, _ body: ([Int]) -> Void
  ) throws(EvaluationError) {
    let sources = observations.sourceNames.count
    guard sources >= 2 else { throw .tooFewSources(count: sources) }
    var generator = SplitMix64(seed: seed)
    for _ in 0..<replicates {
      var drawn = [Int](repeating: 0, count: sources)
      for _ in 0..<sources { drawn[generator.next(below: sources)] += 1 }
      body(observations.sourceIndices.map { drawn[$0] })
    }
  }

  /// The ends of the percentile interval, or `nil` without samples.
  func percentileInterval(_ samples: [Double]) -> (lower: Double, upper: Double)? {
    guard !samples.isEmpty else { return nil }
    let sorted = samples.sorted()
    let tail = (1 - level) / 2
    return (quantile(tail, ofSorted: sorted), quantile(1 - tail, ofSorted: sorted))
  }
}

/// A quantile by linear interpolation between order statistics (Hyndman and Fan's type 7).
func quantile(_ probability: Double, ofSorted sorted: [Double]) -> Double {
  let position = probability * Double(sorted.count - 1)
  let below = min(max(Int(position.rounded(.down)), 0), sorted.count - 1)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
}
