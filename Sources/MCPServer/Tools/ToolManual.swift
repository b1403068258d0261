/// The manual pages of the tools, written from the same definitions that clients get.
public struct ToolManual: Sendable {
  /// A page.
  public struct Page: Sendable, Equatable {
    /// The name of its file.
    public let file: String
    /// Markdown.
    public let text: String
  }

  private let tools: [ToolDefinition]
  private let resources: [ResourceTemplate]
  private let prompts: [Prompt]

  /// Describes a server.
  public init(_ server: QualityServer) {
    tools = server.dispatcher.tools.map(\.definition)
    resources = server.dispatcher.resources.templates
    prompts = server.dispatcher.prompts
  }

  /// The page with the list, then one for each tool.
  public var pages: [Page] {
    [Page(file: "README.md", text: overview)]
      + tools.map { Page(file: "\($0.name).md", text: Self.page($0)) }
  }

  private static let notice =
    "<!-- Written by `tinyvmaf mcp --write-docs docs/mcp`; change the tool instead. -->\n\n"

  private var overview: String {
    var text = "# Tools of `tinyvmaf mcp`\n\n" + Self.notice
    text += "How to set the server up is in [the guide](../guides/mcp.md).\n\n"
    text += "| tool | what it does |\n|---|---|\n"
    for tool in tools {
      text += "| [`\(tool.name)`](\(tool.name).md) | \(Self.firstSentence(tool.description)) |\n"
    }
    text += "\n## Resources\n\n| address | what it holds |\n|---|---|\n"
    for resource in resources {
      text += "| `\(resource.uriTemplate)` | \(resource.description) |\n"
    }
    text += "\n## Prompts\n\n| prompt | what it asks | blanks |\n|---|---|---|\n"
    for prompt in prompts {
      let blanks = prompt.arguments.map { "`\($0.name)`" }.joined(separator: ", ")
      text += "| `\(prompt.name)` | \(prompt.description) | \(blanks) |\n"
    }
    return text
  }

  private static func page(_ tool: ToolDefinition) -> String {
    var text = "# `\(tool.name)`\n\n" + notice + tool.description + "\n\n"
    text += "```json\n{\"name\": \"\(tool.name)\", \"arguments\": "
    text += JSONValue.object(tool.example).text + "}\n```\n\n## Arguments\n\n"
    if tool.input.isEmpty {
      text += "None.\n"
    } else {
      text += "| name | value | default | meaning |\n|---|---|---|---|\n"
      for property in tool.input {
        let schema = property.schema
        let standard = schema.defaultValue.map { "`\($0.text)`" } ?? ""
        text += "| `\(property.name)` | \(schema.expectation) | "
        text += property.isRequired ? "required" : standard
        text += " | \(schema.description) |\n"
      }
    }
    if !tool.aliases.isEmpty {
      let names = tool.aliases.map { "`\($0.name)` (`\($0.of)`)" }.joined(separator: ", ")
      text += "\nOther names that are taken as well: \(names).\n"
    }
    text += "\n## Result\n\n| member | value | meaning |\n|---|---|---|\n"
    text += rows(of: tool.output, below: "")
    text += "\nMembers in italics may be missing.\n"
    return text
  }

  private static func rows(of properties: [Schema.Property], below prefix: String) -> String {
    properties.map { property in
      let path = prefix + property.name
      let name = property.isRequired ? "`\(path)`" : "*`\(path)`*"
      let schema = property.schema
      return "| \(name) | \(schema.expectation) | \(schema.description) |\n"
        + rows(inside: schema, at: path)
    }.joined()
  }

  private static func rows(inside schema: Schema, at path: String) -> String {
    switch schema.kind {
    case .object(let properties): rows(of: properties, below: "\(path).")
    case .list(let element, _): rows(inside: element, at: "\(path)[]")
    default: ""
    }
  }

  private static func firstSentence(_ text: String) -> String {
    let end = text.indices.first { text[$0] == "." && text[text.index(after: $0)...].first == " " }
    return end.map { String(text[...$0]) } ?? text
  }
}
