/// The three correlations of the field, each in the one definition that ties cannot break.
///
/// - PLCC: Pearson's linear correlation.
/// - SROCC: Spearman's, as Pearson's over average ranks. The textbook shortcut `1 - 6Σd²/…` is
///   wrong with ties, and VMAF's clip at 100 makes ties common.
/// - KROCC: Kendall's tau-b.
public enum Correlation {
  /// Pearson's linear correlation of two columns of equal length.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``,
  ///   ``EvaluationError/tooFewRows(count:required:)``, and
  ///   ``EvaluationError/constant(column:)`` where it is undefined.
  public static func pearson(_ x: [Double], _ y: [Double]) throws(EvaluationError) -> Double {
    try defined(x, y) { $0.pearson(weights: nil) }
  }

  /// Spearman's rank correlation, ties sharing their average rank.
  ///
  /// - Throws: as ``pearson(_:_:)``.
  public static func spearman(_ x: [Double], _ y: [Double]) throws(EvaluationError) -> Double {
    try defined(x, y) { $0.spearman(weights: nil) }
  }

  /// Kendall's tau-b by Knight's algorithm, in O(n log n).
  ///
  /// - Throws: as ``pearson(_:_:)``.
  public static func kendall(_ x: [Double], _ y: [Double]) throws(EvaluationError) -> Double {
    try defined(x, y) { $0.kendall(weights: nil) }
  }

  private static func defined(
    _ x: [Double], _ y: [Double], _ statistic: (WeightedPair) -> Double?
  ) throws(EvaluationError) -> Double {
    let sources = [String](repeating: "", count: x.count)
    let rows = try Observations(targets: x, predictions: y, sources: sources)
    if let value = statistic(WeightedPair(rows.targets, rows.predictions)) { return value }
    throw .constant(column: x.allSatisfy { $0 == x[0] } ? "target" : "prediction")
  }
}

/// The average ranks of values, from 1; equal values share the mean of their ranks.
public func averageRanks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  return averageRanks(values, order: order, weights: nil)
}

/// Average ranks of a multiset in which row `i` occurs `weights[i]` times.
///
/// - Parameter order: the rows sorted by value.
func averageRanks(_ values: [Double], order: [Int], weights: [Int]?) -> [Double] {
  var ranks = [Double](repeating: 0, count: values.count)
  var before = 0
  var start = 0
  while start < order.count {
    var end = start
    var weight = 0
    while end < order.count, values[order[end]] == values[order[start]] {
      weight += weights?[order[end]] ?? 1
      end += 1
    }
    let rank = Double(before) + (Double(weight) + 1) / 2
    for position in start..<end { ranks[order[position]] = rank }
    before += weight
    start = end
  }
  return ranks
}
