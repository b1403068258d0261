/// The split of a distorted coefficient `t` into a restored part `r`, the reference's coefficient
/// `o` times a gain, and an additive part `t - r`.
///
/// Section 3.2 of the algorithm.
struct ADMDecoupling {
  let scale: Int
  let gainLimit: Double

  /// `cos(1 degree)^2` as upstream's single-precision constant.
  static let cosineSquared = Double(0x1.ffd814p-1 as Float)

  /// Whether the gradients of both frames are within one degree of each other: then the
  /// distortion is a change of contrast rather than an impairment.
  ///
  /// The products are exact; upstream rounds each to single precision and compares in double.
  @inline(__always)
  static func isEnhancement(
    referenceH oh: Int32, referenceV ov: Int32, distortedH th: Int32, distortedV tv: Int32
  ) -> Bool {
    let (oh, ov, th, tv) = (Int64(oh), Int64(ov), Int64(th), Int64(tv))
    let dot = Double(Float(oh &* th &+ ov &* tv)) / 4096
    let referenceSquare = Double(Float(oh &* oh &+ ov &* ov)) / 4096
    let distortedSquare = Double(Float(th &* th &+ tv &* tv)) / 4096
    return dot >= 0 && dot * dot >= (cosineSquared * referenceSquare) * distortedSquare
  }

  /// The gain `t / o` in Q15, between 0 and 1, by way of a truncated reciprocal of `o`.
  @inline(__always)
  func gain(_ o: Int32, _ t: Int32) -> Int {
    if o == 0 { return 32768 }
    // Scales 1 to 3 first reduce the divisor to 16 bits, rounding.
    var divisor = Int(o.magnitude)
    var excess = 0
    if scale > 0 && divisor >= 32768 {
      excess = 17 - UInt32(truncatingIfNeeded: divisor).leadingZeroBitCount
      divisor = rounded(divisor, excess)
    }
    let reciprocal = Int(Int32(1 << 30) / Int32(truncatingIfNeeded: divisor))
    let signed = o < 0 ? -Int(t) : Int(t)
    return min(max(rounded(reciprocal &* signed, 15 &+ excess), 0), 32768)
  }

  /// The restored part of `t`.
  @inline(__always)
  func restored(_ o: Int32, _ t: Int32, _ isEnhancement: Bool) -> Int32 {
    let gain = gain(o, t)
    let plain = rounded(gain &* Int(o), 15)
    // An enhancement may restore more than the reference had, up to the limit.
    guard isEnhancement && gain > 0 && o != 0 else { return Int32(truncatingIfNeeded: plain) }
    let limited = Double(plain) * gainLimit
    return Int32(o > 0 ? min(limited, Double(t)) : max(limited, Double(t)))
  }
}
