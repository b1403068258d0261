/// Contrast sensitivity and masking: sections 3.3 and 3.4 of the algorithm.
///
/// Scale 0 works in 16 bits and wraps where upstream does, scales 1 to 3 in 32 bits.
struct ADMWeighting {
  let scale: Int
  let weights: (hv: Int32, d: Int32)

  /// The contribution of a position's detail to the thresholds around it (a thirtieth of the
  /// weighted magnitudes, each rounded) and to its own (a fifteenth).
  @inline(__always)
  func masking(_ h: Int32, _ v: Int32, _ d: Int32) -> (neighbour: Int32, centre: Int32) {
    if scale == 0 {
      let h = thirtieths16(Int(weights.hv) &* Int(h) &+ 16384, shift: 15)
      let v = thirtieths16(Int(weights.hv) &* Int(v) &+ 16384, shift: 15)
      // Upstream's rounding constant of the d band is one short of a half.
      let d = thirtieths16(Int(weights.d) &* Int(d) &+ 65535, shift: 17)
      return (h.0 &+ v.0 &+ d.0, h.1 &+ v.1 &+ d.1)
    }
    let (h, v, d) = (
      thirtieths32(h, weights.hv), thirtieths32(v, weights.hv), thirtieths32(d, weights.d)
    )
    return (h.0 &+ v.0 &+ d.0, h.1 &+ v.1 &+ d.1)
  }

  @inline(__always)
  private func thirtieths16(_ product: Int, shift: Int) -> (Int32, Int32) {
    let magnitude = Int(abs(Int32(Int16(truncatingIfNeeded: product &>> shift))))
    let one = Int16(truncatingIfNeeded: (4369 &* magnitude &+ 2048) &>> 12)
    let two = Int16(truncatingIfNeeded: (8738 &* magnitude &+ 2048) &>> 12)
    return (Int32(one), Int32(two))
  }

  @inline(__always)
  private func thirtieths32(_ x: Int32, _ weight: Int32) -> (Int32, Int32) {
    let magnitude = Int(weighted32(x, weight).magnitude)
    // Upstream's rounding constant overflows: half a unit is subtracted, not added.
    let one = (143_165_577 &* magnitude &- 1 << 31) &>> 32
    let two = (286_331_153 &* magnitude &- 1 << 31) &>> 32
    return (Int32(truncatingIfNeeded: one), Int32(truncatingIfNeeded: two))
  }

  @inline(__always)
  private func weighted32(_ x: Int32, _ weight: Int32) -> Int32 {
    Int32(truncatingIfNeeded: rounded(Int(weight) &* Int(x), 28))
  }

  /// The cube of what exceeds the threshold, for a coefficient of band h or v.
  @inline(__always)
  func maskedCube(_ x: Int32, threshold: Int, shift: Int) -> Int {
    guard scale == 0 else { return maskedCube32(x, weights.hv, threshold, shift) }
    let excess = max(abs(Int(weights.hv) &* Int(x)) &- threshold &* 1024, 0)
    return cube(excess, squareShift: 29, shift: shift)
  }

  /// The same for a coefficient of band d.
  @inline(__always)
  func maskedCubeD(_ x: Int32, threshold: Int, shift: Int) -> Int {
    guard scale == 0 else { return maskedCube32(x, weights.d, threshold, shift) }
    let excess = max(abs(Int(weights.d) &* Int(x)) &- threshold &* 4096, 0)
    return cube(excess, squareShift: 30, shift: shift)
  }

  @inline(__always)
  private func maskedCube32(_ x: Int32, _ weight: Int32, _ threshold: Int, _ shift: Int) -> Int {
    let excess = max(Int(weighted32(x, weight).magnitude) &- threshold, 0)
    return cube(excess, squareShift: 30, shift: shift)
  }

  @inline(__always)
  private func cube(_ x: Int, squareShift: Int, shift: Int) -> Int {
    let square = Int32(truncatingIfNeeded: rounded(x &* x, squareShift))
    return rounded(Int(square) &* x, shift)
  }
}
