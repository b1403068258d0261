/// A statistic that compares predictions with targets.
public enum Statistic: String, Codable, CaseIterable, Sendable {
  /// Pearson's linear correlation.
  case plcc
  /// Spearman's rank correlation, with average ranks.
  case srocc
  /// Kendall's tau-b.
  case krocc
  /// The root of the mean squared error.
  case rmse
  /// The mean absolute error.
  case mae
  /// The largest absolute error.
  case maxError = "max_error"
  /// The mean of prediction - target.
  case bias
}

/// How well predictions match targets: correlations and errors over one set of rows.
///
/// Errors are in the unit of the score. A correlation is `nil`, and `null` in JSON, where it is
/// undefined: a column is constant or there is a single row.
public struct Accuracy: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// Pearson's linear correlation.
  public let plcc: Double?
  /// Spearman's rank correlation.
  public let srocc: Double?
  /// Kendall's tau-b.
  public let krocc: Double?
  /// The root of the mean squared error.
  public let rmse: Double
  /// The mean absolute error.
  public let mae: Double
  /// The largest absolute error.
  public let maxError: Double
  /// The mean of prediction - target.
  public let bias: Double

  /// Measures all rows.
  public init(_ observations: Observations) {
    self.init(targets: observations.targets, predictions: observations.predictions)
  }

  /// Measures columns of equal length, at least one row, finite.
  init(targets: [Double], predictions: [Double]) {
    let pair = WeightedPair(targets, predictions)
    self.rows = targets.count
    self.plcc = pair.pearson(weights: nil)
    self.srocc = pair.spearman(weights: nil)
    self.krocc = pair.kendall(weights: nil)
    let errors = ErrorSums(pair: pair, weights: nil)
    self.rmse = errors.rmse
    self.mae = errors.mae
    self.maxError = errors.largest
    self.bias = errors.bias
  }

  /// The value of one statistic.
  public subscript(statistic: Statistic) -> Double? {
    switch statistic {
    case .plcc: plcc
    case .srocc: srocc
    case .krocc: krocc
    case .rmse: rmse
    case .mae: mae
    case .maxError: maxError
    case .bias: bias
    }
  }
}

/// Sums of prediction - target over rows with multiplicities.
struct ErrorSums {
  private var count = 0.0
  private var sum = 0.0
  private var absolute = 0.0
  private var squares = 0.0
  /// The largest absolute error.
  private(set) var largest = 0.0

  init(pairs: some Sequence<(Double, Double)>) {
    for (target, prediction) in pairs { add(prediction - target, weight: 1) }
  }

  init(pair: WeightedPair, weights: [Int]?) {
    for row in pair.x.indices {
      let weight = Double(weights?[row] ?? 1)
      if weight > 0 { add(pair.y[row] - pair.x[row], weight: weight) }
    }
  }

  private mutating func add(_ error: Double, weight: Double) {
    count += weight
    sum += weight * error
    absolute += weight * abs(error)
    squares += weight * error * error
    largest = max(largest, abs(error))
  }

  /// The root of the mean squared error.
  var rmse: Double { (squares / count).squareRoot() }
  /// The mean absolute error.
  var mae: Double { absolute / count }
  /// The mean signed error.
  var bias: Double { sum / count }
}

extension WeightedPair {
  /// One statistic under row multiplicities, or `nil` where undefined.
  func value(of statistic: Statistic, weights: [Int]?) -> Double? {
    switch statistic {
    case .plcc: pearson(weights: weights)
    case .srocc: spearman(weights: weights)
    case .krocc: kendall(weights: weights)
    case .rmse: ErrorSums(pair: self, weights: weights).rmse
    case .mae: ErrorSums(pair: self, weights: weights).mae
    case .maxError: ErrorSums(pair: self, weights: weights).largest
    case .bias: ErrorSums(pair: self, weights: weights).bias
    }
  }
}

extension Accuracy: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, plcc, srocc, krocc, rmse, mae, bias
    case maxError = "max_error"
  }

  /// Writes every key; an undefined correlation is an explicit `null`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(plcc, forKey: .plcc)
    try container.encode(srocc, forKey: .srocc)
    try container.encode(krocc, forKey: .krocc)
    try container.encode(rmse, forKey: .rmse)
    try container.encode(mae, forKey: .mae)
    try container.encode(maxError, forKey: .maxError)
    try container.encode(bias, forKey: .bias)
  }
}
