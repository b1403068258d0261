import DurableFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the columns of a table of human scores mean: the JSON file beside the table.
///
/// ```json
/// {
///   "schema": "tinyvmaf.human-data/1",
///   "name": "my-test",
///   "table": "my-test.csv",
///   "columns": {"clip": "clip", "source": "content"},
///   "targets": {"mos": {"column": "mos", "confidence95": "ci", "scale": [1, 5]}},
///   "defaultTarget": "mos"
/// }
/// ```
///
/// A column that is not named here is never read, so a label in a table that gives the answer away
/// cannot become an input by accident.
public struct HumanDataDescription: Sendable, Codable, Equatable {
  /// The layout this version reads.
  public static let currentSchema = "tinyvmaf.human-data/1"
  /// The largest description that is read, in bytes.
  public static let maximumSize = 1 << 20

  /// The columns that say what a row is.
  public struct Columns: Sendable, Codable, Equatable {
    /// The clip's name, unique in the table.
    public var clip = "clip"
    /// The content that the clip shows.
    public var source = "source"
    /// The test whose viewers share a scale; without it the whole table is one test.
    public var test: String?
    /// The clip that this one was compared with; a clip that is its own reference is not a row to
    /// learn from, only its ratings count.
    public var reference: String?
    /// A stored score of the teacher.
    public var teacher: String?
    /// The bit rate, for the baseline that knows nothing else.
    public var bitrate: String?
    /// PSNR, for another baseline.
    public var psnr: String?

    /// Creates the default columns.
    public init() {}
  }

  /// A human score: a column, or ratings.
  public struct Target: Sendable, Codable, Equatable {
    /// How scores come from single ratings.
    public enum RatingsMethod: String, Sendable, Codable {
      /// Plain means.
      case mean
      /// The maximum-likelihood model of subjects.
      case subjectModel = "subject-model"
    }

    /// The column of scores.
    public var column: String?
    /// The column of standard errors, on the scale of the scores.
    public var standardError: String?
    /// The column of half 95 % confidence intervals, on the scale of the scores.
    public var confidence95: String?
    /// The ends of the test's scale, which become 0 and 100; 0 and 100 unless given.
    public var scale: [Double]?
    /// Scores from the rating columns instead of a column.
    public var ratings: RatingsMethod?
  }

  /// Columns of single ratings, one per subject.
  public struct Ratings: Sendable, Codable, Equatable {
    /// What the names of the columns begin with.
    public var prefix: String
    /// The ends of the rating scale.
    public var scale: [Double]
    /// Whether scores are differences to the reference's rating.
    public var isDifferential: Bool
  }

  /// Per-frame features in a table of their own.
  public struct Frames: Sendable, Codable, Equatable {
    /// The file, relative to the description.
    public var table: String
    /// The column that names the clip.
    public var clip: String
    /// Every how many rows of a clip one is taken, from the first.
    public var every: Int
    /// A column of the frame table that is put before the clip's name, with a slash, where names
    /// repeat across tests.
    public var prefix: String?
  }

  /// ``currentSchema``.
  public var schema: String
  /// The name of the data.
  public var name: String
  /// What it is, for reports.
  public var summary: String?
  /// Its licence.
  public var licence: String?
  /// Where it comes from.
  public var origin: String?
  /// The CSV or Parquet file, relative to the description.
  public var table: String
  /// What its columns are.
  public var columns: Columns?
  /// Rows are kept where each of these columns has one of these texts.
  public var keep: [String: [String]]?
  /// The human scores by name.
  public var targets: [String: Target]
  /// The target that is meant where none is named.
  public var defaultTarget: String
  /// The rating columns.
  public var ratings: Ratings?
  /// The model whose per-frame mean the teacher column holds.
  public var teacherModel: String?
  /// Per-frame features.
  public var frames: Frames?
  /// Names of contents that sources share with other sources, here and in other data.
  public var contents: [String: [String]]?
  /// Whether scores are on the common scale; other tests get an affine map of their own.
  public var isAnchor: Bool?

  /// Reads a description and checks it.
  ///
  /// - Throws: ``HumanDataError``, `FileError`.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: Self.maximumSize)
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw HumanDataError.malformed(path: path, reason: decodingReason(error))
    }
    try validate(path)
  }

  private func validate(_ path: String) throws(HumanDataError) {
    func require(_ holds: Bool, _ reason: String) throws(HumanDataError) {
      guard holds else { throw .malformed(path: path, reason: reason) }
    }
    try require(
      schema == Self.currentSchema, "its schema is \(schema), and \(Self.currentSchema) is read")
    try require(targets[defaultTarget] != nil, "the default target \(defaultTarget) is not defined")
    for (name, target) in targets {
      try require(
        (target.column == nil) != (target.ratings == nil),
        "target \(name) needs either a column or ratings")
      try require(
        target.ratings == nil || ratings != nil, "target \(name) needs rating columns")
    }
    for scale in targets.values.compactMap(\.scale) + [ratings?.scale].compactMap(\.self) {
      try require(scale.count == 2 && scale[0] < scale[1], "a scale must be two rising numbers")
    }
    try require(
      ratings?.isDifferential != true || columns?.reference != nil,
      "differential ratings need a reference column")
    try require(frames?.every ?? 1 > 0, "every must be positive")
  }
}

/// A sentence's end for a decoding error: what is wrong and at which key.
func decodingReason(_ error: DecodingError) -> String {
  func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? "the top" : path
  }
  switch error {
  case .keyNotFound(let key, let context):
    return "'\(key.stringValue)' is missing at \(place(context))"
  case .typeMismatch(_, let context), .valueNotFound(_, let context):
    return "the value at \(place(context)) is of another type than expected"
  case .dataCorrupted(let context):
    return context.codingPath.isEmpty
      ? "it is no JSON" : "the value at \(place(context)) is not one of those known"
  @unknown default: return "it cannot be decoded"
  }
}

/// Why human scores cannot be used.
public enum HumanDataError: Error, Equatable, CustomStringConvertible {
  /// A JSON file does not say what it must.
  case malformed(path: String, reason: String)
  /// A table does not fit its description.
  case table(path: String, reason: String)
  /// There is no target of that name.
  case unknownTarget(String, data: String, known: [String])
  /// Folds need more contents.
  case tooFewContents(data: String, count: Int)
  /// A sweep's cell does not exist.
  case unknownCell(String, count: Int)
  /// Cells of a sweep are missing or belong to another grid.
  case missingCells(count: Int, first: String)

  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .malformed(let path, let reason): "\(path) cannot be used: \(reason)."
    case .table(let path, let reason): "\(path) does not fit its description: \(reason)."
    case .unknownTarget(let name, let data, let known):
      "\(data) has no target \(name); it has \(known.joined(separator: ", "))."
    case .tooFewContents(let data, let count):
      "\(data) has \(count) contents, and leaving one out needs at least 3."
    case .unknownCell(let text, let count):
      "there is no cell \(text): cells are numbered 0 to \(count - 1); see sweep plan."
    case .missingCells(let count, let first):
      "\(count) cells have no result of this grid and data, the first is \(first); run them with "
        + "sweep run."
    }
  }
}
