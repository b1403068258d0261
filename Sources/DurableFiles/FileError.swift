#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be read, written or removed.
public struct FileError: Error, Hashable, CustomStringConvertible {
  /// What was being done.
  public enum Operation: String, Hashable, Sendable {
    /// A file was read.
    case read
    /// A file was written.
    case write = "written"
    /// A file was removed.
    case remove = "removed"
  }

  /// The path as it was given.
  public let path: String
  /// The system's error code.
  public let code: Int32
  /// What was being done.
  public let operation: Operation
  private let reason: String?

  /// Creates an error of a failed system call.
  ///
  /// - Parameters:
  ///   - path: The path as it was given.
  ///   - code: The value of `errno`.
  ///   - operation: What was being done.
  ///   - reason: A clause that says it better than the system.
  public init(path: String, code: Int32, operation: Operation = .write, reason: String? = nil) {
    self.path = path
    self.code = code
    self.operation = operation
    self.reason = reason
  }

  /// Whether the disk or the quota is full.
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

  /// What the system says, as a clause.
  public var reasonText: String { reason ?? String(cString: strerror(code)) }

  /// One sentence: what is wrong and what to do.
  public var description: String {
    let start = "\"\(path)\" cannot be \(operation.rawValue): "
    if let reason { return start + reason + "." }
    switch (code, operation) {
    case (ENOENT, .write), (ENOTDIR, .write):
      return start + "its folder does not exist; create it first."
    case (ENOSPC, _), (EDQUOT, _): return start + "there is no space left on the disk."
    case (EISDIR, _): return start + "it is a folder; give the path of a file."
    case (EACCES, .write), (EPERM, .write):
      return start + "you have no permission to write in its folder."
    case (EROFS, _): return start + "the file system is read-only."
    case (EFBIG, _): return start + "it would be larger than the system allows."
    default: return start + String(cString: strerror(code)) + "."
    }
  }
}
