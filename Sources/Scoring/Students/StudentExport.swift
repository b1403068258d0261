public import Evaluation
import FeatureStore
import Features
public import ModelPackage
public import TinyNets
import VMAFModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a student as a package, `NAME.onnx` and `NAME.json`, with every figure measured here.
///
/// ```swift
/// var export = StudentExport(id: "mine", network: network, teacher: teacher, tool: "…")
/// export.rowSets = [.init(name: "ladder", rows: rows)]
/// let sidecar = try export.write(to: "packages")
/// ```
public struct StudentExport: Sendable {
  /// Rows that the student is measured on.
  public struct RowSet: Sendable {
    /// What they are.
    public var name: String
    /// What the scores are compared with.
    public var target: String
    /// The rows.
    public var rows: EvaluationRows
    /// Whether training saw none of their sources, or `nil` to judge by what it saw at all.
    public var isHeldOut: Bool?

    /// Names some rows.
    public init(name: String, target: String, rows: EvaluationRows, isHeldOut: Bool? = nil) {
      self.name = name
      self.target = target
      self.rows = rows
      self.isHeldOut = isHeldOut
    }
  }

  /// The package's name.
  public var id: String
  /// The network.
  public var network: Network
  /// What it was distilled from.
  public var teacher: TeacherFunction
  /// What writes the package, such as `tinyvmaf 0.1.0`.
  public var tool: String
  /// What the model is, in one sentence; the recipe's summary unless given.
  public var summary: String?
  /// The licence of the files, as an SPDX expression.
  public var license = "BSD-2-Clause-Patent"
  /// What the score measures.
  public var unit = "VMAF"
  /// Rows to measure on.
  public var rowSets: [RowSet] = []
  /// The leave-one-source-out table of a cross-validation; where it is not given and training saw no
  /// real row, it is that of the first set with several sources.
  public var leaveOneSourceOut: LeaveOneSourceOut?
  /// Rows whose scores are recorded, with their names.
  public var goldenRows: [(name: String, features: [Double])] = []
  /// Rows of real videos that training saw.
  public var trainingData: [Sidecar.Training.Data] = []
  /// The values of each feature that the student knows; from the recipe unless given.
  public var domain: [FeatureDomain.Bounds]?
  /// How far the true score may lie from the student's.
  public var interval: CalibratedInterval?
  /// Files of lower precision to write beside the full one.
  public var precisions: [Sidecar.Precision] = []
  /// The largest RMSE of a file of lower precision, or `nil` for each precision's own.
  public var precisionBudget: Double?
  /// Sections of the model card in words.
  public var card: [Sidecar.Section] = []

  /// Describes an export.
  public init(id: String, network: Network, teacher: TeacherFunction, tool: String) {
    self.id = id
    self.network = Self.withoutPackage(network)
    self.teacher = teacher
    self.tool = tool
  }

  /// The recipe that the weights carry, or `nil`.
  private var recipe: Recipe? {
    network.metadata["recipe"].flatMap { try? Recipe(json: Data($0.utf8)) }
  }

  /// Measures the student and describes it, without any file yet.
  ///
  /// - Throws: ``ModelPackageError``, `EvaluationError` or the recipe's error.
  public func sidecar() throws -> Sidecar {
    let student = try Student(name: id, network: network)
    let recipe = recipe
    let sawNoRealRow = trainingData.isEmpty && recipe?.sampling.mix[.real, default: 0] == 0
    var sets: [Sidecar.Evaluation.RowSet] = []
    var table = leaveOneSourceOut
    for set in rowSets {
      let observations = try set.rows.observations(of: student)
      let sources = observations.sourceNames.count
      let report = try EvaluationReport(
        model: id, target: set.target, unit: set.rows.unit, observations: observations,
        statistics: [.rmse, .bias],
        bootstrap: sources > 1 ? SourceBootstrap() : nil)
      sets.append(
        .init(
          name: set.name, target: set.target, sha256: set.rows.digest, unit: set.rows.unit,
          sources: sources, isHeldOut: set.isHeldOut ?? sawNoRealRow, accuracy: report.overall,
          intervals: report.intervals))
      if table == nil, sawNoRealRow, sources > 1 {
        // Nothing was trained on any source, so each one is held out as it is.
        let seed = recipe?.sampling.seed ?? 0
        table = try LeaveOneSourceOut(runs: [(seed: seed, heldOut: observations)])
      }
    }
    let golden = try goldenRows.map { row in
      Sidecar.Evaluation.GoldenPoint(
        name: row.name, features: row.features, target: teacher.score(row.features),
        score: try student.scores(ofRows: row.features)[0])
    }
    let architecture = network.architecture
    let sidecar = Sidecar(
      id: id, kind: .frame, summary: summary ?? recipe?.summary ?? "A student.", license: license,
      tool: tool, files: [],
      weights: .init(
        architecture: architecture.description, activation: architecture.activation.rawValue,
        parameters: architecture.parameterCount, sha256: network.weightsDigest),
      inputs: [.init(name: "features", shape: ["N", "\(architecture.inputs)"])],
      outputs: [.init(name: "vmaf", shape: ["N"])], features: features,
      score: .init(
        unit: unit,
        range: network.range.map { .init(Double($0.lowerBound), Double($0.upperBound)) }),
      teacher: .init(
        name: teacher.model.source, sha256: teacher.model.contentHash,
        sameFunctionAs: recipe?.sameFunctionAs ?? []),
      training: try training(recipe),
      evaluation: .init(sets: sets, leaveOneSourceOut: table, golden: golden),
      interval: interval, card: card)
    return sidecar
  }

  private var features: [Sidecar.Feature] {
    let domain = domain ?? recipe.flatMap(Self.domain)
    return FeatureName.canonicalSix.enumerated().map { index, name in
      Sidecar.Feature(
        name: name.rawValue, mean: Double(network.inputMean[index]),
        scale: Double(network.inputScale[index]),
        domain: domain.map { .init($0[index].lower, $0[index].upper) })
    }
  }

  /// The largest box that the recipe's rows fill.
  private static func domain(of recipe: Recipe) -> [FeatureDomain.Bounds]? {
    if recipe.sampling.mix[.physicalBox, default: 0] > 0 { return FeatureDomain.vmaf.physical }
    if recipe.sampling.mix[.unitBox, default: 0] > 0 { return FeatureDomain.vmaf.unit }
    return nil
  }

  private func training(_ recipe: Recipe?) throws -> Sidecar.Training {
    guard let recipe else { return Sidecar.Training(data: trainingData) }
    var seeds: [UInt64] = []
    for seed in [recipe.sampling.seed] + recipe.stages.map(\.seed) where !seeds.contains(seed) {
      seeds.append(seed)
    }
    let text = Array(try recipe.json())
    return Sidecar.Training(
      recipe: try JSONValue(json: text), recipeSHA256: sha256(text), data: trainingData,
      seeds: seeds)
  }
}

extension EvaluationRows {
  /// The SHA-256 of the features and targets, as double precision, little-endian, row after row.
  public var digest: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * (features.count + targets.count))
    let width = targets.isEmpty ? 0 : features.count / targets.count
    for (row, target) in targets.enumerated() {
      for value in features[row * width..<(row + 1) * width] + [target] {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return sha256(bytes)
  }
}
