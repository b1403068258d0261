public import VideoIO

/// Something that is wrong with a corpus, or that its user should know.
///
/// Paths are relative to the root of the corpus.
public enum CorpusIssue: Sendable, Hashable {
  /// `ref/` or `dis/` is not there.
  case missingFolder(String)
  /// Distorted videos whose source has no reference.
  case missingReference(source: String, distorted: [String])
  /// A reference that no distorted video belongs to.
  case unusedReference(String)
  /// A path that leads out of the root, through a link or `..`.
  case leavesRoot(path: String, target: String)
  /// A file that cannot be opened or understood.
  case unreadable(path: String, reason: String)
  /// Something in `ref/` or `dis/` that is no video file.
  case extraFile(String)
  /// A video file whose name says neither reference nor distorted video.
  case misnamed(path: String, expected: String)
  /// A reference in `dis/` or a distorted video in `ref/`.
  case misplaced(path: String, belongs: String)
  /// A source with more than one reference.
  case duplicatedReference(source: String, paths: [String])
  /// The same video in several containers; the first is used.
  case duplicatedVideo(used: String, ignored: [String])
  /// Several distorted videos of one source, height and bit rate that differ in the label alone.
  case duplicatedRung([String])
  /// A file without a byte.
  case empty(String)
  /// A raw file that ends within a frame.
  case truncated(path: String, size: Int, format: VideoFormat)
  /// A raw file whose frame size nothing states and whose byte count fits none or several formats.
  case unknownGeometry(path: String, size: Int, candidates: [VideoFormat])
  /// Raw files whose frame size was inferred from their byte counts.
  case inferredGeometry(format: VideoFormat, files: Int)
  /// A file whose frames have another size or layout than its reference's.
  case unequalFormat(path: String, found: VideoFormat, expected: VideoFormat)
  /// A name that states a height which the video cannot have.
  case wrongHeight(path: String, named: Int, reference: Int)
  /// A distorted video with another number of frames than its reference.
  case unevenLength(path: String, frames: Int, reference: String, referenceFrames: Int)
  /// A file with another number of frames than the manifest says.
  case unexpectedLength(path: String, frames: Int, expected: Int)
  /// The manifest describes a file that is not there.
  case absentInFolder(String)

  /// How much an issue matters.
  public enum Severity: Int, Sendable, Hashable, Comparable {
    /// Good to know.
    case note
    /// Perhaps a mistake; every pair can still be used.
    case warning
    /// The pairs concerned cannot be used.
    case error

    /// Orders notes before warnings before errors.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// How much the issue matters.
  public var severity: Severity {
    switch self {
    case .inferredGeometry: .note
    case .unusedReference, .extraFile, .duplicatedVideo, .duplicatedRung, .absentInFolder: .warning
    default: .error
    }
  }

  /// A word for tables and JSON that never changes, such as `truncated`.
  public var code: String {
    switch self {
    case .missingFolder: "missing-folder"
    case .missingReference: "missing-reference"
    case .unusedReference: "unused-reference"
    case .leavesRoot: "leaves-root"
    case .unreadable: "unreadable"
    case .extraFile: "extra-file"
    case .misnamed: "misnamed"
    case .misplaced: "misplaced"
    case .duplicatedReference: "duplicated-reference"
    case .duplicatedVideo: "duplicated-video"
    case .duplicatedRung: "duplicated-rung"
    case .empty: "empty"
    case .truncated: "truncated"
    case .unknownGeometry: "unknown-geometry"
    case .inferredGeometry: "inferred-geometry"
    case .unequalFormat: "unequal-format"
    case .wrongHeight: "wrong-height"
    case .unevenLength: "uneven-length"
    case .unexpectedLength: "unexpected-length"
    case .absentInFolder: "absent"
    }
  }
}

extension CorpusIssue: CustomStringConvertible {
  /// One sentence: what, where, and what to do where that is not plain.
  public var description: String {
    switch self {
    case .missingFolder(let name):
      return "\(name)/ is missing"
    case .missingReference(let source, let distorted):
      let list = Self.list(distorted)
      return "ref/ has no reference for \(source) (\(source)_<fps>fps.yuv), which \(list) needs"
    case .unusedReference(let path):
      return "\(path): no distorted video belongs to this reference"
    case .leavesRoot(let path, let target):
      return "\(path): leads out of the corpus to \(target), so it is not read"
    case .unreadable(let path, let reason):
      return "\(path): cannot be read: \(reason)"
    case .extraFile(let path):
      return "\(path): not a video file (.yuv, .y4m, .mp4, .mkv), ignored"
    case .misnamed(let path, let expected):
      return "\(path): misnamed, expected \(expected)"
    case .misplaced(let path, let belongs):
      return "\(path): by its name this file belongs into \(belongs)/"
    case .duplicatedReference(let source, let paths):
      return "\(source) has \(paths.count) references, keep one: \(Self.list(paths))"
    case .duplicatedVideo(let used, let ignored):
      return "\(used): also there as \(Self.list(ignored)); only the first is used"
    case .duplicatedRung(let paths):
      return "same source, height and bit rate under several labels: \(Self.list(paths))"
    case .empty(let path):
      return "\(path): empty"
    case .truncated(let path, let size, let format):
      let frame = format.frameByteCount
      return "\(path): truncated: \(size) bytes are \(size / frame) frames of \(format.text) "
        + "(\(frame) bytes each) and \(size % frame) bytes more"
    case .unknownGeometry(let path, let size, let candidates):
      let advice = "state the size with -w and -h or in corpus.json"
      if candidates.isEmpty { return "\(path): \(size) bytes fit no common frame size; \(advice)" }
      let list = Self.list(candidates.map(\.text))
      return "\(path): \(size) bytes fit several frame sizes (\(list)); \(advice)"
    case .inferredGeometry(let format, let files):
      return "\(files == 1 ? "1 raw file is" : "\(files) raw files are") taken for \(format.text), "
        + "inferred from the byte counts; state the size with -w and -h or in corpus.json to be sure"
    case .unequalFormat(let path, let found, let expected):
      return "\(path): \(found.text), but its reference is \(expected.text)"
    case .wrongHeight(let path, let named, let reference):
      return "\(path): the name says \(named) rows, the reference has \(reference)"
    case .unevenLength(let path, let frames, let reference, let referenceFrames):
      return "\(path): \(frames) frames, but \(reference) has \(referenceFrames)"
    case .unexpectedLength(let path, let frames, let expected):
      return "\(path): \(frames) frames, but corpus.json says \(expected)"
    case .absentInFolder(let path):
      return "\(path): described in corpus.json, but not there"
    }
  }

  /// At most five items, then how many more.
  private static func list(_ items: [String]) -> String {
    let shown = items.prefix(5).joined(separator: ", ")
    return items.count > 5 ? "\(shown) and \(items.count - 5) more" : shown
  }
}
