import DurableFiles

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A line of the manifest: one stored file.
public struct StoreEntry: Sendable, Equatable, Codable {
  /// What the file says about itself.
  public let header: StoredTable.Header
  /// The number of rows.
  public let rows: Int
  /// The names of the features and scores, in order.
  public let columns: [String]
  /// The size of the file in bytes.
  public let bytes: Int
  /// The SHA-256 of the file when the entry was made.
  public let sha256: String

  /// The key of the file.
  public var key: StoreKey { header.key }
}

extension Store {
  /// The stored files, sorted by source, pair and key.
  ///
  /// Lines of the manifest are used where they match a file's size; other files are read.
  ///
  /// - Throws: ``StoreError``; ``StoreError/corrupt(path:reason:)`` for a file that is damaged.
  public func entries() throws -> [StoreEntry] {
    try scan { path, error in throw error }
  }

  /// Makes the manifest from the files that are there, and tidies up: failures that have been
  /// resolved and temporary files of killed processes go.
  ///
  /// Call it at the end of a run. Of several processes the last one finds the files of all; the
  /// manifest depends on nothing but the set of files.
  ///
  /// - Returns: the entries.
  /// - Throws: ``StoreError``.
  @discardableResult
  public func finalizeManifest() throws -> [StoreEntry] {
    try withFileLock(lockPath) {
      try removeLeftovers(olderThan: GarbagePolicy().temporaryAge)
      let entries = try entries()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var lines: [UInt8] = []
      for entry in entries {
        lines += try encoder.encode(entry)
        lines.append(UInt8(ascii: "\n"))
      }
      try writeAtomically(manifestPath, temporaryFolder: temporaryFolder) { try $0.write(lines) }
      let stored = Set(entries.map(\.header.digest))
      try rewriteFailures { failure in failure.digest.map(stored.contains) != true }
      return entries
    }
  }

  /// The entries of all files, handing files that cannot be read to `damaged`.
  func scan(_ damaged: (String, any Error) throws -> Void) throws -> [StoreEntry] {
    let known = try manifestLines()
    var entries: [StoreEntry] = []
    for name in try Folder.entries(pairsFolder) where name.hasSuffix(".parquet") {
      let path = "\(pairsFolder)/\(name)"
      do {
        let file = try InputFile(path: path)
        let digest = String(name.dropLast(".parquet".count))
        if let line = known[digest], line.bytes == file.size {
          entries.append(line)
        } else {
          entries.append(try entry(path, file))
        }
      } catch {
        // Collected by another process since the folder was listed.
        if !Folder.exists(path) { continue }
        try damaged(path, error)
      }
    }
    return entries.sorted { Self.order($0) < Self.order($1) }
  }

  private static func order(_ entry: StoreEntry) -> (String, String, String) {
    (entry.key.source, entry.key.pair, entry.header.digest)
  }

  /// The entry that describes a file, from the file.
  func entry(_ path: String, _ file: InputFile) throws -> StoreEntry {
    do {
      let reader = try ParquetReader(path: path)
      let header = try StoredTable.header(of: reader, path: path)
      guard path.hasSuffix("/\(header.digest).parquet") else {
        throw StoreError.corrupt(path: path, reason: "its name is not the hash of its key")
      }
      return StoreEntry(
        header: header, rows: reader.rowCount,
        columns: reader.columns.map(\.name).filter { !StoredTable.reserved.contains($0) },
        bytes: file.size, sha256: try InputDigest(hashing: file, path: path).sha256)
    } catch let error as ParquetError {
      throw StoreError.corrupt(path: path, reason: "\(error)")
    }
  }

  /// The manifest's lines by key; a line that cannot be read counts as absent.
  func manifestLines() throws -> [String: StoreEntry] {
    var entries: [String: StoreEntry] = [:]
    for line in try Self.lines(of: manifestPath) {
      if let entry = try? JSONDecoder().decode(StoreEntry.self, from: Data(line)) {
        entries[entry.header.digest] = entry
      }
    }
    return entries
  }

  /// The lines of a text file, or none where it is missing.
  static func lines(of path: String) throws -> [ArraySlice<UInt8>] {
    guard Folder.exists(path) else { return [] }
    let file = try InputFile(path: path)
    return try file.read(0..<file.size).split(separator: UInt8(ascii: "\n"))
  }
}
