import Alignment
import VideoIO

/// The videos of a run as the features read them: timed, and watched for being in step.
struct WatchedVideos {
  /// The reference.
  let reference: any FrameSource
  /// The distorted videos, in order.
  let distorted: [any FrameSource]
  private let monitor: AlignmentMonitor?
  private let readers: [TimedSource]
  private let watchers: [TimedSource]

  /// - Parameter mode: Whether the videos are watched.
  init(reference: any FrameSource, distorted: [any FrameSource], mode: AlignmentMode) {
    readers = ([reference] + distorted).map(TimedSource.init)
    let monitor = mode == .off ? nil : AlignmentMonitor(distortedCount: distorted.count)
    self.monitor = monitor
    watchers = readers.enumerated().map { index, reader in
      guard let monitor else { return TimedSource(reader) }
      return TimedSource(
        index == 0
          ? monitor.source(ofReference: reader)
          : monitor.source(ofDistorted: reader, at: index - 1))
    }
    self.reference = watchers[0]
    self.distorted = Array(watchers.dropFirst())
  }

  /// The seconds spent in reads of the videos themselves.
  var readingSeconds: Double { readers.reduce(0) { $0 + $1.seconds } }
  /// The seconds spent in watching them.
  var watchingSeconds: Double { watchers.reduce(0) { $0 + $1.seconds } - readingSeconds }

  /// How the distorted video at `position` belongs to the reference, once all is read; `nil` when
  /// it was not watched, or not every frame was read.
  func alignment(at position: Int) -> VideoAlignment? {
    guard let monitor, !monitor.hasGaps else { return nil }
    return monitor.alignment(at: position)
  }
}
