#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file opened for reading; closed when the last reference goes.
final class InputFile: Sendable {
  /// The size when it was opened.
  let size: Int
  /// The last modification when it was opened, in nanoseconds since 1970.
  let modified: Int64
  private let path: String
  private let descriptor: Int32

  init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.lastSystemError("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = StoreError.lastSystemError("examine", path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StoreError.system(operation: "read", path: path, reason: "it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    self.size = Int(status.st_size)
    self.modified = Self.modification(status)
  }

  deinit { close(descriptor) }

  /// Reads a range of bytes.
  ///
  /// - Throws: ``StoreError``, also when the file has become shorter.
  func read(_ range: Range<Int>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<range.count])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + count))
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw StoreError.lastSystemError("read", path) }
        guard got > 0 else { throw StoreError.inputChanged(path: path) }
        count += got
      }
    }
  }

  /// Whether size and modification time are still what they were at opening.
  func isUnchanged() -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    return Int(status.st_size) == size && Self.modification(status) == modified
  }

  private static func modification(_ status: stat) -> Int64 {
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension StoreError {
  /// The error of the system call that has just failed.
  static func lastSystemError(_ operation: String, _ path: String) -> StoreError {
    let code = errno
    if code == ENOSPC || code == EDQUOT { return .diskFull(path: path) }
    return .system(operation: operation, path: path, reason: String(cString: strerror(code)))
  }
}
