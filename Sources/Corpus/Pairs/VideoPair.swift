public import VideoIO

/// A distorted video with its reference.
///
/// The pair does not carry the quality label of the Netflix layout: that is an expert's opinion,
/// not a property of the video, and must never reach a model. It remains readable in ``id``, which
/// is a name and nothing else.
public struct VideoPair: Sendable, Hashable, Identifiable {
  /// A name that is unique in its corpus: in the Netflix layout the distorted file's stem.
  public var id: String
  /// The content; all versions of it share this name and stay together in a split.
  public var source: String
  /// The reference's path.
  public var reference: String
  /// The distorted video's path.
  public var distorted: String
  /// Size and sample layout of those of the two files that are raw (`.yuv`); `nil` when neither is
  /// or nothing is known.
  public var rawFormat: VideoFormat?
  /// The frame rate, where a name or the manifest states it; rounded to an integer in names.
  public var frameRate: FrameRate?
  /// The rows of the encode before it was scaled to the reference's size, where known.
  public var encodeHeight: Int?
  /// The bit rate of the encode in kbit/s, where known.
  public var bitrateKbps: Int?
  /// The viewers' score of the distorted video, on the data set's own scale, where known.
  public var humanScore: Double?

  /// Creates a pair.
  public init(
    id: String, source: String, reference: String, distorted: String,
    rawFormat: VideoFormat? = nil, frameRate: FrameRate? = nil, encodeHeight: Int? = nil,
    bitrateKbps: Int? = nil, humanScore: Double? = nil
  ) {
    self.id = id
    self.source = source
    self.reference = reference
    self.distorted = distorted
    self.rawFormat = rawFormat
    self.frameRate = frameRate
    self.encodeHeight = encodeHeight
    self.bitrateKbps = bitrateKbps
    self.humanScore = humanScore
  }
}
