#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading whole files of bounded size.
public enum FileContents {
  /// Whether something of that name is there.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The size of a file in bytes, or `nil` when there is none or it cannot be looked at.
  public static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  /// Reads a regular file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes that are read; a larger file is refused.
  /// - Throws: ``FileError``, also for folders, pipes and devices.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(path: path, code: errno, operation: .read) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw FileError(path: path, code: errno, operation: .read)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, code: EINVAL, operation: .read, reason: "it is no regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw FileError(
        path: path, code: EFBIG, operation: .read, reason: "it is larger than \(limit) bytes")
    }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = 0
      while count < size {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<size])
        let got = pread(file, rest.baseAddress, rest.count, off_t(count))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        count += got
      }
    }
    guard code == 0 else { throw FileError(path: path, code: code, operation: .read) }
    return bytes
  }
}
