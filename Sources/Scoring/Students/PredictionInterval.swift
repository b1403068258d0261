import ModelPackage

/// Where the true score lies with a stated probability.
public struct PredictionInterval: Hashable, Sendable, Codable {
  /// The share of videos whose true score lies inside, such as 0.9.
  public let level: Double
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// What the ends measure, such as `DMOS`.
  public let unit: String
  /// How the width was found, such as `split conformal over sources`.
  public let method: String

  /// Creates an interval.
  public init(level: Double, low: Double, high: Double, unit: String, method: String) {
    self.level = level
    self.low = low
    self.high = high
    self.unit = unit
    self.method = method
  }
}

extension PredictionInterval {
  /// The interval that a model's calibration gives around one of its scores.
  init(_ calibration: CalibratedInterval, around score: Double, range: ClosedRange<Double>?) {
    let ends = calibration.ends(around: score)
    func limited(_ value: Double) -> Double {
      range.map { min(max(value, $0.lowerBound), $0.upperBound) } ?? value
    }
    self.init(
      level: calibration.level, low: limited(ends.lower), high: limited(ends.upper),
      unit: calibration.unit, method: calibration.method)
  }
}
