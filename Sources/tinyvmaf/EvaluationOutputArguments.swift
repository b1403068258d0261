import ArgumentParser
import DurableFiles
import Evaluation
import Reports

/// Where an evaluation goes.
struct EvaluationOutputArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Write the evaluation as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the evaluation as Markdown.", valueName: "file"))
  var markdown: String?

  /// Writes the files that were asked for, and the tables to standard output.
  func write(_ report: EvaluationReport) throws {
    if let json { try AtomicFile.write(try report.json(), to: json) }
    if let markdown { try AtomicFile.write(report.markdown(), to: markdown) }
    Terminal.out(
      "\(report.model) against \(report.target): \(report.overall.rows) "
        + "\(report.unit.rawValue)s of \(report.sources) sources\n")
    for table in report.tables() { Terminal.out("\n" + Figures.text(table)) }
  }
}

/// How figures and tables look on a terminal.
enum Figures {
  /// A number with a fixed count of decimals.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((abs(value) * scale).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let rest = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: digits - rest.count)
    return "\(sign)\(whole / Int(scale)).\(zeros)\(rest)"
  }

  /// A number with about four significant digits.
  static func short(_ value: Double) -> String {
    var digits = 4
    var scale = 1.0
    while digits < 9, abs(value) * scale < 1, value != 0 {
      scale *= 10
      digits += 1
    }
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    return "\((value * factor).rounded() / factor)"
  }

  /// The text without spaces at its end.
  private static func trimmed(_ text: String) -> Substring {
    var end = text.endIndex
    while end > text.startIndex, text[text.index(before: end)] == " " {
      end = text.index(before: end)
    }
    return text[..<end]
  }

  /// A table in columns that are as wide as they need to be.
  static func text(_ table: TextTable) -> String {
    let all = [table.header] + table.rows
    let widths = table.header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let lines = all.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }
      return cells.joined(separator: "  ")
    }
    return table.title + "\n" + lines.map { "  \(trimmed($0))\n" }.joined()
  }
}
