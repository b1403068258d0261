public import Evaluation

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Models of human scores beside their baselines and the panel's own ceiling.
///
/// Nothing depends on the time or the machine: the same sweep gives the same bytes.
public struct HumanReport: Sendable, Codable, Equatable {
  /// The layout this version writes.
  public static let currentSchema = "tinyvmaf.human-report/1"

  /// One row of a table.
  public struct Model: Sendable, Codable, Equatable {
    /// What is printed.
    public let name: String
    /// Whether nothing but a linear map was learned.
    public let isBaseline: Bool
    /// The regime, for trained models.
    public var regime: String?
    /// The shape of the network.
    public var architecture: String?
    /// The number of its parameters.
    public var parameters: Int?
    /// The deviation that was chosen in each fold of each seed, in points.
    public var deviations: [Double]?
    /// The figures over all held-out clips.
    public let summary: SeedSummary
    /// The errors per source under the first seed.
    public let perSource: [SourceErrors]
    /// How often 90 % intervals held the truth under the first seed.
    public let coverage: CoverageReport
  }

  /// All models against one target.
  public struct Section: Sendable, Codable, Equatable {
    /// The data.
    public let data: String
    /// The target.
    public let target: String
    /// The number of held-out clips.
    public let clips: Int
    /// The number of folds.
    public let folds: Int
    /// The panel's agreement with itself; `nil` without single ratings.
    public let reliability: PanelReliability?
    /// The rows, baselines first.
    public var models: [Model]
  }

  /// ``currentSchema``.
  public let schema: String
  /// The name of the sweep.
  public let name: String
  /// The teacher.
  public let teacher: String
  /// The seeds.
  public let seeds: [UInt64]
  /// One section per target.
  public let sections: [Section]

  /// Puts sections together.
  public init(name: String, teacher: String, seeds: [UInt64], sections: [Section]) {
    schema = Self.currentSchema
    self.name = name
    self.teacher = teacher
    self.seeds = seeds
    self.sections = sections
  }

  /// The report as UTF-8 JSON with sorted keys.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

extension HumanReport.Section {
  /// A section without models.
  init(_ study: HumanStudy, target: String, rows: HumanRows) {
    data = study.evaluated
    self.target = target
    clips = rows.clips.count
    folds = rows.foldCount
    reliability = study.datasets.first?.reliability
    models = []
  }

  /// The tables of the section.
  public func tables() -> [TextTable] {
    [accuracyTable(), coverageTable()]
  }

  /// One line on how well anything could do.
  public var ceilingLine: String {
    guard let reliability else {
      return "No single ratings, so the panel's own ceiling is not known."
    }
    let plcc = reliability.plcc
    let srocc = reliability.srocc
    return "Ceiling: the panel of \(reliability.subjects) agrees with itself at PLCC "
      + "\(figure(plcc.splitHalf, 3)), SROCC \(figure(srocc.splitHalf, 3)) (random halves), so no "
      + "predictor can be expected above PLCC \(figure(plcc.ceiling, 4)), SROCC "
      + "\(figure(srocc.ceiling, 4))."
  }

  private func accuracyTable() -> TextTable {
    let rows = models.map { model in
      [model.name, model.parameters.map { "\($0)" } ?? "–"]
        + SeedSummary.statistics.map { cell(model.summary[$0], decimals($0)) }
        + [difference(model.summary[.rmse]), difference(model.summary[.plcc], 3), strength(model)]
    }
    return TextTable(
      title: "Held-out sources: \(data), \(target)",
      header: ["model", "parameters"] + SeedSummary.statistics.map(\.label)
        + ["RMSE less reference's [95 %]", "PLCC less reference's [95 %]", "moved by, points"],
      rows: rows)
  }

  private func coverageTable() -> TextTable {
    let rows = models.map { model in
      let coverage = model.coverage
      return [
        model.name, figure(coverage.halfWidth, 1), figure(coverage.coverage, 3),
        "\(figure(coverage.worst.coverage, 2)) (\(coverage.worst.source))",
        "\(coverage.sourcesAtLevel) of \(coverage.perSource.count)",
      ]
    }
    return TextTable(
      title: "90 % intervals on held-out sources (empirical): \(data), \(target)",
      header: ["model", "half-width", "clips covered", "worst source", "sources at 90 %"],
      rows: rows)
  }

  private func decimals(_ statistic: Statistic) -> Int { statistic == .rmse ? 2 : 3 }

  private func cell(_ value: SeedSummary.Figure?, _ decimals: Int) -> String {
    guard let value else { return "–" }
    let spread = value.deviation > 0 ? " ± \(figure(value.deviation, decimals))" : ""
    return figure(value.mean, decimals) + spread
      + " [\(figure(value.lower, decimals)), \(figure(value.upper, decimals))]"
  }

  private func difference(_ value: SeedSummary.Figure?, _ decimals: Int = 2) -> String {
    guard let value, let difference = value.difference, let lower = value.differenceLower,
      let upper = value.differenceUpper
    else { return "–" }
    return "\(figure(difference, decimals)) [\(figure(lower, decimals)), "
      + "\(figure(upper, decimals))]"
  }

  /// The least, median and greatest deviation over folds and seeds.
  private func strength(_ model: HumanReport.Model) -> String {
    guard let deviations = model.deviations?.sorted(), let least = deviations.first,
      let most = deviations.last
    else { return "–" }
    let median = deviations[deviations.count / 2]
    return least == most
      ? figure(median, 1) : "\(figure(median, 1)) (\(figure(least, 1)) to \(figure(most, 1)))"
  }
}

extension HumanReport {
  /// The report in Markdown.
  public func markdown() -> String {
    var text = "# \(name)\n\nReference: \(HumanBaselines.reference), fitted on the same folds. "
    text += "Figures are means over \(seeds.count) seeds ± their deviation, with 95 % intervals "
    text += "from a bootstrap over held-out groups of contents; intervals per clip and errors per "
    text += "source are those of the first seed. Teacher: \(teacher).\n"
    for section in sections {
      text += "\n\(section.clips) clips in \(section.folds) folds. \(section.ceilingLine)\n"
      for table in section.tables() { text += "\n## \(table.title)\n\n" + table.markdown() }
    }
    return text
  }
}

/// A number with a fixed count of decimals, rounded half away from zero.
private func figure(_ value: Double, _ decimals: Int) -> String {
  let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
  let units = Int((abs(value) * scale).rounded())
  let whole = "\(value < 0 && units > 0 ? "-" : "")\(units / Int(scale))"
  guard decimals > 0 else { return whole }
  let rest = String(units % Int(scale))
  return whole + "." + String(repeating: "0", count: decimals - rest.count) + rest
}
