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
