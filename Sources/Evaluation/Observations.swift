/// What a model said and what was true, row by row, with the source each row came from.
///
/// A row is a clip or a frame; which of the two decides what a figure means, and the caller says
/// so in ``EvaluationReport/unit``. The source is the content that rows of one fold share: frames
/// of a clip, and clips of a content, are not independent, so every interval here resamples whole
/// sources.
///
/// The values are checked once, here: equal lengths, at least two rows, all finite.
public struct Observations: Sendable, Equatable {
  /// The true values: a teacher's scores or human ones.
  public let targets: [Double]
  /// The model's values.
  public let predictions: [Double]
  /// The distinct sources, sorted.
  public let sourceNames: [String]
  /// Of each row, the index of its source in ``sourceNames``.
  public let sourceIndices: [Int]

  /// The number of rows.
  public var count: Int { targets.count }

  /// Creates observations from one entry per row of each column.
  ///
  /// - Throws: ``EvaluationError/lengthMismatch(targets:predictions:sources:)``,
  ///   ``EvaluationError/tooFewRows(count:required:)`` below two rows, and
  ///   ``EvaluationError/notFinite(column:row:source:value:)``.
  public init(
    targets: [Double], predictions: [Double], sources: [String]
  ) throws(EvaluationError) {
    guard targets.count == predictions.count, targets.count == sources.count else {
      throw .lengthMismatch(
        targets: targets.count, predictions: predictions.count, sources: sources.count)
    }
    guard targets.count >= 2 else { throw .tooFewRows(count: targets.count, required: 2) }
    for row in targets.indices {
      guard targets[row].isFinite else {
        throw .notFinite(column: "target", row: row, source: sources[row], value: targets[row])
      }
      guard predictions[row].isFinite else {
        throw .notFinite(
          column: "prediction", row: row, source: sources[row], value: predictions[row])
      }
    }
    let names = Set(sources).sorted()
    var indices: [String: Int] = [:]
    for (index, name) in names.enumerated() { indices[name] = index }
    self.targets = targets
    self.predictions = predictions
    self.sourceNames = names
    self.sourceIndices = sources.map { indices[$0, default: 0] }
  }

  /// The row numbers of each source, in the order of ``sourceNames``.
  var rowsBySource: [[Int]] {
    var rows = [[Int]](repeating: [], count: sourceNames.count)
    for (row, source) in sourceIndices.enumerated() { rows[source].append(row) }
    return rows
  }
}
