import Evaluation

/// What one lane computed: columns of values, and where each value comes from.
///
/// A row is a frame of a clip; a column has the same number of values for every row.
struct ParityTrace: Sendable {
  /// The values of a column.
  enum Values: Sendable {
    case integer([Int64])
    case single([Float])
    case double([Double])
  }

  /// The names of the columns, in order.
  private(set) var names: [String] = []
  /// Where the rows come from.
  private(set) var places: [String] = []
  private var columns: [String: Values] = [:]

  /// Appends rows to columns, or columns to rows.
  mutating func append(_ places: [String], _ columns: [(name: String, values: Values)]) {
    self.places += places
    for (name, values) in columns {
      if self.columns[name] == nil { names.append(name) }
      switch (self.columns[name], values) {
      case (.integer(let present)?, .integer(let added)):
        self.columns[name] = .integer(present + added)
      case (.single(let present)?, .single(let added)):
        self.columns[name] = .single(present + added)
      case (.double(let present)?, .double(let added)):
        self.columns[name] = .double(present + added)
      default: self.columns[name] = values
      }
    }
  }

  /// The values of a column, or `nil`.
  subscript(name: String) -> Values? { columns[name] }

  /// Compares this trace, as a lane, with the reference: one cell for each of its columns.
  ///
  /// - Throws: ``EvaluationError`` when a column has another length than the reference's.
  func cells(
    lane: String, against reference: ParityTrace,
    bound: (_ quantity: String) -> GateBudgets.Bound?
  ) throws(EvaluationError) -> [ParityReport.Cell] {
    var cells: [ParityReport.Cell] = []
    for name in names {
      let summary: ULPSummary
      let precision: ParityReport.Precision
      switch (reference[name], self[name]) {
      case (.integer(let expected)?, .integer(let found)?):
        (summary, precision) = (try ULPSummary(expected, found), .integer)
      case (.single(let expected)?, .single(let found)?):
        (summary, precision) = (try ULPSummary(expected, found), .single)
      case (.double(let expected)?, .double(let found)?):
        (summary, precision) = (try ULPSummary(expected, found), .double)
      default:
        throw .lengthMismatch(targets: 0, predictions: places.count, sources: places.count)
      }
      let place = summary.worstIndex.map { places[$0 * places.count / summary.count] }
      cells.append(
        ParityReport.Cell(
          lane: lane, quantity: name, precision: precision, summary: summary, place: place,
          bound: bound(name)))
    }
    return cells
  }
}
