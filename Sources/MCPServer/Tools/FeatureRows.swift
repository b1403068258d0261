import Corpus
import Evaluation
import FeatureStore
import Features
import Scoring
import VMAFModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Rows of a store or a table, on which models are measured.
struct FeatureRows: Sendable {
  /// Which sources count.
  enum Part: String, CaseIterable, Sendable {
    case train
    case validation
    case test
    case all
  }

  private let store: Store
  private let selection: StoreSelection
  private let target: String
  private let part: Part
  private let poolsClips: Bool
  private let scratch: ScratchFolder?

  /// The arguments that choose rows.
  static let properties: [Schema.Property] = [
    .required(
      "features",
      .string(
        "Path of a feature store (made by tinyvmaf extract), or of a CSV or Parquet table with "
          + "the columns source, pair, frame (unless a row is a clip), the six features of "
          + "vmaf_v0.6.1, and the target.")),
    .optional("table", .string("Name of a table that was imported into the store.")),
    .optional(
      "target",
      .string("The column to compare with: a teacher's or human scores.", default: "vmaf_v0.6.1")),
    .optional(
      "split",
      .choice(
        Part.allCases.map(\.rawValue),
        "Which sources count: all, or a part of a split by content into three fifths train, one "
          + "validation and one test, which depends on the names of the sources alone.",
        default: "all")),
    .optional(
      "clips", .boolean("Whether frames are pooled to clips before comparing.", default: false)),
  ]

  /// Opens a store, or reads a table into a scratch store that goes with these rows.
  init(_ arguments: ToolArguments, part: Part, in folders: AllowedFolders) throws {
    target = arguments.string("target") ?? "vmaf_v0.6.1"
    self.part = part
    poolsClips = arguments.flag("clips")
    let given = try arguments.required("features")
    if let folder = try? folders.resolve(given, as: .folder) {
      store = try Store(at: folder)
      scratch = nil
      selection = StoreSelection(importedTables: arguments.string("table").map { [$0] })
      return
    }
    let path = try folders.resolve(given)
    try Self.checkSize(of: path)
    let scratch = try ScratchFolder()
    store = try Store(creatingAt: "\(scratch.path)/store")
    try Self.importTable(at: path, target: target, into: store)
    self.scratch = scratch
    selection = StoreSelection(importedTables: [Self.tableName])
  }

  private static let tableName = "table"
  private static let tableLimit = 256 << 20

  private static func checkSize(of path: String) throws {
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    guard size <= tableLimit else {
      throw ToolFailure(
        "\(path): a table has at most \(tableLimit >> 20) MB; import it into a store.")
    }
  }

  /// Imports a table, with frame numbers where it has them.
  private static func importTable(at path: String, target: String, into store: Store) throws {
    var mapping = ImportMapping(
      name: tableName, frameColumn: "frame",
      scores: [ImportMapping.Value(column: target, name: FeatureName(target))])
    do {
      _ = try store.importTable(at: path, mapping: mapping, toolVersion: "mcp")
    } catch {
      mapping.frameColumn = nil
      guard (try? store.importTable(at: path, mapping: mapping, toolVersion: "mcp")) != nil else {
        throw error
      }
    }
  }
}

// MARK: - Measuring

extension FeatureRows {
  /// A model's scores beside the target.
  ///
  /// - Throws: The error of a model that cannot be loaded or lacks features, or of rows that are
  ///   not there.
  func observations(of model: ModelSelection) throws -> Observations {
    switch model {
    case .teacher(let specification):
      let teacher = try TeacherFunction(QualityModel(specification))
      var rows = try rows(features: teacher.featureNames)
      rows.setTarget(
        Self.prediction, (0..<rows.rowCount).map { teacher.score(Array(rows.row($0))) })
      return try observations(in: rows)
    case .student(let selection):
      let student = try Student(selection)
      guard !student.scoresClips else {
        throw ToolFailure(
          "\(student.name) scores whole videos; give it to vmaf_score instead of a table.")
      }
      var rows = try rows(features: student.inputs.map(\.name))
      rows.setTarget(Self.prediction, try student.scores(ofRows: rows.features))
      return try observations(in: rows)
    }
  }

  /// What one row is.
  func unit() throws -> EvaluationReport.Unit {
    guard !poolsClips else { return .clip }
    let keys = try store.entries(matching: selection).map(\.key)
    return keys.allSatisfy { $0.unit == .clip } ? .clip : .frame
  }

  private static let prediction = "\u{1}prediction"

  private func rows(features: [FeatureName]) throws -> FeatureDataset {
    let all = try FeatureDataset(store, selection, features: features, targets: [target])
    guard part != .all else { return all }
    let sources = all.sources.distinct
    guard sources.count >= 5 else {
      throw ToolFailure(
        "There are \(sources.count) sources, too few to split into five; use \"split\": \"all\".")
    }
    // Clips, not rows, so that long videos weigh no more than short ones.
    let split = try Split.groupedFolds(sources.sorted(), folds: 5, validation: 1)[0]
    switch part {
    case .train: return all.selecting(sources: Set(split.train))
    case .validation: return all.selecting(sources: Set(split.validation))
    case .test, .all: return all.selecting(sources: Set(split.test))
    }
  }

  private func observations(in rows: FeatureDataset) throws -> Observations {
    let rows = poolsClips ? rows.pooledByPair() : rows
    return try Observations(
      targets: rows.targets[target] ?? [], predictions: rows.targets[Self.prediction] ?? [],
      sources: (0..<rows.rowCount).map { rows.sources[$0] })
  }
}

/// A folder for temporary files that goes when nobody needs it any more.
private final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "tinyvmaf-mcp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
