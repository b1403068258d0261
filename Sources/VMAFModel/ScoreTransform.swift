/// A mapping of a model's raw score, for example that of the phone model.
///
/// Three steps: a polynomial `p0 + p1 y + p2 y²` of the terms that are there; a piecewise linear
/// curve through the knots, extended beyond both ends; and limits, so that the result is not above
/// (`outLTEIn`) or not below (`outGTEIn`) the raw score.
public struct ScoreTransform: Hashable, Sendable {
  /// A point of the piecewise linear curve.
  public struct Knot: Hashable, Sendable {
    /// The value that goes in.
    public let x: Double
    /// The value that comes out.
    public let y: Double
  }

  /// The constant term of the polynomial.
  public let p0: Double?
  /// The linear term of the polynomial.
  public let p1: Double?
  /// The quadratic term of the polynomial.
  public let p2: Double?
  /// The points of the curve: none, or at least two, with x rising and y not falling.
  public let knots: [Knot]
  /// Whether the result is at most the raw score.
  public let outLTEIn: Bool
  /// Whether the result is at least the raw score.
  public let outGTEIn: Bool

  /// The mapped score.
  public func callAsFunction(_ score: Double) -> Double {
    var value = polynomial(score)
    if !knots.isEmpty { value = curve(value) }
    if outLTEIn, value > score { value = score }
    if outGTEIn, value < score { value = score }
    return value
  }

  private func polynomial(_ score: Double) -> Double {
    if p0 == nil, p1 == nil, p2 == nil { return score }
    var value = 0.0
    if let p0 { value += p0 }
    if let p1 { value += p1 * score }
    if let p2 { value += p2 * score * score }
    return value
  }

  private func curve(_ x: Double) -> Double {
    // The last knot at or below x starts the segment; beyond the ends the outer segments go on.
    let index = knots.dropLast().lastIndex { $0.x <= x } ?? 0
    let (start, end) = (knots[index], knots[index + 1])
    if start.y == end.y { return start.y }
    let slope = (end.y - start.y) / (end.x - start.x)
    return slope * x + (start.y - start.x * slope)
  }
}
