/// A revision of the Model Context Protocol.
///
/// The first four begin with a handshake; since 2026-07-28 every request says itself which revision
/// it follows, and the server keeps nothing about its client.
enum Revision: String, CaseIterable, Comparable, Sendable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// Whether requests carry their revision with them.
  var isStateless: Bool { self >= .july2026 }

  /// The revisions that requests can carry with them.
  static let stateless = allCases.filter(\.isStateless)

  /// The newest revision with a handshake.
  static let newestWithHandshake = Revision.november2025

  /// Whether tools have annotations.
  var hasToolAnnotations: Bool { self >= .march2025 }
  /// Whether progress has a message.
  var hasProgressMessages: Bool { self >= .march2025 }
  /// Whether there are titles, output schemas, structured content and links to resources.
  var hasStructuredContent: Bool { self >= .june2025 }

  /// The code for a resource that is not there.
  var resourceNotFound: ProtocolError.Code {
    isStateless ? .invalidParameters : .resourceNotFound
  }

  /// Earlier revisions are smaller.
  static func < (first: Revision, second: Revision) -> Bool { first.rawValue < second.rawValue }
}
