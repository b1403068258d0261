/// How much each calibration clip counts.
public enum CalibrationWeighting: String, Sendable, Hashable, Codable, CaseIterable {
  /// Every clip counts the same: right where clips are exchangeable with the clips to come.
  case clips
  /// Every source counts the same, however many clips it has: right where sources are exchangeable
  /// with the sources to come, though clips of one source are alike.
  case sources
}

/// Which errors an interval leaves out.
public enum IntervalShape: String, Sendable, Hashable, Codable, CaseIterable {
  /// The largest ones in absolute value; the interval reaches as far down as up.
  case symmetric
  /// The same share of the lowest and of the highest ones.
  case twoTailed = "two-tailed"
}

/// A quantile of calibration scores that leaves room for one score that is still to come.
///
/// The scores get weights that sum to less than 1; the rest of the mass stands at infinity, for the
/// new one. With equal weights of 1 / (n + 1) that is the usual split-conformal rule, the
/// ⌈(n + 1) level⌉-th smallest score (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic learning in a
/// random world", 2005). With weights of 1 / (K + 1) shared by the clips of each of K sources it is
/// the pooled rule for two-layer data of R. Dunn, L. Wasserman, A. Ramdas, "Distribution-free
/// prediction sets for two-layer hierarchical models", JASA 118 (2023).
struct ConformalQuantile {
  /// The weight of each score.
  private let weights: [Double]
  /// The mass of all scores; the rest is that of the new one.
  let reachableLevel: Double

  /// Rounding in a sum of weights must not move a rank.
  private static let tolerance = 1e-9

  /// Creates the rule for clips with the given source each.
  init(sources: [Int], weighting: CalibrationWeighting) {
    switch weighting {
    case .clips:
      let weight = 1 / Double(sources.count + 1)
      weights = Array(repeating: weight, count: sources.count)
      reachableLevel = Double(sources.count) * weight
    case .sources:
      var counts: [Int: Int] = [:]
      for source in sources { counts[source, default: 0] += 1 }
      let perSource = 1 / Double(counts.count + 1)
      weights = sources.map { perSource / Double(counts[$0, default: 1]) }
      reachableLevel = Double(counts.count) * perSource
    }
  }

  /// The smallest score at or below which the weights reach the level, or `nil` where only
  /// infinity does.
  func upper(_ scores: [Double], level: Double) -> Double? {
    var mass = 0.0
    for index in scores.indices.sorted(by: { scores[$0] < scores[$1] }) {
      mass += weights[index]
      if mass >= level - Self.tolerance { return scores[index] }
    }
    return nil
  }

  /// The largest score at or above which the weights reach the level, or `nil` where only minus
  /// infinity does.
  func lower(_ scores: [Double], level: Double) -> Double? {
    upper(scores.map { -$0 }, level: level).map { -$0 }
  }
}
