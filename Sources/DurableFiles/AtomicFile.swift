#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name complete, or not at all.
///
/// It is written under a temporary name on the same file system, flushed to the disk, renamed, and
/// the folder of the name flushed too; so neither a kill nor a power cut leaves a half-written
/// file under the final name. While it is open it is locked: a leftover that can be locked has
/// lost its writer, which is how ``removeAbandoned(_:olderThan:isDryRun:)`` knows it.
///
/// Symbolic links are followed, and the permissions of a file that is replaced are kept. What is
/// there but is no regular file (a pipe, `/dev/stdout`) is written to directly.
public final class AtomicFile {
  private let destination: Destination
  /// The name it has while it is written; `nil` for what is written to directly.
  private let temporaryPath: String?
  private let descriptor: Int32
  private var isCommitted = false

  private init(destination: Destination, temporaryPath: String?, descriptor: Int32) {
    self.destination = destination
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isCommitted, let temporaryPath { unlink(temporaryPath) }
  }

  /// Writes a file, replacing one of that name; when `body` throws, nothing is left behind.
  ///
  /// - Parameters:
  ///   - path: The file's name.
  ///   - temporaryFolder: Where to write first, on the same file system; the folder of `path`
  ///     unless given.
  ///   - body: Writes the contents, piece by piece.
  /// - Throws: ``FileError``, or what `body` throws.
  public static func write(
    _ path: String, temporaryFolder: String? = nil, _ body: (AtomicFile) throws -> Void
  ) throws {
    let destination = try Destination(path)
    let file =
      destination.isSpecial
      ? try openDirectly(destination)
      : try create(destination, in: temporaryFolder ?? destination.folder)
    try body(file)
    try file.commit()
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: destination.given, code: errno) }
      written += count
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    let failure = bytes.withUnsafeBytes { buffer -> FileError? in
      do throws(FileError) {
        try write(buffer)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  private static func openDirectly(_ destination: Destination) throws(FileError) -> AtomicFile {
    let descriptor = open(destination.path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: destination.given, code: errno) }
    return AtomicFile(destination: destination, temporaryPath: nil, descriptor: descriptor)
  }

  /// Creates and locks the temporary file.
  private static func create(
    _ destination: Destination, in folder: String
  ) throws(FileError) -> AtomicFile {
    while true {
      let unique = String(UInt64.random(in: 0...UInt64.max), radix: 16)
      let name = destination.name.prefix(80)
      let temporaryPath = "\(folder)/.\(name).\(unique).\(hostName).tmp"
      let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw FileError(path: destination.given, code: errno) }
      let file = AtomicFile(
        destination: destination, temporaryPath: temporaryPath, descriptor: descriptor)
      // Between creation and lock a collector may have taken the file for a leftover; then this
      // attempt is dropped and another name tried.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      var status = stat()
      if !isTaken, fstat(descriptor, &status) == 0, status.st_nlink > 0 { return file }
    }
  }

  private func commit() throws(FileError) {
    guard let temporaryPath else { return }
    if let mode = destination.mode, fchmod(descriptor, mode) != 0 {
      throw FileError(path: destination.given, code: errno)
    }
    guard fsync(descriptor) == 0, rename(temporaryPath, destination.path) == 0 else {
      throw FileError(path: destination.given, code: errno)
    }
    isCommitted = true
    // The rename itself lasts once the folder is flushed; network file systems may refuse that.
    let folder = open(destination.folder, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}

extension AtomicFile {
  /// Writes a whole file.
  ///
  /// - Throws: ``FileError``; nothing is left behind.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(path) { try $0.write(bytes) }
  }

  /// Writes a whole file.
  ///
  /// - Throws: ``FileError``; nothing is left behind.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Checks, before work is put into its contents, that a file can be written.
  ///
  /// - Throws: ``FileError`` when its folder is missing or may not be written to, or when the path
  ///   is a folder.
  public static func checkDestination(_ path: String) throws(FileError) {
    let destination = try Destination(path)
    if destination.isSpecial { return }
    guard access(destination.folder, W_OK) == 0 else { throw FileError(path: path, code: errno) }
  }

  /// Removes a temporary file whose writer is gone, and returns its size; `nil` if it is in use.
  ///
  /// A writer on this machine holds a lock. One on another machine may hold a lock that is not
  /// seen here, so its files must be older than `seconds`; so must all where there are no locks.
  public static func removeAbandoned(
    _ path: String, olderThan seconds: Double, isDryRun: Bool = false
  ) throws(FileError) -> Int? {
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
    if !isDryRun, unlink(path) != 0, errno != ENOENT {
      throw FileError(path: path, code: errno, operation: .remove)
    }
    return Int(status.st_size)
  }

  private static let hostName: String = {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "host" }
    let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: name, as: UTF8.self).filter { $0.isLetter || $0.isNumber }
    return text.isEmpty ? "host" : text
  }()
}

/// Where the bytes of a path really go.
private struct Destination {
  /// The path as it was given, for error sentences.
  let given: String
  /// The path behind symbolic links.
  let path: String
  let folder: String
  let name: Substring
  /// The permissions of the file that is there.
  var mode: mode_t?
  /// Whether something other than a regular file is there.
  var isSpecial = false

  init(_ path: String) throws(FileError) {
    guard !path.isEmpty else { throw FileError(path: path, code: ENOENT) }
    var status = stat()
    var resolved = path
    if stat(path, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      guard kind != S_IFDIR else { throw FileError(path: path, code: EISDIR) }
      isSpecial = kind != S_IFREG
      mode = status.st_mode & 0o7777
      if let real = realpath(path, nil) {
        resolved = String(cString: real)
        free(real)
      }
    }
    given = path
    self.path = resolved
    if let slash = resolved.lastIndex(of: "/") {
      folder = slash == resolved.startIndex ? "/" : String(resolved[..<slash])
      name = resolved[resolved.index(after: slash)...]
    } else {
      folder = "."
      name = resolved[...]
    }
    guard !name.isEmpty else { throw FileError(path: path, code: EISDIR) }
    guard isSpecial || stat(folder, &status) == 0 else { throw FileError(path: path, code: ENOENT) }
  }
}
