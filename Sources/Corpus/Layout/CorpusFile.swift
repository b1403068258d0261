public import VideoIO

/// A video file of a corpus.
public struct CorpusFile: Sendable, Hashable {
  /// The containers that a corpus may hold, the preferred one first.
  public enum Container: String, Sendable, Hashable, CaseIterable {
    /// Raw planes without a header.
    case yuv
    /// YUV4MPEG2.
    case y4m
    /// Matroska.
    case mkv
    /// MPEG-4.
    case mp4
  }

  /// The path from the root of the corpus, such as `dis/Tennis_20_288_375.yuv`.
  public let relativePath: String
  /// The absolute path.
  public let path: String
  /// What the extension says.
  public let container: Container
  /// Bytes in the file.
  public let size: Int
  /// Size and sample layout of the frames, where known.
  public internal(set) var format: VideoFormat?
  /// The number of whole frames, where known.
  public internal(set) var frameCount: Int?
  /// The frame rate that the manifest or the container states.
  public internal(set) var frameRate: FrameRate?

  /// The file's name without folder and extension.
  public var stem: String { FileSystem.stemAndExtension(relativePath).stem }
}

/// A reference of a corpus.
public struct CorpusReference: Sendable, Hashable {
  /// What its name says.
  public let name: ReferenceName
  /// The file.
  public internal(set) var file: CorpusFile
}

/// A distorted video of a corpus.
public struct CorpusDistorted: Sendable, Hashable {
  /// What its name says.
  public let name: DistortedName
  /// The file.
  public internal(set) var file: CorpusFile
}
