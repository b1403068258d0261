internal import Crypto
import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What identifies an input file: its bytes, not its name.
public struct InputDigest: Sendable, Hashable, Codable {
  /// The SHA-256 of the whole file, 64 hexadecimal digits.
  public let sha256: String
  /// The size in bytes.
  public let size: Int

  /// Creates a digest that is known already.
  public init(sha256: String, size: Int) {
    self.sha256 = sha256
    self.size = size
  }

  /// Hashes a file.
  ///
  /// - Throws: ``StoreError``; ``StoreError/inputChanged(path:)`` when it changes meanwhile.
  public init(hashing path: String) throws {
    try self.init(hashing: InputFile(path: path), path: path)
  }

  init(hashing file: InputFile, path: String) throws {
    var hash = SHA256()
    let step = 1 << 20
    for start in stride(from: 0, to: file.size, by: step) {
      try file.read(start..<min(start + step, file.size)).withUnsafeBytes {
        hash.update(bufferPointer: $0)
      }
    }
    guard file.isUnchanged() else { throw StoreError.inputChanged(path: path) }
    self.sha256 = hexadecimal(hash.finalize())
    self.size = file.size
  }
}

/// Remembers the digests of inputs, so that a second run does not read every video again.
///
/// One small file per input in the store's `cache` folder, named by path, size and modification
/// time, and written atomically: any number of processes can share it, and a changed file simply
/// has another name. The cache may be deleted at any time.
public struct InputDigestCache: Sendable {
  private let folder: String

  /// Files changed this recently are not remembered: another change could fall into the same tick
  /// of the file system's clock and keep size and time.
  private static let settlingSeconds: Int64 = 2

  init(folder: String) { self.folder = folder }

  /// The digest of a file, from the cache or by reading it.
  ///
  /// - Throws: as ``InputDigest/init(hashing:)``. A cache that cannot be written is no error.
  public func digest(of path: String) throws -> InputDigest {
    let file = try InputFile(path: path)
    let absolute = Self.absolute(path)
    let identity = "\(absolute)\n\(file.size)\n\(file.modified)\n"
    let entry = "\(folder)/\(sha256(Array(identity.utf8)))"
    if let known = Self.read(entry, identity) {
      return InputDigest(sha256: known, size: file.size)
    }
    let digest = try InputDigest(hashing: file, path: path)
    if Int64(time(nil)) - file.modified / 1_000_000_000 > Self.settlingSeconds {
      try? AtomicFile.write(entry) { try $0.write(Array("\(identity)\(digest.sha256)\n".utf8)) }
    }
    return digest
  }

  /// Removes the entries of files that are there and have changed since; others may be seen by
  /// another machine.
  func removeStale(isDryRun: Bool) throws -> [GarbageReport.Removal] {
    var removals: [GarbageReport.Removal] = []
    guard Folder.exists(folder) else { return [] }
    for name in try Folder.entries(folder) where !name.hasPrefix(".") {
      let entry = "\(folder)/\(name)"
      guard let text = Self.text(of: entry) else { continue }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      guard lines.count >= 4, let file = try? InputFile(path: String(lines[0])) else { continue }
      if lines[1] == "\(file.size)", lines[2] == "\(file.modified)" { continue }
      if !isDryRun { try Folder.removeFile(entry) }
      removals.append(.init(path: entry, bytes: text.utf8.count, reason: "hash of a changed file"))
    }
    return removals
  }

  private static func read(_ entry: String, _ identity: String) -> String? {
    guard let text = text(of: entry), text.hasPrefix(identity), text.hasSuffix("\n") else {
      return nil
    }
    let digest = text.dropFirst(identity.count).dropLast()
    return digest.count == 64 && digest.allSatisfy(\.isHexDigit) ? String(digest) : nil
  }

  private static func text(of entry: String) -> String? {
    guard let file = try? InputFile(path: entry), file.size < 1 << 16 else { return nil }
    return (try? file.read(0..<file.size)).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// The SHA-256 of some bytes, in hexadecimal.
func sha256(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

private func hexadecimal(_ digest: SHA256.Digest) -> String {
  var text = ""
  for byte in digest {
    text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
  return text
}
