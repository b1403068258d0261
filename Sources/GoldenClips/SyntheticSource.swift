public import VideoIO

/// One side of a ``SyntheticClip`` as a video: the clip's luma, and grey chroma in 4:2:0.
public final class SyntheticSource: FrameSource {
  /// Which of a clip's two videos to show.
  public enum Side: Sendable {
    /// The pristine one.
    case reference
    /// The distorted one.
    case distorted
  }

  /// The size and layout of every frame.
  public let format: VideoFormat
  /// The number of frames of the clip.
  public let frameCount: Int?
  /// Always 25 frames per second.
  public let frameRate: FrameRate? = FrameRate(25)
  private let clip: SyntheticClip
  private let side: Side
  private var next = 0

  /// Creates a source at the first frame.
  public init(_ clip: SyntheticClip, side: Side) {
    self.clip = clip
    self.side = side
    frameCount = clip.frameCount
    format = VideoFormat(
      width: clip.width, height: clip.height,
      pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: clip.bitDepth))
  }

  /// Generates the next frame.
  public func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    guard next < clip.frameCount else { return false }
    let both = clip.luma(frame: next)
    next += 1
    let luma = side == .reference ? both.reference : both.distorted
    let width = clip.width
    frame.fill(planes) { x, y in luma[y * width + x] }
    return true
  }

  /// Leaves out up to `count` frames.
  public func skip(_ count: Int) throws -> Int {
    let skipped = min(count, clip.frameCount - next)
    next += skipped
    return skipped
  }
}
