import Evaluation
import Testing

// `t` and `p` of the scipy expressions quoted below.
private let targets = [0, 10, 20, 20, 40, 55, 70, 85, 100, 100, 100, 62.5]
private let predictions = [1.5, 8, 24, 20, 35, 60, 66, 90, 97, 100, 100, 60]

// `i = arange(200); x = (i*7919 % 200)/2; y = floor((x + (i*104729 % 37) - 18)/5)*5`
private let x = (0..<200).map { Double($0 * 7919 % 200) / 2 }
private let y = (0..<200).map { index -> Double in
  let shifted = x[index] + Double(index * 104729 % 37) - 18
  return (shifted / 5).rounded(.down) * 5
}

@Suite struct CorrelationTests {
  @Test func smallSampleWithTiesEqualsScipy() throws {
    // scipy.stats.pearsonr(t, p), spearmanr(t, p), kendalltau(t, p), scipy 1.17.1
    let plcc = try Correlation.pearson(targets, predictions)
    let srocc = try Correlation.spearman(targets, predictions)
    let krocc = try Correlation.kendall(targets, predictions)
    #expect(abs(plcc - 0.9957048359339272) < 1e-14)
    #expect(abs(srocc - 0.9911644146645896) < 1e-14)
    #expect(abs(krocc - 0.9683759683764526) < 1e-14)
  }

  @Test func manyTiesEqualScipy() throws {
    #expect(abs(try Correlation.pearson(x, y) - 0.9414370719958394) < 1e-14)
    #expect(abs(try Correlation.spearman(x, y) - 0.9459510353203182) < 1e-14)
    #expect(abs(try Correlation.kendall(x, y) - 0.8124463032762276) < 1e-14)
  }

  @Test func ranksShareTheirMean() {
    // scipy.stats.rankdata(t)
    #expect(averageRanks(targets) == [1, 2, 3.5, 3.5, 5, 6, 8, 9, 11, 11, 11, 7])
    #expect(averageRanks([]) == [])
  }

  @Test func spearmanIsNotTheShortcutFormula() throws {
    // With half of the targets clipped at 100, 1 - 6Σd²/(n(n²-1)) is far off.
    let clipped = x.map { min($0 * 2, 100) }
    let ranksX = averageRanks(clipped)
    let ranksY = averageRanks(y)
    let squares = zip(ranksX, ranksY).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let shortcut = 1 - 6 * squares / (200 * (200 * 200 - 1))
    let exact = try Correlation.spearman(clipped, y)
    #expect(abs(exact - shortcut) > 0.005)
    #expect(abs(exact - (try Correlation.pearson(ranksX, ranksY))) < 1e-15)
  }

  @Test(arguments: [2, 3, 5, 17, 64, 100, 255])
  func kendallEqualsBruteForce(count: Int) throws {
    for seed in 0..<6 {
      var generator = TestGenerator(seed: UInt64(count * 31 + seed))
      // Few levels make every kind of tie: in x, in y, in both.
      let levels = [2, 3, 8, 1000][seed % 4]
      let a = (0..<count).map { _ in Double(generator.next(below: levels)) }
      let b = (0..<count).map { _ in Double(generator.next(below: levels)) }
      if let expected = bruteForceTau(a, b) {
        #expect(abs(try Correlation.kendall(a, b) - expected) < 1e-14)
      } else {
        #expect(throws: EvaluationError.self) { try Correlation.kendall(a, b) }
      }
    }
  }

  @Test func perfectOrderIsExactlyOne() throws {
    let a = (0..<1000).map { Double($0) * 0.1 }
    #expect(try Correlation.kendall(a, a) == 1)
    #expect(try Correlation.kendall(a, a.map { -$0 }) == -1)
    #expect(try Correlation.pearson(a, a) <= 1)
    #expect(try Correlation.spearman(a, a.map { $0 * $0 * $0 }) == 1)
  }

  @Test func largeOffsetDoesNotCancel() throws {
    // One-pass formulas lose this: all digits of the values are in the mean.
    let a = x.map { $0 * 1e-4 + 1e8 }
    #expect(abs(try Correlation.pearson(a, y) - 0.9414370719958394) < 1e-6)
  }

  @Test(arguments: [1e-300, 1e-170, 1e170, 1e300])
  func unitsDoNotMatter(scale: Double) throws {
    let plcc = try Correlation.pearson(x.map { $0 * scale }, y)
    #expect(abs(plcc - 0.9414370719958394) < 1e-13)
  }

  @Test func constantColumnIsNamed() {
    #expect(throws: EvaluationError.constant(column: "prediction")) {
      try Correlation.pearson([1, 2, 3], [4, 4, 4])
    }
    #expect(throws: EvaluationError.constant(column: "target")) {
      try Correlation.spearman([0.1, 0.1, 0.1], [4, 5, 6])
    }
    #expect(throws: EvaluationError.constant(column: "target")) {
      try Correlation.kendall([7, 7], [4, 5])
    }
  }

  @Test func badInputIsNamed() {
    #expect(throws: EvaluationError.tooFewRows(count: 1, required: 2)) {
      try Correlation.pearson([1], [1])
    }
    #expect(throws: EvaluationError.lengthMismatch(targets: 2, predictions: 1, sources: 2)) {
      try Correlation.pearson([1, 2], [1])
    }
    let error = #expect(throws: EvaluationError.self) {
      try Observations(targets: [1, 2], predictions: [1, .nan], sources: ["a", "Tennis"])
    }
    #expect(error?.description.contains("prediction, row 1 (source Tennis) is nan") == true)
    #expect(throws: EvaluationError.self) {
      try Observations(targets: [1, .infinity], predictions: [1, 2], sources: ["a", "b"])
    }
  }
}

/// Tau-b from its definition, over all pairs.
private func bruteForceTau(_ a: [Double], _ b: [Double]) -> Double? {
  var concordance = 0
  var untiedA = 0
  var untiedB = 0
  for i in a.indices {
    for j in 0..<i {
      let signA = a[i] == a[j] ? 0 : (a[i] < a[j] ? -1 : 1)
      let signB = b[i] == b[j] ? 0 : (b[i] < b[j] ? -1 : 1)
      concordance += signA * signB
      untiedA += signA * signA
      untiedB += signB * signB
    }
  }
  guard untiedA > 0, untiedB > 0 else { return nil }
  return Double(concordance) / (Double(untiedA) * Double(untiedB)).squareRoot()
}
