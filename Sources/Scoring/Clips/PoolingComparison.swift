public import Processor
import Synchronization
public import TinyNets

/// Compares ways to make one score of a clip's frames by how well they predict people.
///
/// The same frame student stands under all of them. Every way gets an affine map per test, fitted on
/// the training clips of each fold, and is measured on clips whose content no fold has seen
/// (``HumanFolds``); encoders are trained anew in each fold, and under each seed.
///
/// ```swift
/// let comparison = try PoolingComparison(
///   study, student: student, named: "2x64", teacher: teacher)
/// let report = try await comparison.run(jobs: 2)
/// print(report.markdown())
/// ```
public struct PoolingComparison: Sendable {
  /// A clip encoder to train: its shape and how.
  public struct Encoder: Sendable {
    /// The name in tables.
    public let name: String
    /// The shape.
    public let architecture: ClipArchitecture
    /// How it is fitted; the seed is replaced.
    public let options: ClipTrainingOptions

    /// Creates a description.
    public init(name: String, architecture: ClipArchitecture, options: ClipTrainingOptions) {
      self.name = name
      self.architecture = architecture
      self.options = options
    }
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// Trainings that are done.
    public let done: Int
    /// Trainings in all.
    public let total: Int
  }

  /// The clips.
  public let study: HumanStudy
  /// What scores the frames.
  public let student: Network
  /// Its name.
  public let studentName: String
  /// The fixed ways, the one that all are compared with first.
  public let poolings: [TimePooling]
  /// The trained ways.
  public let encoders: [Encoder]
  /// The seeds that each encoder is trained with.
  public let seeds: [UInt64]
  /// What every fold holds out.
  public let folds: HumanFolds

  private let clips: ClipSet

  /// Prepares a comparison.
  ///
  /// - Parameters:
  ///   - study: the clips, with a row of features per frame.
  ///   - student: what scores and embeds the frames.
  ///   - studentName: its name.
  ///   - teacher: the teacher that the student was distilled from.
  ///   - poolings: the fixed ways, the one that all are compared with first.
  ///   - encoders: the trained ways.
  ///   - seeds: the seeds that each encoder is trained with.
  /// - Throws: ``HumanDataError`` for too few contents, `DatasetError` for numbers that cannot be
  ///   used, and ``StudentError/noRows(_:)`` for clips that are single rows.
  public init(
    _ study: HumanStudy, student: Network, named studentName: String, teacher: TeacherFunction,
    poolings: [TimePooling] = TimePooling.usual, encoders: [Encoder] = [], seeds: [UInt64] = [1]
  ) throws {
    self.study = study
    self.student = student
    self.studentName = studentName
    self.poolings = poolings
    self.encoders = encoders
    self.seeds = seeds
    folds = try HumanFolds(study.clips, evaluated: study.evaluated)
    clips = try study.clipSet(teacher: teacher)
    guard clips.rows.contains(where: { $0.count > 1 }) else {
      throw StudentError.noRows("all clips are single rows, and pooling needs frames")
    }
  }

  /// One training.
  private struct Job: Sendable {
    let encoder: Int
    let seed: Int
    let fold: Int
  }

  /// Trains and measures everything.
  ///
  /// - Parameters:
  ///   - jobs: trainings that run at a time; the result does not depend on it.
  ///   - set: the kernels to use; the result does not depend on it.
  ///   - progress: called after every training, from one thread at a time.
  public func run(
    jobs: Int = 1, on set: InstructionSet = .best,
    progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> PoolingReport {
    let frames = try ClipFrames(features: clips.features, student: student, on: set)
    var ways = try poolings.map { pooling in
      PoolingReport.Predictions(name: pooling.name, runs: [try predictions(pooling, frames)])
    }
    let work = encoders.indices.flatMap { encoder in
      seeds.indices.flatMap { seed in
        folds.folds.indices.map { Job(encoder: encoder, seed: seed, fold: $0) }
      }
    }
    let results = try await trainings(work, frames, jobs: jobs, set, progress)
    for (index, encoder) in encoders.enumerated() {
      let runs = seeds.indices.map { seed in
        zip(work, results).filter { $0.0.encoder == index && $0.0.seed == seed }.flatMap(\.1)
      }
      let count = encoder.architecture.parameterCount + student.parameters.count
      ways.append(
        PoolingReport.Predictions(name: encoder.name, parameters: count, runs: runs))
    }
    let tested = folds.folds.flatMap { fold in fold.split.tested.map { (fold.name, $0) } }
    return try PoolingReport(
      data: study.evaluated, student: studentName, seeds: seeds,
      targets: tested.map { clips.targets[$0.1] }, contents: tested.map(\.0),
      tests: tested.map { study.clips[$0.1].test ?? "" }, ways: ways)
  }

  private func trainings(
    _ work: [Job], _ frames: ClipFrames, jobs: Int, _ set: InstructionSet,
    _ progress: (@Sendable (Progress) -> Void)?
  ) async throws -> [[Double]] {
    let done = Mutex(0)
    return try await withThrowingTaskGroup(of: (Int, [Double]).self) { group in
      var results = [[Double]](repeating: [], count: work.count)
      var next = 0
      func add() {
        let index = next
        next += 1
        group.addTask { (index, try self.train(work[index], frames, on: set)) }
      }
      while next < min(max(jobs, 1), work.count) { add() }
      while let (index, scores) = try await group.next() {
        results[index] = scores
        let count = done.withLock { count in
          count += 1
          return count
        }
        progress?(Progress(done: count, total: work.count))
        if next < work.count { add() }
      }
      return results
    }
  }

  /// The tested clips' predictions of a fixed way, fold by fold.
  private func predictions(_ pooling: TimePooling, _ frames: ClipFrames) throws -> [Double] {
    let pooled = try clips.rows.indices.map { clip in
      let scores = clips.rows[clip].map { Double(frames.scores[$0]) }
      guard let value = pooling(scores) else {
        throw StudentError.noRows("\(study.clips[clip].name) has no frames")
      }
      return value
    }
    return folds.folds.flatMap { fold in
      var maps = TestMaps(count: clips.testCount)
      let training = fold.split.training
      maps.fit(scores: training.map { pooled[$0] }, to: clips, of: training)
      return fold.split.tested.map { maps(pooled[$0], test: clips.tests[$0]) }
    }
  }

  /// The tested clips' predictions of an encoder that saw the fold's training clips alone.
  private func train(
    _ job: Job, _ frames: ClipFrames, on set: InstructionSet
  ) throws -> [Double] {
    let split = folds.folds[job.fold].split
    let trainer = try trained(
      encoders[job.encoder], on: split.training, frames, seed: seeds[job.seed], set)
    let scores = try trainer.encoder.scores(of: clips, split.tested, frames: frames, on: set)
    return zip(split.tested, scores).map { trainer.maps($1, test: clips.tests[$0]) }
  }

  /// An encoder that saw all clips, to be used elsewhere.
  public func train(
    _ description: Encoder, seed: UInt64, on set: InstructionSet = .best
  ) throws -> ClipEncoder {
    let frames = try ClipFrames(features: clips.features, student: student, on: set)
    var encoder = try trained(
      description, on: Array(clips.rows.indices), frames, seed: seed, set
    ).encoder
    encoder.metadata = [
      "name": description.name, "data": study.evaluated,
      "contents": Set(study.clips.flatMap(\.contents)).sorted().joined(separator: ","),
    ]
    return encoder
  }

  private func trained(
    _ description: Encoder, on training: [Int], _ frames: ClipFrames, seed: UInt64,
    _ set: InstructionSet
  ) throws -> ClipTrainer {
    var options = description.options
    options.seed = seed
    var encoder = try ClipEncoder(
      frameStudent: student, architecture: description.architecture, seed: seed)
    encoder.fitScales(to: clips, of: training, frames: frames)
    let trainer = try ClipTrainer(
      encoder, clips: clips, of: training, frames: frames, options: options, on: set)
    try trainer.run()
    return trainer
  }
}
