#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The four-parameter logistic that VQEG maps objective scores with before Pearson's correlation.
///
/// `f(x) = b2 + (b1 - b2) / (1 + exp(-(x - b3) / |b4|))`, monotone for any parameters, fitted by
/// least squares (VQEG, "Final report on the validation of objective models of video quality
/// assessment, phase II", 2003). PLCC after the fit measures how well the model orders and spaces
/// scores up to the scale of the opinion test; report it beside the plain PLCC, never instead.
///
/// The fit is Levenberg-Marquardt from fixed starting values: no random number, so the same rows
/// give the same parameters.
public struct LogisticFit: Sendable, Equatable, Codable {
  /// The upper asymptote.
  public let b1: Double
  /// The lower asymptote.
  public let b2: Double
  /// The score in the middle of the slope.
  public let b3: Double
  /// The width of the slope, positive.
  public let b4: Double
  /// The root of the mean squared error after the mapping.
  public let rmse: Double
  /// Pearson's correlation after the mapping, or `nil` where it is undefined.
  public let plcc: Double?

  /// Fits targets as a function of predictions.
  ///
  /// - Throws: ``EvaluationError/tooFewRows(count:required:)`` below five rows, and
  ///   ``EvaluationError/constant(column:)``.
  public init(_ observations: Observations) throws(EvaluationError) {
    guard observations.count >= 5 else {
      throw .tooFewRows(count: observations.count, required: 5)
    }
    let (meanX, deviationX) = Self.moments(observations.predictions)
    let (meanY, deviationY) = Self.moments(observations.targets)
    guard deviationX > 0 else { throw .constant(column: "prediction") }
    guard deviationY > 0 else { throw .constant(column: "target") }
    // Standard scores make the problem independent of the units of both scales.
    let x = observations.predictions.map { ($0 - meanX) / deviationX }
    let y = observations.targets.map { ($0 - meanY) / deviationY }
    var curve = Curve(upper: y.max() ?? 1, lower: y.min() ?? -1, centre: 0, width: 1)
    curve.fit(x: x, y: y)
    self.b1 = curve.upper * deviationY + meanY
    self.b2 = curve.lower * deviationY + meanY
    self.b3 = curve.centre * deviationX + meanX
    self.b4 = abs(curve.width) * deviationX
    self.rmse = (curve.cost(x: x, y: y) / Double(x.count)).squareRoot() * deviationY
    self.plcc = WeightedPair(y, x.map { curve($0) }).pearson(weights: nil)
  }

  /// The mapped score.
  public func callAsFunction(_ x: Double) -> Double {
    b2 + (b1 - b2) / (1 + exp(-(x - b3) / b4))
  }

  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let count = Double(values.count)
    guard values.contains(where: { $0 != values[0] }) else { return (values[0], 0) }
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / count).squareRoot())
  }
}

extension LogisticFit {
  /// The curve in standard scores, and its fit.
  private struct Curve {
    var upper: Double
    var lower: Double
    var centre: Double
    var width: Double

    func callAsFunction(_ x: Double) -> Double {
      lower + (upper - lower) * slope(x)
    }

    private func slope(_ x: Double) -> Double { 1 / (1 + exp(-(x - centre) / abs(width))) }

    func cost(x: [Double], y: [Double]) -> Double {
      var sum = 0.0
      for row in x.indices {
        let residual = self(x[row]) - y[row]
        sum += residual * residual
      }
      return sum
    }

    /// Levenberg-Marquardt with Marquardt's diagonal scaling, until steps no longer help.
    mutating func fit(x: [Double], y: [Double]) {
      var damping = 1e-3
      var best = cost(x: x, y: y)
      for _ in 0..<500 {
        let (normal, gradient) = normalEquations(x: x, y: y)
        var improved = false
        while damping < 1e12 {
          var damped = normal
          for i in 0..<4 { damped[i][i] += damping * max(normal[i][i], 1e-12) }
          guard let step = solve(damped, gradient) else {
            damping *= 10
            continue
          }
          var next = self
          next.upper -= step[0]
          next.lower -= step[1]
          next.centre -= step[2]
          next.width -= step[3]
          let trial = next.width == 0 ? .infinity : next.cost(x: x, y: y)
          if trial < best {
            improved = best - trial > 1e-15 * best
            self = next
            best = trial
            damping = max(damping / 10, 1e-12)
            break
          }
          damping *= 10
        }
        if !improved { return }
      }
    }

    private func normalEquations(x: [Double], y: [Double]) -> ([[Double]], [Double]) {
      var normal = [[Double]](repeating: [0, 0, 0, 0], count: 4)
      var gradient = [0.0, 0, 0, 0]
      for row in x.indices {
        let s = slope(x[row])
        let ds = (upper - lower) * s * (1 - s)
        let jacobian = [s, 1 - s, -ds / abs(width), -ds * (x[row] - centre) / (width * abs(width))]
        let residual = lower + (upper - lower) * s - y[row]
        for i in 0..<4 {
          gradient[i] += jacobian[i] * residual
          for j in 0..<4 { normal[i][j] += jacobian[i] * jacobian[j] }
        }
      }
      return (normal, gradient)
    }
  }
}

/// Solves a small dense system by Gaussian elimination with partial pivoting, or gives `nil` where
/// it is singular.
private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
  var a = matrix
  var b = right
  let n = b.count
  for column in 0..<n {
    var pivot = column
    for row in column..<n where abs(a[row][column]) > abs(a[pivot][column]) { pivot = row }
    guard abs(a[pivot][column]) > 0, a[pivot][column].isFinite else { return nil }
    a.swapAt(column, pivot)
    b.swapAt(column, pivot)
    for row in (column + 1)..<max(n, column + 1) {
      let factor = a[row][column] / a[column][column]
      for k in column..<n { a[row][k] -= factor * a[column][k] }
      b[row] -= factor * b[column]
    }
  }
  for column in stride(from: n - 1, through: 0, by: -1) {
    for k in (column + 1)..<max(n, column + 1) { b[column] -= a[column][k] * b[k] }
    b[column] /= a[column][column]
  }
  return b.allSatisfy(\.isFinite) ? b : nil
}
