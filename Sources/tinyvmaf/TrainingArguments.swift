public import ArgumentParser
import FeatureStore
import Scoring
public import TinyNets
import VMAFModel

/// What to train: a recipe, or the options that make one.
struct TrainingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Recipe as JSON; the options below change it.", valueName: "file"))
  var recipe: String?

  @Option(
    name: .shortAndLong, help: "Shape: 2x64, 3x128, 4x256, linear or widths such as 6-16-8-1.")
  var architecture: String?

  @Option(help: "Activation of hidden layers.")
  var activation: Activation?

  @Option(help: ArgumentHelp("Model to learn from.", valueName: "model"))
  var teacher: String?

  @Option(
    help: ArgumentHelp(
      "distil learns a teacher's soft labels; hybrid and subjective, and their variants, learn "
        + "human scores (--human).", valueName: "regime"))
  var regime = "distil"

  @Option(help: "Optimiser.")
  var optimizer: OptimizerSettings.Method?

  @Option(help: "Steps of each stage.")
  var steps: Int?

  @Option(help: "Rows of a step.")
  var batchSize: Int?

  @Option(help: "Peak learning rate.")
  var learningRate: Double?

  @Option(help: "Teacher-sampled rows to learn from.")
  var rows: Int?

  @Option(help: "Seed of rows, weights and order.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Rows of a store to mix in or to test on.", valueName: "folder"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Share of the store's frames among the training rows, 0 to 1.", valueName: "share"))
  var realShare = 0.0

  /// The recipe that the arguments describe.
  func makeRecipe() throws -> Recipe {
    var result = try recipe.map { try read($0) } ?? standardRecipe()
    if let architecture {
      result.architecture = architecture
      if recipe == nil { result.name = architecture }
    }
    if let activation { result.activation = activation }
    if let teacher { result.teacher = teacher }
    guard regime == "distil" else {
      throw ValidationError("--regime \(regime) learns human scores: give --human.")
    }
    result.regime = .distil
    for index in result.stages.indices {
      if let optimizer { result.stages[index].optimizer = OptimizerSettings(optimizer) }
      if let steps {
        result.stages[index].steps = steps
        let warmUp = min(result.stages[index].schedule.warmUpSteps, steps)
        result.stages[index].schedule.warmUpSteps = warmUp
        result.stages[index].reportInterval = max(
          min(result.stages[index].reportInterval, steps / 20), 1)
      }
      if let batchSize { result.stages[index].batchSize = batchSize }
      if let learningRate { result.stages[index].schedule.peak = learningRate }
      if let seed { result.stages[index].seed = seed &+ UInt64(index) }
    }
    if let rows { result.sampling.rows = rows }
    if let seed { result.sampling.seed = seed }
    guard (0...1).contains(realShare) else {
      throw ValidationError("--real-share must be 0 to 1, not \(realShare).")
    }
    if realShare > 0 {
      guard store != nil else { throw ValidationError("--real-share needs --store.") }
      let total = result.sampling.mix.values.reduce(0, +)
      for (region, share) in result.sampling.mix {
        result.sampling.mix[region] = share / total * (1 - realShare)
      }
      result.sampling.mix[.real] = realShare
    }
    try result.validate()
    return result
  }

  private func read(_ path: String) throws -> Recipe {
    try Failure.requireFile(path)
    do {
      return try Recipe(contentsOf: path)
    } catch let error as RecipeError {
      throw Failure.Message(text: "\(path): \(error)", code: Failure.badData)
    }
  }

  /// A quarter of a minute's training of the default student.
  private func standardRecipe() -> Recipe {
    Recipe(
      name: "2x64", summary: "Trained with tinyvmaf train.", teacher: "vmaf_v0.6.1",
      architecture: "2x64", sampling: Recipe.Sampling(rows: 500_000),
      stages: [TrainingOptions(steps: 10_000, reportInterval: 250)])
  }

  /// The function that labels rows.
  func teacherFunction(of recipe: Recipe) throws -> TeacherFunction {
    try TeacherFunction(QualityModel(ModelSpecification(recipe.teacher)))
  }

  /// The rows of the store, with the teacher's features and scores.
  func storedRows(_ teacher: TeacherFunction) throws -> FeatureDataset? {
    guard let store else { return nil }
    return try FeatureDataset(
      Store(at: store), features: teacher.featureNames, targets: [teacher.model.source])
  }
}

extension Activation: ExpressibleByArgument {}
extension OptimizerSettings.Method: ExpressibleByArgument {}
