import ArgumentParser
import DurableFiles
import Evaluation
import Reports
import Scoring

/// Where the report of a gate goes.
struct GateOutputArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Write the report as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the report as Markdown.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Write the report as one HTML file.", valueName: "file"))
  var report: String?

  /// Makes sure, before any work is done, that the files can be written.
  func check() throws {
    for path in [json, markdown, report] { if let path { try AtomicFile.checkDestination(path) } }
  }

  /// Writes the files that were asked for and shows the report.
  ///
  /// - Parameter tables: What a terminal shows of the figures.
  /// - Throws: `ExitCode` 2 when the gate failed.
  func finish(_ report: some GateReport, showing tables: [TextTable]) throws {
    if let json { try AtomicFile.write(try report.json(), to: json) }
    if let markdown { try AtomicFile.write(report.markdown(), to: markdown) }
    if let page = self.report { try AtomicFile.write(GatePage([report]).html(), to: page) }
    try Self.show(report, tables)
  }

  /// Shows a report.
  ///
  /// - Throws: `ExitCode` 2 when the gate failed.
  static func show(_ report: some GateReport, _ tables: [TextTable]) throws {
    for table in tables where !table.rows.isEmpty { Terminal.out(Figures.text(table) + "\n") }
    for omission in report.omissions { Terminal.out("skipped  \(omission)\n") }
    for failure in report.failures { Terminal.out("FAILED   \(failure)\n") }
    Terminal.out("\(report.headline)\n")
    guard report.isPassed else { throw Failure.gateFailed }
  }
}

extension GateArguments {
  /// The budgets of the file that was named, else the built-in ones.
  func loadBudgets() throws -> GateBudgets {
    guard let budgets else { return try .embedded() }
    do {
      return try GateBudgets(json: FileContents.read(budgets, limit: 16 << 20))
    } catch let error as DecodingError {
      throw Failure.Message(
        text: "\(budgets): these are no budgets of the gates (\(error.shortReason)).",
        code: Failure.badData)
    }
  }
}

extension DecodingError {
  /// What is wrong with a file, in a few words.
  fileprivate var shortReason: String {
    switch self {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "not JSON" : context.codingPath.map(\.stringValue).joined(separator: ".")
    @unknown default: "not readable"
    }
  }
}
