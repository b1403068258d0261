import DurableFiles
public import Processor
import Synchronization
public import TinyNets
import VMAFModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The distilled students that hybrid regimes begin with, one per architecture and seed.
///
/// A parent is a function of its recipe alone, so it does not matter who trains it. With a folder,
/// parents are kept there and taken from there when the recipe inside is the same.
public final class ParentStudents: Sendable {
  /// The teacher of the parents.
  public let teacher: TeacherFunction
  /// The steps of a parent's training.
  public let steps: Int
  private let folder: String?
  private let set: InstructionSet
  private let trained = Mutex<[String: Task<Network, any Error>]>([:])

  /// Describes parents.
  ///
  /// - Parameters:
  ///   - teacher: What they are distilled from.
  ///   - steps: The steps of their training, on 512 teacher-sampled rows each.
  ///   - folder: Where to keep them, or `nil`.
  ///   - set: The kernels to use; the result does not depend on it.
  public init(
    teacher: TeacherFunction, steps: Int, folder: String? = nil,
    on set: InstructionSet = .best
  ) {
    self.teacher = teacher
    self.steps = steps
    self.folder = folder
    self.set = set
  }

  /// The recipe of a parent.
  public func recipe(_ architecture: String, activation: Activation, seed: UInt64) -> Recipe {
    Recipe(
      name: architecture, summary: "A parent for fine-tuning on human scores.",
      teacher: teacher.model.source, architecture: architecture, activation: activation,
      sampling: Recipe.Sampling(rows: 200_000, heldOutRows: 0, seed: seed),
      stages: [
        TrainingOptions(
          steps: steps, batchSize: 512, schedule: .init(warmUpSteps: min(100, steps / 10)),
          seed: seed)
      ])
  }

  /// A parent, trained when it is asked for the first time.
  ///
  /// - Throws: `RecipeError`, `TrainingError`, `FileError`.
  public func parent(
    _ architecture: String, activation: Activation, seed: UInt64
  ) async throws -> Network {
    let recipe = recipe(architecture, activation: activation, seed: seed)
    let key = "\(architecture).\(activation.rawValue).seed\(seed)"
    let task = trained.withLock { trained in
      if let task = trained[key] { return task }
      let task = Task { try self.make(recipe, key: key) }
      trained[key] = task
      return task
    }
    return try await task.value
  }

  private func make(_ recipe: Recipe, key: String) throws -> Network {
    let path = folder.map { "\($0)/\(key).safetensors" }
    let text = String(decoding: try recipe.json(), as: UTF8.self)
    if let path, let kept = try? Network(contentsOf: path), kept.metadata["recipe"] == text {
      return kept
    }
    let distillation = try Distillation(recipe)
    let teacher = teacher
    let rows = try distillation.sample { teacher($0) }
    let result = try distillation.train(on: rows, on: set)
    if result.outcome == .cancelled { throw CancellationError() }
    if let path { try result.network.write(to: path) }
    return result.network
  }
}
