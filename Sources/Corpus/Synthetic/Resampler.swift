/// Scales planes with a cubic filter (Keys, a = −1/2), widened when scaling down.
///
/// Weights are computed with basic operations on doubles and rounded to 1/16384, so that results
/// are the same everywhere.
enum Resampler {
  static func resize(_ plane: Picture.Plane, width: Int, height: Int) -> Picture.Plane {
    let columns = taps(from: plane.width, to: width)
    let rows = taps(from: plane.height, to: height)
    // 4 more bits between the passes.
    var middle = [Int32](repeating: 0, count: width * plane.height)
    plane.samples.withUnsafeBufferPointer { source in
      middle.withUnsafeMutableBufferPointer { target in
        for y in 0..<plane.height {
          for (x, tap) in columns.enumerated() {
            var sum: Int32 = 1 << 9
            for (index, weight) in tap {
              sum &+= Int32(source[y * plane.width + index]) &* weight
            }
            target[y * width + x] = sum >> 10
          }
        }
      }
    }
    var result = [UInt8](repeating: 0, count: width * height)
    middle.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for (y, tap) in rows.enumerated() {
          for x in 0..<width {
            var sum: Int32 = 1 << 17
            for (index, weight) in tap { sum &+= source[index * width + x] &* weight }
            target[y * width + x] = UInt8(clamping: sum >> 18)
          }
        }
      }
    }
    return Picture.Plane(width: width, height: height, samples: result)
  }

  /// The source positions and weights (sum 16384) of each target position; borders repeat.
  private static func taps(from source: Int, to target: Int) -> [[(index: Int, weight: Int32)]] {
    let ratio = Double(source) / Double(target)
    let spread = ratio > 1 ? ratio : 1
    return (0..<target).map { position in
      let centre = (Double(position) + 0.5) * ratio - 0.5
      let first = Int((centre - 2 * spread).rounded(.down))
      let last = Int((centre + 2 * spread).rounded(.up))
      let raw = (first...last).map { cubic((Double($0) - centre) / spread) }
      let total = raw.reduce(0, +)
      var weights = raw.map { Int32(($0 / total * 16384).rounded()) }
      let largest = weights.indices.max { weights[$0] < weights[$1] } ?? 0
      weights[largest] += 16384 - weights.reduce(0, +)
      return zip(first...last, weights).filter { $0.1 != 0 }.map {
        (min(max($0.0, 0), source - 1), $0.1)
      }
    }
  }

  private static func cubic(_ position: Double) -> Double {
    let x = abs(position)
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
  }
}
