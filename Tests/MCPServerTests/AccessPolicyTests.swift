import HTTPTypes
import Testing

@testable import MCPServer

@Suite struct AccessPolicyTests {
  private let token = "0123456789abcdef"

  @Test func otherMachinesNeedAToken() throws {
    for host in ["0.0.0.0", "::", "192.168.1.5", "example.com", "127.0.0.1.example.com"] {
      #expect(throws: AccessError.self) { try AccessPolicy(host: host) }
      _ = try AccessPolicy(host: host, token: token)
    }
    for host in ["127.0.0.1", "127.1.2.3", "localhost", "::1"] { _ = try AccessPolicy(host: host) }
    for weak in ["", "short", "0123456789 abcdef", "0123456789abcdé"] {
      #expect(throws: AccessError.self) { try AccessPolicy(host: "127.0.0.1", token: weak) }
    }
  }

  @Test func comparesTokens() throws {
    let policy = try AccessPolicy(host: "0.0.0.0", token: token)
    #expect(policy.allows(authorization: "Bearer \(token)"))
    #expect(policy.allows(authorization: "bearer \(token)"))
    for wrong in [
      nil, "", "Bearer", "Bearer ", "Bearer \(token)x", "Bearer \(token.dropLast())", token,
      "Basic \(token)", "Bearer \(token)\(token)", "Bearer 1123456789abcdef",
    ] {
      #expect(!policy.allows(authorization: wrong), "\(wrong ?? "nil")")
    }
    #expect(try AccessPolicy(host: "127.0.0.1").allows(authorization: nil))
  }

  @Test func takesPagesOfThisMachineOnly() throws {
    let policy = try AccessPolicy(host: "127.0.0.1", origins: ["https://tools.example"])
    for origin in [
      "http://localhost:3000", "https://127.0.0.1", "http://[::1]:80", "https://tools.example",
    ] {
      #expect(policy.allows(origin: origin), "\(origin)")
    }
    for origin in [
      "https://evil.example", "null", "", "http://localhost.evil.example", "file://",
      "http://127.0.0.1.evil.example", "https://tools.example.evil.example", "ftp://localhost",
    ] {
      #expect(!policy.allows(origin: origin), "\(origin)")
    }
    #expect(policy.allows(authority: "127.0.0.1:8642"))
    #expect(policy.allows(authority: "localhost:8642"))
    #expect(!policy.allows(authority: "evil.example:8642"))
    #expect(!policy.allows(authority: nil))
  }

  @Test(arguments: [
    ("127.0.0.1:8642", "127.0.0.1", 8642), ("8642", "127.0.0.1", 8642), ("[::1]:0", "::1", 0),
    ("example.com:80", "example.com", 80),
  ])
  func readsAddresses(text: String, host: String, port: Int) {
    let address = HTTPAddress(text)
    #expect(address?.host == host)
    #expect(address?.port == port)
  }

  @Test(arguments: ["", ":80", "host", "host:", "host:x", "host:70000", "host:-1"])
  func refusesAddresses(text: String) {
    #expect(HTTPAddress(text) == nil)
  }
}

@Suite struct RequestHeadersTests {
  private let call = Request(
    id: .integer(1), method: "tools/call",
    parameters: ["name": "probe", "_meta": [RequestTerms.versionKey: "2026-07-28"]])

  private func headers(_ name: String?, version: String = "2026-07-28") -> RequestHeaders {
    var fields = HTTPFields()
    fields.add("MCP-Protocol-Version", version)
    fields.add("Mcp-Method", "tools/call")
    if let name { fields.add("mcp-name", name) }
    return RequestHeaders(fields)
  }

  @Test func headersMustAgreeWithTheBody() throws {
    try headers("probe").check(against: call)
    try headers("=?base64?cHJvYmU=?=").check(against: call)
    for name in [
      nil, "vmaf_score", "=?base64?eA==?=", "=?base64?***?=", "Probe", "=?base64?/w==?=",
    ] {
      #expect(throws: ProtocolError.self) { try headers(name).check(against: call) }
    }
    #expect(throws: ProtocolError.self) {
      try headers("probe", version: "2025-11-25").check(against: call)
    }
    #expect(throws: ProtocolError.self) { try RequestHeaders(HTTPFields()).check(against: call) }
  }

  @Test func sessionsAreForgottenInOrder() {
    let sessions = Sessions(limit: 2)
    let first = sessions.open(.june2025)
    let second = sessions.open(.november2025)
    #expect(sessions.find(first.id)?.revision == .june2025)
    let third = sessions.open(.march2025)
    #expect(sessions.find(second.id) == nil)
    #expect(sessions.find(first.id) != nil)
    #expect(sessions.close(third.id))
    #expect(!sessions.close(third.id))
  }
}
