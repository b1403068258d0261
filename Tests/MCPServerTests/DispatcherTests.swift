import Synchronization
import Testing

@testable import MCPServer

@Suite struct DispatcherTests {
  let folder: ScratchFolder
  let server: TestServer

  init() throws {
    folder = try ScratchFolder()
    server = try TestServer(folder)
  }

  private func code(_ reply: Dispatcher.Reply) -> Int? {
    guard case .failure(let error) = reply.outcome else { return nil }
    return error.code.rawValue
  }

  @Test(arguments: [
    ("2024-11-05", "2024-11-05"), ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"),
    ("1999-01-01", "2025-11-25"),
  ])
  func negotiates(wish: String, settled: String) async throws {
    let reply = try await server.ask(
      "initialize", ["protocolVersion": .string(wish)], under: nil)
    #expect(reply.handshake?.rawValue == settled)
    let result = try reply.outcome.get()
    #expect(result["protocolVersion"] == .string(settled))
    #expect(result["serverInfo"]?["name"] == "tinyvmaf")
    #expect(result["resultType"] == nil)
  }

  @Test func discovers() async throws {
    let result = try await server.ask("server/discover").outcome.get()
    #expect(result["resultType"] == "complete")
    #expect(result["supportedVersions"] == ["2026-07-28"])
    #expect(result["ttlMs"]?.integer ?? -1 >= 0)
    #expect(result["_meta"]?[RequestTerms.serverKey]?["version"] == "0.0.1")
  }

  @Test func statelessRequestsMustSayWhatTheyAre() async throws {
    func reply(_ metadata: JSONObject, _ method: String = "tools/list") async throws -> Int? {
      code(try await server.ask(method, ["_meta": .object(metadata)], under: nil))
    }
    #expect(try await reply([RequestTerms.versionKey: "2026-07-28"]) == -32602)
    #expect(try await reply([:], "server/discover") == -32602)
    #expect(try await reply([RequestTerms.versionKey: 7]) == -32602)
    let capable: JSONObject = [
      RequestTerms.versionKey: "2025-11-25", RequestTerms.capabilitiesKey: [:],
    ]
    let refused = try await server.ask("tools/list", ["_meta": .object(capable)], under: nil)
    #expect(code(refused) == -32022)
    #expect(refused.message["error"]?["data"]?["requested"] == "2025-11-25")
    #expect(refused.message["error"]?["data"]?["supported"] == ["2026-07-28"])
  }

  @Test func methodsBelongToTheirRevision() async throws {
    #expect(code(try await server.ask("ping", under: .june2025)) == nil)
    #expect(code(try await server.ask("ping")) == -32601)
    #expect(code(try await server.ask("initialize")) == -32601)
    #expect(code(try await server.ask("logging/setLevel", under: .june2025)) == -32601)
    #expect(code(try await server.ask("nope", under: nil)) == -32601)
  }

  @Test func listsFitTheirRevision() async throws {
    let newest = try await server.ask("tools/list").outcome.get()
    #expect(newest["ttlMs"] != nil)
    let tool = newest["tools"]?.array?.first
    #expect(tool?["outputSchema"] != nil)
    #expect(tool?["annotations"]?["readOnlyHint"] == true)
    let oldest = try await server.ask("tools/list", under: .november2024).outcome.get()
    #expect(oldest["ttlMs"] == nil)
    #expect(oldest["tools"]?.array?.first?["outputSchema"] == nil)
    #expect(oldest["tools"]?.array?.first?["annotations"] == nil)
    #expect(oldest["tools"]?.array?.count == newest["tools"]?.array?.count)
    for method in ["resources/list", "resources/templates/list", "prompts/list"] {
      #expect(code(try await server.ask(method)) == nil)
      #expect(code(try await server.ask(method, ["cursor": "7"])) == -32602)
      #expect(code(try await server.ask(method, ["cursor": 1])) == -32602)
    }
  }

  @Test func errorsHaveTheirCodes() async throws {
    #expect(code(try await server.ask("tools/call", ["name": "nope"])) == -32602)
    #expect(code(try await server.ask("tools/call")) == -32602)
    #expect(
      code(try await server.ask("tools/call", ["name": "probe", "arguments": [1]])) == -32602)
    let missing: JSONObject = ["uri": "tinyvmaf://results/0"]
    #expect(code(try await server.ask("resources/read", missing)) == -32602)
    #expect(code(try await server.ask("resources/read", missing, under: .june2025)) == -32002)
    #expect(code(try await server.ask("resources/read", ["uri": "file:///etc/passwd"])) == -32602)
    #expect(code(try await server.ask("prompts/get", ["name": "nope"])) == -32602)
    #expect(code(try await server.ask("prompts/get", ["name": "explain_score"])) == -32602)
  }

  @Test func fillsPrompts() async throws {
    let result = try await server.ask(
      "prompts/get",
      [
        "name": "compare_encodes",
        "arguments": ["reference": "source.mkv", "encodes": "a.mp4, b.mp4", "goal": "above 93"],
      ]
    ).outcome.get()
    let text = result["messages"]?.array?.first?["content"]?["text"]?.string ?? ""
    for word in ["source.mkv", "a.mp4, b.mp4", "above 93", "vmaf_score"] {
      #expect(text.contains(word))
    }
    let bad = try await server.ask(
      "prompts/get", ["name": "compare_encodes", "arguments": ["refrence": "a"]])
    #expect(code(bad) == -32602)
  }

  @Test func badArgumentsAreResultsThatModelsCanRead() async throws {
    let result = try await server.call("vmaf_score", ["reference": "a.y4m", "distort": "b.y4m"])
    #expect(result["isError"] == true)
    #expect(result.resultText.contains("did you mean \"distorted\"?"))
    let both = try await server.call(
      "vmaf_score", ["reference": "a", "ref": "b", "distorted": "c"])
    #expect(both.resultText.contains("give only one"))
  }

  @Test func progressGrowsAndEnds() async throws {
    _ = try folder.writeClip("ref.y4m", frames: 6)
    _ = try folder.writeClip("dis.y4m", frames: 6, noise: 8)
    let seen = Mutex<[JSONValue]>([])
    let reply = try await server.ask(
      "tools/call",
      ["name": "vmaf_score", "arguments": ["reference": "ref.y4m", "distorted": "dis.y4m"]],
      progressToken: "p"
    ) { message in seen.withLock { $0.append(message) } }
    #expect(code(reply) == nil)
    let reports = seen.withLock { $0 }
    let values = reports.compactMap { $0["params"]?["progress"]?.number }
    #expect(values == values.sorted() && Set(values).count == values.count)
    #expect(values.last == 6)
    #expect(reports.allSatisfy { $0["params"]?["progressToken"] == "p" })
    #expect(reports.last?["params"]?["total"]?.number == 6)
  }
}
