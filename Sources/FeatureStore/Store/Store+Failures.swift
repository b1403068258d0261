import DurableFiles

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A pair that could not be extracted.
public struct StoreFailure: Sendable, Equatable, Codable {
  /// The pair's source.
  public let source: String
  /// The pair's name within its source.
  public let pair: String
  /// The hash of the pair's key; `nil` when the inputs could not even be hashed.
  public let digest: String?
  /// What went wrong, one sentence.
  public let message: String
  /// How often it was tried.
  public let attempts: Int

  /// Creates a failure.
  public init(source: String, pair: String, key: StoreKey?, message: String, attempts: Int) {
    self.source = source
    self.pair = pair
    self.digest = key?.digest
    self.message = message
    self.attempts = attempts
  }
}

extension Store {
  /// Records that a pair failed, in place of an earlier failure of it.
  ///
  /// - Throws: ``StoreError``.
  public func recordFailure(_ failure: StoreFailure) throws {
    try withFileLock(lockPath) {
      try rewriteFailures(adding: failure) {
        $0.source != failure.source || $0.pair != failure.pair
      }
    }
  }

  /// The recorded failures, sorted by source and pair.
  ///
  /// - Throws: ``StoreError``.
  public func failures() throws -> [StoreFailure] {
    try Self.lines(of: failuresPath)
      .compactMap { try? JSONDecoder().decode(StoreFailure.self, from: Data($0)) }
      .sorted { ($0.source, $0.pair) < ($1.source, $1.pair) }
  }

  /// Forgets the failure of a pair that has succeeded.
  func resolveFailure(source: String, pair: String) throws {
    guard Folder.exists(failuresPath) else { return }
    try withFileLock(lockPath) {
      try rewriteFailures { $0.source != source || $0.pair != pair }
    }
  }

  /// Rewrites the list with the failures that pass; call it under the lock.
  func rewriteFailures(
    adding new: StoreFailure? = nil, keeping isKept: (StoreFailure) -> Bool
  ) throws {
    guard new != nil || Folder.exists(failuresPath) else { return }
    var kept = try failures().filter(isKept)
    if let new { kept.append(new) }
    if kept.isEmpty { return try Folder.removeFile(failuresPath) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines: [UInt8] = []
    for failure in kept.sorted(by: { ($0.source, $0.pair) < ($1.source, $1.pair) }) {
      lines += try encoder.encode(failure)
      lines.append(UInt8(ascii: "\n"))
    }
    try writeAtomically(failuresPath, temporaryFolder: temporaryFolder) { try $0.write(lines) }
  }
}
