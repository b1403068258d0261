#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How one check of a gate ended.
public enum GateVerdict: String, Sendable, Hashable, Codable {
  /// The contract holds.
  case passed
  /// The contract is broken.
  case failed
  /// What the check needs is not here; its reason says what.
  case skipped
}

/// What a gate found: a verdict that a build can depend on, and the figures behind it.
public protocol GateReport: Encodable, Sendable {
  /// The name of the gate, such as `Golden gate`.
  var title: String { get }
  /// The verdicts of all checks, in order.
  var verdicts: [GateVerdict] { get }
  /// Whether a check that was skipped is a failure.
  var requiresAll: Bool { get }
  /// The figures as tables, the most important first.
  func tables() -> [TextTable]
  /// One sentence for each check that failed.
  var failures: [String] { get }
  /// What was skipped and why, one line each.
  var omissions: [String] { get }
}

extension GateReport {
  /// Whether a build may go on.
  public var isPassed: Bool {
    verdicts.contains(.passed) && !verdicts.contains(.failed)
      && !(requiresAll && verdicts.contains(.skipped))
  }

  /// One line: the gate, its verdict, and how many checks ended in which way.
  public var headline: String {
    func count(_ verdict: GateVerdict) -> Int { verdicts.count { $0 == verdict } }
    var text = "\(title): \(isPassed ? "passed" : "FAILED"), \(count(.passed)) checks passed"
    text += ", \(count(.failed)) failed, \(count(.skipped)) skipped"
    if requiresAll, verdicts.contains(.skipped) { text += " (all are required)" }
    return text
  }

  /// The report in Markdown, under a heading of the second level.
  public func markdown() -> String {
    var text = "## \(title)\n\n\(headline).\n"
    for failure in failures { text += "\n- **failed:** \(failure)" }
    for omission in omissions { text += "\n- skipped: \(omission)" }
    if !failures.isEmpty || !omissions.isEmpty { text += "\n" }
    for table in tables() where !table.rows.isEmpty {
      text += "\n### \(table.title)\n\n" + table.markdown()
    }
    return text
  }

  /// The report as UTF-8 JSON with sorted keys, ending in a newline.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}
