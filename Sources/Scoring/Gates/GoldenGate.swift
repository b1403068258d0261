public import Evaluation
import Features
import GoldenClips
import ModelPackage
public import Processor
import VMAFModel
import VideoIO

/// Checks extractors, teachers and students on videos with known figures.
///
/// Features have to equal libvmaf's to a relative 1e-12 and scores to 1e-9, frame by frame; the
/// means that libvmaf's own tests assert have to agree at their four decimals; a student has to
/// stay within its budget of its teacher, within the teacher's range, and in its order. Identical
/// videos may score no less than distorted ones.
public struct GoldenGate: Sendable {
  /// The folder of Netflix's raw media, or `nil` for the generated pairs alone.
  public var mediaFolder: String?
  /// Whether only what is quick is checked.
  public var isShort = false
  /// Whether a pair that is not here is a failure.
  public var requiresAll = false
  /// The family of kernels.
  public var instructionSet = InstructionSet.best
  /// The number of frames that are worked on at a time.
  public var threads = 1
  /// The students to check, and how far each may be from its teacher.
  public var students: [(student: Student, budget: Double)] = []

  /// Creates a gate for the embedded students.
  ///
  /// - Throws: The errors of ``Student/init(_:)``.
  public init(budgets: GateBudgets) throws {
    students = try ModelRegistry.builtInIdentifiers.map { name in
      (try Student(name), budgets.students[name] ?? 0)
    }
  }

  /// How far a feature may be from libvmaf's figure, relative to it.
  static let featureTolerance = 1e-12
  /// How far a score may be from libvmaf's figure.
  static let scoreTolerance = 1e-9

  /// What the gate computes: the features of all models and of the golden figures.
  private static let extractors = [
    "adm", "motion", "vif", "adm=adm_enhn_gain_limit=1", "vif=vif_enhn_gain_limit=1",
  ]
  /// The models with golden figures, under the names that the figures have.
  private static let models = [
    "vmaf_v0.6.1", "version=vmaf_v0.6.1neg:name=vmaf_neg", "version=vmaf_4k_v0.6.1:name=vmaf_4k",
    "version=vmaf_v0.6.1:name=vmaf_phone:enable_transform",
  ]

  /// Runs all checks.
  ///
  /// - Parameter progress: Called with the number of pairs done, of all, and the next one's name.
  /// - Throws: Errors of files that are there and cannot be read, or `CancellationError`.
  public func run(
    progress: (@Sendable (Int, Int, String) -> Void)? = nil
  ) async throws -> GoldenReport {
    let pairs = try GoldenPair.all().filter { !isShort || $0.isShort }
    let models = try Self.models.map { try QualityModel(ModelSpecification($0)) }
    var warnings: [String] = []
    let plan = FeaturePlan(
      try Self.extractors.map { try FeatureExtractor(specification: $0, warnings: &warnings) })
    let extraction = FeatureExtraction(
      plan: plan, threads: threads, instructionSet: instructionSet)

    var checks: [GoldenReport.Check] = []
    var points: [GoldenPoint] = []
    for (index, pair) in pairs.enumerated() {
      progress?(index, pairs.count, pair.name)
      guard let sources = try pair.open(in: mediaFolder) else {
        checks.append(
          .init(
            .features, pair: pair.name, verdict: .skipped, note: pair.absence(in: mediaFolder)))
        continue
      }
      let tables = try await extraction.run(
        reference: sources.reference, distorted: sources.distorted
      ).map { try Self.scored($0.table, by: models) }
      if let expected = pair.expected {
        checks.append(pair.featureCheck(tables[0], expected))
        for model in models { checks.append(pair.scoreCheck(tables[0], expected, model.name)) }
      }
      let scores = tables[0][FeatureName(models[0].name)] ?? []
      let identical = tables[1][FeatureName(models[0].name)] ?? []
      if let asserted = pair.asserted { checks.append(pair.meanCheck(scores, asserted)) }
      checks.append(pair.identityCheck(scores, identical))
      points += try pair.points(tables, scores: models[0].name)
    }
    progress?(pairs.count, pairs.count, "")
    for (student, budget) in students {
      checks += try student.goldenChecks(points, budget: budget)
    }
    return GoldenReport(
      instructionSet: instructionSet.rawValue, requiresAll: requiresAll, checks: checks)
  }

  private static func scored(
    _ table: FeatureTable, by models: [QualityModel]
  ) throws -> FeatureTable {
    var table = table
    for model in models {
      for column in try model.scores(of: table) { table.append(column) }
    }
    return table
  }
}
