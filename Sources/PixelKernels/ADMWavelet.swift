/// The wavelet of ADM: Daubechies 2 in fixed point, rows first vertically, then horizontally.
///
/// Section 3.1 of the algorithm. Output `i` covers the inputs `2i-1` to `2i+2`; before the first
/// one the signal is reflected, after the last one repeated.
enum ADMWavelet {
  /// The low-pass taps in Q15; their sum is `lowSum`.
  @inline(__always) static var low: (Int, Int, Int, Int) { (15826, 27411, 7345, -4240) }
  /// The high-pass taps in Q15; their sum is zero.
  @inline(__always) static var high: (Int, Int, Int, Int) { (-4240, -7345, 27411, -15826) }
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
  ///
  /// The centred sums fit 32 bits at every depth, so sums that wrap on the way do no harm.
  static func decomposeFrame(
    _ plane: PlaneView, into bands: ADMBandPlanes, line: UnsafeMutableRawPointer
  ) {
    let half = 1 << (plane.bitDepth - 1)
    let vertical = Rounding(offset: half, shift: plane.bitDepth)
    let horizontal = Rounding(offset: 32768, shift: 16)
    let line = line.assumingMemoryBound(to: Int32.self)
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
    _ finer: ADMBandPlanes, into bands: ADMBandPlanes, scale: Int, line: UnsafeMutableRawPointer
  ) {
    let (vertical, horizontal) = rounding(scale: scale)
    transform(
      width: finer.width, height: finer.height, centre: 0, vertical, horizontal,
      into: bands, line: line.assumingMemoryBound(to: Int64.self)
    ) { UnsafePointer(finer.a + $0 * finer.width) }
  }

  @inline(__always)
  private static func transform<Sample: FixedWidthInteger, Sum: FixedWidthInteger>(
    width: Int, height: Int, centre: Int, _ vertical: Rounding, _ horizontal: Rounding,
    into bands: ADMBandPlanes, line: UnsafeMutablePointer<Sum>,
    row: (Int) -> UnsafePointer<Sample>
  ) {
    // Room for one position before each line and two after it.
    let (lowLine, highLine) = (line + 1, line + width + 4)
    let (a, h, v, d) = (bands.a, bands.h, bands.v, bands.d)
    let (lowOffset, highOffset) = (
      Sum(truncatingIfNeeded: vertical.offset - lowSum * centre),
      Sum(truncatingIfNeeded: vertical.offset)
    )
    let (offset, shift) = (
      Sum(truncatingIfNeeded: horizontal.offset), Sum(truncatingIfNeeded: horizontal.shift)
    )
    let verticalShift = Sum(truncatingIfNeeded: vertical.shift)
    for i in 0..<bands.height {
      let rows = (
        row(position(i, tap: 0, count: height)), row(position(i, tap: 1, count: height)),
        row(position(i, tap: 2, count: height)), row(position(i, tap: 3, count: height))
      )
      for x in 0..<width {
        let samples = (
          Sum(truncatingIfNeeded: rows.0[x]), Sum(truncatingIfNeeded: rows.1[x]),
          Sum(truncatingIfNeeded: rows.2[x]), Sum(truncatingIfNeeded: rows.3[x])
        )
        lowLine[x] = (dot(low, samples) &+ lowOffset) &>> verticalShift
        highLine[x] = (dot(high, samples) &+ highOffset) &>> verticalShift
      }
      extend(lowLine, width)
      extend(highLine, width)
      let output = i * bands.width
      for j in 0..<bands.width {
        let (p, q) = (lowLine + 2 * j, highLine + 2 * j)
        let (l, g) = ((p[-1], p[0], p[1], p[2]), (q[-1], q[0], q[1], q[2]))
        a[output + j] = Int32(truncatingIfNeeded: (dot(low, l) &+ offset) &>> shift)
        v[output + j] = Int32(truncatingIfNeeded: (dot(high, l) &+ offset) &>> shift)
        h[output + j] = Int32(truncatingIfNeeded: (dot(low, g) &+ offset) &>> shift)
        d[output + j] = Int32(truncatingIfNeeded: (dot(high, g) &+ offset) &>> shift)
      }
    }
  }

  /// Sets the three positions that the taps read beyond both ends of a line.
  private static func extend<Sum>(_ line: UnsafeMutablePointer<Sum>, _ count: Int) {
    line[-1] = line[1]
    line[count] = line[count - 1]
    line[count + 1] = line[count - 2]
  }

  @inline(__always)
  private static func dot<Sum: FixedWidthInteger>(
    _ taps: (Int, Int, Int, Int), _ x: (Sum, Sum, Sum, Sum)
  ) -> Sum {
    Sum(truncatingIfNeeded: taps.0) &* x.0 &+ Sum(truncatingIfNeeded: taps.1) &* x.1
      &+ Sum(truncatingIfNeeded: taps.2) &* x.2 &+ Sum(truncatingIfNeeded: taps.3) &* x.3
  }
}
