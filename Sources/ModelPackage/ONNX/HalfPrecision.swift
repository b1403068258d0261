/// Conversions between single precision and IEEE 754 half precision as a bit pattern.
///
/// Swift's own `Float16` is missing on Intel Macs.
enum HalfPrecision {
  /// The nearest number of half precision, ties to even; beyond the range, infinity.
  static func bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7fff_ffff
    if magnitude > 0x7f80_0000 { return sign | 0x7e00 }  // NaN
    if magnitude >= 0x477f_f000 { return sign | 0x7c00 }  // 65520 and above
    if magnitude < 0x3880_0000 {
      // Below 2^-14: a multiple of 2^-24, which adding 0.5 brings to the last place.
      let shifted = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: shifted.bitPattern &- Float(0.5).bitPattern)
    }
    let odd = (magnitude >> 13) & 1
    return sign | UInt16(truncatingIfNeeded: (magnitude &- 0x3800_0000 &+ 0xfff &+ odd) >> 13)
  }

  /// The number of a bit pattern, exactly.
  static func value(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7fff)
    if magnitude >= 0x7c00 {
      return Float(bitPattern: sign | 0x7f80_0000 | (magnitude & 0x3ff) << 13)
    }
    if magnitude < 0x400 {
      return Float(sign: sign == 0 ? .plus : .minus, exponent: -24, significand: Float(magnitude))
    }
    return Float(bitPattern: sign | (magnitude << 13 &+ 0x3800_0000))
  }
}
