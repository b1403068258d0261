#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Something that a client can have done.
protocol Tool: Sendable {
  /// What clients see of it.
  var definition: ToolDefinition { get }

  /// Does it.
  ///
  /// - Parameters:
  ///   - arguments: Values that have the shape of ``ToolDefinition/input``, defaults filled in.
  ///   - progress: Tells the client how far it is.
  /// - Throws: An error whose description is one helpful sentence.
  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult
}

/// What clients see of a tool.
struct ToolDefinition: Sendable {
  /// The name to call it by.
  let name: String
  /// The name for people.
  let title: String
  /// What it does and when to use it, for a model.
  let description: String
  /// Other names of arguments that are taken as well, with what they stand for.
  var aliases: [(name: String, of: String)] = []
  /// Arguments of a call for the manual.
  var example: JSONObject = [:]
  /// What it takes.
  let input: [Schema.Property]
  /// What it returns.
  let output: [Schema.Property]
  /// Whether the same call gives the same result.
  var isRepeatable = true

  var inputSchema: Schema { .object(input, "") }
  var outputSchema: Schema { .object(output, "") }

  /// The definition as the protocol has it; every tool only reads, and only files.
  func json(under revision: Revision) -> JSONValue {
    var members: JSONObject = ["name": .string(name)]
    if revision.hasStructuredContent { members["title"] = .string(title) }
    members["description"] = .string(description)
    members["inputSchema"] = .object(inputSchema.json)
    if revision.hasStructuredContent { members["outputSchema"] = .object(outputSchema.json) }
    if revision.hasToolAnnotations {
      members["annotations"] = [
        "title": .string(title), "readOnlyHint": true, "destructiveHint": false,
        "idempotentHint": .bool(isRepeatable), "openWorldHint": false,
      ]
    }
    return .object(members)
  }
}

/// What a tool returns.
struct ToolResult: Sendable {
  /// The values, which have the shape of ``ToolDefinition/output``.
  let values: JSONObject
  /// What comes after them.
  var attachments: [Attachment] = []
  /// Why the tool failed, if it did.
  private(set) var failure: String?

  /// What is not text.
  enum Attachment: Sendable {
    /// A picture as PNG.
    case image([UInt8])
    /// A resource worth reading.
    case link(ResourceEntry)
  }

  /// A result with values.
  init(_ values: JSONObject, attachments: [Attachment] = []) {
    self.values = values
    self.attachments = attachments
  }

  /// The result of a tool that failed.
  init(failure: String) {
    values = [:]
    self.failure = failure
  }

  /// The result as the protocol has it.
  func json(under revision: Revision) -> JSONObject {
    if let failure {
      return ["content": [["type": "text", "text": .string(failure)]], "isError": true]
    }
    let values = JSONValue.object(values)
    var content: [JSONValue] = [["type": "text", "text": .string(values.text)]]
    content += attachments.compactMap { $0.json(under: revision) }
    var members: JSONObject = ["content": .array(content)]
    if revision.hasStructuredContent { members["structuredContent"] = values }
    members["isError"] = false
    return members
  }
}

extension ToolResult.Attachment {
  fileprivate func json(under revision: Revision) -> JSONValue? {
    switch self {
    case .image(let bytes):
      return [
        "type": "image", "data": .string(Data(bytes).base64EncodedString()),
        "mimeType": "image/png",
      ]
    case .link(let entry):
      guard revision.hasStructuredContent else { return nil }
      var members: JSONObject = ["type": "resource_link"]
      for (name, value) in entry.json(under: revision).object?.members ?? [] {
        members[name] = value
      }
      return .object(members)
    }
  }
}

extension Tool {
  var name: String { definition.name }

  /// The tool as the protocol lists it.
  func json(under revision: Revision) -> JSONValue { definition.json(under: revision) }

  /// Checks arguments, does the work, and turns errors into results that a model can read.
  ///
  /// - Throws: `CancellationError` alone.
  func result(
    for given: JSONObject, _ progress: ProgressReporter
  ) async throws(CancellationError) -> ToolResult {
    let arguments: ToolArguments
    do throws(ToolFailure) {
      arguments = try ToolArguments(given, for: definition)
    } catch {
      return ToolResult(failure: error.description)
    }
    do {
      let result = try await call(arguments, progress)
      if Task.isCancelled { throw CancellationError() }
      return result
    } catch {
      if Task.isCancelled { throw CancellationError() }
      return ToolResult(failure: "\(error)")
    }
  }
}

/// Why a tool cannot do what was asked; one sentence that says what to do.
struct ToolFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
