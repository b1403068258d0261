import Evaluation

extension EvaluationPage {
  /// The report as one HTML file.
  public func html() -> String {
    let targets = Set(entries.map(\.report.target)).sorted().joined(separator: ", ")
    let models = entries.map(\.report.model).joined(separator: ", ")
    let heading = entries.count == 1 ? "\(models) against \(targets)" : "Models against \(targets)"
    var page = HTMLPage(title: heading, kind: "evaluation report", heading: heading)
    if let first = entries.first?.report {
      page.subtitle =
        "\(Axis.grouped("\(first.overall.rows)")) \(first.unit.rawValue)s of \(first.sources) "
        + (first.sources == 1 ? "source" : "sources")
    }
    page.headline = entries.count == 1 ? headline(entries[0].report) : comparison()
    page.sections = entries.enumerated().flatMap { index, entry in
      sections(entry, suffix: entries.count > 1 ? "-\(index + 1)" : "")
    }
    page.sections += coverageSections()
    if let chart = lossChart() {
      let legend = losses.enumerated().map {
        (label: $0.element.label, ink: $0.offset, isDashed: $0.offset > 4)
      }
      page.sections.append(
        .init(id: "losses", title: "Training", body: HTMLPage.figure(chart, legend: legend)))
    }
    let facts = entries.flatMap { entry in
      entry.report.metadata.sorted { $0.key < $1.key }.map { Fact($0.key, $0.value) }
    }
    if !facts.isEmpty {
      page.sections.append(
        .init(id: "details", title: "Details", body: HTMLPage.facts(facts)))
    }
    page.imprint = "Made by tinyvmaf. This file is complete: it needs no network."
    return page.text()
  }

  private func headline(_ report: EvaluationReport) -> String {
    var caption = "RMSE in points of \(report.target)"
    if let interval = report.interval(of: .rmse) {
      caption += ": \(Self.percent(interval.level)) interval "
      caption += "\(Self.figure(interval.lower, .rmse)) to \(Self.figure(interval.upper, .rmse))"
    }
    let facts = [Statistic.plcc, .srocc, .krocc, .maxError, .bias].map {
      Fact($0.label, Self.figure(report.overall[$0], $0))
    }
    return "<div class=\"headline\"><p class=\"score\">\(Self.figure(report.overall.rmse, .rmse))"
      + "<small>\(Markup.escaped(caption))</small></p>\n" + HTMLPage.facts(facts, style: "stats")
      + "</div>\n"
  }

  private func comparison() -> String {
    HTMLPage.table(comparisonTable()) + (comparisonChart().map { HTMLPage.figure($0) } ?? "")
  }

  private func sections(_ entry: Entry, suffix: String) -> [HTMLPage.Section] {
    let report = entry.report
    let prefix = entries.count > 1 ? "\(report.model): " : ""
    func titled(_ title: String) -> String {
      prefix.isEmpty ? title.prefix(1).uppercased() + title.dropFirst() : prefix + title
    }
    var sections: [HTMLPage.Section] = []
    let charts = Self.rowCharts(entry, suffix: suffix)
    if charts.count == 3, let rows = entry.observations {
      let legend = rows.sourceNames.enumerated().map {
        (label: $0.element, ink: $0.offset, isDashed: false)
      }
      let body =
        "<figure class=\"plot\">\(charts[0].inlineSVG())</figure>\n"
        + HTMLPage.figure(charts[1], legend: legend)
        + "<h3>Spread of the errors</h3>" + HTMLPage.figure(charts[2])
      sections.append(
        .init(
          id: "rows\(suffix)", title: titled("predictions"),
          lead: "Each point is a \(report.unit.rawValue); colours are sources. Below, the errors.",
          body: body))
    }
    let tables = report.tables()
    func table(_ title: String) -> String {
      tables.first { $0.title == title }.map { HTMLPage.table($0) } ?? ""
    }
    sections.append(
      .init(
        id: "figures\(suffix)", title: titled("figures"), body: table("Overall") + table("By score")
      ))
    if report.perSource.count > 1 {
      let chart = Self.sourceChart(report, suffix: suffix).map { HTMLPage.figure($0) } ?? ""
      sections.append(
        .init(
          id: "sources\(suffix)", title: titled("by source"),
          lead: "A point is a source's mean error, the line around it its RMSE.",
          body: chart + table("By source")))
    }
    if report.leaveOneSourceOut != nil {
      let chart = Self.foldChart(report, suffix: suffix).map { HTMLPage.figure($0) } ?? ""
      sections.append(
        .init(
          id: "folds\(suffix)", title: titled("leave one source out"),
          lead: "Every prediction comes from a model that never saw the source.",
          body: chart + table("Leave one source out")))
    }
    if !report.comparisons.isEmpty {
      sections.append(
        .init(
          id: "comparisons\(suffix)", title: titled("comparisons"),
          lead: "Intervals are bootstrapped over sources; one that holds zero shows no difference.",
          body: table("Comparisons")))
    }
    return sections
  }

  private func coverageSections() -> [HTMLPage.Section] {
    coverage.enumerated().map { index, report in
      let lead =
        "\(Self.percent(report.coverage)) of \(report.clips) held-out clips fell inside; "
        + "\(report.worst.source) was covered least (\(Self.percent(report.worst.coverage)))."
      return .init(
        id: "coverage-\(index + 1)", title: "Coverage of \(Self.percent(report.level)) intervals",
        lead: lead,
        body: HTMLPage.figure(Self.coverageChart(report))
          + HTMLPage.table(Self.coverageTable(report)))
    }
  }
}
