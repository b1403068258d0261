/// A curve through points that rises and falls only where they do.
///
/// Piecewise cubic Hermite interpolation with the slopes of Fritsch and Butland (1984): the
/// weighted harmonic mean of the neighbouring secants, zero at extremes, and a one-sided parabola
/// at the ends. These are the slopes of MATLAB's and SciPy's `pchip`, which the common test
/// conditions of JVET use for BD-rates.
struct MonotoneCubic {
  private let x: [Double]
  private let y: [Double]
  private let slopes: [Double]

  /// Interpolates at least two points whose `x` rise strictly.
  init(x: [Double], y: [Double]) {
    self.x = x
    self.y = y
    slopes = Self.slopes(x, y)
  }

  /// The range of the points' `x`.
  var domain: ClosedRange<Double> { x[0]...x[x.count - 1] }

  /// The value at `position`, which lies in ``domain``.
  func callAsFunction(_ position: Double) -> Double {
    let piece = self.piece(at: position)
    let (a, b, c, d) = coefficients(piece)
    let t = position - x[piece]
    return ((d * t + c) * t + b) * t + a
  }

  /// The exact integral over a part of ``domain``.
  func integral(over range: ClosedRange<Double>) -> Double {
    var sum = 0.0
    for piece in 0..<x.count - 1 {
      let low = max(range.lowerBound, x[piece])
      let high = min(range.upperBound, x[piece + 1])
      guard low < high else { continue }
      let (a, b, c, d) = coefficients(piece)
      func primitive(_ t: Double) -> Double {
        (((d / 4 * t + c / 3) * t + b / 2) * t + a) * t
      }
      sum += primitive(high - x[piece]) - primitive(low - x[piece])
    }
    return sum
  }

  private func piece(at position: Double) -> Int {
    let above = x.firstIndex { $0 > position } ?? x.count - 1
    return min(max(above - 1, 0), x.count - 2)
  }

  /// The polynomial of a piece in powers of the distance from its start.
  private func coefficients(_ piece: Int) -> (Double, Double, Double, Double) {
    let h = x[piece + 1] - x[piece]
    let secant = (y[piece + 1] - y[piece]) / h
    let (left, right) = (slopes[piece], slopes[piece + 1])
    return (
      y[piece], left, (3 * secant - 2 * left - right) / h, (left + right - 2 * secant) / (h * h)
    )
  }

  private static func slopes(_ x: [Double], _ y: [Double]) -> [Double] {
    let count = x.count
    let h = (0..<count - 1).map { x[$0 + 1] - x[$0] }
    let secants = (0..<count - 1).map { (y[$0 + 1] - y[$0]) / h[$0] }
    guard count > 2 else { return [secants[0], secants[0]] }
    var slopes = [Double](repeating: 0, count: count)
    for index in 1..<count - 1 {
      let (before, after) = (secants[index - 1], secants[index])
      guard before * after > 0 else { continue }
      let first = 2 * h[index] + h[index - 1]
      let second = h[index] + 2 * h[index - 1]
      slopes[index] = (first + second) / (first / before + second / after)
    }
    slopes[0] = end(h[0], h[1], secants[0], secants[1])
    slopes[count - 1] = end(h[count - 2], h[count - 3], secants[count - 2], secants[count - 3])
    return slopes
  }

  /// The slope at an end from the two pieces beside it, the outer one first.
  private static func end(_ h0: Double, _ h1: Double, _ m0: Double, _ m1: Double) -> Double {
    let slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    if slope * m0 <= 0 { return 0 }
    if m0 * m1 < 0, abs(slope) > 3 * abs(m0) { return 3 * m0 }
    return slope
  }
}
