import DurableFiles
import Evaluation
import Features
public import Processor
import Synchronization
import TinyNets
import VMAFModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A sweep over models of human scores: cells that know nothing of each other, and tables of them.
///
/// A cell trains one model under one seed in all folds and writes one file; the tables are computed
/// from those files alone. So cells may run anywhere, in any order, again and again, and the tables
/// come out the same, byte for byte.
///
/// ```swift
/// let sweep = try HumanSweep(gridAt: "sweep.json", output: "runs/sweep")
/// for cell in sweep.grid.cells { try await sweep.run(cell) }
/// let report = try sweep.gather()
/// ```
public struct HumanSweep: Sendable {
  /// What is tried.
  public let grid: HumanGrid
  /// Where cells, parents and tables go.
  public let output: String

  let teacher: TeacherFunction
  let studies: [String: HumanStudy]
  private let parents: ParentStudents
  private let set: InstructionSet

  /// Reads the grid and its data.
  ///
  /// - Parameters:
  ///   - path: The grid, a JSON file.
  ///   - output: The folder of the results; its subfolders `cells` and `parents` must be there.
  ///   - set: The kernels to use; the result does not depend on it.
  /// - Throws: ``HumanDataError`` and the errors of reading.
  public init(
    gridAt path: String, output: String, on set: InstructionSet = .best
  ) throws {
    grid = try HumanGrid(contentsOf: path)
    self.output = output
    self.set = set
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let files = grid.data.map { $0.hasPrefix("/") ? $0 : folder + $0 }
    var studies: [String: HumanStudy] = [:]
    for target in grid.targets { studies[target] = try HumanStudy(paths: files, target: target) }
    self.studies = studies
    teacher = try TeacherFunction(
      QualityModel(ModelSpecification(grid.teacher ?? "vmaf_v0.6.1")))
    parents = ParentStudents(
      teacher: teacher, steps: grid.parentSteps ?? 3_000, folder: "\(output)/parents", on: set)
  }

  /// The file of a cell.
  public func path(of cell: HumanGrid.Cell) -> String { "\(output)/cells/\(cell.name).json" }

  /// Whether a cell's result is there and belongs to this grid and these data.
  public func isDone(_ cell: HumanGrid.Cell) -> Bool { (try? result(of: cell)) != nil }

  /// Trains a cell and writes its file.
  ///
  /// - Throws: The errors of training, ``HumanDataError`` and `FileError`.
  public func run(_ cell: HumanGrid.Cell) async throws {
    guard let study = studies[cell.target] else {
      throw HumanDataError.unknownTarget(
        cell.target, data: grid.name, known: studies.keys.sorted())
    }
    let regime = try HumanRegime(cell.regime)
    let activation = regime.requiredActivation ?? .silu
    let network =
      regime.needsParent
      ? try await parents.parent(cell.architecture, activation: activation, seed: cell.seed)
      : Network(
        architecture: try Architecture(cell.architecture, activation: activation),
        seed: cell.seed)
    let training = try HumanTraining(
      regime, parent: network, clips: study.clipSet(teacher: teacher), rising: HumanStudy.rising,
      seed: cell.seed,
      on: set)
    let folds = try folds(of: study, regime)
    var results: [HumanCellResult.Fold] = []
    for fold in folds.folds {
      try Task.checkCancellation()
      let result = try training.train(on: fold.split, inner: fold.inner)
      results.append(
        HumanCellResult.Fold(
          name: fold.name, deviation: result.deviation,
          scores: Self.named(fold.split.tested, result.scores, study),
          calibration: Self.named(result.calibrationClips, result.calibrationScores, study)))
    }
    let result = HumanCellResult(
      schema: HumanCellResult.currentSchema, fingerprint: try fingerprint(of: cell), cell: cell,
      parameters: network.parameters.count, folds: results)
    try AtomicFile.write(result.json(), to: path(of: cell))
  }

  /// The folds that a regime's cells are tested in.
  func folds(of study: HumanStudy, _ regime: HumanRegime) throws -> HumanFolds {
    var limit = Int.max
    if case .subjective = regime.kind { limit = grid.subjectiveInnerSplits ?? 4 }
    return try HumanFolds(study.clips, evaluated: study.evaluated, innerGroups: limit)
  }

  /// The result of a cell.
  ///
  /// - Throws: `FileError` or `DecodingError`, and ``HumanDataError/missingCells(count:first:)`` for
  ///   a file of another grid or other data.
  func result(of cell: HumanGrid.Cell) throws -> HumanCellResult {
    let bytes = try FileContents.read(path(of: cell), limit: HumanCellResult.maximumSize)
    let result = try JSONDecoder().decode(HumanCellResult.self, from: Data(bytes))
    guard result.schema == HumanCellResult.currentSchema,
      result.fingerprint == (try fingerprint(of: cell))
    else { throw HumanDataError.missingCells(count: 1, first: cell.name) }
    return result
  }

  /// What a cell's result depends on, as text: the data, and the parts of the grid that count.
  private func fingerprint(of cell: HumanGrid.Cell) throws -> String {
    let data = studies[cell.target]?.fingerprint ?? 0
    let options = [
      teacher.model.source, "\(parents.steps)", "\(grid.subjectiveInnerSplits ?? 4)",
      HumanCellResult.currentSchema,
    ]
    return String(data, radix: 16) + "/" + options.joined(separator: "/")
  }

  private static func named(
    _ clips: [Int], _ scores: [Double], _ study: HumanStudy
  ) -> [HumanCellResult.Score] {
    zip(clips, scores).map { clip, score in
      HumanCellResult.Score(
        data: study.clips[clip].data, clip: study.clips[clip].name, score: score)
    }
  }
}

/// What a cell of a sweep writes.
public struct HumanCellResult: Sendable, Codable, Equatable {
  /// The layout this version reads and writes.
  public static let currentSchema = "tinyvmaf.human-cell/1"
  /// The largest file that is read, in bytes.
  public static let maximumSize = 64 << 20

  /// A predicted clip.
  public struct Score: Sendable, Codable, Equatable {
    /// The data of the clip.
    public let data: String
    /// The clip.
    public let clip: String
    /// The prediction on the scale of the clip's test.
    public let score: Double
  }

  /// One held-out group of contents.
  public struct Fold: Sendable, Codable, Equatable {
    /// The sources held out.
    public let name: String
    /// The chosen deviation from the start in points.
    public let deviation: Double
    /// The predictions of the held-out clips.
    public let scores: [Score]
    /// Predictions of training clips by inner splits that did not see them.
    public let calibration: [Score]
  }

  /// ``currentSchema``.
  public let schema: String
  /// What the result depends on.
  public let fingerprint: String
  /// The cell.
  public let cell: HumanGrid.Cell
  /// The number of the network's parameters.
  public let parameters: Int
  /// The folds, by name.
  public let folds: [Fold]

  /// The result as UTF-8 JSON, always the same bytes.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}
