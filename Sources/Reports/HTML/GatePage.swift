public import Evaluation

/// A report about gates: whether they were passed, and everything that they measured.
public struct GatePage: ReportPage {
  private let reports: [any GateReport]

  /// Shows one gate or several.
  public init(_ reports: [any GateReport]) { self.reports = reports }

  /// The page as one HTML file.
  public func html() -> String {
    let heading =
      reports.allSatisfy(\.isPassed) ? "All gates passed" : "A gate failed"
    let name = reports.count == 1 ? reports[0].headline : heading
    var page = HTMLPage(title: name, kind: "gate report", heading: name)
    page.headline = HTMLPage.notes(reports.flatMap { $0.failures.map { "warning: \($0)" } })
    page.sections = reports.enumerated().map { index, report in
      var body = ""
      for table in report.tables() where !table.rows.isEmpty {
        body += "<h3>\(Markup.escaped(table.title))</h3>" + HTMLPage.table(table)
      }
      body += HTMLPage.notes(report.omissions.map { "note: not run: \($0)" })
      return HTMLPage.Section(
        id: "gate-\(index + 1)", title: report.title, lead: report.headline, body: body)
    }
    page.imprint = "Made by tinyvmaf. This file is complete: it needs no network."
    return page.text()
  }

  /// Gates have no charts.
  public func charts() -> [Chart] { [] }

  /// The tables of all gates.
  public func tables() -> [TextTable] {
    reports.flatMap { $0.tables() }.filter { !$0.rows.isEmpty }
  }
}
