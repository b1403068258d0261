import Foundation
import Synchronization
import Testing

@testable import MCPServer

/// A server whose streams are pipes of the test.
private final class PipedServer: Sendable {
  let input = Pipe()
  let output = Pipe()
  private let task: Task<Void, any Error>
  private let reader: Mutex<LineReader>

  init(_ workspace: Workspace) {
    let server = QualityServer(workspace)
    let (read, write) = (
      input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor
    )
    task = Task { try await server.serveStandardStreams(input: read, output: write) }
    reader = Mutex(
      LineReader(descriptor: output.fileHandleForReading.fileDescriptor, limit: 64 << 20))
  }

  func send(_ line: [UInt8]) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(line + [0x0A]))
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// The server's next message, or `nil` at its end; waits away from the threads of the server.
  func next() async throws -> JSONValue? {
    let line = await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [self] in
        continuation.resume(returning: reader.withLock { $0.next() })
      }
    }
    guard case .line(let bytes) = line else { return nil }
    return try JSONParser.parse(bytes)
  }

  func finish() async throws {
    try input.fileHandleForWriting.close()
    try await task.value
    try output.fileHandleForWriting.close()
  }
}

@Suite struct StandardStreamsTests {
  let folder: ScratchFolder
  let workspace: Workspace

  init() throws {
    folder = try ScratchFolder()
    workspace = try TestServer(folder).workspace
  }

  @Test func shakesHandsAndEnds() async throws {
    let server = PipedServer(workspace)
    try server.send(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#)
    #expect(try await server.next()?["result"]?["protocolVersion"] == "2025-03-26")
    try server.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    try server.send("\r")
    try server.send(#"{"jsonrpc":"2.0","id":"a","method":"tools/list"}"# + "\r")
    let tools = try await server.next()
    #expect(tools?["id"] == "a")
    // The revision of the handshake has no output schemas.
    #expect(tools?["result"]?["tools"]?.array?.first?["outputSchema"] == nil)
    try await server.finish()
  }

  @Test func answersWhatAScriptHasAskedBeforeItsEnd() async throws {
    let server = PipedServer(workspace)
    try server.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
    try await server.finish()
    #expect(try await server.next() == ["jsonrpc": "2.0", "id": 1, "result": [:]])
  }

  @Test func refusesLinesThatAreTooLong() async throws {
    var limits = ServerLimits()
    limits.messageBytes = 1000
    let server = PipedServer(try TestServer(folder, limits: limits).workspace)
    try server.send([UInt8](repeating: UInt8(ascii: "["), count: 5000))
    #expect(try await server.next()?["error"]?["code"] == -32600)
    try server.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
    #expect(try await server.next()?["id"] == 1)
    try await server.finish()
  }

  @Test func cancelsAndStaysSilentAboutIt() async throws {
    _ = try folder.writeClip("ref.y4m", width: 320, height: 240, frames: 200)
    let server = PipedServer(workspace)
    func call(_ id: Int) -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"vmaf_score","#
        + #""arguments":{"reference":"ref.y4m","distorted":"ref.y4m"},"#
        + #""_meta":{"progressToken":\#(id)}}}"#
    }
    try server.send(call(1))
    #expect(try await server.next()?["method"] == "notifications/progress")
    try server.send(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    // These do nothing.
    try server.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#)
    try server.send(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#)
    try server.send(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)
    var answer = try await server.next()
    // Progress that was under way before the cancellation arrived.
    while answer?["method"] == "notifications/progress" { answer = try await server.next() }
    #expect(answer?["id"] == 2)
    try await server.finish()
    #expect(try await server.next() == nil)
  }

  @Test func refusesAnIdentifierThatIsInUse() async throws {
    _ = try folder.writeClip("ref.y4m", width: 320, height: 240, frames: 100)
    let server = PipedServer(workspace)
    let call =
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"vmaf_score","#
      + #""arguments":{"reference":"ref.y4m","distorted":"ref.y4m"}}}"#
    try server.send(call)
    try server.send(call)
    #expect(try await server.next()?["error"]?["code"] == -32600)
    try await server.finish()
  }
}
