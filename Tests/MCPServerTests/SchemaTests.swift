import Testing

@testable import MCPServer

@Suite struct SchemaTests {
  private let schema = Schema.object(
    [
      .required("reference", .string("")), .optional("frames", .integer(1...10, "")),
      .optional("scale", .choice(["bicubic", "lanczos"], "")),
      .optional("distorted", .strings(1...2, "")), .optional("ratio", .number("", 0...1)),
      .optional("flag", .boolean("")), .optional("table", .map(of: .number(""), "")),
    ], "")

  @Test(
    arguments: [
      ["reference": "a"], ["reference": "a", "frames": 3, "scale": "bicubic", "flag": false],
      ["reference": "a", "frames": 3.0], ["reference": "a", "distorted": "b"],
      ["reference": "a", "distorted": ["b", "c"], "ratio": 1, "table": ["x": 0.5]],
    ] as [JSONValue])
  func takesWhatFits(value: JSONValue) {
    #expect(schema.problems(with: value, at: "") == [])
  }

  @Test(
    arguments: [
      ([:], "\"reference\" is missing: a text."),
      (["reference": 1], "\"reference\" must be a text, not 1."),
      (["reference": "a", "frames": 0], "\"frames\" must be a whole number from 1 to 10, not 0."),
      (
        ["reference": "a", "frames": 2.5],
        "\"frames\" must be a whole number from 1 to 10, not 2.5."
      ),
      (
        ["reference": "a", "scale": "cubic"],
        "\"scale\" must be one of bicubic, lanczos, not \"cubic\"."
      ),
      (
        ["reference": "a", "distorted": ["1", "2", "3"]],
        "\"distorted\" must be a text or a list of 1 to 2, not a list of 3."
      ),
      (["reference": "a", "flag": "yes"], "\"flag\" must be true or false, not \"yes\"."),
      (["reference": "a", "ratio": 2], "\"ratio\" must be a number from 0.0 to 1.0, not 2."),
      (["reference": "a", "table": ["x": "y"]], "\"table.x\" must be a number, not \"y\"."),
      (["reference": "a", "frame": 1], "There is no \"frame\"; did you mean \"frames\"?"),
      (
        ["reference": "a", "qqqqqqqq": 1],
        "There is no \"qqqqqqqq\"; known are reference, frames, scale, distorted, ratio, flag, table."
      ),
      (.null, "\"\" must be an object, not null."),
    ] as [(JSONValue, String)])
  func saysWhatDoesNotFit(value: JSONValue, problem: String) {
    #expect(schema.problems(with: value, at: "") == [problem])
  }

  @Test func isJSONSchema() {
    #expect(
      JSONValue.object(
        Schema.object([.required("n", .integer(1...3, "Count.", default: 2))], "").json
      )
      .text == #"{"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":3,"#
        + #""description":"Count.","default":2}},"required":["n"],"additionalProperties":false}"#)
  }

  /// Many hosts refuse choices at the top of a schema, and names of other characters.
  @Test func toolsSuitAllHosts() throws {
    let folder = try ScratchFolder()
    for tool in try TestServer(folder).dispatcher.tools {
      #expect(tool.definition.inputSchema.json["type"] == "object")
      #expect(tool.definition.outputSchema.json["type"] == "object")
      #expect(tool.name.utf8.count <= 64)
      #expect(tool.name.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_") })
      for alias in tool.definition.aliases {
        #expect(tool.definition.input.contains { $0.name == alias.of }, "\(tool.name) \(alias)")
      }
    }
  }
}
