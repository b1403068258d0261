import Features
import Reports

/// What clients see of a resource.
struct ResourceEntry: Sendable {
  let uri: String
  let name: String
  let title: String
  let description: String
  let mimeType: String

  /// The entry as the protocol has it.
  func json(under revision: Revision) -> JSONValue {
    var members: JSONObject = ["uri": .string(uri), "name": .string(name)]
    if revision.hasStructuredContent { members["title"] = .string(title) }
    members["description"] = .string(description)
    members["mimeType"] = .string(mimeType)
    return .object(members)
  }
}

/// What clients see of a family of resources.
struct ResourceTemplate: Sendable {
  let uriTemplate: String
  let name: String
  let title: String
  let description: String
  let mimeType: String

  /// The template as the protocol has it.
  func json(under revision: Revision) -> JSONValue {
    var members: JSONObject = ["uriTemplate": .string(uriTemplate), "name": .string(name)]
    if revision.hasStructuredContent { members["title"] = .string(title) }
    members["description"] = .string(description)
    members["mimeType"] = .string(mimeType)
    return .object(members)
  }
}

/// What a resource holds.
struct ResourceContents: Sendable {
  let mimeType: String
  let text: String
}

/// Why a resource cannot be read; one sentence.
struct ResourceError: Error, CustomStringConvertible {
  let description: String
}

/// Everything that can be read.
struct ResourceCatalog: Sendable {
  /// The scores that are kept.
  let results: ResultStore
  /// What is known about models.
  let models: ModelCatalog
  /// Proofs of this program.
  let gates: GateReports
  /// What the server's tools share.
  let workspace: Workspace

  private var byteLimit: Int { workspace.limits.resultBytes }

  /// All resources that have an address now.
  var all: [ResourceEntry] {
    models.all.map(\.entry) + GateReports.Gate.allCases.map(\.entry) + results.all.map(\.resource)
  }

  /// The families of resources.
  var templates: [ResourceTemplate] {
    [
      ResourceTemplate(
        uriTemplate: "tinyvmaf://results/{id}{?frames}", name: "result",
        title: "Per-frame scores",
        description: "Scores and features of every frame, in the form of libvmaf's JSON. "
          + "frames=100-199 is a part of them.",
        mimeType: "application/json"),
      ResourceTemplate(
        uriTemplate: "tinyvmaf://models/{name}", name: "model", title: "Model card",
        description: "What a model is, what it needs, and how good it is.",
        mimeType: "application/json"),
      ResourceTemplate(
        uriTemplate: "tinyvmaf://gates/{gate}", name: "gate", title: "Gate report",
        description: "golden: known figures checked on this machine. parity: every kind of kernels "
          + "against the scalar reference, bit for bit. Made when it is first read.",
        mimeType: "application/json"),
    ]
  }

  /// Reads a resource.
  ///
  /// - Throws: ``ResourceError``, or `CancellationError`.
  func read(_ uri: String) async throws -> ResourceContents {
    let unknown = ResourceError(
      description: "There is no resource \(JSONValue.string(uri).kind); see resources/list.")
    guard uri.hasPrefix("tinyvmaf://") else { throw unknown }
    let parts = uri.dropFirst("tinyvmaf://".count).split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw unknown }
    switch parts[0] {
    case "results": return try readResult(parts[1], unknown)
    case "models":
      guard let card = models.find(String(parts[1])) else { throw unknown }
      return ResourceContents(mimeType: "application/json", text: try card.json().text)
    case "gates":
      guard let gate = GateReports.Gate(rawValue: String(parts[1])) else { throw unknown }
      return ResourceContents(
        mimeType: "application/json", text: try await gates.report(gate, in: workspace))
    default: throw unknown
    }
  }

  private func readResult(
    _ address: Substring, _ unknown: ResourceError
  ) throws(ResourceError) -> ResourceContents {
    let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let id = parts.first, let entry = results.find(String(id)) else { throw unknown }
    var report = entry.report
    if parts.count == 2 {
      guard let range = Self.frameRange(parts[1]) else {
        throw ResourceError(description: "A part of a result is \"frames=100-199\".")
      }
      report.table = report.table.selecting(frames: range)
    }
    // The longest line of a value: its name, a number, spaces.
    let width = report.table.columns.reduce(48) { $0 + $1.name.rawValue.utf8.count + 34 }
    guard report.table.frames.count * width <= byteLimit else {
      throw ResourceError(
        description: "\(report.table.frames.count) frames are too many for one answer; read "
          + "parts of them, for instance \(entry.uri)?frames=0-\(max(byteLimit / width - 1, 0)).")
    }
    return ResourceContents(mimeType: "application/json", text: report.text(as: .json))
  }

  /// The frames of `frames=100-199` or `frames=100`.
  private static func frameRange(_ query: Substring) -> ClosedRange<Int>? {
    guard query.hasPrefix("frames=") else { return nil }
    let ends = query.dropFirst("frames=".count).split(
      separator: "-", omittingEmptySubsequences: false
    ).map { Int($0) }
    guard ends.count <= 2, let first = ends.first.flatMap({ $0 }),
      let last = ends.last.flatMap({ $0 }),
      first >= 0, first <= last
    else { return nil }
    return first...last
  }
}

extension ResultStore.Entry {
  /// What clients see of it.
  var resource: ResourceEntry {
    let file = distorted.split(separator: "/").last.map(String.init) ?? distorted
    return ResourceEntry(
      uri: uri, name: "scores-\(id)", title: "Scores of \(file)",
      description: "\(report.table.frames.count) frames of \(file), with all features.",
      mimeType: "application/json")
  }
}

extension FeatureTable {
  /// The rows of some frames.
  fileprivate func selecting(frames wanted: ClosedRange<Int>) -> FeatureTable {
    let rows = frames.indices.filter { wanted.contains(frames[$0]) }
    return FeatureTable(
      frames: rows.map { frames[$0] },
      columns: columns.map { column in
        Column(name: column.name, values: rows.map { column.values[$0] })
      })
  }
}
