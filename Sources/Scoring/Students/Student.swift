public import Features
import ModelPackage
public import TinyNets

/// A network that predicts a score from features of frames.
public struct Student: Sendable {
  /// The student's name, and that of its scores unless the selection has another: its id, such as
  /// `tiny-2x64`.
  public let name: String
  /// Where it comes from: its id in the registry or its file.
  public let source: String
  /// The SHA-256 of its file, in hexadecimal, or `nil` for one that was just trained.
  public let contentHash: String?
  /// The teacher that it was distilled from, when its file says so.
  public let teacher: String?
  /// What its score measures, such as `VMAF`.
  public let unit: String
  /// The features in the order of its rows.
  public let inputs: [StudentInput]
  /// Whether it gives one score for a whole clip instead of one for each frame.
  public let scoresClips: Bool
  /// What a person should know before trusting its scores.
  public let warnings: [String]

  private let regression: any RowRegression
  private let range: ClosedRange<Double>?
  private let interval: CalibratedInterval?

  /// Wraps a network of the canonical six features that was just trained.
  public init(name: String, network: Network) throws(StudentError) {
    self.init(
      name: name, source: name, teacher: network.metadata["teacher"],
      inputs: try StudentInput.canonicalSix(student: name), regression: network)
  }

  /// Assembles a student of its parts.
  init(
    name: String, source: String, contentHash: String? = nil, teacher: String? = nil,
    unit: String = "VMAF", inputs: [StudentInput], scoresClips: Bool = false,
    warnings: [String] = [], range: ClosedRange<Double>? = nil,
    interval: CalibratedInterval? = nil, regression: any RowRegression
  ) {
    self.name = name
    self.source = source
    self.contentHash = contentHash
    self.teacher = teacher
    self.unit = unit
    self.inputs = inputs
    self.scoresClips = scoresClips
    self.warnings = warnings
    self.regression = regression
    self.range = range
    self.interval = interval
  }
}

/// What turns rows of features into scores, on whichever runtime.
protocol RowRegression: Sendable {
  /// One score for each row, or one for all rows together when it scores clips.
  ///
  /// - Parameter rows: The features of all rows, one row after the other.
  func scores(ofRows rows: [Float]) throws -> [Float]
}

extension Network: RowRegression {
  func scores(ofRows rows: [Float]) -> [Float] { predict(rows) }
}

extension Student {
  /// The scores of rows of features, one after the other.
  ///
  /// - Throws: The runtime's error; networks of this package never throw.
  public func scores(ofRows features: [Double]) throws -> [Double] {
    try regression.scores(ofRows: features.map(Float.init)).map(Double.init)
  }

  /// What the student says about one video.
  ///
  /// - Parameters:
  ///   - table: Must have a column for each of ``inputs``.
  ///   - name: The printed name of the scores.
  /// - Returns: The column of scores per frame, `nil` when the student scores clips, and the score
  ///   of the whole video.
  /// - Throws: ``StudentError/unusable(_:problem:)`` when a feature is missing or the table is
  ///   empty, or the runtime's error.
  public func score(
    _ table: FeatureTable, as name: String
  ) throws -> (column: FeatureTable.Column?, score: ModelScore) {
    var columns: [[Double]] = []
    for input in inputs {
      guard let values = table[input.name] else {
        throw StudentError.unusable(source, problem: "\"\(input.name)\" was not computed")
      }
      columns.append(values)
    }
    let rows = table.frames.indices.flatMap { row in columns.map { $0[row] } }
    let values = try scores(ofRows: rows)
    let expected = scoresClips ? 1 : table.frames.count
    guard values.count == expected, let clipScore = Pooling.mean(values) else {
      throw StudentError.unusable(
        source, problem: "it gave \(values.count) scores for \(table.frames.count) frames")
    }
    let column = FeatureTable.Column(name: FeatureName(name), values: values)
    return (
      scoresClips ? nil : column,
      ModelScore(
        model: name, column: scoresClips ? nil : column.name, clipScore: clipScore,
        outOfDomainFrames: outOfDomainCount(columns),
        interval: interval.map {
          PredictionInterval($0, around: clipScore, range: range)
        })
    )
  }

  /// The number of frames with a feature outside of its domain, or `nil` without any domain.
  private func outOfDomainCount(_ columns: [[Double]]) -> Int? {
    guard inputs.contains(where: { $0.domain != nil }), let first = columns.first else {
      return nil
    }
    return first.indices.count { row in
      // A value that is no number is in no domain.
      zip(inputs, columns).contains { input, values in
        input.domain.map { !$0.contains(values[row]) } ?? false
      }
    }
  }
}
