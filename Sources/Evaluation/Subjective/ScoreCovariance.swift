/// The covariance of scores, from an information matrix whose block of scores is diagonal.
///
/// The covariance of the scores under the information matrix
///
///     | D  M' |
///     | M  R  |
///
/// is, with D diagonal, `inverse(D) + G' inverse(R - M inverse(D) M') G` where `G = M inverse(D)`.
struct ScoreCovariance: Sendable, Equatable {
  private let diagonal: [Double]
  /// Of each score, the solution of `L y = G` with the Schur complement `L L'`.
  private let reduced: [[Double]]

  /// - Parameters:
  ///   - diagonal: D.
  ///   - mixed: Of each score, its column of M.
  ///   - rest: R; where the Schur complement is not positive definite (ratings without noise), the
  ///     scores count as independent of the rest.
  init(diagonal: [Double], mixed: [[Double]], rest: SymmetricMatrix) {
    self.diagonal = diagonal
    let size = rest.size
    var schur = rest
    for (d, column) in zip(diagonal, mixed) {
      for a in 0..<size where column[a] != 0 {
        let scaled = column[a] / d
        for b in 0...a { schur[a, b] -= scaled * column[b] }
      }
    }
    guard let factor = schur.choleskyFactor() else {
      reduced = diagonal.map { _ in [] }
      return
    }
    reduced = zip(diagonal, mixed).map { d, column in
      factor.forwardSolve(column.map { $0 / d })
    }
  }

  /// The covariance of two scores.
  func callAsFunction(_ a: Int, _ b: Int) -> Double {
    var sum = a == b ? 1 / diagonal[a] : 0
    for (x, y) in zip(reduced[a], reduced[b]) { sum += x * y }
    return sum
  }
}

/// The lower half of a symmetric matrix, or of a triangular one.
struct SymmetricMatrix: Sendable, Equatable {
  let size: Int
  private var values: [Double]

  init(size: Int) {
    self.size = size
    values = [Double](repeating: 0, count: size * (size + 1) / 2)
  }

  /// The element of a row and a column that is not beyond it.
  subscript(row: Int, column: Int) -> Double {
    get { values[row * (row + 1) / 2 + column] }
    set { values[row * (row + 1) / 2 + column] = newValue }
  }

  /// The lower triangular L with `L L'` equal to this, or `nil` if it is not positive definite.
  func choleskyFactor() -> SymmetricMatrix? {
    var factor = self
    for column in 0..<size {
      var pivot = self[column, column]
      for k in 0..<column { pivot -= factor[column, k] * factor[column, k] }
      guard pivot > 1e-12 * abs(self[column, column]), pivot.isFinite else { return nil }
      let root = pivot.squareRoot()
      factor[column, column] = root
      for row in column + 1..<max(size, column + 1) {
        var value = self[row, column]
        for k in 0..<column { value -= factor[row, k] * factor[column, k] }
        factor[row, column] = value / root
      }
    }
    return factor
  }

  /// Solves `L y = b`, this being L.
  func forwardSolve(_ b: [Double]) -> [Double] {
    var y = b
    for row in 0..<size {
      for k in 0..<row { y[row] -= self[row, k] * y[k] }
      y[row] /= self[row, row]
    }
    return y
  }
}
