/// Errors of the rows whose target lies in one band of scores.
///
/// A correlation over all scores hides where a model is wrong; the bands show it.
public struct ScoreBand: Sendable, Equatable, Codable {
  /// The lower edge, inclusive; `nil` for the lowest band, which is open below.
  public let lower: Double?
  /// The upper edge, exclusive; `nil` for the highest band, which is open above.
  public let upper: Double?
  /// The number of rows.
  public let rows: Int
  /// The root of the mean squared error; `nil` in an empty band, as are the other errors.
  public let rmse: Double?
  /// The mean absolute error.
  public let mae: Double?
  /// The largest absolute error.
  public let maxError: Double?
  /// The mean of prediction - target.
  public let bias: Double?

  private enum CodingKeys: String, CodingKey {
    case lower, upper, rows, rmse, mae, bias
    case maxError = "max_error"
  }

  /// The inner edges used unless others are given: five bands of a 0 to 100 scale.
  public static let defaultEdges: [Double] = [20, 40, 60, 80]
}

/// Errors of the rows of one source.
///
/// A constant offset per source is the largest part of VMAF's error against human scores, and
/// invisible in a correlation taken per source.
public struct SourceErrors: Sendable, Equatable, Codable {
  /// The source.
  public let source: String
  /// The number of rows.
  public let rows: Int
  /// The mean of prediction - target.
  public let bias: Double
  /// The root of the mean squared error.
  public let rmse: Double
  /// The largest absolute error.
  public let maxError: Double

  private enum CodingKeys: String, CodingKey {
    case source, rows, bias, rmse
    case maxError = "max_error"
  }
}

extension Observations {
  /// The errors per band of the target.
  ///
  /// - Parameter edges: strictly ascending inner edges; n edges make n + 1 bands, of which the
  ///   outer two are open, so that every row is in one.
  /// - Throws: ``EvaluationError/invalidOption(name:value:expected:)``.
  public func errorsByBand(
    edges: [Double] = ScoreBand.defaultEdges
  ) throws(EvaluationError) -> [ScoreBand] {
    guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }), edges.allSatisfy(\.isFinite)
    else {
      throw .invalidOption(
        name: "band edges", value: "\(edges)", expected: "finite and strictly ascending")
    }
    var rows = [[Int]](repeating: [], count: edges.count + 1)
    for row in 0..<count {
      rows[edges.firstIndex { targets[row] < $0 } ?? edges.count].append(row)
    }
    return rows.indices.map { band in
      let errors = rows[band].isEmpty ? nil : errorSums(of: rows[band])
      return ScoreBand(
        lower: band == 0 ? nil : edges[band - 1], upper: band == edges.count ? nil : edges[band],
        rows: rows[band].count, rmse: errors?.rmse, mae: errors?.mae, maxError: errors?.largest,
        bias: errors?.bias)
    }
  }

  /// The errors per source, in the order of ``sourceNames``.
  public func errorsBySource() -> [SourceErrors] {
    zip(sourceNames, rowsBySource).map { name, rows in
      let errors = errorSums(of: rows)
      return SourceErrors(
        source: name, rows: rows.count, bias: errors.bias, rmse: errors.rmse,
        maxError: errors.largest)
    }
  }

  private func errorSums(of rows: [Int]) -> ErrorSums {
    ErrorSums(pairs: rows.lazy.map { (targets[$0], predictions[$0]) })
  }
}
