#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The constants of integer VIF: window weights and the logarithm table.
enum VIFFilter {
  /// Scales of the picture pyramid, each half the size of the one before.
  static let scaleCount = 4

  /// The separable window of each scale, in Q16; each sums to 65536.
  ///
  /// Window `s` weighs the statistics of scale `s`, and smooths scale `s - 1` before its
  /// decimation to scale `s`.
  static let windows: [[UInt32]] = [
    [
      489, 935, 1640, 2640, 3896, 5274, 6547, 7455, 7784, 7455, 6547, 5274, 3896, 2640, 1640, 935,
      489,
    ],
    [1244, 3663, 7925, 12590, 14692, 12590, 7925, 3663, 1244],
    [3571, 16004, 26386, 16004, 3571],
    [10904, 43728, 10904],
  ]

  /// The variance from which a pixel counts as busy: 2.0 in Q16.
  static let noiseVariance: Int32 = 131_072

  /// Added to the reference variance, so that the gain has a finite value.
  static let gainEpsilon = 65536 * 1.0e-10

  /// `round(2048 * log2(i))` for `i` in 32768..<65536; the first element belongs to 32768.
  ///
  /// The logarithm is rounded to single precision before the product. That matters: rounding the
  /// exact product gives other values for 38 arguments.
  static let logarithms: [UInt16] = (32768..<65536).map { i in
    UInt16((Float(log2(Double(i))) * 2048).rounded(.toNearestOrAwayFromZero))
  }

  /// The index of the sample that stands for `index` in a row of `count`: the picture is
  /// mirrored at its borders, and the border sample is not repeated.
  @inline(__always)
  static func reflect(_ index: Int, _ count: Int) -> Int {
    if index < 0 { return -index }
    return index < count ? index : 2 * (count - 1) - index
  }
}
