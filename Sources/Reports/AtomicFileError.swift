#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be written.
public struct AtomicFileError: Error, Hashable, CustomStringConvertible {
  /// The path as it was given.
  public let path: String
  /// The system's error code.
  public let code: Int32

  /// One sentence: what is wrong and what to do.
  public var description: String {
    let start = "\"\(path)\" cannot be written: "
    switch code {
    case ENOENT, ENOTDIR: return start + "its folder does not exist; create it first."
    case ENOSPC, EDQUOT: return start + "there is no space left on the disk."
    case EISDIR: return start + "it is a folder; give the path of a file."
    case EACCES, EPERM: return start + "you have no permission to write in its folder."
    case EROFS: return start + "the file system is read-only."
    case EFBIG: return start + "it would be larger than the system allows."
    default: return start + String(cString: strerror(code)) + "."
    }
  }
}
