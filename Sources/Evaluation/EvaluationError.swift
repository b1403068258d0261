/// Why a statistic cannot be given.
public enum EvaluationError: Error, Equatable, Sendable {
  /// Targets, predictions and sources do not have one entry per row each.
  case lengthMismatch(targets: Int, predictions: Int, sources: Int)
  /// Too few rows for what was asked.
  case tooFewRows(count: Int, required: Int)
  /// A value is NaN or infinite; rows count from 0.
  case notFinite(column: String, row: Int, source: String, value: Double)
  /// All values of a column are equal, so that a correlation is undefined.
  case constant(column: String)
  /// Resampling sources needs more than one.
  case tooFewSources(count: Int)
  /// Two models were not measured on the same rows; the first row that differs, from 0.
  case differentRows(row: Int)
  /// An option is outside its range.
  case invalidOption(name: String, value: String, expected: String)
  /// There are too few calibration clips or sources for an interval of that level.
  case unreachableLevel(level: Double, reachable: Double)
  /// A stored report has a schema this version cannot read.
  case unsupportedSchema(found: String, expected: String)
}

extension EvaluationError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .lengthMismatch(let targets, let predictions, let sources):
      return "The columns have different lengths: \(targets) targets, \(predictions) predictions, "
        + "\(sources) sources; give one of each per row."
    case .tooFewRows(let count, let required):
      return "There are \(count) rows, and at least \(required) are needed."
    case .notFinite(let column, let row, let source, let value):
      return "Column \(column), row \(row) (source \(source)) is \(value); "
        + "remove or repair the row, no statistic is defined over it."
    case .constant(let column):
      return "All values of column \(column) are equal, so its correlation is undefined; "
        + "report an error such as RMSE instead."
    case .tooFewSources(let count):
      return "There are \(count) sources, and resampling over sources needs at least 2."
    case .differentRows(let row):
      return "The two models were measured on different rows (first difference at row \(row)); "
        + "evaluate both on the same rows in the same order."
    case .invalidOption(let name, let value, let expected):
      return "\(name) is \(value), and must be \(expected)."
    case .unreachableLevel(let level, let reachable):
      return "An interval of level \(level) needs more calibration clips or sources: those at hand "
        + "support at most \(reachable)."
    case .unsupportedSchema(let found, let expected):
      return "The report has schema \(found), and this version reads \(expected)."
    }
  }
}
