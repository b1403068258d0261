import Testing

@testable import MCPServer

@Suite struct MessageTests {
  private func failure(_ text: String) -> MalformedMessage? {
    do throws(MalformedMessage) {
      _ = try IncomingMessage(text.utf8)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      ("{", -32700, nil), ("[]", -32600, nil), ("1", -32600, nil), ("{}", -32600, nil),
      (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, 1),
      (#"{"id":1,"method":"ping"}"#, -32600, 1),
      (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":1e30,"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":3}"#, -32600, 3),
      (#"{"jsonrpc":"2.0","id":3,"method":7}"#, -32600, 3),
      (#"{"jsonrpc":"2.0","id":3,"method":""}"#, -32600, 3),
      (#"{"jsonrpc":"2.0","id":3,"method":"ping","params":[1]}"#, -32602, 3),
      (#"{"jsonrpc":"2.0","id":3,"method":"ping","params":"x"}"#, -32602, 3),
    ] as [(String, Int, Int?)])
  func saysWhatIsWrong(text: String, code: Int, id: Int?) {
    let response = failure(text)?.response
    #expect(response?["error"]?["code"] == .integer(code))
    #expect(response?["id"] == id.map(JSONValue.integer))
  }

  @Test func refusesHugeIdentifiers() {
    let text = String(repeating: "a", count: RequestID.lengthLimit + 1)
    #expect(failure(#"{"jsonrpc":"2.0","method":"ping","id":"\#(text)"}"#) != nil)
    #expect(failure(#"{"jsonrpc":"2.0","method":"ping","id":"\#(text.dropLast())"}"#) == nil)
    #expect(failure(#"{"jsonrpc":"2.0","method":"ping","id":9223372036854775807}"#) == nil)
    #expect(failure(#"{"jsonrpc":"2.0","method":"ping","id":9223372036854775808}"#) != nil)
  }

  @Test func tellsKindsApart() throws {
    guard
      case .request(let request) = try IncomingMessage(
        #"{"jsonrpc":"2.0","id":"x","method":"tools/list"}"#.utf8)
    else {
      Issue.record("no request")
      return
    }
    #expect(request.id == .string("x"))
    #expect(request.parameters == [:])
    guard
      case .notification("a", ["b": 1]) = try IncomingMessage(
        #"{"jsonrpc":"2.0","method":"a","params":{"b":1}}"#.utf8)
    else {
      Issue.record("no notification")
      return
    }
    guard case .response = try IncomingMessage(#"{"jsonrpc":"2.0","id":1,"result":{}}"#.utf8) else {
      Issue.record("no response")
      return
    }
  }
}
