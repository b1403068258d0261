/// The affine maps from a model's scores to the scales of several tests.
///
/// Viewers of different tests use a scale differently (context, screen, range of qualities), so a
/// test's scores are `50 + offset + slope * (score - 50)`. The maps are nuisance parameters: they
/// are fitted with the network and thrown away. A weak prior (slope 1 with a deviation of .3,
/// offset 0 with one of 20 points) keeps tests with few clips near the common scale.
public struct TestMaps: Sendable, Equatable, Codable {
  /// The map of one test.
  public struct Map: Sendable, Equatable, Codable {
    /// Points at the middle of the scale.
    public var offset = 0.0
    /// Points per point.
    public var slope = 1.0
  }

  /// The maps.
  public private(set) var maps: [Map]

  static let slopeDeviation = 0.3
  static let offsetDeviation = 20.0

  /// Creates identities.
  public init(count: Int) { maps = [Map](repeating: Map(), count: count) }

  /// The map of a clip's test; the identity for the anchor.
  public subscript(test: Int?) -> Map { test.map { maps[$0] } ?? Map() }

  /// A score on the scale of a test.
  public func callAsFunction(_ score: Double, test: Int?) -> Double {
    let map = self[test]
    return 50 + map.offset + map.slope * (score - 50)
  }

  /// Fits every map to scores and targets by weighted least squares with the prior.
  ///
  /// - Parameters:
  ///   - scores: The scores of `chosen`, in its order.
  ///   - clips: Where targets, weights and tests are.
  ///   - chosen: The clips to learn from.
  public mutating func fit(scores: [Double], to clips: ClipSet, of chosen: [Int]) {
    for test in maps.indices {
      // Normal equations of (offset, slope - 1).
      var a00 = 1 / (Self.offsetDeviation * Self.offsetDeviation)
      var a01 = 0.0
      var a11 = 1 / (Self.slopeDeviation * Self.slopeDeviation)
      var b0 = 0.0
      var b1 = 0.0
      for (score, clip) in zip(scores, chosen) where clips.tests[clip] == test {
        let x = score - 50
        let w = clips.weights[clip]
        let difference = clips.targets[clip] - score
        a00 += w
        a01 += w * x
        a11 += w * x * x
        b0 += w * difference
        b1 += w * x * difference
      }
      let determinant = a00 * a11 - a01 * a01
      maps[test].offset = (b0 * a11 - b1 * a01) / determinant
      maps[test].slope = 1 + (b1 * a00 - b0 * a01) / determinant
    }
  }

  /// Minus twice the logarithm of the prior, up to a constant.
  var penalty: Double {
    maps.reduce(0) { sum, map in
      let offset = map.offset / Self.offsetDeviation
      let slope = (map.slope - 1) / Self.slopeDeviation
      return sum + offset * offset + slope * slope
    }
  }
}
