import Testing

@testable import Evaluation

@Suite struct EvaluationReportTests {
  static func report() throws -> EvaluationReport {
    let rows = try Observations(
      targets: [10, 30, 50, 70, 90, 100], predictions: [11, 29, 52, 70, 88, 100],
      sources: ["x", "x", "y", "y", "z", "z"])
    var report = try EvaluationReport(
      model: "2x64", target: "vmaf_v0.6.1", unit: .clip, observations: rows,
      bootstrap: SourceBootstrap(replicates: 200), logistic: true, metadata: ["seed": "1"])
    report.leaveOneSourceOut = try LeaveOneSourceOut(runs: [(1, rows), (2, rows)])
    report.comparisons = [
      try PairedComparison(
        rows, named: "2x64", with: rows, named: "a|b",
        bootstrap: SourceBootstrap(replicates: 200))
    ]
    return report
  }

  @Test func jsonRoundTripsAndIsDeterministic() throws {
    let report = try Self.report()
    let bytes = try report.json()
    #expect(try EvaluationReport(json: bytes) == report)
    #expect(try Self.report().json() == bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    for key in [
      "\"schema\" : \"tinyvmaf.evaluation/1\"", "\"max_error\"", "\"per_source\"", "\"p_value\"",
      "\"leave_one_source_out\"", "\"across_folds\"", "\"standard_deviation\"", "\"model_a\"",
    ] {
      #expect(text.contains(key), "missing \(key)")
    }
    // snake_case throughout
    #expect(!text.contains(/"[a-z_]+[A-Z][A-Za-z]*" :/))
  }

  @Test func undefinedCorrelationIsNullInJSON() throws {
    let rows = try Observations(targets: [1, 2], predictions: [3, 3], sources: ["a", "b"])
    let report = try EvaluationReport(
      model: "flat", target: "t", unit: .frame, observations: rows, bootstrap: SourceBootstrap())
    let text = String(decoding: try report.json(), as: UTF8.self)
    #expect(text.contains("\"plcc\" : null"))
    #expect(report.interval(of: .plcc) == nil && report.interval(of: .rmse) != nil)
    #expect(report.markdown().contains("| PLCC | – |"))
  }

  @Test func foreignSchemaIsRefused() {
    let bytes = Array(#"{"schema":"tinyvmaf.evaluation/9"}"#.utf8)
    #expect(
      throws: EvaluationError.unsupportedSchema(
        found: "tinyvmaf.evaluation/9", expected: "tinyvmaf.evaluation/1")
    ) { try EvaluationReport(json: bytes) }
  }

  @Test func markdownHoldsTheTables() throws {
    let text = try Self.report().markdown()
    #expect(text.hasPrefix("# 2x64 against vmaf_v0.6.1\n\n6 clips of 3 sources.\n"))
    #expect(text.contains("| max error | 2.0000 |"))
    #expect(text.contains("| below 20 | 1 | 1.0000 | 1.0000 | 1.0000 | 1.0000 |"))
    #expect(text.contains("| 80 and above | 2 |"))
    #expect(text.contains("| y | 1 | 1.000000 |"))
    #expect(text.contains("| 2x64 - a\\|b | RMSE |"))
  }

  @Test func everyTableIsRectangular() throws {
    for table in try Self.report().tables() {
      #expect(!table.rows.isEmpty)
      #expect(table.rows.allSatisfy { $0.count == table.header.count }, "\(table.title)")
    }
  }

  @Test(arguments: [
    (0.0, 4, "0.0000"), (-0.00001, 4, "0.0000"), (1.23456, 4, "1.2346"), (-2.5, 0, "-3"),
    (99.99999, 4, "100.0000"), (0.05, 2, "0.05"), (1e30, 4, "1e+30"), (-12.3, 1, "-12.3"),
  ])
  func fixedDecimals(value: Double, decimals: Int, expected: String) {
    #expect(fixed(value, decimals) == expected)
  }

  @Test func foldsAndPooledFiguresDiffer() throws {
    // Perfect inside each source, with an offset between them: folds say 1, pooled rows do not.
    let rows = try Observations(
      targets: [10, 20, 30, 10, 20, 30], predictions: [10, 20, 30, 40, 50, 60],
      sources: ["a", "a", "a", "b", "b", "b"])
    let folds = try LeaveOneSourceOut(runs: [(7, rows)])
    let mean = try #require(folds.acrossFolds.first { $0.statistic == .plcc })
    #expect(mean.mean > 1 - 1e-12 && mean.count == 2)
    #expect(try #require(folds.runs[0].pooled.plcc) < 0.6)
    #expect(folds.folds.map(\.accuracy.bias) == [0, 30])
    let bias = try #require(folds.acrossFolds.first { $0.statistic == .bias })
    #expect(bias.mean == 15 && abs(bias.standardDeviation - 450.0.squareRoot()) < 1e-12)
    #expect(throws: EvaluationError.self) { try LeaveOneSourceOut(runs: []) }
  }

  @Test func foldOfOneRowHasErrorsOnly() throws {
    let rows = try Observations(
      targets: [1, 2, 3], predictions: [1, 2, 4], sources: ["a", "a", "b"])
    let folds = try LeaveOneSourceOut(runs: [(1, rows)])
    #expect(folds.folds[1].accuracy.plcc == nil && folds.folds[1].accuracy.rmse == 1)
    #expect(folds.acrossFolds.first { $0.statistic == .plcc }?.count == 1)
  }
}
