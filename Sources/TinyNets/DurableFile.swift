#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are either whole or not there.
enum DurableFile {
  /// Writes a file through a temporary one beside it: write, fsync, rename, fsync of the folder.
  ///
  /// - Throws: ``FileError`` that names the path and the system's reason.
  static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileError(path: path, doing: "created") }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        #if canImport(Glibc)
          return Glibc.write(file, base + written, bytes.count - written)
        #else
          return Darwin.write(file, base + written, bytes.count - written)
        #endif
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = FileError(path: path, doing: "written")
        close(file)
        unlink(temporary)
        throw error
      }
      written += count
    }
    let synced = fsync(file) == 0
    let closed = close(file) == 0
    guard synced, closed, rename(temporary, path) == 0 else {
      let error = FileError(path: path, doing: "written")
      unlink(temporary)
      throw error
    }
    // The rename itself lasts once the folder is on disk; a folder that cannot be synced still
    // holds a whole file.
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let directory = open(folder, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// Reads a whole regular file of at most `limit` bytes.
  ///
  /// - Throws: ``FileError`` that names the path and the reason.
  static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(path: path, doing: "opened") }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw FileError(path: path, doing: "read") }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, doing: "read", reason: "it is no regular file")
    }
    let size = Int(information.st_size)
    guard size <= limit else {
      throw FileError(path: path, doing: "read", reason: "it is larger than \(limit) bytes")
    }
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = 0
      while count < size {
        #if canImport(Glibc)
          let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
        #else
          let got = Darwin.read(file, buffer.baseAddress.map { $0 + count }, size - count)
        #endif
        if got < 0 && errno == EINTR { continue }
        if got <= 0 {
          failed = got < 0
          break
        }
        count += got
      }
    }
    if failed { throw FileError(path: path, doing: "read") }
    return bytes
  }
}

/// Why a file could not be read or written.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// One sentence for a person: which file, what was tried, and the system's reason.
  public let description: String

  init(path: String, doing verb: String, reason: String? = nil) {
    self.path = path
    description = "'\(path)' cannot be \(verb): \(reason ?? String(cString: strerror(errno)))"
  }
}
