#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The two-sided tail of the standard normal distribution: P(|Z| >= |z|).
func normalTwoSidedTail(_ z: Double) -> Double {
  erfc(abs(z) / 2.0.squareRoot())
}

/// The two-sided tail of Student's t: P(|T| >= |t|) with `degrees` degrees of freedom.
///
/// The tail is the regularised incomplete beta function I(v / (v + t²); v/2, 1/2) (Abramowitz and
/// Stegun, 26.7.1), which keeps its relative precision however small it is.
func studentTwoSidedTail(_ t: Double, degrees: Double) -> Double {
  guard t.isFinite else { return t.isNaN ? .nan : 0 }
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/// The regularised incomplete beta function I(x; a, b), for 0 <= x <= 1.
private func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  let logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
  // The continued fraction converges fast on its own side of the mean.
  if x < (a + 1) / (a + b + 2) { return exp(logFront) * betaFraction(x, a, b) / a }
  return 1 - exp(logFront) * betaFraction(1 - x, b, a) / b
}

/// The continued fraction 26.5.8 of Abramowitz and Stegun by Lentz's method.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300
  var c = 1.0
  var d = 1 - (a + b) * x / (a + 1)
  d = 1 / (abs(d) < tiny ? tiny : d)
  var fraction = d
  for m in 1...1000 {
    let m = Double(m)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    var change = 1.0
    for term in [even, odd] {
      d = 1 + term * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + term / c
      if abs(c) < tiny { c = tiny }
      change = c * d
      fraction *= change
    }
    if abs(change - 1) < 1e-16 { break }
  }
  return fraction
}

/// The logarithm of the gamma function for positive x: recurrence up to 10, then Stirling's series.
private func logGamma(_ x: Double) -> Double {
  var x = x
  var product = 1.0
  while x < 10 {
    product *= x
    x += 1
  }
  let inverse = 1 / x
  let square = inverse * inverse
  var series = 1.0 / 1188
  for coefficient in [-1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12] {
    series = series * square + coefficient
  }
  return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series * inverse - log(product)
}
