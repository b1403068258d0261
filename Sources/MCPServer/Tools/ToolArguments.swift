/// The arguments of a call, of which the shape has been checked.
struct ToolArguments: Sendable {
  private var values: JSONObject

  /// Replaces other names, checks every value, and fills in defaults.
  ///
  /// - Throws: ``ToolFailure`` with all that is wrong.
  init(_ given: JSONObject, for tool: ToolDefinition) throws(ToolFailure) {
    values = given
    for (name, original) in tool.aliases {
      guard let value = values[name] else { continue }
      guard values[original] == nil else {
        throw ToolFailure("\"\(name)\" is another name of \"\(original)\"; give only one of them.")
      }
      values[name] = nil
      values[original] = value
    }
    // Some clients write null for what they leave out.
    for (name, value) in values.members where value == .null { values[name] = nil }
    let problems = tool.inputSchema.problems(with: .object(values), at: "")
    guard problems.isEmpty else {
      throw ToolFailure(problems.prefix(5).joined(separator: " "))
    }
    for property in tool.input where values[property.name] == nil {
      values[property.name] = property.schema.defaultValue
    }
  }

  /// A text, if it is given.
  func string(_ name: String) -> String? { values[name]?.string }

  /// A whole number, if it is given.
  func integer(_ name: String) -> Int? { values[name]?.integer }

  /// A truth value; `false` when it is not given.
  func flag(_ name: String) -> Bool { values[name]?.bool ?? false }

  /// One text or several; none when it is not given.
  func strings(_ name: String) -> [String] {
    guard let value = values[name] else { return [] }
    return value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
  }

  /// A text that the schema requires.
  ///
  /// - Throws: ``ToolFailure`` when it is missing after all.
  func required(_ name: String) throws(ToolFailure) -> String {
    guard let text = string(name) else { throw ToolFailure("\"\(name)\" is missing.") }
    return text
  }
}
