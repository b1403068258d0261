public import Corpus
public import Evaluation
public import FeatureStore
public import Processor
import Synchronization
public import TinyNets

/// Trains students on some sources and measures them on the others, split by split.
///
/// Rows of a tested source never reach training: real rows are drawn from the split's training
/// sources alone. Where a recipe samples all its rows from the teacher, no video is ever trained
/// on, one student per seed serves all splits, and every row is held out.
public struct CrossValidation: Sendable {
  /// What is trained.
  public let recipe: Recipe
  /// The function that labels rows.
  public let teacher: TeacherFunction
  /// The rows of the store.
  public let rows: FeatureDataset
  /// The name of the target column in `rows`.
  public let target: String
  /// Which sources are tested in turn.
  public let splits: [Split]
  /// The seeds; each gives a full round of splits.
  public let seeds: [UInt64]

  /// How far a run is.
  public struct Progress: Sendable {
    /// Trainings that are done.
    public let done: Int
    /// Trainings in all.
    public let total: Int
  }

  /// One training, and the rows that it is tested on.
  ///
  /// No source has rows in both parts.
  public struct Fold: Sendable, Equatable {
    /// The seed of everything random.
    public let seed: UInt64
    /// The rows of the store that training may see.
    public let trainingRows: [Int]
    /// The rows of the store that are predicted.
    public let testedRows: [Int]
  }

  /// Describes a cross-validation.
  public init(
    recipe: Recipe, teacher: TeacherFunction, rows: FeatureDataset, target: String,
    splits: [Split], seeds: [UInt64]
  ) {
    self.recipe = recipe
    self.teacher = teacher
    self.rows = rows
    self.target = target
    self.splits = splits
    self.seeds = seeds
  }

  /// Trains and measures everything.
  ///
  /// - Parameters:
  ///   - jobs: Trainings that run at a time; the result does not depend on it.
  ///   - instructionSet: The kernels to use; the result does not depend on it.
  ///   - progress: Called after every training, from one thread at a time.
  /// - Returns: The report, whose overall figures are those of the first seed.
  public func run(
    jobs: Int = 1, instructionSet: InstructionSet = .best,
    progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> EvaluationReport {
    guard !splits.isEmpty, !seeds.isEmpty else {
      throw StudentError.noRows("there is no split or no seed")
    }
    let folds = self.folds
    let done = Mutex(0)
    let predictions = try await withThrowingTaskGroup(
      of: (Int, [Double]).self, returning: [[Double]].self
    ) { group in
      var results = [[Double]](repeating: [], count: folds.count)
      var next = 0
      func add() {
        let index = next
        next += 1
        group.addTask { (index, try self.predictions(of: folds[index], on: instructionSet)) }
      }
      while next < min(jobs, folds.count) { add() }
      while let (index, values) = try await group.next() {
        results[index] = values
        let count = done.withLock { count in
          count += 1
          return count
        }
        progress?(Progress(done: count, total: folds.count))
        if next < folds.count { add() }
      }
      return results
    }
    return try report(folds, predictions)
  }

  private var mixesRealRows: Bool { recipe.sampling.mix[.real, default: 0] > 0 }

  /// What is trained, seed by seed, and on which rows each training is tested.
  public var folds: [Fold] {
    seeds.flatMap { seed -> [Fold] in
      guard mixesRealRows else {
        let tested = Set(splits.flatMap(\.test))
        return [Fold(seed: seed, trainingRows: [], testedRows: rowIndices(of: tested))]
      }
      return splits.map { split in
        Fold(
          seed: seed, trainingRows: rowIndices(of: Set(split.train)),
          testedRows: rowIndices(of: Set(split.test)))
      }
    }
  }

  private func rowIndices(of sources: Set<String>) -> [Int] {
    (0..<rows.rowCount).filter { sources.contains(rows.sources[$0]) }
  }

  private func predictions(of fold: Fold, on set: InstructionSet) throws -> [Double] {
    var recipe = recipe
    recipe.sampling.seed = fold.seed
    for index in recipe.stages.indices {
      recipe.stages[index].seed = fold.seed &+ UInt64(index)
    }
    let distillation = try Distillation(
      recipe, realRows: fold.trainingRows.flatMap { rows.row($0) })
    let sampled = try distillation.sample { teacher($0) }
    let result = try distillation.train(on: sampled, on: set)
    if result.outcome == .cancelled { throw CancellationError() }
    let student = try Student(name: recipe.name, network: result.network)
    return try student.scores(ofRows: fold.testedRows.flatMap { rows.row($0) })
  }

  private func report(
    _ folds: [Fold], _ predictions: [[Double]]
  ) throws -> EvaluationReport {
    guard let targets = rows.targets[target] else {
      throw StudentError.noRows("the store has no column \(target)")
    }
    let runs = try seeds.map { seed in
      var observed: [Double] = []
      var predicted: [Double] = []
      var sources: [String] = []
      for (fold, values) in zip(folds, predictions) where fold.seed == seed {
        observed += fold.testedRows.map { targets[$0] }
        sources += fold.testedRows.map { rows.sources[$0] }
        predicted += values
      }
      return (
        seed: seed,
        heldOut: try Observations(targets: observed, predictions: predicted, sources: sources)
      )
    }
    var report = try EvaluationReport(
      model: recipe.name, target: target, unit: .frame, observations: runs[0].heldOut,
      bootstrap: SourceBootstrap(),
      metadata: [
        "seeds": seeds.map(String.init).joined(separator: ","),
        "splits": splits.map(\.name).joined(separator: ","),
        "trains_on_real_rows": mixesRealRows ? "yes" : "no",
      ])
    report.leaveOneSourceOut = try LeaveOneSourceOut(runs: runs)
    return report
  }
}
