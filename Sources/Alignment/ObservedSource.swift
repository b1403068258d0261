import VideoIO

/// A video that shows each of its frames to an observer while it is read.
///
/// So a video is looked at while it is scored, and never read twice: pipes work as well.
final class ObservedSource: FrameSource {
  private let base: any FrameSource
  private let observe: (Frame) -> Void
  private let missFrames: () -> Void
  private var hasStarted = false
  private var hasSkipped = false

  /// - Parameters:
  ///   - base: The video.
  ///   - observe: Called with each frame that was read.
  ///   - missFrames: Called when frames between others were left out.
  init(
    _ base: any FrameSource, observe: @escaping (Frame) -> Void,
    missFrames: @escaping () -> Void
  ) {
    self.base = base
    self.observe = observe
    self.missFrames = missFrames
  }

  var format: VideoFormat { base.format }
  var frameCount: Int? { base.frameCount }
  var frameRate: FrameRate? { base.frameRate }
  var interrupt: @Sendable () -> Void { base.interrupt }

  func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    guard try base.read(into: frame, planes: planes) else { return false }
    // Frames left out before the first or after the last are no gap.
    if hasStarted, hasSkipped { missFrames() }
    (hasStarted, hasSkipped) = (true, false)
    observe(frame)
    return true
  }

  func skip(_ count: Int) throws -> Int {
    let skipped = try base.skip(count)
    if skipped > 0 { hasSkipped = true }
    return skipped
  }
}
