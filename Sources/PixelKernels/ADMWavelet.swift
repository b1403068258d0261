/// The wavelet of ADM: Daubechies 2 in fixed point, rows first vertically, then horizontally.
///
/// Section 3.1 of the algorithm. Output `i` covers the inputs `2i-1` to `2i+2`; before the first
/// one the signal is reflected, after the last one repeated.
enum ADMWavelet {
  /// The low-pass taps in Q15; their sum is `lowSum`.
  static let low = (15826, 27411, 7345, -4240)
  /// The high-pass taps in Q15; their sum is zero.
  static let high = (-4240, -7345, 27411, -15826)
  static let lowSum = 46342

  /// How one pass scales its sums: `(sum + offset) >> shift`.
  struct Rounding {
    var offset: Int
    var shift: Int
  }

  /// The vertical and the horizontal scaling of scales 1 to 3.
  static func rounding(scale: Int) -> (vertical: Rounding, horizontal: Rounding) {
    let unscaled = Rounding(offset: 0, shift: 0)
    let q15 = Rounding(offset: 16384, shift: 15)
    let q16 = Rounding(offset: 32768, shift: 16)
    return [(unscaled, q15), (q16, q16), (q16, q15)][scale - 1]
  }

  /// The input position that tap `k` of output `i` reads, of `count` inputs.
  @inline(__always)
  static func position(_ i: Int, tap k: Int, count: Int) -> Int {
    let p = 2 * i - 1 + k
    return p < 0 ? 1 : p < count ? p : 2 * count - p - 1
  }

  /// Scale 0: the samples of a frame, centred on zero, to bands in Q6 of 8-bit units.
  static func decomposeFrame(
    _ plane: PlaneView, into bands: ADMBandPlanes, line: UnsafeMutablePointer<Int>
  ) {
    let half = 1 << (plane.bitDepth - 1)
    let vertical = Rounding(offset: half, shift: plane.bitDepth)
    let horizontal = Rounding(offset: 32768, shift: 16)
    if plane.bitDepth == 8 {
      transform(
        width: plane.width, height: plane.height, centre: half, vertical, horizontal,
        into: bands, line: line
      ) { (plane.base + $0 * plane.bytesPerRow).assumingMemoryBound(to: UInt8.self) }
    } else {
      transform(
        width: plane.width, height: plane.height, centre: half, vertical, horizontal,
        into: bands, line: line
      ) { (plane.base + $0 * plane.bytesPerRow).assumingMemoryBound(to: UInt16.self) }
    }
  }

  /// Scales 1 to 3: the a band of the scale before.
  static func decompose(
    _ finer: ADMBandPlanes, into bands: ADMBandPlanes, scale: Int,
    line: UnsafeMutablePointer<Int>
  ) {
    let (vertical, horizontal) = rounding(scale: scale)
    transform(
      width: finer.width, height: finer.height, centre: 0, vertical, horizontal,
      into: bands, line: line
    ) { UnsafePointer(finer.a + $0 * finer.width) }
  }

  @inline(__always)
  private static func transform<Sample: FixedWidthInteger>(
    width: Int, height: Int, centre: Int, _ vertical: Rounding, _ horizontal: Rounding,
    into bands: ADMBandPlanes, line: UnsafeMutablePointer<Int>,
    row: (Int) -> UnsafePointer<Sample>
  ) {
    let (lowLine, highLine) = (line, line + width)
    for i in 0..<bands.height {
      let rows = (
        row(position(i, tap: 0, count: height)), row(position(i, tap: 1, count: height)),
        row(position(i, tap: 2, count: height)), row(position(i, tap: 3, count: height))
      )
      for x in 0..<width {
        let samples = (
          Int(truncatingIfNeeded: rows.0[x]), Int(truncatingIfNeeded: rows.1[x]),
          Int(truncatingIfNeeded: rows.2[x]), Int(truncatingIfNeeded: rows.3[x])
        )
        lowLine[x] = scaled(dot(low, samples) &- lowSum &* centre, vertical)
        highLine[x] = scaled(dot(high, samples), vertical)
      }
      let output = i * bands.width
      for j in 0..<bands.width {
        let p = (
          position(j, tap: 0, count: width), position(j, tap: 1, count: width),
          position(j, tap: 2, count: width), position(j, tap: 3, count: width)
        )
        let l = (lowLine[p.0], lowLine[p.1], lowLine[p.2], lowLine[p.3])
        let h = (highLine[p.0], highLine[p.1], highLine[p.2], highLine[p.3])
        bands.a[output + j] = Int32(truncatingIfNeeded: scaled(dot(low, l), horizontal))
        bands.v[output + j] = Int32(truncatingIfNeeded: scaled(dot(high, l), horizontal))
        bands.h[output + j] = Int32(truncatingIfNeeded: scaled(dot(low, h), horizontal))
        bands.d[output + j] = Int32(truncatingIfNeeded: scaled(dot(high, h), horizontal))
      }
    }
  }

  @inline(__always)
  private static func dot(_ taps: (Int, Int, Int, Int), _ x: (Int, Int, Int, Int)) -> Int {
    taps.0 &* x.0 &+ taps.1 &* x.1 &+ taps.2 &* x.2 &+ taps.3 &* x.3
  }

  @inline(__always)
  private static func scaled(_ sum: Int, _ rounding: Rounding) -> Int {
    (sum &+ rounding.offset) &>> rounding.shift
  }
}
