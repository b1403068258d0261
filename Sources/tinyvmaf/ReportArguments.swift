import ArgumentParser
import DurableFiles
import Evaluation
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reports for people: a page, its charts and its tables as files.
struct ReportArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Write a report as one HTML file.", valueName: "file"))
  var report: String?

  @Option(help: ArgumentHelp("Write the report's charts as SVG files.", valueName: "folder"))
  var svg: String?

  @Option(help: ArgumentHelp("Write the report's charts as Vega-Lite JSON.", valueName: "file"))
  var vega: String?

  @Option(
    help: ArgumentHelp("Write the report's tables as CSV and Markdown.", valueName: "folder"))
  var tables: String?

  /// Whether anything of a report is wanted.
  var isWanted: Bool { [report, svg, vega, tables].contains { $0 != nil } }

  /// Makes sure, before any work is done, that the files can be written.
  ///
  /// - Throws: `FileError` or ``Failure/Message``.
  func check() throws {
    for path in [report, vega].compactMap(\.self) { try AtomicFile.checkDestination(path) }
    for folder in [svg, tables].compactMap(\.self) { try Self.makeFolder(folder) }
  }

  /// Writes what was asked for.
  func write(_ page: any ReportPage) throws {
    if let report { try AtomicFile.write(page.html(), to: report) }
    if let vega { try AtomicFile.write(page.vegaLite(title: "tinyvmaf"), to: vega) }
    if let svg {
      for chart in page.charts() {
        try AtomicFile.write(chart.svg(), to: "\(svg)/\(chart.name).svg")
      }
    }
    if let tables {
      var used: Set<String> = []
      for table in page.tables() {
        var name = ReportNames.stem(table.title)
        while !used.insert(name).inserted { name += "-2" }
        try AtomicFile.write(table.csv(), to: "\(tables)/\(name).csv")
      }
      try AtomicFile.write(page.markdownTables(), to: "\(tables)/tables.md")
    }
  }

  private static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileError(path: path, code: errno)
  }
}

/// What a ladder's curves need to know about its encodes.
struct LadderArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Kilobits per second of the distorted videos, in order, for curves of rate and quality; by \
      default from the files' sizes, or for raw video from names such as clip_1200k.y4m.
      """, valueName: "kbps,…"))
  var rates: String?

  @Option(
    help: ArgumentHelp(
      """
      What made the distorted videos, in order: those of one encoder form a curve; by default from \
      the files' names.
      """, valueName: "name,…"))
  var encoders: String?

  /// Makes sure, before any work is done, that there is a value for each video.
  func check(count: Int) throws {
    _ = try rates(for: count)
    _ = try encoders(for: count)
  }

  /// The rates that were given, one per video.
  func rates(for count: Int) throws -> [Double]? {
    guard let rates else { return nil }
    let values = rates.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0.filter { $0 != " " })
    }
    guard values.count == count else {
      throw ValidationError("--rates has \(values.count) values for \(count) distorted videos.")
    }
    return try values.map { value in
      guard let value, value > 0, value.isFinite else {
        throw ValidationError("--rates must be positive numbers, separated by commas.")
      }
      return value
    }
  }

  /// The encoders that were given, one per video.
  func encoders(for count: Int) throws -> [String]? {
    guard let encoders else { return nil }
    let names = encoders.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.count == count, names.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError(
        "--encoders needs a name for each of \(count) distorted videos, separated by commas.")
    }
    return names
  }
}

/// The names of files of a report.
enum ReportNames {
  /// Letters, digits and hyphens only.
  static func stem(_ text: String) -> String {
    let parts = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return parts.isEmpty ? "table" : parts.joined(separator: "-")
  }
}
