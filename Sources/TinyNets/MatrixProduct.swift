/// `C = activation(start + A B) .* gate`, the one operation that networks are computed with.
///
/// A is `rows` by `depth` and may be a transposed view (any two strides); B is `depth` by
/// `columns` and C is `rows` by `columns`, both with contiguous rows. `start` is the bias, or the
/// old C if `accumulate`, or zero.
///
/// **Order of rounding.** Each element begins with `start` and takes one fused multiply-add per
/// depth index, ascending. A single column with depth-contiguous A and B is summed in sixteen lanes
/// (index modulo 16) that are then added pairwise at distances 8, 4, 2, 1 and last to `start`.
/// Every instruction set follows it, so all of them give the same bits.
struct MatrixProduct<Scalar: NetworkScalar> {
  var rows: Int
  var columns: Int
  var depth: Int
  var a: UnsafePointer<Scalar>
  var aRowStride: Int
  var aDepthStride = 1
  var b: UnsafePointer<Scalar>
  var bStride: Int
  var c: UnsafeMutablePointer<Scalar>
  var cStride: Int
  /// One number per column.
  var bias: UnsafePointer<Scalar>?
  /// Begins with the old C.
  var accumulate = false
  /// `nil` for the identity.
  var activation: Activation?
  /// Receives the activation's derivative, laid out like C.
  var slope: UnsafeMutablePointer<Scalar>?
  /// Multiplied into the result, laid out like C.
  var gate: UnsafePointer<Scalar>?
}

extension MatrixProduct {
  /// Computes the product element by element: the reference of the vector kernels.
  func computeScalar() {
    let lanewise = columns == 1 && aDepthStride == 1 && bStride == 1
    for row in 0..<rows {
      for column in 0..<columns {
        let at = row * cStride + column
        let start = bias?[column] ?? (accumulate ? c[at] : 0)
        let z = lanewise ? start + laneSum(row: row) : chain(from: start, row, column)
        let (y, derivative) = activation?.applied(to: z) ?? (z, 1)
        slope?[at] = derivative
        c[at] = gate.map { y * $0[at] } ?? y
      }
    }
  }

  private func chain(from start: Scalar, _ row: Int, _ column: Int) -> Scalar {
    var sum = start
    for k in 0..<depth {
      sum.addProduct(a[row * aRowStride + k * aDepthStride], b[k * bStride + column])
    }
    return sum
  }

  private func laneSum(row: Int) -> Scalar {
    var lanes = [Scalar](repeating: 0, count: 16)
    for k in 0..<depth { lanes[k % 16].addProduct(a[row * aRowStride + k], b[k]) }
    var width = 8
    while width > 0 {
      for i in 0..<width { lanes[i] += lanes[i + width] }
      width /= 2
    }
    return lanes[0]
  }
}

extension Activation {
  /// The activation of `z` and its derivative there, in the vector kernels' order of rounding.
  func applied<Scalar: NetworkScalar>(to z: Scalar) -> (value: Scalar, slope: Scalar) {
    switch self {
    case .relu:
      return z > 0 ? (z, 1) : (0, 0)
    case .silu:
      let s = 1 / (1 + Scalar.exponential(-z))
      let y = z * s
      return (y, s.addingProduct(y, 1 - s))
    case .gelu:
      let c1 = Scalar(1.5957691216 as Float)
      let q = Scalar(0.0713548163 as Float) * (z * z)
      let s = 1 / (1 + Scalar.exponential(-(z * (c1 + q))))
      let y = z * s
      return (y, s.addingProduct(y * (1 - s), c1.addingProduct(3, q)))
    }
  }
}
