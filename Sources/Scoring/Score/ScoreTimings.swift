import VideoIO

/// Where the time of a run went, in seconds on the clock.
public struct ScoreTimings: Sendable, Hashable {
  /// Opening and probing the videos, loading the models.
  public internal(set) var opening = 0.0
  /// Looking for the offset beforehand, with ``AlignmentMode/auto``.
  public internal(set) var aligning = 0.0
  /// Reading frames and computing features, which go on at the same time.
  public internal(set) var features = 0.0
  /// Of that, waiting for frames from files and decoders, at which workers take turns.
  public internal(set) var reading = 0.0
  /// Of that, watching whether the videos are in step.
  public internal(set) var watching = 0.0
  /// From features to scores.
  public internal(set) var prediction = 0.0
}

/// The seconds on the clock since it was made or restarted.
struct Seconds {
  private let clock = ContinuousClock()
  private var start = ContinuousClock().now

  /// The seconds so far.
  var elapsed: Double { (clock.now - start) / .seconds(1) }

  /// Starts anew; returns the seconds until now.
  mutating func restart() -> Double {
    defer { start = clock.now }
    return elapsed
  }
}

/// A video whose reads are timed.
///
/// Like every source it is used by one thread at a time, its ``seconds`` afterwards.
final class TimedSource: FrameSource {
  private let base: any FrameSource
  private let clock = ContinuousClock()
  private var duration = Duration.zero

  init(_ base: any FrameSource) { self.base = base }

  /// The seconds spent in reads so far.
  var seconds: Double { duration / .seconds(1) }

  var format: VideoFormat { base.format }
  var frameCount: Int? { base.frameCount }
  var frameRate: FrameRate? { base.frameRate }
  var interrupt: @Sendable () -> Void { base.interrupt }

  func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    let start = clock.now
    defer { duration += clock.now - start }
    return try base.read(into: frame, planes: planes)
  }

  func skip(_ count: Int) throws -> Int {
    let start = clock.now
    defer { duration += clock.now - start }
    return try base.skip(count)
  }
}
