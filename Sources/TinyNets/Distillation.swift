public import Processor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Makes a student as a recipe says: samples rows, lets the teacher label them, trains stage by
/// stage.
///
/// ```swift
/// let distillation = try Distillation(recipe)
/// let rows = try distillation.sample(teacher: teacher)
/// let result = try distillation.train(on: rows)
/// try result.network.write(to: "2x64.safetensors")
/// ```
public struct Distillation: Sendable {
  /// The recipe that is followed.
  public let recipe: Recipe
  /// Where the rows come from.
  public let sampler: DistillationSampler

  /// Rows to learn from, and others of the same kind to measure on.
  public struct Rows: Sendable {
    /// Labels as the teacher gives them, not clipped.
    public var training: Dataset
    /// Labels clipped to the recipe's range, as scores are; `nil` if the recipe asks for none.
    public var heldOut: Dataset?
  }

  /// One report of one stage.
  public struct Report {
    /// The number of the stage, from 0.
    public let stage: Int
    /// The number of stages.
    public let stages: Int
    /// Where the stage stands.
    public let progress: TrainingProgress
    fileprivate let trainer: Trainer

    /// The run as it stands; ``Distillation/train(on:resuming:threads:on:report:)`` continues it.
    public func checkpoint() -> Checkpoint {
      trainer.checkpoint(notes: [Distillation.stageNote: String(stage)])
    }
  }

  /// What training ends with.
  public struct Result: Sendable {
    /// The student, with range and metadata.
    public var network: Network
    /// How the last stage ended.
    public var outcome: TrainingOutcome
  }

  private static let stageNote = "stage"

  /// Checks the recipe.
  ///
  /// - Parameters:
  ///   - recipe: What to make.
  ///   - realRows: Rows of real frames, one after the other, for recipes that mix them in.
  /// - Throws: ``RecipeError``, ``ArchitectureError``, ``SamplerError`` or ``TrainingError``.
  public init(_ recipe: Recipe, realRows: [Double] = []) throws {
    try recipe.validate()
    self.recipe = recipe
    sampler = try DistillationSampler(mix: recipe.sampling.mix, realRows: realRows)
  }

  /// Samples the recipe's rows and labels them.
  ///
  /// - Parameters:
  ///   - threads: The most threads to use; the rows do not depend on it.
  ///   - teacher: The teacher's score of one row in canonical order, not clipped.
  /// - Throws: ``DatasetError`` if a label is not finite.
  public func sample(
    threads: Int = 1, teacher: @Sendable ([Double]) -> Double
  ) throws(DatasetError) -> Rows {
    let sampling = recipe.sampling
    let training = try sampler.dataset(
      count: sampling.rows, seed: sampling.seed, target: recipe.teacher, threads: threads,
      teacher: teacher)
    guard sampling.heldOutRows > 0 else { return Rows(training: training, heldOut: nil) }
    let range = recipe.range
    let heldOut = try withoutActuallyEscaping(teacher) { teacher throws(DatasetError) in
      try sampler.dataset(
        count: sampling.heldOutRows, seed: ~sampling.seed, target: recipe.teacher, threads: threads
      ) { min(max(teacher($0), range.lower), range.upper) }
    }
    return Rows(training: training, heldOut: heldOut)
  }

  /// Trains all stages.
  ///
  /// - Parameters:
  ///   - rows: What ``sample(threads:teacher:)`` gave, or other rows of the same columns.
  ///   - checkpoint: Where an earlier call was interrupted, or `nil` to begin anew.
  ///   - threads: The most threads to use; the result does not depend on it.
  ///   - set: The kernels to use; the result does not depend on it.
  ///   - report: Called at every report of every stage; ends the run by throwing.
  /// - Returns: The student; it is unfinished if the outcome is ``TrainingOutcome/cancelled``.
  /// - Throws: ``DatasetError``, ``TrainingError``, or what `report` throws.
  public func train(
    on rows: Rows, resuming checkpoint: Checkpoint? = nil, threads: Int = 1,
    on set: InstructionSet = .best, report: (Report) throws -> Void = { _ in }
  ) throws -> Result {
    let architecture = try Architecture(recipe.architecture, activation: recipe.activation)
    var network = Network(architecture: architecture, seed: recipe.stages[0].seed)
    var first = 0
    if let checkpoint {
      guard let note = checkpoint.notes[Self.stageNote], let stage = Int(note),
        recipe.stages.indices.contains(stage), recipe.stages[stage] == checkpoint.options,
        checkpoint.network.architecture == architecture
      else { throw TrainingError.foreignCheckpoint("it follows another recipe") }
      first = stage
    } else {
      try network.fitScales(to: rows.training)
      network.range = Float(recipe.range.lower)...Float(recipe.range.upper)
      network.metadata = try metadata()
    }
    var outcome = TrainingOutcome.finished
    for stage in first..<recipe.stages.count {
      let trainer: Trainer
      if stage == first, let checkpoint {
        trainer = try Trainer(
          resuming: checkpoint, training: rows.training, heldOut: rows.heldOut, threads: threads,
          on: set)
      } else {
        trainer = try Trainer(
          network, training: rows.training, heldOut: rows.heldOut, options: recipe.stages[stage],
          threads: threads, on: set)
      }
      outcome = try trainer.run { progress in
        try report(
          Report(
            stage: stage, stages: recipe.stages.count, progress: progress, trainer: trainer))
      }
      network = trainer.network
      if outcome == .cancelled { break }
    }
    return Result(network: network, outcome: outcome)
  }

  private func metadata() throws -> [String: String] {
    [
      "name": recipe.name,
      "teacher": recipe.teacher,
      "sameFunctionAs": recipe.sameFunctionAs.joined(separator: ","),
      "features": sampler.domain.names.joined(separator: ","),
      "recipe": String(decoding: try recipe.json(), as: UTF8.self),
    ]
  }
}
