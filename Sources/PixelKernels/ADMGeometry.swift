/// The sizes of one scale of ADM and of the window over which it pools.
struct ADMScaleGeometry: Equatable, Sendable {
  /// The size of each of the four bands.
  let width: Int
  let height: Int
  /// The window of pooled positions: a tenth of each side is left out.
  let columns: Range<Int>
  let rows: Range<Int>

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    let left = Int(Double(width) * 0.1 - 0.5)
    let top = Int(Double(height) * 0.1 - 0.5)
    columns = left..<(width - left)
    rows = top..<(height - top)
  }

  /// The window and its neighbours: where the masking threshold needs the impairment.
  var marginColumns: Range<Int> { Self.grow(columns, within: width) }
  var marginRows: Range<Int> { Self.grow(rows, within: height) }

  private static func grow(_ range: Range<Int>, within count: Int) -> Range<Int> {
    max(range.lowerBound - 1, 0)..<min(range.upperBound + 1, count)
  }

  /// The number of pooled positions.
  var area: Int { columns.count * rows.count }
}

/// The four scales of ADM for one frame size, and the rounding shifts of its fixed-point sums.
struct ADMGeometry: Equatable, Sendable {
  let frameWidth: Int
  let frameHeight: Int
  let scales: [ADMScaleGeometry]

  static let scaleCount = 4
  /// The smallest width and height for which ADM is defined; below it, upstream reads outside
  /// its planes.
  static let minimumSide = 33

  init(width: Int, height: Int) {
    precondition(
      width >= Self.minimumSide && height >= Self.minimumSide,
      "ADM needs frames of at least 33x33 samples")
    frameWidth = width
    frameHeight = height
    var (w, h) = (width, height)
    scales = (0..<Self.scaleCount).map { _ in
      (w, h) = ((w + 1) / 2, (h + 1) / 2)
      return ADMScaleGeometry(width: w, height: h)
    }
  }

  /// The smallest n with `2^n >= value`.
  static func ceilLog2(_ value: Int) -> Int {
    Int.bitWidth - (value - 1).leadingZeroBitCount
  }

  /// The shift of each cube of the numerator.
  func numeratorCubeShift(scale: Int) -> (hv: Int, d: Int) {
    let bits = Self.ceilLog2(scales[scale].width)
    return scale == 0 ? (bits - 4, bits - 3) : (bits, bits)
  }

  /// The shift of each row sum of the numerator.
  func numeratorRowShift(scale: Int) -> Int { Self.ceilLog2(scales[scale].height) }

  /// The shift of each cube of the denominator; none at scale 0.
  func denominatorCubeShift(scale: Int) -> Int {
    scale == 0 ? 0 : Self.ceilLog2(scales[scale].columns.count)
  }

  /// The shift of each row sum of the denominator.
  func denominatorRowShift(scale: Int) -> Int {
    let window = scales[scale]
    return scale == 0
      ? max(Self.ceilLog2(window.area) - 20, 0) : Self.ceilLog2(window.rows.count)
  }
}
