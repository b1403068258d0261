/// How the frames of a distorted video follow those of its reference.
public struct TemporalAlignment: Sendable, Hashable, Codable {
  /// A place where the distorted video does not go on frame by frame.
  public struct Event: Sendable, Hashable, Codable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// Frames of the reference are missing.
      case dropped
      /// A frame is shown again.
      case repeated
    }

    /// What happened.
    public let kind: Kind
    /// The first distorted frame after the gap, or the first repetition.
    public let frame: Int
    /// The number of frames that are missing or repeated.
    public let count: Int

    /// Creates an event.
    public init(kind: Kind, frame: Int, count: Int) {
      self.kind = kind
      self.frame = frame
      self.count = count
    }
  }

  /// Distorted frame `t` shows what reference frame `t + offset` shows, for most of the frames.
  ///
  /// It is 0 when another offset could not be established.
  public let offset: Int
  /// How the changes of both videos correlate at that offset, from -1 to 1; `nil` when they do not
  /// change enough to tell.
  public let correlation: Double?
  /// How sure the offset is, from 0 (nothing known: the pictures stand still, or do not match) to 1.
  public let confidence: Double
  /// Dropped and repeated frames, in order.
  public let events: [Event]
  /// The number of distorted frames that were compared.
  public let frameCount: Int

  /// The frames of the reference to leave out at the start, to put both in step.
  public var skippedReferenceFrames: Int { max(offset, 0) }
  /// The frames of the distorted video to leave out at the start, to put both in step.
  public var skippedDistortedFrames: Int { max(-offset, 0) }
}
