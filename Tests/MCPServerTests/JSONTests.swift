import Testing

@testable import MCPServer

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(text.utf8) }

  @Test(
    arguments: [
      ("null", .null), (" true ", true), ("-0", 0), ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .number(9.223372036854775808e18)), ("1e3", .number(1000)),
      ("-2.5E-1", .number(-0.25)), (#""a\u00e9\n\ud83d\ude00\/""#, "aé\n😀/"),
      (#"[1,[],{}]"#, [1, [], [:]]), (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [.null]]]),
    ] as [(String, JSONValue)])
  func readsValues(text: String, value: JSONValue) throws {
    #expect(try parse(text) == value)
    #expect(try parse(parse(text).text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "01", "-", "1.", ".5", "1e", "+1", "1e999", "NaN", "Infinity", "[1,]",
    "[1 2]", "[", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", "\"",
    "\"\\x\"",
    "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\t\"", "1 2", "'a'", "[1]]",
    "{\"é\":1,\"e\u{301}\":2}",
  ])
  func refusesWhatIsNoJSON(text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test func refusesInvalidUTF8() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0xEF, 0xBB, 0xBF],
      [0x22, 0xE2, 0x82, 0x22],
    ] {
      #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(bytes) }
    }
  }

  @Test func limitsDepthSizeAndNumbers() throws {
    let depth = JSONParser.depthLimit
    let deepest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    _ = try parse(deepest)
    #expect(throws: JSONSyntaxError.self) { try parse("[" + deepest + "]") }
    #expect(throws: JSONSyntaxError.self) {
      try parse(String(repeating: "{\"a\":", count: 1_000_000))
    }
    #expect(throws: JSONSyntaxError.self) {
      try parse("[" + String(repeating: "0,", count: JSONParser.valueLimit) + "0]")
    }
    #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "9", count: 401)) }
  }

  @Test func writesOneLine() {
    let value: JSONValue = ["text": "a\n\u{1}\u{7f}\"\\", "numbers": [0.1, 1, .number(.nan)]]
    #expect(value.text == #"{"text":"a\n\u0001\u007f\"\\","numbers":[0.1,1,null]}"#)
  }

  @Test func keepsTheOrderOfMembers() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = nil
    object["b"] = 4
    #expect(object.names == ["a", "c", "b"])
    #expect(object == ["b": 4, "a": 2, "c": 3])
  }
}
