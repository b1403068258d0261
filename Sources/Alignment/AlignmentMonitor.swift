public import VideoIO

/// Watches the videos of a ladder while they are read, and says how they belong together.
///
/// Put ``source(ofReference:)`` and ``source(ofDistorted:at:)`` in the place of the sources, read
/// them in step from the first frame on, then ask for ``alignment(at:)``. Like the sources it is used
/// by one thread at a time.
public final class AlignmentMonitor {
  private var aligners: [TemporalAligner]
  private var referencePicture = PictureProfile.Accumulator()
  private var distortedPictures: [PictureProfile.Accumulator]

  /// Creates a monitor of one reference and `distortedCount` distorted videos.
  public init(distortedCount: Int) {
    aligners = Array(repeating: TemporalAligner(), count: distortedCount)
    distortedPictures = Array(repeating: PictureProfile.Accumulator(), count: distortedCount)
  }

  /// The reference, watched.
  public func source(ofReference source: any FrameSource) -> any FrameSource {
    ObservedSource(source) { frame in
      let signature = LumaSignature(frame)
      for index in self.aligners.indices { self.aligners[index].appendReference(signature) }
      self.referencePicture.add(frame)
    } missFrames: {
      self.hasGaps = true
    }
  }

  /// The distorted video at `position`, watched.
  public func source(
    ofDistorted source: any FrameSource, at position: Int
  ) -> any FrameSource {
    ObservedSource(source) { frame in
      self.aligners[position].appendDistorted(LumaSignature(frame))
      self.distortedPictures[position].add(frame)
    } missFrames: {
      self.hasGaps = true
    }
  }

  /// Whether frames were left out on the way, as with subsampling, so that nothing can be told.
  public private(set) var hasGaps = false

  /// How the distorted video at `position` belongs to the reference; to be called at the end.
  public func alignment(at position: Int) -> VideoAlignment {
    VideoAlignment(
      time: aligners[position].finish(),
      picture: PictureAlignment(
        reference: referencePicture.finish(), distorted: distortedPictures[position].finish()))
  }
}
