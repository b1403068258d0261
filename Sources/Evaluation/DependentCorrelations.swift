#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A test statistic and the probability of one as large under equality.
public struct SignificanceTest: Sendable, Equatable, Codable {
  /// Student's t or a standard normal z.
  public let statistic: Double
  /// The two-sided p-value.
  public let pValue: Double

  private enum CodingKeys: String, CodingKey {
    case statistic
    case pValue = "p_value"
  }
}

/// Two correlations with one target that were measured on the same rows, and so depend on each
/// other.
///
/// Comparing them as if they were independent (Fisher's z difference) throws power away: two
/// models of the same quality agree with each other far more than with the target. Both tests take
/// rows as independent, so use them on clips, not on frames, and prefer ``PairedComparison``'s
/// bootstrap where clips share a source.
public struct DependentCorrelations: Sendable, Equatable {
  /// The correlation of model A with the target.
  public let targetA: Double
  /// The correlation of model B with the target.
  public let targetB: Double
  /// The correlation of the two models.
  public let modelsAB: Double
  /// The number of rows.
  public let rows: Int

  /// Creates the triple.
  ///
  /// - Throws: ``EvaluationError/tooFewRows(count:required:)`` below four rows and
  ///   ``EvaluationError/invalidOption(name:value:expected:)`` for a correlation outside -1...1.
  public init(
    targetA: Double, targetB: Double, modelsAB: Double, rows: Int
  ) throws(EvaluationError) {
    guard rows >= 4 else { throw .tooFewRows(count: rows, required: 4) }
    for value in [targetA, targetB, modelsAB] where !(abs(value) <= 1) {
      throw .invalidOption(name: "correlation", value: "\(value)", expected: "within -1...1")
    }
    self.targetA = targetA
    self.targetB = targetB
    self.modelsAB = modelsAB
    self.rows = rows
  }

  /// Williams' t with n - 3 degrees of freedom.
  ///
  /// E. J. Williams, "The comparison of regression variables", JRSS B 21 (1959), in the form that
  /// J. H. Steiger recommends, Psychological Bulletin 87 (1980), equation 7. `nil` where it is
  /// undefined (the two models are the same up to a scale).
  public var williams: SignificanceTest? {
    let n = Double(rows)
    let difference = targetA - targetB
    let mean = (targetA + targetB) / 2
    let determinant =
      1 - targetA * targetA - targetB * targetB - modelsAB * modelsAB
      + 2 * targetA * targetB * modelsAB
    let apart = 1 - modelsAB
    let scale = 2 * (n - 1) / (n - 3) * max(determinant, 0) + mean * mean * apart * apart * apart
    let t = difference * ((n - 1) * (1 + modelsAB) / scale).squareRoot()
    guard t.isFinite else { return nil }
    return SignificanceTest(statistic: t, pValue: studentTwoSidedTail(t, degrees: n - 3))
  }

  /// Steiger's z: Fisher-transformed correlations with the pooled covariance.
  ///
  /// Steiger (1980), equation 14. `nil` where it is undefined (a correlation of ±1 or equal
  /// models).
  public var steiger: SignificanceTest? {
    let mean = (targetA + targetB) / 2
    let square = mean * mean
    let covariance =
      modelsAB * (1 - 2 * square) - square * (1 - 2 * square - modelsAB * modelsAB) / 2
    let pooled = covariance / ((1 - square) * (1 - square))
    let z =
      (atanh(targetA) - atanh(targetB)) * (Double(rows) - 3).squareRoot()
      / (2 - 2 * pooled).squareRoot()
    guard z.isFinite else { return nil }
    return SignificanceTest(statistic: z, pValue: normalTwoSidedTail(z))
  }
}
