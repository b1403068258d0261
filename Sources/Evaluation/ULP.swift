/// Distances between floating-point numbers in units in the last place.
///
/// The distance is the number of representable values from one to the other: bit patterns as
/// sign-magnitude integers, subtracted. It is exact over the whole range, through zero and the
/// subnormals. The policy of the special values:
///
/// - `+0` and `-0` are the same number: distance 0.
/// - Infinity is the value after the greatest finite one: distance 1 from it.
/// - NaN equals NaN, whatever the payload: distance 0. NaN against a number has no distance: `nil`.
public enum ULP {
  /// The distance of two single-precision numbers, or `nil` where one alone is NaN.
  public static func distance(_ a: Float, _ b: Float) -> UInt64? {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
    return distance(
      magnitudes: UInt64(a.magnitude.bitPattern), UInt64(b.magnitude.bitPattern),
      sameSide: a.sign == b.sign)
  }

  /// The distance of two double-precision numbers, or `nil` where one alone is NaN.
  public static func distance(_ a: Double, _ b: Double) -> UInt64? {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
    return distance(
      magnitudes: a.magnitude.bitPattern, b.magnitude.bitPattern, sameSide: a.sign == b.sign)
  }

  /// Two magnitudes are below 2^63, so their sum fits.
  private static func distance(magnitudes a: UInt64, _ b: UInt64, sameSide: Bool) -> UInt64 {
    sameSide ? (a > b ? a - b : b - a) : a + b
  }
}

/// The distances of two columns, summed up: one cell of a parity matrix.
public struct ULPSummary: Sendable, Equatable, Codable {
  /// The number of values.
  public let count: Int
  /// The values that differ at all.
  public let different: Int
  /// The values of which one alone is NaN.
  public let nanMismatches: Int
  /// The largest distance of the others.
  public let largest: UInt64
  /// The first index at which the largest distance, or else a NaN mismatch, occurs; `nil` where
  /// the columns are equal.
  public let worstIndex: Int?

  private enum CodingKeys: String, CodingKey {
    case count, different, largest
    case nanMismatches = "nan_mismatches"
    case worstIndex = "worst_index"
  }

  /// Compares two columns of equal length.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``.
  public init(_ a: [Float], _ b: [Float]) throws(EvaluationError) {
    try self.init(a, b, ULP.distance)
  }

  /// Compares two columns of equal length.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``.
  public init(_ a: [Double], _ b: [Double]) throws(EvaluationError) {
    try self.init(a, b, ULP.distance)
  }

  private init<Value>(
    _ a: [Value], _ b: [Value], _ distance: (Value, Value) -> UInt64?
  ) throws(EvaluationError) {
    guard a.count == b.count else {
      throw .lengthMismatch(targets: a.count, predictions: b.count, sources: a.count)
    }
    var different = 0
    var mismatches = 0
    var largest: UInt64 = 0
    var worst: Int?
    var firstMismatch: Int?
    for index in a.indices {
      guard let step = distance(a[index], b[index]) else {
        mismatches += 1
        different += 1
        firstMismatch = firstMismatch ?? index
        continue
      }
      if step > 0 { different += 1 }
      if step > largest { (largest, worst) = (step, index) }
    }
    self.count = a.count
    self.different = different
    self.nanMismatches = mismatches
    self.largest = largest
    self.worstIndex = worst ?? firstMismatch
  }
}
