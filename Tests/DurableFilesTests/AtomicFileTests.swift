import DurableFiles
import Foundation
import Testing

@Suite struct AtomicFileTests {
  /// Runs `body` with the path of a folder that exists only for it.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func contents(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func newAndReplacedFiles() throws {
    try withFolder { folder in
      let path = folder + "/report.json"
      try AtomicFile.write("first\n", to: path)
      #expect(try contents(path) == "first\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      try AtomicFile.write([UInt8]("second".utf8), to: path)
      #expect(try contents(path) == "second")
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["report.json"])
    }
  }

  @Test func symbolicLinksAreFollowed() throws {
    try withFolder { folder in
      try AtomicFile.write("old", to: folder + "/real")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: "real")
      try AtomicFile.write("new", to: folder + "/link")
      #expect(try contents(folder + "/real") == "new")
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "real")
    }
  }

  @Test func missingFolder() throws {
    try withFolder { folder in
      let path = folder + "/none/report.json"
      let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
      #expect(
        error?.description
          == "\"\(path)\" cannot be written: its folder does not exist; create it first.")
      #expect(throws: FileError.self) { try AtomicFile.checkDestination(path) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func foldersAndEmptyPaths() throws {
    try withFolder { folder in
      let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: folder) }
      #expect(error?.description.hasSuffix("it is a folder; give the path of a file.") == true)
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: "") }
      #expect(throws: FileError.self) { try AtomicFile.checkDestination(folder + "/") }
      try AtomicFile.checkDestination(folder + "/new")
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func fullDisk() throws {
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/dev/full") }
    #expect(
      error?.description
        == "\"/dev/full\" cannot be written: there is no space left on the disk.")
  }

  @Test func devicesAreWrittenDirectly() throws {
    try AtomicFile.checkDestination("/dev/null")
    try AtomicFile.write("x", to: "/dev/null")
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType != .typeRegular)
  }
}
