import Corpus
public import Evaluation
import FeatureStore
import Features
import ModelPackage
import TinyNets
import VMAFModel

/// The whole way on an embedded synthetic corpus: corpus, features, student, evaluation, score.
///
/// It needs no video and no other program. The student learns from teacher-sampled vectors and the
/// frames of all scenes but one; the scene that is left out is what it is shown at work on.
public struct Demo: Sendable {
  /// A step of the demo.
  public enum Stage: String, Sendable, CaseIterable {
    /// Procedural scenes and their distortions are written.
    case corpus = "corpus"
    /// Features and teacher scores go into a store.
    case extract = "extract"
    /// Students are trained, a scene left out at a time.
    case evaluate = "evaluate"
    /// The student that never saw the last scene is trained.
    case train = "train"
    /// Teacher and student score the last scene.
    case score = "score"
  }

  /// A distorted version of the scene that was left out, under both models.
  public struct HeldOutClip: Sendable {
    /// The distorted video's name.
    public let name: String
    /// The mean score of the teacher.
    public let teacher: Double
    /// The mean score of the student.
    public let student: Double
    /// The largest difference in one frame.
    public let maxError: Double
  }

  /// What the demo made.
  public struct Result: Sendable {
    /// The pairs of the corpus.
    public let pairCount: Int
    /// The frames in the store.
    public let frameCount: Int
    /// The leave-one-source-out evaluation.
    public let evaluation: EvaluationReport
    /// The scene that was left out.
    public let heldOutSource: String
    /// Its distorted versions.
    public let clips: [HeldOutClip]
    /// Everything that was written, with what it is.
    public let files: [(path: String, what: String)]
  }

  /// The folder that everything is written to.
  public let folder: String
  /// The number of threads to use; the result does not depend on it.
  public let threads: Int
  private let toolVersion: String

  /// Describes a demo; nothing is written yet.
  public init(folder: String, threads: Int, toolVersion: String) {
    self.folder = folder
    self.threads = threads
    self.toolVersion = toolVersion
  }

  private static let recipe = Recipe(
    name: "demo-2x64", summary: "The demo's student.", teacher: "vmaf_v0.6.1",
    architecture: "2x64",
    sampling: Recipe.Sampling(rows: 60_000, heldOutRows: 2_000, mix: mix),
    stages: [TrainingOptions(steps: 2_500, batchSize: 512, seed: 1, reportInterval: 250)])

  private static var mix: [DistillationSampler.Region: Double] {
    var mix = DistillationSampler.standardMix
    mix[.real] = 0.3
    return mix
  }

  /// Runs all stages, each into its own files.
  ///
  /// - Parameter progress: The stage, how much of it is done, and how much there is.
  public func run(
    progress: @escaping @Sendable (Stage, Int, Int) -> Void
  ) async throws -> Result {
    let corpus = "\(folder)/corpus"
    let pairs = try await makeCorpus(at: corpus, progress)
    let store = try Store(creatingAt: "\(folder)/features")
    let rows = try await extract(pairs, into: store, progress)

    let teacher = try TeacherFunction(QualityModel())
    let target = teacher.model.source
    let splits = try Split.leaveOneSourceOut(rows.sources.distinct)
    let validation = CrossValidation(
      recipe: Self.recipe, teacher: teacher, rows: rows, target: target, splits: splits,
      seeds: [1])
    let evaluation = try await validation.run(jobs: threads) {
      progress(.evaluate, $0.done, $0.total)
    }

    let split = splits[splits.count - 1]
    let distillation = try Distillation(
      Self.recipe, realRows: rows.selecting(sources: Set(split.train)).features)
    let sampled = try distillation.sample(threads: threads) { teacher($0) }
    let trained = try distillation.train(on: sampled, threads: threads) { report in
      progress(.train, report.progress.step, report.progress.steps)
    }
    let weights = "\(folder)/demo-2x64.safetensors"
    try trained.network.write(to: weights)

    let package = "\(folder)/package"
    try writePackage(
      of: trained.network, teacher: teacher, rows: rows, split: split, evaluation: evaluation,
      to: package)

    let student = try Student(name: Self.recipe.name, network: trained.network)
    let heldOut = split.test[0]
    let clips = try clips(of: heldOut, in: rows, target: target, student: student)
    progress(.score, clips.count, clips.count)
    return Result(
      pairCount: pairs.count, frameCount: rows.rowCount, evaluation: evaluation,
      heldOutSource: heldOut, clips: clips,
      files: [
        (corpus, "videos in the Netflix layout"),
        (store.path, "features and teacher scores, one Parquet file per pair"),
        (weights, "the student's weights"),
        ("\(package)/\(Self.recipe.name).onnx", "the student for score --model, with a sidecar"),
      ])
  }

  private func makeCorpus(
    at root: String, _ progress: @escaping @Sendable (Stage, Int, Int) -> Void
  ) async throws -> [VideoPair] {
    var options = CorpusMaker.Options()
    options.jobs = threads
    let scenes = SyntheticScene.standard(6, width: 320, height: 180, frameCount: 12)
    let maker = CorpusMaker(
      root: root, inputs: scenes.map(MakeInput.scene), options: options)
    let report = try await maker.run(maker.plan()) { progress(.corpus, $0.done, $0.total) }
    if let failure = report.failures.first {
      throw CorpusError.file(path: failure.path, operation: "make", reason: failure.reason)
    }
    return try CorpusScan(root: root).usablePairs
  }

  private func extract(
    _ pairs: [VideoPair], into store: Store,
    _ progress: @escaping @Sendable (Stage, Int, Int) -> Void
  ) async throws -> FeatureDataset {
    var options = CorpusExtraction.Options()
    options.threads = threads
    let extraction = try CorpusExtraction(
      pairs: pairs, store: store, options: options, toolVersion: toolVersion)
    let summary = try await extraction.run { progress(.extract, $0.pairs, $0.totalPairs) }
    if let failure = summary.failures.first {
      throw StoreError.invalidRecord(pair: failure.pair, reason: failure.message)
    }
    return try FeatureDataset(store, targets: ["vmaf_v0.6.1"])
  }

  /// Writes the student as ONNX with its measured sidecar.
  private func writePackage(
    of network: Network, teacher: TeacherFunction, rows: FeatureDataset, split: Split,
    evaluation: EvaluationReport, to folder: String
  ) throws {
    let seen = rows.selecting(sources: Set(split.train))
    let unseen = rows.selecting(sources: Set(split.test))
    var export = StudentExport(
      id: Self.recipe.name, network: network, teacher: teacher, tool: "tinyvmaf \(toolVersion)")
    export.trainingData = [
      .init(
        name: "synthetic scenes", sha256: EvaluationRows(seen, teacher: teacher).digest,
        rows: seen.rowCount, sources: split.train.count)
    ]
    export.rowSets = [
      .init(
        name: "the synthetic scene that was left out", target: teacher.model.source,
        rows: EvaluationRows(unseen, teacher: teacher), isHeldOut: true)
    ]
    export.leaveOneSourceOut = evaluation.leaveOneSourceOut
    export.goldenRows = GoldenRows.corners
    try export.write(to: folder)
  }

  private func clips(
    of source: String, in rows: FeatureDataset, target: String, student: Student
  ) throws -> [HeldOutClip] {
    let held = rows.selecting(sources: [source])
    let predicted = try student.scores(ofRows: held.features)
    let expected = held.targets[target] ?? []
    return held.pairs.distinct.map { pair in
      let indices = (0..<held.rowCount).filter { held.pairs[$0] == pair }
      let count = Double(indices.count)
      return HeldOutClip(
        name: pair, teacher: indices.reduce(0) { $0 + expected[$1] } / count,
        student: indices.reduce(0) { $0 + predicted[$1] } / count,
        maxError: indices.map { abs(expected[$0] - predicted[$0]) }.max() ?? 0)
    }
  }
}
