/// Positions of frames as numbers: Chebyshev polynomials of relative time.
///
/// Frame t of T stands at v = (2 t + 1) / T - 1, inside -1...1 whatever T is. The polynomials
/// follow from c_0 = 1, c_1 = v, c_(k + 1) = 2 v c_k - c_(k - 1), rounded in the order written.
enum RelativeTime {
  /// Writes the polynomials of degree 1 to `count` at a frame.
  static func write<Scalar: NetworkScalar>(
    frame: Int, of frames: Int, count: Int, into result: UnsafeMutablePointer<Scalar>
  ) {
    guard count > 0 else { return }
    let v = Scalar(2 * frame + 1) / Scalar(frames) - 1
    var before: Scalar = 1
    var current = v
    result[0] = v
    for index in 1..<max(count, 1) {
      let next = 2 * v * current - before
      before = current
      current = next
      result[index] = next
    }
  }
}
