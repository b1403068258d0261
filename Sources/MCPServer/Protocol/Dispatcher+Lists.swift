extension Dispatcher {
  /// The entries of one page of a list.
  private static let pageLength = 100

  /// Puts one page of a list into a result.
  ///
  /// - Throws: ``ProtocolError`` for a cursor that this server never gave.
  private func page(
    _ entries: [JSONValue], as name: String, _ parameters: JSONObject, under revision: Revision,
    _ caching: Caching
  ) throws -> JSONObject {
    var start = 0
    if let cursor = parameters["cursor"], cursor != .null {
      guard let offset = cursor.string.flatMap({ Int($0) }), offset > 0, offset < entries.count,
        offset.isMultiple(of: Self.pageLength)
      else { throw ProtocolError(.invalidParameters, "\"cursor\" is none that was given.") }
      start = offset
    }
    let end = min(start + Self.pageLength, entries.count)
    var result: JSONObject = [name: .array(Array(entries[start..<end]))]
    if end < entries.count { result["nextCursor"] = .string("\(end)") }
    caching.add(to: &result, under: revision)
    return result
  }

  /// The value of a text parameter that must be there.
  private func text(_ name: String, in parameters: JSONObject) throws -> String {
    guard let text = parameters[name]?.string else {
      throw ProtocolError(.invalidParameters, "params needs \"\(name)\", a text.")
    }
    return text
  }
}

// MARK: - Tools

extension Dispatcher {
  func toolList(_ parameters: JSONObject, under revision: Revision) throws -> JSONObject {
    try page(
      tools.map { $0.json(under: revision) }, as: "tools", parameters, under: revision, .settled)
  }

  func callTool(
    _ parameters: JSONObject, under revision: Revision, _ progress: ProgressReporter
  ) async throws -> JSONObject {
    let name = try text("name", in: parameters)
    guard let tool = tools.first(where: { $0.name == name }) else {
      throw ProtocolError(.invalidParameters, "Unknown tool: \(JSONValue.string(name).kind)")
    }
    let given = parameters["arguments"] ?? .null
    guard given == .null || given.object != nil else {
      throw ProtocolError(.invalidParameters, "\"arguments\" is an object.")
    }
    let result = try await tool.result(for: given.object ?? [:], progress)
    return result.json(under: revision)
  }
}

// MARK: - Resources

extension Dispatcher {
  func resourceList(_ parameters: JSONObject, under revision: Revision) throws -> JSONObject {
    try page(
      resources.all.map { $0.json(under: revision) }, as: "resources", parameters,
      under: revision, .changing)
  }

  func templateList(_ parameters: JSONObject, under revision: Revision) throws -> JSONObject {
    try page(
      resources.templates.map { $0.json(under: revision) }, as: "resourceTemplates", parameters,
      under: revision, .settled)
  }

  func readResource(
    _ parameters: JSONObject, under revision: Revision
  ) async throws -> JSONObject {
    let uri = try text("uri", in: parameters)
    do {
      let contents = try await resources.read(uri)
      var result: JSONObject = [
        "contents": [
          [
            "uri": .string(uri), "mimeType": .string(contents.mimeType),
            "text": .string(contents.text),
          ]
        ]
      ]
      Caching.changing.add(to: &result, under: revision)
      return result
    } catch let error as ResourceError {
      throw ProtocolError(
        revision.resourceNotFound, error.description, data: ["uri": .string(uri)])
    }
  }
}

// MARK: - Prompts

extension Dispatcher {
  func promptList(_ parameters: JSONObject, under revision: Revision) throws -> JSONObject {
    try page(
      prompts.map { $0.json(under: revision) }, as: "prompts", parameters, under: revision,
      .settled)
  }

  func prompt(_ parameters: JSONObject, under revision: Revision) throws -> JSONObject {
    let name = try text("name", in: parameters)
    guard let prompt = prompts.first(where: { $0.name == name }) else {
      throw ProtocolError(.invalidParameters, "Unknown prompt: \(JSONValue.string(name).kind)")
    }
    let arguments = parameters["arguments"] ?? .object([:])
    guard let arguments = arguments.object else {
      throw ProtocolError(.invalidParameters, "\"arguments\" is an object.")
    }
    return try prompt.messages(with: arguments)
  }
}
