/// Three planes of detail of one scale, row by row without padding.
class ADMDetailPlanes {
  let width: Int
  let height: Int
  let h: UnsafeMutablePointer<Int32>
  let v: UnsafeMutablePointer<Int32>
  let d: UnsafeMutablePointer<Int32>

  init(_ scale: ADMScaleGeometry) {
    (width, height) = (scale.width, scale.height)
    let count = width * height
    h = .allocate(capacity: 3 * count)
    h.initialize(repeating: 0, count: 3 * count)
    v = h + count
    d = v + count
  }

  /// The three planes at once, for loops.
  var planes:
    (
      h: UnsafeMutablePointer<Int32>, v: UnsafeMutablePointer<Int32>,
      d: UnsafeMutablePointer<Int32>
    )
  { (h, v, d) }

  deinit { h.deallocate() }
}

/// The four bands of one scale of a frame.
final class ADMBandPlanes: ADMDetailPlanes {
  /// The band that is low-pass in both directions: the input of the next scale.
  let a: UnsafeMutablePointer<Int32>

  override init(_ scale: ADMScaleGeometry) {
    a = .allocate(capacity: scale.width * scale.height)
    a.initialize(repeating: 0, count: scale.width * scale.height)
    super.init(scale)
  }

  deinit { a.deallocate() }
}

/// The planes that the scalar reference needs besides the bands, large enough for every scale.
final class ADMWorkPlanes {
  let restored: ADMDetailPlanes
  let additive: ADMDetailPlanes
  /// The sum over the bands of a thirtieth of the weighted magnitude.
  let neighbour: UnsafeMutablePointer<Int32>
  /// The sum over the bands of a fifteenth of the weighted magnitude.
  let centre: UnsafeMutablePointer<Int32>
  /// Two rows of the wavelet between its passes, low then high, with room at their ends.
  let line: UnsafeMutableRawPointer
  /// The sums of three rows of `neighbour`, from column -1 on.
  let columnSums: UnsafeMutablePointer<Int>

  init(_ finest: ADMScaleGeometry) {
    restored = ADMDetailPlanes(finest)
    additive = ADMDetailPlanes(finest)
    let count = finest.width * finest.height
    neighbour = .allocate(capacity: 2 * count)
    neighbour.initialize(repeating: 0, count: 2 * count)
    centre = neighbour + count
    let lineBytes = (4 * finest.width + 6) * MemoryLayout<Int64>.size
    line = .allocate(byteCount: lineBytes, alignment: 64)
    line.initializeMemory(as: UInt8.self, repeating: 0, count: lineBytes)
    columnSums = .allocate(capacity: finest.width + 2)
    columnSums.initialize(repeating: 0, count: finest.width + 2)
  }

  deinit {
    neighbour.deallocate()
    line.deallocate()
    columnSums.deallocate()
  }
}
