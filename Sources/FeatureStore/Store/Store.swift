import DurableFiles

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A folder of immutable files, one per pair, each named by the hash of what it depends on.
///
/// ```
/// store.json           the format of the store
/// pairs/<key>.parquet  the features and scores of one pair, or one imported table
/// manifest.jsonl       one line per file, sorted by source and pair; derived, see below
/// failures.jsonl       the pairs that failed, absent when none did
/// cache/ tmp/ .lock    input hashes, files being written, the lock of the two lists
/// ```
///
/// The files in `pairs` are the truth. They appear complete or not at all (``AtomicFile``), never
/// change, and do not say when or where they were computed. So any number of processes and machines
/// can fill one store, an interrupted run is continued by running it again, and the result is the
/// same, byte for byte. The manifest is made from the files under a lock and replaced atomically;
/// a reader that finds a file without a line reads the file.
///
/// ```swift
/// let store = try Store(creatingAt: "features")
/// if !store.contains(key) { try store.write(record) }
/// let entries = try store.finalizeManifest()
/// ```
public struct Store: Sendable {
  /// The layout of the folder.
  public static let currentFormat = "tinyvmaf.store/1"

  /// The folder.
  public let path: String

  /// The digests of inputs seen before.
  public var inputDigests: InputDigestCache { InputDigestCache(folder: "\(path)/cache") }

  var pairsFolder: String { "\(path)/pairs" }
  var temporaryFolder: String { "\(path)/tmp" }
  var manifestPath: String { "\(path)/manifest.jsonl" }
  var failuresPath: String { "\(path)/failures.jsonl" }
  var lockPath: String { "\(path)/.lock" }

  private struct Marker: Codable {
    var format: String
  }

  /// Opens a store that is there.
  ///
  /// - Throws: ``StoreError/notAStore(path:reason:)`` or another ``StoreError``.
  public init(at path: String) throws {
    self.path = path
    let marker = "\(path)/store.json"
    guard Folder.exists(marker) else {
      throw StoreError.notAStore(path: path, reason: "it has no store.json")
    }
    let file = try InputFile(path: marker)
    let bytes = try file.read(0..<min(file.size, 4096))
    guard let found = try? JSONDecoder().decode(Marker.self, from: Data(bytes)) else {
      throw StoreError.notAStore(path: path, reason: "store.json cannot be read")
    }
    guard found.format == Self.currentFormat else {
      throw StoreError.notAStore(
        path: path, reason: "its format is \(found.format), and \(Self.currentFormat) is needed")
    }
  }

  /// Opens a store, making a new one where the folder is missing or empty.
  ///
  /// - Throws: ``StoreError/notAStore(path:reason:)`` when the folder holds something else.
  public init(creatingAt path: String) throws {
    try Folder.create(path)
    if !Folder.exists("\(path)/store.json") {
      // Another process may be making the same store, so its folders are allowed to be there.
      let own: Set = ["pairs", "cache", "tmp", ".lock", "store.json"]
      let foreign = try Folder.entries(path).first { !own.contains($0) && !$0.hasSuffix(".tmp") }
      if let foreign {
        throw StoreError.notAStore(path: path, reason: "it holds \(foreign) and no store.json")
      }
      let marker = "{\"format\":\"\(Self.currentFormat)\"}\n"
      try writeAtomically("\(path)/store.json") { try $0.write(Array(marker.utf8)) }
    }
    try self.init(at: path)
    for folder in [pairsFolder, temporaryFolder, "\(path)/cache"] { try Folder.create(folder) }
  }

  /// Where the file of a key is or would be.
  public func filePath(of key: StoreKey) -> String { filePath(ofDigest: key.digest) }

  func filePath(ofDigest digest: String) -> String { "\(pairsFolder)/\(digest).parquet" }

  /// Whether the pair is stored with exactly these inputs, options and teachers.
  public func contains(_ key: StoreKey) -> Bool { Folder.exists(filePath(of: key)) }

  /// Stores a pair and forgets an earlier failure of it.
  ///
  /// A pair that is stored already is left as it is.
  ///
  /// - Throws: ``StoreError/diskFull(path:)`` or another ``StoreError``; nothing is left behind.
  public func write(_ record: PairRecord) throws {
    if !contains(record.key) { try write(StoredTable(record)) }
    try resolveFailure(source: record.key.source, pair: record.key.pair)
  }

  func write(_ table: StoredTable) throws {
    let parquet = try table.parquet()
    try writeAtomically(
      filePath(ofDigest: table.header.digest), temporaryFolder: temporaryFolder
    ) { file in
      var writer = ParquetWriter(metadata: parquet.metadata) { try file.write($0) }
      try writer.append(parquet)
      try writer.finish()
    }
  }

  /// Reads the rows of a key.
  ///
  /// - Throws: ``StoreError``.
  public func load(_ key: StoreKey) throws -> StoredTable {
    try StoredTable(path: filePath(of: key))
  }

  /// Reads the rows of an entry.
  ///
  /// - Throws: ``StoreError``.
  public func load(_ entry: StoreEntry) throws -> StoredTable {
    try StoredTable(path: filePath(ofDigest: entry.header.digest))
  }
}
