/// The eigenvectors of a symmetric matrix, by cyclic Jacobi rotations in Double.
///
/// Only additions, multiplications, divisions and square roots are used, in a fixed order. About
/// eight sweeps of n^3 operations each; Golub and Van Loan, Matrix Computations, section 8.5.
///
/// - Parameters:
///   - matrix: `size` rows of `size` numbers.
///   - size: The number of rows.
/// - Returns: The orthogonal matrix whose columns are the eigenvectors, largest eigenvalue first.
func symmetricEigenvectors(_ matrix: [Double], size n: Int) -> [Double] {
  var a = matrix
  // Row i holds the i-th vector while rotating, so that both loops run over rows.
  var vectors = [Double](repeating: 0, count: n * n)
  for i in 0..<n { vectors[i * n + i] = 1 }
  let total = a.reduce(0) { $0 + $1 * $1 }
  for _ in 0..<32 {
    var offDiagonal = 0.0
    for p in 0..<n { for q in 0..<n where q != p { offDiagonal += a[p * n + q] * a[p * n + q] } }
    if offDiagonal <= total * 1e-22 { break }
    for p in 0..<max(n - 1, 0) {
      for q in p + 1..<n where a[p * n + q] != 0 {
        rotate(&a, &vectors, size: n, p, q)
      }
    }
  }
  let order = (0..<n).sorted { (a[$0 * n + $0], $1) > (a[$1 * n + $1], $0) }
  var result = [Double](repeating: 0, count: n * n)
  for (column, from) in order.enumerated() {
    for row in 0..<n { result[row * n + column] = vectors[from * n + row] }
  }
  return result
}

/// One Jacobi rotation that zeroes the elements (p, q) and (q, p).
private func rotate(
  _ a: inout [Double], _ vectors: inout [Double], size n: Int, _ p: Int, _ q: Int
) {
  let apq = a[p * n + q]
  let app = a[p * n + p]
  let aqq = a[q * n + q]
  let theta = (aqq - app) / (2 * apq)
  let root = (theta * theta + 1).squareRoot()
  let t = theta >= 0 ? 1 / (theta + root) : 1 / (theta - root)
  let c = 1 / (t * t + 1).squareRoot()
  let s = t * c
  a.withUnsafeMutableBufferPointer { a in
    for k in 0..<n where k != p && k != q {
      let akp = a[p * n + k]
      let akq = a[q * n + k]
      let first = c * akp - s * akq
      let second = s * akp + c * akq
      a[p * n + k] = first
      a[k * n + p] = first
      a[q * n + k] = second
      a[k * n + q] = second
    }
    a[p * n + p] = app - t * apq
    a[q * n + q] = aqq + t * apq
    a[p * n + q] = 0
    a[q * n + p] = 0
  }
  vectors.withUnsafeMutableBufferPointer { v in
    for k in 0..<n {
      let vp = v[p * n + k]
      let vq = v[q * n + k]
      v[p * n + k] = c * vp - s * vq
      v[q * n + k] = s * vp + c * vq
    }
  }
}
