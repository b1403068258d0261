/// A learning rate that rises linearly and then falls along half a cosine.
public struct LearningRateSchedule: Sendable, Hashable, Codable {
  /// The highest learning rate.
  public var peak: Double
  /// The number of steps of the rise.
  public var warmUpSteps: Int
  /// The rate of the last step, as a share of the peak.
  public var finalShare: Double

  /// Creates a schedule.
  public init(peak: Double = 3e-3, warmUpSteps: Int = 100, finalShare: Double = 0) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.finalShare = finalShare
  }

  /// The rate of a step, counted from 0, of a run of `steps`.
  public func rate(at step: Int, of steps: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    let x = Double(step - warmUpSteps) / Double(max(steps - warmUpSteps, 1))
    return peak * (finalShare + (1 - finalShare) * 0.5 * (1 + cosineOfPi(min(x, 1))))
  }
}

/// cos(pi x) for x in 0...1, from additions and multiplications alone: the C library's may differ
/// in the last bit from one processor to the next, and the weights with it.
func cosineOfPi(_ x: Double) -> Double {
  let y = Double.pi * (x - 0.5)
  let square = y * y
  var sum = 1.0
  for k in stride(from: 20, through: 2, by: -2) {
    sum = 1 - square / Double(k * (k + 1)) * sum
  }
  return -y * sum
}

/// `base` to a whole power, by repeated squaring.
func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var remaining = exponent
  while remaining > 0 {
    if remaining & 1 == 1 { result *= factor }
    factor *= factor
    remaining >>= 1
  }
  return result
}
