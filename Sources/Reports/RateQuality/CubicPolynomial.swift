/// The cubic polynomial of least squares through points.
struct CubicPolynomial {
  /// Powers of `(x - center) / scale`, the constant first.
  private let coefficients: [Double]
  private let center: Double
  private let scale: Double

  /// Fits at least four points with different `x`; four are met exactly.
  init(x: [Double], y: [Double]) {
    let low = x.min() ?? 0
    let high = x.max() ?? 1
    center = (low + high) / 2
    scale = max((high - low) / 2, .leastNormalMagnitude)
    // Columns made orthogonal one by one, twice for full precision (modified Gram-Schmidt).
    var basis: [[Double]] = []
    var triangle = [[Double]](repeating: [Double](repeating: 0, count: 4), count: 4)
    let positions = x.map { [center, scale] in ($0 - center) / scale }
    for degree in 0..<4 {
      var column = positions.map { value in (0..<degree).reduce(1) { power, _ in power * value } }
      for _ in 0..<2 {
        for (index, other) in basis.enumerated() {
          let share = Self.dot(other, column)
          triangle[index][degree] += share
          for row in column.indices { column[row] -= share * other[row] }
        }
      }
      let length = Self.dot(column, column).squareRoot()
      triangle[degree][degree] = length
      basis.append(column.map { $0 / length })
    }
    var solution = basis.map { Self.dot($0, y) }
    for row in (0..<4).reversed() {
      for column in (row + 1)..<4 { solution[row] -= triangle[row][column] * solution[column] }
      solution[row] /= triangle[row][row]
    }
    coefficients = solution
  }

  /// The exact integral over a range.
  func integral(over range: ClosedRange<Double>) -> Double {
    func primitive(_ x: Double) -> Double {
      let t = (x - center) / scale
      var sum = 0.0
      for degree in (0..<4).reversed() {
        sum = (sum + coefficients[degree] / Double(degree + 1)) * t
      }
      return sum * scale
    }
    return primitive(range.upperBound) - primitive(range.lowerBound)
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
