import Testing

@testable import Evaluation

/// CV+, seed ensembles, coverage reports and the record that travels with a model.
@Suite struct IntervalTests {
  /// Clips whose truth is twice their input, with fold models that are slightly off each.
  private static func simulate(
    _ generator: inout TestGenerator, sources: Int, clips: Int
  ) throws -> (heldOut: Observations, slopes: [Double]) {
    let slopes = (0..<sources).map { _ in 2 + 0.02 * ConformalTests.normal(&generator) }
    var targets: [Double] = []
    var predictions: [Double] = []
    var names: [String] = []
    for source in 0..<sources {
      for _ in 0..<clips {
        let x = 10 * generator.uniform()
        targets.append(2 * x + ConformalTests.normal(&generator))
        predictions.append(slopes[source] * x)
        names.append("s\(source)")
      }
    }
    return (
      try Observations(targets: targets, predictions: predictions, sources: names), slopes
    )
  }

  @Test func crossValidationPlusCovers() throws {
    var generator = TestGenerator(seed: 5)
    var inside = 0
    let trials = 1500
    for _ in 0..<trials {
      let (heldOut, slopes) = try Self.simulate(&generator, sources: 6, clips: 8)
      let folds = CrossValidationPlus(heldOut)
      let x = 10 * generator.uniform()
      let interval = try #require(
        try folds.interval(predictions: slopes.map { $0 * x }, level: 0.9))
      if interval.contains(2 * x + ConformalTests.normal(&generator)) { inside += 1 }
    }
    let coverage = Double(inside) / Double(trials)
    #expect(coverage > 0.88)
    #expect(coverage < 0.94)
  }

  @Test func crossValidationPlusTakesBothEndsFromFolds() throws {
    // Two folds of two clips, errors 1, 2, 3 and 4, fold models 10 apart.
    let heldOut = try Observations(
      targets: [1, 2, 3, 4], predictions: [0, 0, 0, 0], sources: ["a", "a", "b", "b"])
    let folds = CrossValidationPlus(heldOut)
    #expect(folds.sourceNames == ["a", "b"])
    // Statements: 50-1, 50-2, 60-3, 60-4 and 50+1, 50+2, 60+3, 60+4; rank 4 of 5.
    #expect(try folds.interval(predictions: [50, 60], level: 0.8) == 48.0...64)
    #expect(try folds.interval(predictions: [50, 60], level: 0.9) == nil)
    #expect(throws: EvaluationError.self) {
      try folds.interval(predictions: [50], level: 0.8)
    }
  }

  @Test func seedsGiveMeanAndDeviation() throws {
    let ensemble = try SeedEnsemble(predictions: [[1, 5], [2, 5], [3, 5]])
    #expect(ensemble.means == [2, 5])
    #expect(ensemble.deviations == [1, 0])
    #expect(ensemble.scales(floor: 0.5) == [1, 0.5])
    #expect(throws: EvaluationError.self) { try SeedEnsemble(predictions: [[1]]) }
    #expect(throws: EvaluationError.self) { try SeedEnsemble(predictions: [[1], [1, 2]]) }
  }

  private static func grouped() throws -> Observations {
    // Three sources with offsets 0, 0 and 20, four clips each with errors ±1 around them.
    var targets: [Double] = []
    var names: [String] = []
    for (source, offset) in [("a", 0.0), ("b", 0), ("c", 20)] {
      for error in [-1.0, -0.5, 0.5, 1] {
        targets.append(50 + offset + error)
        names.append(source)
      }
    }
    return try Observations(
      targets: targets, predictions: targets.map { _ in 50 }, sources: names)
  }

  @Test func coverageIsCountedPerSource() throws {
    let report = try CoverageReport.leavingOneSourceOut(
      Self.grouped(), level: 0.8, bootstrap: SourceBootstrap(replicates: 200))
    // For a and b the calibration holds c's large errors; for c it holds none.
    #expect(report.perSource.map(\.coverage) == [1, 1, 0])
    #expect(report.worst.source == "c")
    #expect(report.sourcesAtLevel == 2)
    #expect(abs(report.coverage - 2.0 / 3) < 1e-12)
    #expect(report.calibratedLevel == 0.8)
    let bounds = try #require(report.coverageBounds)
    #expect(bounds.lower < 0.5)
    #expect(bounds.upper == 1)
    let table = report.table(unit: "DMOS")
    #expect(table.rows.count == 4)
    #expect(table.rows[2] == ["c", "4", "0", "0.000", "1.0"])
  }

  @Test func fewSourcesLowerTheLevelAndSaySo() throws {
    let report = try CoverageReport.leavingOneSourceOut(
      Self.grouped(), level: 0.9, weighting: .sources)
    #expect(abs(report.calibratedLevel - 2.0 / 3) < 1e-12)
    #expect(report.level == 0.9)
  }

  /// The held-out source's own errors must not reach its calibration.
  @Test func calibrationNeverSeesTheHeldOutSource() throws {
    let heldOut = try Self.grouped()
    var asked: [String] = []
    let nested = try CoverageReport.leavingOneSourceOut(heldOut, level: 0.8) {
      source throws(EvaluationError) in
      asked.append(source)
      return ConformalCalibration(heldOut).excluding(source)
    }
    let plain = try CoverageReport.leavingOneSourceOut(heldOut, level: 0.8)
    #expect(nested == plain)
    #expect(asked == ["a", "b", "c"])
    let without = ConformalCalibration(heldOut).excluding("b")
    #expect(without.sourceNames == ["a", "c"])
    #expect(without.count == 8)
    #expect(without.sourceIndices == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(without.errors.allSatisfy { abs($0) <= 1 || $0 >= 19 })
  }

  @Test func theRecordSurvivesItsFile() throws {
    let calibration = ConformalCalibration(try Self.grouped())
    let report = try CoverageReport.leavingOneSourceOut(Self.grouped(), level: 0.8)
    let interval = try EmpiricalInterval(
      calibration, level: 0.8, method: .leaveOneSourceOut, coverage: report, unit: "DMOS")
    #expect(interval.halfWidth == 20.5)
    #expect(interval.isSymmetric)
    #expect(interval.around(90, within: 0...100) == 69.5...100)
    #expect(interval.around(50) == 29.5...70.5)
    #expect(interval.coverage?.worstSource == 0)
    let bytes = try JSONBytes.encode(interval)
    #expect(try JSONBytes.decode(bytes) == interval)
    let text = String(decoding: bytes, as: UTF8.self)
    for line in [
      #""label" : "empirical""#, #""half_width" : 20.5"#, #""calibration_sources" : 3"#,
    ] { #expect(text.contains(line)) }
    #expect(try JSONBytes.decode(JSONBytes.encode(report)) == report)
  }

  @Test(arguments: [
    (#""level" : 0.8"#, #""level" : 1.8"#), (#""lower" : -20.5"#, #""lower" : 21"#),
    (#""calibration_sources" : 3"#, #""calibration_sources" : 0"#),
    (#""calibration_clips" : 12"#, #""calibration_clips" : 2"#),
    ("leave-one-source-out", "guesswork"),
  ])
  func impossibleRecordsAreRefused(_ old: String, _ new: String) throws {
    let interval = try EmpiricalInterval(
      ConformalCalibration(Self.grouped()), level: 0.8, method: .leaveOneSourceOut, unit: "DMOS")
    let text = String(decoding: try JSONBytes.encode(interval), as: UTF8.self)
    try #require(text.contains(old))
    #expect(throws: DecodingError.self) {
      let _: EmpiricalInterval = try JSONBytes.decode(Array(text.replacing(old, with: new).utf8))
    }
  }

  @Test func unequalWidthsAreNoRecord() throws {
    let heldOut = try Self.grouped()
    let calibration = try ConformalCalibration(
      heldOut, scales: (1...12).map(Double.init))
    #expect(throws: EvaluationError.self) {
      try EmpiricalInterval(calibration, level: 0.8, method: .splitConformal, unit: "DMOS")
    }
  }
}
