public import Evaluation

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How well each way of pooling predicts human scores of contents that it had not seen.
public struct PoolingReport: Sendable, Equatable, Codable {
  /// The layout that this version writes.
  public static let currentSchema = "tinyvmaf.pooling/1"

  /// What is measured.
  public static let statistics: [Statistic] = [.plcc, .srocc, .rmse]

  /// A way's predictions of all tested clips, one list per seed.
  struct Predictions {
    let name: String
    var parameters: Int?
    let runs: [[Double]]
  }

  /// One way of pooling.
  public struct Way: Sendable, Equatable, Codable {
    /// Its name.
    public let name: String
    /// The numbers of the trained model, frame student included; `nil` for a fixed way.
    public let parameters: Int?
    /// The figures over all clips, and their difference to those of the first way.
    public let summary: SeedSummary
    /// The same for each test alone.
    public let perTest: [String: SeedSummary]

    private enum CodingKeys: String, CodingKey {
      case name, parameters, summary
      case perTest = "per_test"
    }
  }

  /// ``currentSchema``.
  public let schema: String
  /// The name of the data.
  public let data: String
  /// The frame student.
  public let student: String
  /// The seeds of trained ways.
  public let seeds: [UInt64]
  /// The number of clips.
  public let clips: Int
  /// The held-out contents, sorted.
  public let contents: [String]
  /// The ways, the one that others are compared with first.
  public let ways: [Way]

  init(
    data: String, student: String, seeds: [UInt64], targets: [Double], contents: [String],
    tests: [String], ways: [Predictions]
  ) throws {
    let bootstrap = try SourceBootstrap()
    func observations(_ run: [Double], _ test: String?) throws -> Observations {
      let rows = targets.indices.filter { test == nil || tests[$0] == test }
      return try Observations(
        targets: rows.map { targets[$0] }, predictions: rows.map { run[$0] },
        sources: rows.map { contents[$0] })
    }
    func summary(_ way: Predictions, _ test: String?) throws -> SeedSummary {
      try SeedSummary(
        way.runs.map { try observations($0, test) },
        baseline: ways.first?.runs.first.map { try observations($0, test) },
        statistics: Self.statistics, bootstrap: bootstrap)
    }
    self.ways = try ways.map { way in
      Way(
        name: way.name, parameters: way.parameters, summary: try summary(way, nil),
        perTest: try Dictionary(
          uniqueKeysWithValues: Set(tests).map { ($0, try summary(way, $0)) }))
    }
    schema = Self.currentSchema
    self.data = data
    self.student = student
    self.seeds = seeds
    clips = targets.count
    self.contents = Set(contents).sorted()
  }

  /// The report as UTF-8 JSON with sorted keys, ending in a newline.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// The tables: all clips, the differences, and each test alone.
  public func tables() -> [TextTable] {
    let tests = Set(ways.flatMap(\.perTest.keys)).sorted()
    let parts = tests.count > 1 ? tests : []
    return [table(title: "All clips") { $0.summary }, differenceTable()]
      + parts.map { test in
        table(title: test.isEmpty ? "Common scale" : "Test \(test)") { $0.perTest[test] }
      }
  }

  /// The tables in Markdown.
  public func markdown() -> String {
    var text = "# Pooling of \(student) on \(data)\n\n"
    text += "\(clips) clips of \(contents.count) contents, each held out in turn. Intervals are of "
    text += "95 %, from a bootstrap over contents; trained ways are means over "
    text += "\(seeds.count) seeds ± their deviation.\n"
    for table in tables() { text += "\n## \(table.title)\n\n" + table.markdown() }
    return text
  }

  private func table(title: String, _ summary: (Way) -> SeedSummary?) -> TextTable {
    let rows = ways.map { way in
      [way.name, way.parameters.map(String.init) ?? "–"]
        + Self.statistics.map { statistic in
          guard let figure = summary(way)?[statistic] else { return "–" }
          let spread =
            figure.deviation > 0 ? " ± \(Self.text(figure.deviation, statistic))" : ""
          return Self.text(figure.mean, statistic) + spread
            + " [\(Self.text(figure.lower, statistic)), \(Self.text(figure.upper, statistic))]"
        }
    }
    return TextTable(
      title: title, header: ["pooling", "parameters", "PLCC", "SROCC", "RMSE"], rows: rows)
  }

  private func differenceTable() -> TextTable {
    let rows = ways.dropFirst().map { way in
      [way.name]
        + Self.statistics.map { statistic in
          guard let figure = way.summary[statistic], let difference = figure.difference,
            let lower = figure.differenceLower, let upper = figure.differenceUpper
          else { return "–" }
          return "\(Self.text(difference, statistic, signed: true)) "
            + "[\(Self.text(lower, statistic, signed: true)), "
            + "\(Self.text(upper, statistic, signed: true))]"
        }
    }
    return TextTable(
      title: "Difference to \(ways.first?.name ?? "")",
      header: ["pooling", "PLCC", "SROCC", "RMSE"], rows: rows)
  }

  /// Correlations with three decimals, errors with two.
  private static func text(
    _ value: Double, _ statistic: Statistic, signed: Bool = false
  ) -> String {
    let digits = statistic == .rmse ? 2 : 3
    let scale = statistic == .rmse ? 100 : 1000
    let units = Int((abs(value) * Double(scale)).rounded())
    let rest = String(units % scale)
    let sign = value < 0 && units > 0 ? "-" : signed ? "+" : ""
    return "\(sign)\(units / scale)." + String(repeating: "0", count: digits - rest.count) + rest
  }
}
