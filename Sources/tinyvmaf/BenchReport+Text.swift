#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension BenchReport {
  /// The report as one JSON object.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// The report as a Markdown table, which also reads well on a terminal.
  func markdown() -> String {
    var heading = "\(processor), \(cores) cores; medians of \(rounds) rounds."
    if let peer {
      heading += " Peer: \(peer)" + (peerVersion.map { " \($0)" } ?? "") + "."
    }
    var lines = [heading, ""]
    lines += Self.table([columnNames] + rows.map(cells))
    if !notes.isEmpty { lines.append("") }
    lines += notes.map { "- \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private var columnNames: [String] {
    let own = ["work", "video", "isa", "threads", "CPU ms/frame", "frames/s", "peak MB"]
    let other = ["peer CPU ms", "peer frames/s", "peer MB", "CPU ratio", "wall ratio"]
    return peer == nil ? own : own + other
  }

  private func cells(_ row: Row) -> [String] {
    var cells = [row.work, row.video, row.isa, "\(row.threads)"]
    cells.append(Self.text(row.cpuMilliseconds, 2))
    cells.append(Self.text(row.framesPerSecond, 1))
    cells.append(Self.text(row.peakMegabytes, 0))
    guard peer != nil else { return cells }
    cells.append(Self.text(row.peerCpuMilliseconds, 2))
    cells.append(Self.text(row.peerFramesPerSecond, 1))
    cells.append(Self.text(row.peerPeakMegabytes, 0))
    cells.append(Self.text(row.cpuRatio, 2))
    cells.append(Self.text(row.wallRatio, 2))
    return cells
  }

  /// Lines of a table with the first row as its head; text is left aligned, figures are right.
  private static func table(_ rows: [[String]]) -> [String] {
    let textColumns = 3
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let rule = widths.enumerated().map { column, width in
      column < textColumns
        ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
    }
    var lines = rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < textColumns ? cell + space : space + cell
      }
    }
    lines.insert(rule, at: 1)
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }
  }

  private static func text(_ value: Double?, _ digits: Int) -> String {
    value.map { Figures.fixed($0, digits) } ?? "–"
  }
}
