public import Evaluation

/// A report: one page for people, and what is on it as pictures and tables.
public protocol ReportPage: Sendable {
  /// The page as one HTML file.
  func html() -> String
  /// Its charts.
  func charts() -> [Chart]
  /// Its tables.
  func tables() -> [TextTable]
}

extension ScorePage: ReportPage {}

extension ReportPage {
  /// All charts as one Vega-Lite specification.
  public func vegaLite(title: String) -> String { Chart.vegaLite(charts(), title: title) }

  /// All tables in Markdown, one below the other.
  public func markdownTables() -> String {
    tables().map { "## \($0.title)\n\n\($0.markdown())" }.joined(separator: "\n")
  }
}
