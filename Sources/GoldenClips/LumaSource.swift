public import VideoIO

/// A video in memory: luma samples frame by frame, with grey chroma in 4:2:0.
public final class LumaSource: FrameSource {
  /// The size and layout of every frame.
  public let format: VideoFormat
  /// The number of frames.
  public let frameCount: Int?
  /// Always 25 frames per second.
  public let frameRate: FrameRate? = FrameRate(25)
  private let frames: [[UInt16]]
  private var next = 0

  /// Creates a source at the first frame.
  ///
  /// - Parameters:
  ///   - frames: The luma samples of each frame, row by row.
  ///   - width: Luma samples in a row.
  ///   - height: Luma rows.
  ///   - bitDepth: Bits per sample, 8 to 16.
  public init(_ frames: [[UInt16]], width: Int, height: Int, bitDepth: Int) {
    for frame in frames {
      precondition(frame.count == width * height, "a frame has another size than the video")
    }
    self.frames = frames
    frameCount = frames.count
    format = VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: bitDepth))
  }

  /// Copies the next frame.
  public func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    guard next < frames.count else { return false }
    let luma = frames[next]
    let width = format.width
    frame.fill(planes) { x, y in luma[y * width + x] }
    next += 1
    return true
  }

  /// Leaves out up to `count` frames.
  public func skip(_ count: Int) throws -> Int {
    let skipped = min(count, frames.count - next)
    next += skipped
    return skipped
  }
}
