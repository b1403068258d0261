public import Evaluation
import FeatureStore
import Features

/// Clips with human scores from one table.
public struct HumanDataset: Sendable {
  /// What the table is.
  public let description: HumanDataDescription
  /// The name of the target that was read.
  public let target: String
  /// The clips that can be learned from, in the table's order.
  public let clips: [HumanClip]
  /// Rows left out since a feature or the score is missing.
  public let incomplete: Int
  /// The clips that are references, which are not learned from.
  public let references: Int
  /// How well the panel agrees with itself, where there are single ratings.
  public let reliability: PanelReliability?

  /// Reads a table of human scores.
  ///
  /// - Parameters:
  ///   - path: The description, a JSON file.
  ///   - target: The name of a target, or `nil` for the default one.
  /// - Throws: ``HumanDataError``, `StoreError`, `SubjectiveError`, `FileError`.
  public init(contentsOf path: String, target: String? = nil) throws {
    let description = try HumanDataDescription(contentsOf: path)
    let name = target ?? description.defaultTarget
    guard let chosen = description.targets[name] else {
      throw HumanDataError.unknownTarget(
        name, data: description.name, known: description.targets.keys.sorted())
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let table = try HumanTable(folder + description.table, description)
    let frames = try description.frames.map { try FrameFeatures(folder + $0.table, $0) }
    let panel = try table.ratings.map { try Panel($0, table: table, description) }
    let scores = try table.scores(chosen, panel: panel)

    var clips: [HumanClip] = []
    var incomplete = 0
    var references = 0
    for row in table.rows {
      if table.isReference(row) {
        references += 1
        continue
      }
      let key = frames?.key(row, table) ?? ""
      let features = try frames.map { $0.rows[key] ?? [] } ?? table.features(row)
      guard let score = scores[row], !features.isEmpty else {
        incomplete += 1
        continue
      }
      clips.append(try table.clip(row, features: features, score: score))
    }
    guard !clips.isEmpty else {
      throw HumanDataError.table(path: table.path, reason: "no row has both features and a score")
    }
    self.description = description
    self.target = name
    self.clips = clips
    self.incomplete = incomplete
    self.references = references
    let used = Set(clips.map(\.name))
    reliability = try panel.map { panel in
      try PanelReliability(panel.table, references: panel.references, chosen: used)
    }
  }
}

/// A score with its error, on 0 to 100.
struct HumanScore {
  let value: Double
  let standardError: Double
}

/// The single ratings of a table.
struct Panel {
  let table: RatingTable
  /// Of each stimulus, its reference; `nil` where ratings are not differential.
  let references: [Int?]?
  private let scale: [Double]

  init(
    _ ratings: RatingTable, table: HumanTable, _ description: HumanDataDescription
  ) throws(HumanDataError) {
    self.table = ratings
    scale = description.ratings?.scale ?? [0, 100]
    guard description.ratings?.isDifferential == true else {
      references = nil
      return
    }
    var index: [String: Int] = [:]
    for (position, name) in ratings.stimuli.enumerated() { index[name] = position }
    let names = table.referenceNames
    references = ratings.stimuli.map { stimulus in
      names[stimulus].flatMap { $0 == stimulus ? nil : index[$0] }
    }
  }

  /// The scores by stimulus.
  func scores(
    _ method: HumanDataDescription.Target.RatingsMethod
  ) throws -> [String: HumanScore] {
    let unit = 100 / (scale[1] - scale[0])
    let found: [RatedScore?]
    switch (method, references) {
    case (.mean, let references?):
      found = table.meanDifferences(references: references, perfect: 100, unit: unit)
    case (.mean, nil):
      found = table.meanScores().map { common($0, unit) }
    case (.subjectModel, let references?):
      found = try SubjectModel(table).differences(
        references: references, perfect: 100, unit: unit)
    case (.subjectModel, nil):
      found = try SubjectModel(table).scores.map { common($0, unit) }
    }
    var result: [String: HumanScore] = [:]
    for score in found.compactMap(\.self) where score.value.isFinite {
      let error = score.standardError.isFinite ? score.standardError : 0
      result[score.stimulus] = HumanScore(value: score.value, standardError: error)
    }
    return result
  }

  private func common(_ score: RatedScore, _ unit: Double) -> RatedScore {
    RatedScore(
      stimulus: score.stimulus, value: unit * (score.value - scale[0]),
      standardError: unit * score.standardError)
  }
}

/// Per-frame features by clip.
struct FrameFeatures {
  /// Rows of the canonical six.
  private(set) var rows: [String: [Double]] = [:]
  private let frames: HumanDataDescription.Frames

  init(_ path: String, _ frames: HumanDataDescription.Frames) throws {
    self.frames = frames
    var features: [ImportMapping.Value] = []
    let table = try ExternalTable(path: path) { columns in
      features = ImportMapping.canonicalFeatures(in: columns)
      return [frames.clip] + (frames.prefix.map { [$0] } ?? []) + features.map(\.column)
    }
    guard features.count == FeatureName.canonicalSix.count else {
      throw HumanDataError.table(path: path, reason: "it lacks some of the canonical six features")
    }
    var seen: [String: Int] = [:]
    for row in 0..<table.rowCount {
      let clip = table.text(frames.clip, row: row)
      let key = frames.prefix.map { "\(table.text($0, row: row))/\(clip)" } ?? clip
      defer { seen[key, default: 0] += 1 }
      guard seen[key, default: 0] % frames.every == 0 else { continue }
      let values = try features.map { try table.number($0.column, row: row) }
      if values.allSatisfy(\.isFinite) { rows[key, default: []] += values }
    }
  }

  /// The key of a row of the clip table.
  func key(_ row: Int, _ table: HumanTable) -> String {
    let clip = table.name(row)
    return frames.prefix.map { "\(table.text($0, row))/\(clip)" } ?? clip
  }
}
