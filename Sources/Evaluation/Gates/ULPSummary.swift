/// The distances of two columns, summed up: one cell of a parity matrix.
public struct ULPSummary: Sendable, Equatable, Codable {
  /// The number of values.
  public let count: Int
  /// The values that differ at all.
  public let different: Int
  /// The values of which one alone is NaN.
  public let nanMismatches: Int
  /// The largest distance of the others.
  public let largest: UInt64
  /// The 99.9th percentile of the distances of the others: the smallest distance that at least
  /// 99.9 % of them do not exceed.
  public let percentile999: UInt64
  /// The largest absolute difference of the others; infinite where one alone is infinite.
  public let largestDifference: Double
  /// The first index at which a NaN mismatch, or else the largest distance, occurs; `nil` where
  /// the columns are equal.
  public let worstIndex: Int?

  private enum CodingKeys: String, CodingKey {
    case count, different, largest
    case nanMismatches = "nan_mismatches"
    case percentile999 = "p99_9"
    case largestDifference = "largest_difference"
    case worstIndex = "worst_index"
  }

  /// Whether every value equals its counterpart.
  public var isExact: Bool { different == 0 }

  /// Compares two columns of equal length.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``.
  public init(_ a: [Float], _ b: [Float]) throws(EvaluationError) {
    try self.init(a, b, ULP.distance) { Double($0) - Double($1) }
  }

  /// Compares two columns of equal length.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``.
  public init(_ a: [Double], _ b: [Double]) throws(EvaluationError) {
    try self.init(a, b, ULP.distance) { $0 - $1 }
  }

  /// Compares two columns of integers, whose unit in the last place is 1, of equal length.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``.
  public init(_ a: [Int64], _ b: [Int64]) throws(EvaluationError) {
    try self.init(a, b) {
      ($0 > $1 ? UInt64(bitPattern: $0 &- $1) : UInt64(bitPattern: $1 &- $0))
    } difference: {
      Double($0) - Double($1)
    }
  }

  private init<Value>(
    _ a: [Value], _ b: [Value], _ distance: (Value, Value) -> UInt64?,
    difference: (Value, Value) -> Double
  ) throws(EvaluationError) {
    guard a.count == b.count else {
      throw .lengthMismatch(targets: a.count, predictions: b.count, sources: a.count)
    }
    var steps: [UInt64] = []
    var mismatches = 0
    var largest: UInt64 = 0
    var largestDifference = 0.0
    var worst: Int?
    var firstMismatch: Int?
    for index in a.indices {
      guard let step = distance(a[index], b[index]) else {
        mismatches += 1
        firstMismatch = firstMismatch ?? index
        continue
      }
      guard step > 0 else { continue }
      steps.append(step)
      largestDifference = max(largestDifference, abs(difference(a[index], b[index])))
      if step > largest { (largest, worst) = (step, index) }
    }
    // The equal values come first in the order of distances.
    let numbers = a.count - mismatches
    let rank = (numbers * 999 + 999) / 1000 - (numbers - steps.count)
    self.count = a.count
    self.different = steps.count + mismatches
    self.nanMismatches = mismatches
    self.largest = largest
    self.percentile999 = rank > 0 ? steps.sorted()[rank - 1] : 0
    self.largestDifference = largestDifference
    self.worstIndex = firstMismatch ?? worst
  }
}
