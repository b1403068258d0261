public import Features

/// A way to sum up frame scores over time that knows nothing of human scores.
///
/// All of ``Features/Pooling``, and two from the literature on time: the worst stretch, and
/// Minkowski sums that count bad frames more.
public enum TimePooling: Hashable, Sendable {
  /// One of the ways of reports.
  case standard(Pooling)
  /// The lowest mean over this many frames in a row; over all of a shorter clip.
  case worstStretch(frames: Int)
  /// `100 - (mean of (100 - x)^p)^(1 / p)` for p = 2 or 4: the larger p, the more the worst frames
  /// count.
  case minkowski(Int)

  /// What is compared unless others are asked for.
  ///
  /// A stretch of 60 frames is the worst second of video at 60 frames per second.
  public static let usual: [TimePooling] = [
    .standard(.mean), .standard(.harmonicMean), .standard(.percentile(50)),
    .standard(.percentile(10)), .standard(.percentile(5)), .standard(.min),
    .worstStretch(frames: 60), .minkowski(2), .minkowski(4),
  ]

  /// The name in tables.
  public var name: String {
    switch self {
    case .standard(.harmonicMean): "harmonic mean"
    case .standard(let pooling): pooling.name
    case .worstStretch(let frames): "worst \(frames) frames"
    case .minkowski(let power): "Minkowski \(power)"
    }
  }

  /// The pooled value of at least one frame's scores on 0 to 100.
  public func callAsFunction(_ scores: [Double]) -> Double? {
    guard !scores.isEmpty else { return nil }
    switch self {
    case .standard(let pooling):
      return pooling(scores)
    case .worstStretch(let frames):
      let width = min(max(frames, 1), scores.count)
      // Sums from scratch at each place: a running sum would gather rounding.
      let sums = (0...scores.count - width).map { scores[$0..<$0 + width].reduce(0, +) }
      return sums.min().map { $0 / Double(width) }
    case .minkowski(let power):
      // Roots by square roots alone, which are rounded the same everywhere.
      let rounds = power >= 4 ? 2 : 1
      let losses = scores.map { score in
        (0..<rounds).reduce(100 - score) { value, _ in value * value }
      }
      let mean = losses.reduce(0, +) / Double(losses.count)
      return 100 - (0..<rounds).reduce(mean) { value, _ in value.squareRoot() }
    }
  }
}
