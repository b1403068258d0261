/// Whether model A differs from model B on the same rows.
///
/// Every difference is A - B. The bootstrap draws the same sources for both models in each
/// replicate, so what is common to them cancels.
public struct PairedComparison: Sendable, Equatable, Codable {
  /// The difference in one statistic.
  public struct Difference: Sendable, Equatable, Codable {
    /// What is compared.
    public let statistic: Statistic
    /// The statistic of model A.
    public let a: Double
    /// The statistic of model B.
    public let b: Double
    /// `a - b`.
    public let difference: Double
    /// The lower end of the bootstrap interval of the difference.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// The nominal coverage of the interval.
    public let level: Double
    /// The two-sided bootstrap p-value of no difference, at least 1 / (replicates + 1).
    public let pValue: Double
    /// The number of replicates in which both statistics were defined.
    public let replicates: Int

    private enum CodingKeys: String, CodingKey {
      case statistic, a, b, difference, lower, upper, level, replicates
      case pValue = "p_value"
    }
  }

  /// The name of model A.
  public let modelA: String
  /// The name of model B.
  public let modelB: String
  /// One entry per statistic that is defined for both models.
  public let differences: [Difference]
  /// Williams' test of the two PLCCs, rows taken as independent; `nil` where undefined.
  public let williams: SignificanceTest?
  /// Steiger's test of the two PLCCs, rows taken as independent; `nil` where undefined.
  public let steiger: SignificanceTest?

  private enum CodingKeys: String, CodingKey {
    case modelA = "model_a"
    case modelB = "model_b"
    case differences, williams, steiger
  }

  /// Compares two models measured on the same rows in the same order.
  ///
  /// - Throws: ``EvaluationError/differentRows(row:)`` when targets or sources differ, and
  ///   ``EvaluationError/tooFewSources(count:)``.
  public init(
    _ a: Observations, named modelA: String, with b: Observations, named modelB: String,
    statistics: [Statistic] = [.plcc, .srocc, .rmse], bootstrap: SourceBootstrap
  ) throws(EvaluationError) {
    guard a.count == b.count else { throw .differentRows(row: min(a.count, b.count)) }
    for row in 0..<a.count {
      let sameSource =
        a.sourceNames[a.sourceIndices[row]] == b.sourceNames[b.sourceIndices[row]]
      guard a.targets[row] == b.targets[row], sameSource else { throw .differentRows(row: row) }
    }
    let pairA = WeightedPair(a.targets, a.predictions)
    let pairB = WeightedPair(b.targets, b.predictions)
    var samples = [[Double]](repeating: [], count: statistics.count)
    try bootstrap.forEachReplicate(of: a) { weights in
      for (index, statistic) in statistics.enumerated() {
        guard let valueA = pairA.value(of: statistic, weights: weights),
          let valueB = pairB.value(of: statistic, weights: weights)
        else { continue }
        samples[index].append(valueA - valueB)
      }
    }
    var differences: [Difference] = []
    for (statistic, values) in zip(statistics, samples) {
      guard let valueA = pairA.value(of: statistic, weights: nil),
        let valueB = pairB.value(of: statistic, weights: nil),
        let ends = bootstrap.percentileInterval(values)
      else { continue }
      differences.append(
        Difference(
          statistic: statistic, a: valueA, b: valueB, difference: valueA - valueB,
          lower: ends.lower, upper: ends.upper, level: bootstrap.level,
          pValue: Self.pValue(values), replicates: values.count))
    }
    self.modelA = modelA
    self.modelB = modelB
    self.differences = differences
    let tests = Self.dependentCorrelations(pairA, pairB)
    self.williams = tests?.williams
    self.steiger = tests?.steiger
  }

  private static func dependentCorrelations(
    _ a: WeightedPair, _ b: WeightedPair
  ) -> DependentCorrelations? {
    guard let targetA = a.pearson(weights: nil), let targetB = b.pearson(weights: nil),
      let modelsAB = WeightedPair(a.y, b.y).pearson(weights: nil)
    else { return nil }
    return try? DependentCorrelations(
      targetA: targetA, targetB: targetB, modelsAB: modelsAB, rows: a.x.count)
  }

  /// Twice the smaller share of differences on one side of zero; the observed sample counts as one
  /// replicate, so that the value is never zero.
  private static func pValue(_ differences: [Double]) -> Double {
    let count = Double(differences.count) + 1
    let notAbove = Double(differences.count { $0 <= 0 }) + 1
    let notBelow = Double(differences.count { $0 >= 0 }) + 1
    return min(1, 2 * min(notAbove, notBelow) / count)
  }
}
