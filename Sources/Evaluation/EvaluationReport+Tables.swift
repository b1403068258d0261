/// A table of text: what terminal, Markdown and HTML renderings share.
public struct TextTable: Sendable, Equatable {
  /// The heading of the table.
  public let title: String
  /// The column headings.
  public let header: [String]
  /// The rows, each with one cell per column.
  public let rows: [[String]]

  /// Creates a table.
  public init(title: String, header: [String], rows: [[String]]) {
    self.title = title
    self.header = header
    self.rows = rows
  }

  /// The table in GitHub's Markdown, the first column aligned left and the others right.
  public func markdown() -> String {
    var lines = [Self.line(header)]
    lines.append("| --- |" + String(repeating: " ---: |", count: max(header.count - 1, 0)))
    lines += rows.map(Self.line)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ cells: [String]) -> String {
    let escaped = cells.map { cell in
      cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
    return "| " + escaped.joined(separator: " | ") + " |"
  }
}

extension EvaluationReport {
  /// The tables of the report, the most important first; empty ones are left out.
  public func tables() -> [TextTable] {
    let candidates = [
      overallTable(), bandTable(), sourceTable(), foldTable(), comparisonTable(),
    ]
    return candidates.filter { !$0.rows.isEmpty }
  }

  /// The report in Markdown.
  public func markdown() -> String {
    var text = "# \(model) against \(target)\n\n"
    text += "\(overall.rows) \(unit.rawValue)s of \(sources) sources.\n"
    for table in tables() { text += "\n## \(table.title)\n\n" + table.markdown() }
    return text
  }

  private func overallTable() -> TextTable {
    var rows = Statistic.allCases.map { statistic in
      let interval = interval(of: statistic)
      let ends = interval.map { "\(format($0.lower, statistic)) … \(format($0.upper, statistic))" }
      return [statistic.label, format(overall[statistic], statistic), ends ?? ""]
    }
    if let logistic {
      rows.insert(["PLCC after logistic", format(logistic.plcc, .plcc), ""], at: 1)
    }
    let level = intervals.first.map { "\(fixed($0.level * 100, 0)) % interval" } ?? "interval"
    return TextTable(title: "Overall", header: ["statistic", "value", level], rows: rows)
  }

  private func bandTable() -> TextTable {
    let rows = bands.map { band in
      let name: String
      switch (band.lower, band.upper) {
      case (let lower?, let upper?): name = "\(plain(lower)) to \(plain(upper))"
      case (nil, let upper?): name = "below \(plain(upper))"
      case (let lower?, nil): name = "\(plain(lower)) and above"
      case (nil, nil): name = "all"
      }
      return [
        name, "\(band.rows)", format(band.rmse, .rmse), format(band.mae, .mae),
        format(band.maxError, .maxError), format(band.bias, .bias),
      ]
    }
    return TextTable(
      title: "By score", header: ["target", "rows", "RMSE", "MAE", "max error", "bias"], rows: rows)
  }

  private func sourceTable() -> TextTable {
    TextTable(
      title: "By source", header: ["source", "rows", "bias", "RMSE", "max error"],
      rows: perSource.map {
        [
          $0.source, "\($0.rows)", format($0.bias, .bias), format($0.rmse, .rmse),
          format($0.maxError, .maxError),
        ]
      })
  }

  private func foldTable() -> TextTable {
    let statistics: [Statistic] = [.plcc, .srocc, .krocc, .rmse, .maxError, .bias]
    var rows: [[String]] = []
    if let folds = leaveOneSourceOut {
      rows += folds.folds.map { fold in
        [fold.source, "\(fold.seed)"] + statistics.map { format(fold.accuracy[$0], $0) }
      }
      let mean = { (summaries: [LeaveOneSourceOut.Summary], statistic: Statistic) -> String in
        guard let found = summaries.first(where: { $0.statistic == statistic }) else { return "–" }
        let spread = format(found.standardDeviation, statistic)
        return "\(format(found.mean, statistic)) ± \(spread)"
      }
      rows.append(["mean of folds", "all"] + statistics.map { mean(folds.acrossFolds, $0) })
      rows.append(["pooled", "all"] + statistics.map { mean(folds.acrossSeeds, $0) })
    }
    return TextTable(
      title: "Leave one source out",
      header: ["held out", "seed"] + statistics.map(\.label), rows: rows)
  }

  private func comparisonTable() -> TextTable {
    var rows: [[String]] = []
    for comparison in comparisons {
      for entry in comparison.differences {
        let statistic = entry.statistic
        let ends = "\(format(entry.lower, statistic)) … \(format(entry.upper, statistic))"
        rows.append([
          "\(comparison.modelA) - \(comparison.modelB)", statistic.label,
          format(entry.a, statistic), format(entry.b, statistic),
          format(entry.difference, statistic), ends, fixed(entry.pValue, 4),
        ])
      }
    }
    return TextTable(
      title: "Comparisons",
      header: ["models", "statistic", "first", "second", "difference", "interval", "p"],
      rows: rows)
  }
}

extension Statistic {
  /// The name in tables.
  public var label: String {
    switch self {
    case .plcc: "PLCC"
    case .srocc: "SROCC"
    case .krocc: "KROCC"
    case .rmse: "RMSE"
    case .mae: "MAE"
    case .maxError: "max error"
    case .bias: "bias"
    }
  }

  /// The decimals that tables show: a correlation near 1 needs more than an error.
  fileprivate var decimals: Int {
    switch self {
    case .plcc, .srocc, .krocc: 6
    case .rmse, .mae, .maxError, .bias: 4
    }
  }
}

private func format(_ value: Double?, _ statistic: Statistic) -> String {
  value.map { fixed($0, statistic.decimals) } ?? "–"
}

/// A number without needless decimals.
private func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}

/// A number with a fixed count of decimals, rounded half away from zero, and never "-0.00".
func fixed(_ value: Double, _ decimals: Int) -> String {
  let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 9e18 else { return "\(value)" }
  let units = Int(scaled)
  let digits = String(units % Int(scale))
  let padding = String(repeating: "0", count: max(0, decimals - digits.count))
  let sign = value < 0 && units > 0 ? "-" : ""
  let whole = "\(sign)\(units / Int(scale))"
  return decimals == 0 ? whole : whole + "." + padding + digits
}
