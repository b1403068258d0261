public import Evaluation

/// A report about models that were measured against targets: one model, or several on the same rows.
public struct EvaluationPage: ReportPage {
  /// A measured model.
  public struct Entry: Sendable {
    /// The figures.
    public var report: EvaluationReport
    /// The rows that they were taken from, which charts of single rows need.
    public var observations: Observations?

    /// Takes figures, and the rows where they are at hand.
    public init(report: EvaluationReport, observations: Observations? = nil) {
      self.report = report
      self.observations = observations
    }
  }

  /// The error of a training run over its steps.
  public struct LossCurve: Sendable {
    /// The run.
    public var label: String
    /// The steps with their errors, ascending.
    public var points: [(step: Double, error: Double)]

    /// Creates a curve.
    public init(label: String, points: [(step: Double, error: Double)]) {
      self.label = label
      self.points = points
    }
  }

  /// The models, in order.
  public var entries: [Entry]
  /// How often prediction intervals held.
  public var coverage: [CoverageReport] = []
  /// How training went, where that is known.
  public var losses: [LossCurve] = []

  /// Shows one model or several.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// All charts of the page.
  public func charts() -> [Chart] {
    var charts = [comparisonChart()].compactMap { $0 }
    for (index, entry) in entries.enumerated() {
      let suffix = entries.count > 1 ? "-\(index + 1)" : ""
      charts += Self.rowCharts(entry, suffix: suffix)
      charts += [Self.sourceChart(entry.report, suffix: suffix)].compactMap { $0 }
      charts += [Self.foldChart(entry.report, suffix: suffix)].compactMap { $0 }
    }
    return charts + coverage.map(Self.coverageChart) + [lossChart()].compactMap { $0 }
  }

  /// All tables of the page.
  public func tables() -> [TextTable] {
    let comparison = entries.count > 1 ? [comparisonTable()] : []
    let named = entries.flatMap { entry in
      entry.report.tables().map { table in
        TextTable(
          title: entries.count > 1 ? "\(entry.report.model): \(table.title)" : table.title,
          header: table.header, rows: table.rows)
      }
    }
    return comparison + named + coverage.map(Self.coverageTable)
  }

  /// A row per model.
  func comparisonTable() -> TextTable {
    let statistics: [Statistic] = [.rmse, .mae, .maxError, .bias, .plcc, .srocc]
    return TextTable(
      title: "Models", header: ["model", "rows"] + statistics.map(\.label) + ["RMSE interval"],
      rows: entries.map { entry in
        let report = entry.report
        let interval = report.interval(of: .rmse).map {
          "\(Self.figure($0.lower, .rmse)) to \(Self.figure($0.upper, .rmse))"
        }
        return [report.model, "\(report.overall.rows)"]
          + statistics.map { Self.figure(report.overall[$0], $0) } + [interval ?? "–"]
      })
  }

  static func coverageTable(_ report: CoverageReport) -> TextTable {
    TextTable(
      title: "Coverage of \(percent(report.level)) intervals",
      header: ["source", "clips", "covered", "half width"],
      rows: report.perSource.map {
        [$0.source, "\($0.clips)", percent($0.coverage), decimal($0.halfWidth, digits: 2)]
      } + [
        ["all", "\(report.clips)", percent(report.coverage), decimal(report.halfWidth, digits: 2)]
      ])
  }

  /// A statistic with the decimals that suit it.
  static func figure(_ value: Double?, _ statistic: Statistic) -> String {
    guard let value, value.isFinite else { return "–" }
    switch statistic {
    case .plcc, .srocc, .krocc: return decimal(value, digits: 6)
    case .rmse, .mae, .maxError, .bias: return decimal(value, digits: 4)
    }
  }

  static func percent(_ share: Double) -> String { "\(decimal(share * 100, digits: 0)) %" }
}
