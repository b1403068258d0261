import Foundation
import VideoIO

@testable import MCPServer

/// A folder that vanishes with the test, with its links resolved.
final class ScratchFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tinyvmaf-mcp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard let real = realpath(folder.path, nil) else { throw CocoaError(.fileNoSuchFile) }
    path = String(cString: real)
    free(real)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    return "\(path)/\(name)"
  }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  func link(_ name: String, to target: String) throws -> String {
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/\(name)", withDestinationPath: target)
    return "\(path)/\(name)"
  }

  /// Writes a small moving texture as Y4M; `noise` distorts it.
  func writeClip(
    _ name: String, width: Int = 64, height: Int = 48, frames: Int = 4, noise: Int = 0
  ) throws -> String {
    var bytes = Array("YUV4MPEG2 W\(width) H\(height) F25:1 Ip A1:1 C420\n".utf8)
    var state: UInt64 = 7
    for frame in 0..<frames {
      bytes += Array("FRAME\n".utf8)
      for row in 0..<height {
        for column in 0..<width {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let grain = noise > 0 ? Int(state >> 40) % (2 * noise + 1) - noise : 0
          let wave = 128 + 60 * sin(Double(column + 2 * frame) / 5) * cos(Double(row + frame) / 7)
          bytes.append(UInt8(clamping: Int(wave) + grain))
        }
      }
      bytes += [UInt8](repeating: 128, count: width * height / 2)
    }
    return try write(name, bytes)
  }
}

/// A server over one folder, without any transport.
struct TestServer {
  let workspace: Workspace
  let dispatcher: Dispatcher

  init(_ folder: ScratchFolder, limits: ServerLimits = ServerLimits()) throws {
    workspace = Workspace(
      folders: try AllowedFolders([folder.path]), limits: limits, version: "0.0.1")
    dispatcher = QualityServer(workspace).dispatcher
  }

  /// Asks under the stateless revision.
  func ask(
    _ method: String, _ parameters: JSONObject = [:], id: RequestID = .integer(1),
    progressToken: JSONValue? = nil, notify: @escaping @Sendable (JSONValue) -> Void = { _ in }
  ) async throws -> Dispatcher.Reply {
    var parameters = parameters
    var metadata: JSONObject = [
      RequestTerms.versionKey: "2026-07-28", RequestTerms.capabilitiesKey: [:],
    ]
    metadata["progressToken"] = progressToken
    parameters["_meta"] = .object(metadata)
    return try await dispatcher.reply(
      to: Request(id: id, method: method, parameters: parameters), notify: notify)
  }

  /// Asks under a revision with a handshake.
  func ask(
    _ method: String, _ parameters: JSONObject = [:], under revision: Revision?
  ) async throws -> Dispatcher.Reply {
    try await dispatcher.reply(
      to: Request(id: .integer(1), method: method, parameters: parameters), handshake: revision,
      notify: { _ in })
  }

  /// Calls a tool and returns its result.
  func call(_ tool: String, _ arguments: JSONObject = [:]) async throws -> JSONObject {
    try await ask("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
      .outcome.get()
  }
}

extension JSONObject {
  /// The text of a tool's result.
  var resultText: String { self["content"]?.array?.first?["text"]?.string ?? "" }
}
