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
  /// Two rows of the wavelet between its passes: low, then high.
  let line: UnsafeMutablePointer<Int>

  init(_ finest: ADMScaleGeometry) {
    restored = ADMDetailPlanes(finest)
    additive = ADMDetailPlanes(finest)
    let count = finest.width * finest.height
    neighbour = .allocate(capacity: 2 * count)
    neighbour.initialize(repeating: 0, count: 2 * count)
    centre = neighbour + count
    line = .allocate(capacity: 4 * finest.width)
    line.initialize(repeating: 0, count: 4 * finest.width)
  }

  deinit {
    neighbour.deallocate()
    line.deallocate()
  }
}
