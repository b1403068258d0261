import Testing

@testable import Evaluation

/// Finite-sample ranks, and coverage on simulated data with known truth.
@Suite struct ConformalTests {
  static func observations(
    errors: [Double], sources: [String]? = nil
  ) throws -> Observations {
    try Observations(
      targets: errors, predictions: errors.map { _ in 0 },
      sources: sources ?? errors.map { _ in "one" })
  }

  /// A nearly normal number: the sum of twelve uniform ones, less six.
  static func normal(_ generator: inout TestGenerator) -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + generator.uniform() }
  }

  @Test(arguments: [(9, 0.9, 9.0), (19, 0.9, 18), (20, 0.9, 19), (99, 0.95, 95), (3, 0.5, 2)])
  func takesTheRankThatLeavesRoomForOne(_ count: Int, _ level: Double, _ expected: Double) throws {
    // Absolute errors 1...count, in a shuffled order and with mixed signs.
    let errors = (0..<count).map { Double($0 * 7 % count + 1) * ($0 % 2 == 0 ? 1 : -1) }
    let even = count % 7 == 0 ? (1...count).map(Double.init) : errors
    let calibration = ConformalCalibration(try Self.observations(errors: even))
    #expect(try calibration.offsets(level: level) == -expected...expected)
  }

  @Test func knowsWhenThereAreTooFewClips() throws {
    let eight = ConformalCalibration(
      try Self.observations(errors: (1...8).map(Double.init)))
    #expect(try eight.offsets(level: 0.9) == nil)
    #expect(abs(eight.reachableLevel() - 8.0 / 9) < 1e-12)
    #expect(try eight.offsets(level: eight.reachableLevel()) == -8...8)
    #expect(
      throws: EvaluationError.unreachableLevel(level: 0.9, reachable: eight.reachableLevel())
    ) {
      try EmpiricalInterval(eight, method: .splitConformal, unit: "DMOS")
    }
  }

  @Test(arguments: [0, 1, -0.5, Double.nan])
  func refusesImpossibleLevels(_ level: Double) throws {
    let calibration = ConformalCalibration(try Self.observations(errors: [1, 2, 3]))
    #expect(throws: EvaluationError.self) { try calibration.offsets(level: level) }
    let folds = CrossValidationPlus(try Self.observations(errors: [1, 2, 3]))
    #expect(throws: EvaluationError.self) {
      try folds.interval(predictions: [1], level: level)
    }
  }

  @Test func twoTailsFollowSkewedErrors() throws {
    // Errors -1 and 1...38: the lower end must be near -1, the upper one near 38.
    let errors = [-1.0] + (1...38).map(Double.init)
    let calibration = ConformalCalibration(try Self.observations(errors: errors))
    #expect(try calibration.offsets(level: 0.9, shape: .twoTailed) == 1.0...37)
    #expect(try calibration.offsets(level: 0.95, shape: .twoTailed) == -1.0...38)
    #expect(try calibration.offsets(level: 0.99, shape: .twoTailed) == nil)
    #expect(abs(calibration.reachableLevel(shape: .twoTailed) - 0.95) < 1e-12)
  }

  @Test func weighsSourcesAlike() throws {
    // Nine sources of one clip with error 1, one of 91 clips with errors near 10.
    let errors = (1...9).map(Double.init) + (0..<91).map { 20 + Double($0) / 100 }
    let sources = (1...9).map { "single\($0)" } + (0..<91).map { _ in "many" }
    let calibration = ConformalCalibration(
      try Self.observations(errors: errors, sources: sources))
    // By clips the median is among the 91; by sources it is among the single ones.
    let byClips = try #require(try calibration.offsets(level: 0.5))
    let bySources = try #require(try calibration.offsets(level: 0.5, weighting: .sources))
    #expect(byClips.upperBound > 20)
    #expect(bySources == -6...6)
    #expect(abs(calibration.reachableLevel(weighting: .sources) - 10.0 / 11) < 1e-12)
  }

  @Test func scalesWidenIntervals() throws {
    let heldOut = try Self.observations(errors: [1, 4, 9])
    let calibration = try ConformalCalibration(heldOut, scales: [1, 2, 3])
    #expect(try calibration.offsets(level: 0.75) == -3...3)
    #expect(throws: EvaluationError.self) {
      try ConformalCalibration(heldOut, scales: [1, 0, 1])
    }
    #expect(throws: EvaluationError.self) { try ConformalCalibration(heldOut, scales: [1]) }
  }

  /// Exchangeable clips: the mean coverage over many draws is the nominal one, up to 1 / (n + 1).
  @Test(arguments: [0.8, 0.9])
  func coversExchangeableClips(_ level: Double) throws {
    var generator = TestGenerator(seed: 11)
    var inside = 0
    let trials = 2000
    for _ in 0..<trials {
      let errors = (0..<39).map { _ in Self.normal(&generator) }
      let calibration = ConformalCalibration(try Self.observations(errors: errors))
      let offsets = try #require(try calibration.offsets(level: level))
      if offsets.contains(Self.normal(&generator)) { inside += 1 }
    }
    let coverage = Double(inside) / Double(trials)
    // 40 level is whole here, so the expectation is exact: three standard errors.
    #expect(abs(coverage - level) < 3 * (level * (1 - level) / Double(trials)).squareRoot())
  }

  /// Clips of a new source when sources have offsets: counting clips alike falls short, counting
  /// sources alike holds the level that the number of sources supports.
  @Test func groupedClipsNeedSourceWeights() throws {
    var generator = TestGenerator(seed: 23)
    var plain = 0
    var weighted = 0
    var total = 0
    for _ in 0..<250 {
      var errors: [Double] = []
      var sources: [String] = []
      // One source is much larger than the others, as in real sets.
      for source in 0..<9 {
        let offset = 8 * Self.normal(&generator)
        for _ in 0..<(source == 0 ? 60 : 4) {
          errors.append(offset + 3 * Self.normal(&generator))
          sources.append("s\(source)")
        }
      }
      let calibration = ConformalCalibration(
        try Self.observations(errors: errors, sources: sources))
      let byClips = try #require(try calibration.offsets(level: 0.9))
      let bySources = try #require(try calibration.offsets(level: 0.9, weighting: .sources))
      let offset = 8 * Self.normal(&generator)
      for _ in 0..<4 {
        let error = offset + 3 * Self.normal(&generator)
        plain += byClips.contains(error) ? 1 : 0
        weighted += bySources.contains(error) ? 1 : 0
        total += 1
      }
    }
    #expect(Double(plain) / Double(total) < 0.85)
    #expect(Double(weighted) / Double(total) > 0.89)
  }
}
