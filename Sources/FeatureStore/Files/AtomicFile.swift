#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name complete, or not at all.
///
/// It is written under a temporary name in a folder of the same file system, flushed to the disk,
/// renamed, and the folder of the name flushed too; so neither a kill nor a power cut leaves a
/// half-written file under the final name. While it is open it is locked: a leftover that can be
/// locked has lost its writer, which is how ``removeAbandoned(_:olderThan:isDryRun:)`` knows it.
final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isCommitted = false

  private init(path: String, temporaryPath: String, descriptor: Int32) {
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Writes a file, replacing one of that name; when `body` throws, nothing is left behind.
  ///
  /// - Parameter temporaryFolder: where to write first, on the same file system; the folder of
  ///   `path` unless given.
  static func write(
    _ path: String, temporaryFolder: String? = nil, _ body: (AtomicFile) throws -> Void
  ) throws {
    let folder = parent(of: path)
    let file = try create(path, in: temporaryFolder ?? folder)
    try body(file)
    try file.commit(folder: folder)
  }

  /// Creates and locks the temporary file.
  private static func create(_ path: String, in folder: String) throws -> AtomicFile {
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    while true {
      let unique = String(UInt64.random(in: 0...UInt64.max), radix: 16)
      let temporaryPath = "\(folder)/.\(name).\(unique).\(hostName).tmp"
      let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw StoreError.lastSystemError("create", temporaryPath) }
      let file = AtomicFile(path: path, temporaryPath: temporaryPath, descriptor: descriptor)
      // Between creation and lock a collector may have taken the file for a leftover; then this
      // attempt is dropped and another name tried.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      var status = stat()
      if !isTaken, fstat(descriptor, &status) == 0, status.st_nlink > 0 { return file }
    }
  }

  /// Removes a temporary file whose writer is gone, and returns its size; `nil` if it is in use.
  ///
  /// A writer on this machine holds a lock. One on another machine may hold a lock that is not seen
  /// here, so its files must be older than `seconds`; so must all where there are no locks.
  static func removeAbandoned(
    _ path: String, olderThan seconds: Double, isDryRun: Bool = false
  ) throws -> Int? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let modified = status.st_mtimespec.tv_sec
    #else
      let modified = status.st_mtim.tv_sec
    #endif
    let isOld = Double(time(nil) - modified) >= seconds
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno != EWOULDBLOCK, isOld else { return nil }
    } else if !path.hasSuffix(".\(hostName).tmp"), !isOld {
      return nil
    }
    if !isDryRun { try Folder.removeFile(path) }
    return Int(status.st_size)
  }

  private static let hostName: String = {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
    let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: name, as: UTF8.self).filter { $0.isLetter || $0.isNumber }
    return text.isEmpty ? "host" : text
  }()

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  private func commit(folder: String) throws {
    guard fsync(descriptor) == 0 else { throw StoreError.lastSystemError("flush", path) }
    guard rename(temporaryPath, path) == 0 else {
      throw StoreError.lastSystemError("rename to", path)
    }
    isCommitted = true
    try Folder.flush(folder)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// Writes all bytes, however many calls that takes.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
  var written = 0
  while written < bytes.count {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
    #if canImport(Glibc)
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
    #else
      let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
    #endif
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw StoreError.lastSystemError("write", path) }
    written += count
  }
}
