/// One row of each detail band.
typealias ADMDetailRow = (
  h: UnsafeMutablePointer<Int32>, v: UnsafeMutablePointer<Int32>, d: UnsafeMutablePointer<Int32>
)

/// The four bands of one scale of a frame, row by row without padding.
final class ADMBandPlanes {
  let width: Int
  let height: Int
  /// The band that is low-pass in both directions: the input of the next scale.
  let a: UnsafeMutablePointer<Int32>
  let h: UnsafeMutablePointer<Int32>
  let v: UnsafeMutablePointer<Int32>
  let d: UnsafeMutablePointer<Int32>

  init(_ scale: ADMScaleGeometry) {
    (width, height) = (scale.width, scale.height)
    let count = width * height
    a = .allocate(capacity: 4 * count)
    a.initialize(repeating: 0, count: 4 * count)
    (h, v, d) = (a + count, a + 2 * count, a + 3 * count)
  }

  func row(_ y: Int) -> ADMDetailRow { (h + y * width, v + y * width, d + y * width) }

  deinit { a.deallocate() }
}

/// Three consecutive rows of restored or additive detail, and what they add to the masking
/// thresholds; a row's place is its number modulo three.
final class ADMDetailRing {
  private let width: Int
  private let memory: UnsafeMutablePointer<Int32>

  init(width: Int) {
    self.width = width
    memory = .allocate(capacity: 15 * width)
    memory.initialize(repeating: 0, count: 15 * width)
  }

  func row(_ y: Int) -> ADMDetailRow {
    let h = memory + y % 3 * 5 * width
    return (h, h + width, h + 2 * width)
  }

  /// The sum over the bands of a thirtieth of the weighted magnitude.
  func neighbour(_ y: Int) -> UnsafeMutablePointer<Int32> { memory + (y % 3 * 5 + 3) * width }

  /// The sum over the bands of a fifteenth of the weighted magnitude.
  func centre(_ y: Int) -> UnsafeMutablePointer<Int32> { memory + (y % 3 * 5 + 4) * width }

  deinit { memory.deallocate() }
}

/// The rows that the scalar reference needs besides the bands, wide enough for every scale.
final class ADMWorkRows {
  let restored: ADMDetailRing
  let additive: ADMDetailRing
  /// Two rows of the wavelet between its passes, low then high, with room at their ends.
  let line: UnsafeMutableRawPointer
  /// The sums of three rows of masking contributions, from column -1 on.
  let columnSums: UnsafeMutablePointer<Int>

  init(width: Int) {
    restored = ADMDetailRing(width: width)
    additive = ADMDetailRing(width: width)
    let lineBytes = (4 * width + 6) * MemoryLayout<Int64>.size
    line = .allocate(byteCount: lineBytes, alignment: 64)
    line.initializeMemory(as: UInt8.self, repeating: 0, count: lineBytes)
    columnSums = .allocate(capacity: width + 2)
    columnSums.initialize(repeating: 0, count: width + 2)
  }

  deinit {
    line.deallocate()
    columnSums.deallocate()
  }
}
