import Foundation
import Testing

@testable import MCPServer

@Suite struct ToolManualTests {
  /// The pages do not depend on the machine or the folders.
  @Test func pagesAgreeWithTheTools() throws {
    let folder = try ScratchFolder()
    let workspace = Workspace(folders: try AllowedFolders([folder.path]), version: "1")
    let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/mcp")
    let pages = ToolManual(QualityServer(workspace)).pages
    for page in pages {
      let text = try? String(contentsOf: docs.appending(path: page.file), encoding: .utf8)
      #expect(text == page.text, "\(page.file): run tinyvmaf mcp --write-docs docs/mcp")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: docs.path)
    #expect(Set(files) == Set(pages.map(\.file)))
  }

  @Test func examplesAreCallsThatTheToolsTake() throws {
    let folder = try ScratchFolder()
    for tool in try TestServer(folder).dispatcher.tools {
      _ = try ToolArguments(tool.definition.example, for: tool.definition)
    }
  }
}
