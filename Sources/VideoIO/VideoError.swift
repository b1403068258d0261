/// Why a video cannot be opened or read.
///
/// ``description`` is one sentence: what is wrong, where, and what to do about it. Frames are
/// counted from 0 in it.
public enum VideoError: Error, Sendable, Hashable {
  /// The file does not exist.
  case notFound(path: String)
  /// The path names a directory.
  case isDirectory(path: String)
  /// The system refuses to open the file.
  case unreadable(path: String, reason: String)
  /// The file or pipe holds no byte, or a header without frames.
  case empty(path: String)
  /// A raw file was given without its size and layout.
  case missingGeometry(path: String)
  /// A size or layout outside of what is supported.
  case invalidGeometry(path: String, reason: String)
  /// A raw file whose size is no multiple of a frame.
  case unevenSize(path: String, byteCount: Int, frameByteCount: Int)
  /// The stream ends inside of a frame.
  case truncatedFrame(path: String, frame: Int, expected: Int, found: Int)
  /// A sample is above the maximum of its bit depth.
  case sampleOutOfRange(path: String, frame: Int, sample: Int, bitDepth: Int)
  /// A Y4M header that breaks the format.
  case invalidHeader(path: String, reason: String)
  /// A pixel format, layout or operation that is not supported.
  case unsupported(path: String, reason: String)
  /// `ffmpeg` or `ffprobe` is not installed.
  case toolNotFound(path: String, tool: String, variable: String)
  /// `ffmpeg` or `ffprobe` could not read the file to its end.
  case toolFailed(path: String, tool: String, message: String)
  /// Reading was cancelled.
  case cancelled(path: String)
  /// The system failed to read: a damaged disk, a lost network file.
  case readFailed(path: String, reason: String)
  /// The videos do not fit each other.
  case incompatible(reason: String)

  /// What kind of fault it is, from which a command derives its exit code.
  public enum Kind: Sendable, Hashable {
    /// A file or a tool that is needed is not there (exit code 66).
    case missingInput
    /// The data are broken or unsupported (exit code 65).
    case badData
    /// The system failed or the work was cancelled (exit code 1).
    case runtime
  }

  /// What kind of fault it is.
  public var kind: Kind {
    switch self {
    case .notFound, .isDirectory, .unreadable, .toolNotFound: .missingInput
    case .cancelled, .readFailed: .runtime
    default: .badData
    }
  }
}

extension VideoError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .notFound(let path):
      "\(path): there is no such file; check the path."
    case .isDirectory(let path):
      "\(path): this is a directory; give a video file."
    case .unreadable(let path, let reason):
      "\(path): the file cannot be opened (\(reason)); check its permissions."
    case .empty(let path):
      "\(path): there are no frames in it; check how it was made."
    case .missingGeometry(let path):
      "\(path): raw video does not say its size; "
        + "give --width, --height, --pixel_format and --bitdepth."
    case .invalidGeometry(let path, let reason):
      "\(path): \(reason)."
    case .unevenSize(let path, let byteCount, let frameByteCount):
      "\(path): \(byteCount) bytes are \(byteCount / frameByteCount) frames of \(frameByteCount) "
        + "bytes and \(byteCount % frameByteCount) bytes more; "
        + "check the size and format given, or whether the file was cut off."
    case .truncatedFrame(let path, let frame, let expected, let found):
      "\(path): frame \(frame) is cut off: \(found) of its \(expected) bytes are there; "
        + "make the file again."
    case .sampleOutOfRange(let path, let frame, let sample, let bitDepth):
      "\(path): frame \(frame) has a sample of \(sample), above \((1 << bitDepth) - 1), "
        + "the most that \(bitDepth) bits hold; check the bit depth."
    case .invalidHeader(let path, let reason):
      "\(path): the Y4M header is broken: \(reason)."
    case .unsupported(let path, let reason):
      "\(path): \(reason)."
    case .toolNotFound(let path, let tool, let variable):
      "\(path): reading this needs \(tool), which was not found; "
        + "install FFmpeg or let \(variable) name the program."
    case .toolFailed(let path, let tool, let message):
      "\(path): \(tool) failed: \(message)."
    case .cancelled(let path):
      "\(path): reading was cancelled."
    case .readFailed(let path, let reason):
      "\(path): reading failed (\(reason))."
    case .incompatible(let reason):
      "\(reason)"
    }
  }
}
