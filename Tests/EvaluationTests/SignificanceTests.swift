import Testing

@testable import Evaluation

@Suite struct SignificanceTests {
  // `2*scipy.stats.t.sf(abs(t), v)`
  @Test(arguments: [
    (0.5, 1.0, 0.7048327646991335), (2, 3, 0.13932596855884305),
    (-3.3, 7, 0.013120714938438112), (12, 30, 5.580185415199261e-13),
    (40, 100, 2.462107602140071e-63), (1e-3, 5, 0.9992407867721976),
    (5, 100_000, 5.742701678641679e-07), (0, 4, 1),
  ])
  func studentTail(t: Double, degrees: Double, expected: Double) {
    #expect(abs(studentTwoSidedTail(t, degrees: degrees) / expected - 1) < 1e-9)
  }

  // `2*scipy.stats.norm.sf(z)`
  @Test(arguments: [
    (0.0, 1.0), (0.1, 0.920344325445942), (1.96, 0.04999579029644087),
    (6, 1.973175290075389e-09), (12, 3.552964224155306e-33),
  ])
  func normalTail(z: Double, expected: Double) {
    #expect(abs(normalTwoSidedTail(z) / expected - 1) < 1e-12)
    #expect(normalTwoSidedTail(z) == normalTwoSidedTail(-z))
  }

  /// t and z from the formulas of Steiger (1980) in numpy, tails from scipy.
  @Test(
    arguments: [
      (
        (0.5, 0.3, 0.4, 103), (2.0966664836243627, 0.038546384198773334),
        (2.066097791904538, 0.03881924670312227)
      ),
      (
        (0.95, 0.93, 0.97, 70), (2.1517300883165356, 0.0350265865304637),
        (2.09997739269417, 0.03573082987405247)
      ),
      (
        (0.2, 0.8, -0.1, 10), (-1.6683783072131075, 0.13917378842584932),
        (-1.5314245649268308, 0.12566449678802954)
      ),
    ] as [((Double, Double, Double, Int), (Double, Double), (Double, Double))])
  func dependentCorrelations(
    input: (Double, Double, Double, Int), williams: (Double, Double), steiger: (Double, Double)
  ) throws {
    let triple = try DependentCorrelations(
      targetA: input.0, targetB: input.1, modelsAB: input.2, rows: input.3)
    let t = try #require(triple.williams)
    #expect(abs(t.statistic - williams.0) < 1e-10 && abs(t.pValue - williams.1) < 1e-10)
    let z = try #require(triple.steiger)
    #expect(abs(z.statistic - steiger.0) < 1e-10 && abs(z.pValue - steiger.1) < 1e-10)
  }

  @Test func equalModelsHaveNoTest() throws {
    let same = try DependentCorrelations(targetA: 1, targetB: 1, modelsAB: 1, rows: 9)
    #expect(same.williams == nil && same.steiger == nil)
    #expect(throws: EvaluationError.self) {
      try DependentCorrelations(targetA: 0.1, targetB: 0.2, modelsAB: 0.3, rows: 3)
    }
    #expect(throws: EvaluationError.self) {
      try DependentCorrelations(targetA: .nan, targetB: 0.2, modelsAB: 0.3, rows: 30)
    }
  }
}

@Suite struct BootstrapTests {
  /// Rows of `sources` contents, each with an own offset, `noise` apart from the target.
  static func rows(sources: Int, perSource: Int, noise: Double, seed: UInt64) throws
    -> Observations
  {
    var shared = TestGenerator(seed: 99)
    var own = TestGenerator(seed: seed)
    var targets: [Double] = []
    var predictions: [Double] = []
    var names: [String] = []
    for source in 0..<sources {
      let offset = (own.uniform() - 0.5) * noise
      for _ in 0..<perSource {
        let target = (shared.uniform() * 20).rounded() * 5
        targets.append(target)
        predictions.append(target + offset + (own.uniform() - 0.5) * noise)
        names.append("source\(source)")
      }
    }
    return try Observations(targets: targets, predictions: predictions, sources: names)
  }

  @Test func replicatesEqualRepeatedRows() throws {
    // Weighted statistics against the plain ones over rows that are really repeated.
    let rows = try Self.rows(sources: 6, perSource: 7, noise: 9, seed: 5)
    let pair = WeightedPair(rows.targets, rows.predictions)
    try SourceBootstrap(replicates: 100, seed: 3).forEachReplicate(of: rows) { weights in
      let repeated = weights.indices.flatMap { [Int](repeating: $0, count: weights[$0]) }
      let plain = Accuracy(
        targets: repeated.map { rows.targets[$0] },
        predictions: repeated.map { rows.predictions[$0] })
      #expect(repeated.count == 42)
      for statistic in Statistic.allCases {
        let weighted = pair.value(of: statistic, weights: weights)
        if let weighted, let expected = plain[statistic] {
          #expect(abs(weighted - expected) < 1e-12)
        } else {
          #expect(weighted == nil && plain[statistic] == nil)
        }
      }
    }
  }

  @Test func intervalsAreSeededAndHoldTheValue() throws {
    let rows = try Self.rows(sources: 12, perSource: 10, noise: 12, seed: 5)
    let statistics: [Statistic] = [.plcc, .srocc, .krocc, .rmse, .bias]
    let first = try SourceBootstrap(replicates: 400, seed: 7).intervals(of: statistics, over: rows)
    let again = try SourceBootstrap(replicates: 400, seed: 7).intervals(of: statistics, over: rows)
    let other = try SourceBootstrap(replicates: 400, seed: 8).intervals(of: statistics, over: rows)
    #expect(first == again)
    #expect(first != other)
    for interval in first {
      let value = try #require(interval.value)
      #expect(interval.lower < value && value < interval.upper)
      #expect(interval.replicates == 400)
    }
  }

  @Test func widerLevelIsWiderInterval() throws {
    let rows = try Self.rows(sources: 9, perSource: 8, noise: 12, seed: 5)
    let narrow = try SourceBootstrap(replicates: 500, level: 0.5).intervals(of: [.rmse], over: rows)
    let wide = try SourceBootstrap(replicates: 500, level: 0.99).intervals(of: [.rmse], over: rows)
    #expect(wide[0].lower < narrow[0].lower && narrow[0].upper < wide[0].upper)
  }

  @Test func quantilesInterpolate() {
    // numpy.quantile([1, 2, 4, 8], [0, .1, .5, .9, 1])
    let values = [0, 0.1, 0.5, 0.9, 1].map { quantile($0, ofSorted: [1, 2, 4, 8]) }
    let expected = [1, 1.3, 3, 6.8, 8]
    for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-12) }
    #expect(quantile(0.3, ofSorted: [5]) == 5)
  }

  @Test func limitsAreErrors() throws {
    #expect(throws: EvaluationError.self) { try SourceBootstrap(replicates: 1) }
    #expect(throws: EvaluationError.self) { try SourceBootstrap(level: 1) }
    let one = try Observations(targets: [1, 2], predictions: [1, 2], sources: ["a", "a"])
    #expect(throws: EvaluationError.tooFewSources(count: 1)) {
      try SourceBootstrap().intervals(of: [.rmse], over: one)
    }
  }

  @Test func comparisonSeesARealDifference() throws {
    let bootstrap = try SourceBootstrap(replicates: 500)
    let good = try Self.rows(sources: 15, perSource: 8, noise: 3, seed: 5)
    let bad = try Self.rows(sources: 15, perSource: 8, noise: 30, seed: 6)
    let real = try PairedComparison(
      good, named: "good", with: bad, named: "bad", bootstrap: bootstrap)
    for difference in real.differences {
      #expect(difference.pValue < 0.02)
      #expect(difference.lower > 0 || difference.upper < 0)
    }
    #expect(try #require(real.williams).pValue < 1e-6)
    #expect(try #require(real.williams).statistic > 0)
    let same = try PairedComparison(good, named: "a", with: good, named: "a", bootstrap: bootstrap)
    #expect(same.differences.allSatisfy { $0.difference == 0 && $0.pValue == 1 })
  }

  @Test func equalModelsAreRarelyCalledDifferent() throws {
    // Pairs of models drawn alike: a test at 5 % may call about 2 of 40 different.
    let bootstrap = try SourceBootstrap(replicates: 200)
    var rejected = 0
    for seed in 100..<140 as Range<UInt64> {
      let a = try Self.rows(sources: 15, perSource: 4, noise: 3, seed: seed)
      let b = try Self.rows(sources: 15, perSource: 4, noise: 3, seed: seed + 1000)
      let comparison = try PairedComparison(
        a, named: "a", with: b, named: "b", statistics: [.rmse], bootstrap: bootstrap)
      let rmse = try #require(comparison.differences.first)
      if rmse.pValue < 0.05 { rejected += 1 }
    }
    #expect(rejected <= 7, "\(rejected) of 40")
  }

  @Test func comparisonNeedsTheSameRows() throws {
    let a = try Observations(
      targets: [1, 2, 3], predictions: [1, 2, 3], sources: ["a", "b", "c"])
    let b = try Observations(
      targets: [1, 2, 4], predictions: [1, 2, 3], sources: ["a", "b", "c"])
    #expect(throws: EvaluationError.differentRows(row: 2)) {
      try PairedComparison(a, named: "a", with: b, named: "b", bootstrap: SourceBootstrap())
    }
  }
}
