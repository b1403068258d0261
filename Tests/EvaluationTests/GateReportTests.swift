import Evaluation
import Foundation
import Testing

@Suite struct GateReportTests {
  static func cell(
    _ a: [Double], _ b: [Double], lane: String = "lane", quantity: String = "x",
    bound: GateBudgets.Bound? = nil
  ) throws -> ParityReport.Cell {
    ParityReport.Cell(
      lane: lane, quantity: quantity, precision: .double, summary: try ULPSummary(a, b),
      place: "clip, frame 1", bound: bound)
  }

  static func report(
    _ cells: [ParityReport.Cell], exact: Bool = true, skipped: String? = nil, all: Bool = false
  ) -> ParityReport {
    var lanes = [ParityReport.Lane(name: "lane", isExact: exact, content: "2 clips")]
    if let skipped { lanes.append(.init(name: "other", isExact: true, skipped: skipped)) }
    return ParityReport(reference: "scalar", requiresAll: all, lanes: lanes, cells: cells)
  }

  @Test func exactLanesHaveNoTolerance() throws {
    #expect(Self.report([try Self.cell([1, 2], [1, 2])]).isPassed)
    let broken = Self.report([try Self.cell([1, 2], [1, 2.0.nextUp])])
    #expect(!broken.isPassed)
    #expect(
      broken.failures == [
        "lane, x: 1 of 2 values differ, by up to 1 ULP of fp64 and 4.44e-16, first at clip, "
          + "frame 1; they have to be equal."
      ])
    #expect(broken.headline == "Parity gate: FAILED, 0 checks passed, 1 failed, 0 skipped")
  }

  @Test func everyPartOfABoundCounts() throws {
    let (a, b) = ([1.0, 1], [1.0, 1.0.nextUp.nextUp])
    let difference = 2 * 1.0.ulp
    func passes(_ ulp: UInt64, _ percentile: UInt64, _ difference: Double) throws -> Bool {
      let bound = GateBudgets.Bound(ulp: ulp, percentile999: percentile, difference: difference)
      return try Self.cell(a, b, bound: bound).verdict == .passed
    }
    #expect(try passes(2, 2, difference))
    #expect(try !passes(1, 2, difference))
    #expect(try !passes(2, 1, difference))
    #expect(try !passes(2, 2, difference / 2))
    let wide = GateBudgets.Bound(ulp: .max, percentile999: .max, difference: .infinity)
    #expect(try Self.cell([.nan], [1], bound: wide).verdict == .failed)
    #expect(try Self.cell([.infinity], [1], bound: wide).verdict == .passed)
  }

  @Test func skippedLanesFailOnlyWhereAllAreRequired() throws {
    let cells = [try Self.cell([1], [1])]
    #expect(Self.report(cells, skipped: "no such processor").isPassed)
    #expect(!Self.report(cells, skipped: "no such processor", all: true).isPassed)
    #expect(Self.report(cells, skipped: "why").omissions == ["other: why"])
    // A gate that checked nothing has shown nothing.
    #expect(!Self.report([], skipped: "why").isPassed)
  }

  @Test func budgetsAreOnlyLowered() throws {
    let tight = GateBudgets.Bound(ulp: 1, percentile999: 1, difference: 1e-17)
    let wide = GateBudgets.Bound(ulp: 1000, percentile999: 1000, difference: 1)
    let budgets = GateBudgets(
      students: ["2x64": 0.01],
      lanes: ["lane": .init(why: "rounding", quantities: ["x": wide, "y": tight])])
    let measured = Self.report([
      try Self.cell([1], [1 + 3 * 1.0.ulp], quantity: "x", bound: wide),
      try Self.cell([1], [1 + 3 * 1.0.ulp], quantity: "y", bound: tight),
      try Self.cell([1], [1 + 3 * 1.0.ulp], quantity: "z"),
    ])
    let lowered = budgets.lowered(to: measured)
    // Twice three is six; the power of two above is eight.
    #expect(
      lowered.bound(lane: "lane", quantity: "x")
        == .init(ulp: 8, percentile999: 8, difference: 8 * 1.0.ulp))
    #expect(lowered.bound(lane: "lane", quantity: "y") == tight)
    #expect(lowered.bound(lane: "lane", quantity: "z") == nil)
    #expect(lowered.students == budgets.students && lowered.lanes["lane"]?.why == "rounding")
    // What was measured fits the new budget, and lowering again changes nothing.
    #expect(
      try Self.cell([1], [1 + 3 * 1.0.ulp], bound: lowered.bound(lane: "lane", quantity: "x"))
        .verdict == .passed)
    #expect(lowered.lowered(to: measured) == lowered)
    #expect(try GateBudgets(json: lowered.json()) == lowered)
  }

  @Test func aNaNNeverLowersABudget() throws {
    let wide = GateBudgets.Bound(ulp: 1000, percentile999: 1000, difference: 1)
    let budgets = GateBudgets(lanes: ["lane": .init(why: "", quantities: ["x": wide])])
    let report = Self.report([try Self.cell([.nan, 1], [1, 1], bound: wide)])
    #expect(budgets.lowered(to: report) == budgets)
  }

  @Test func otherFilesAreNoBudgets() {
    #expect(throws: (any Error).self) { try GateBudgets(json: Array("{}".utf8)) }
    #expect(
      throws: EvaluationError.unsupportedSchema(
        found: "tinyvmaf-gate-budgets-2", expected: GateBudgets.currentSchema)
    ) {
      let text = #"{"schema": "tinyvmaf-gate-budgets-2", "students": {}, "lanes": {}}"#
      return try GateBudgets(json: Array(text.utf8))
    }
  }

  @Test func parityTablesHaveEveryQuantity() throws {
    let bound = GateBudgets.Bound(ulp: 4, percentile999: 4, difference: 1)
    let report = Self.report(
      [
        try Self.cell([1], [1], quantity: "same"),
        try Self.cell([1], [1 + 1.0.ulp], quantity: "near", bound: bound),
      ], exact: false)
    let markdown = report.markdown()
    #expect(markdown.hasPrefix("## Parity gate\n\nParity gate: passed, 2 checks passed"))
    #expect(markdown.contains("| lane | near | fp64 | 1 | 0 | 1 | 4 | 1 | 4 | 2.22e-16 | 1.00e0 |"))
    let json = try JSONSerialization.jsonObject(with: Data(report.json())) as? [String: Any]
    #expect(json?["schema"] as? String == "tinyvmaf-gate-parity-1")
    let cells = json?["cells"] as? [[String: Any]]
    #expect(cells?.map { $0["verdict"] as? String } == ["passed", "passed"])
  }

  @Test func goldenReportNamesWhatIsWrong() throws {
    let report = GoldenReport(
      instructionSet: "scalar", requiresAll: false,
      checks: [
        .init(.features, pair: "cif", verdict: .passed, values: 10, largestULP: 0),
        .init(
          .mean, pair: "cif", verdict: .failed, largestDifference: 0.25, bar: 0.5e-4, found: 75,
          expected: 75.25, note: "4 decimals"),
        .init(.features, pair: "src01", verdict: .skipped, note: "not here"),
        .init(
          .studentError, pair: nil, model: "2x64", verdict: .passed, values: 3,
          largestDifference: 0.001, bar: 0.01, note: "cif, frame 1"),
      ])
    #expect(!report.isPassed)
    #expect(
      report.failures == [
        "cif: asserted mean is off by 2.50e-1, 5.00e-5 is allowed (4 decimals)."
      ])
    #expect(report.omissions == ["src01: not here"])
    let markdown = report.markdown()
    #expect(markdown.contains("| cif | 0 |  |  | 75.00000000 | 75.25000000 | FAILED |"))
    #expect(!markdown.contains("| src01 |"))
    #expect(markdown.contains("| 2x64 | 3 | 1.00e-3 | 1.00e-2 | cif, frame 1 | passed |"))
  }
}
