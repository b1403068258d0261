import ArgumentParser
import DurableFiles
import Evaluation
import Reports
import Scoring
import TinyNets
import VMAFModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf train --human`: a student of human scores.
struct HumanTrainingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Human scores: a recipe of a student of them, or the description of a table.",
      valueName: "file"))
  var human: String?

  @Option(help: ArgumentHelp("Scores to learn, where a table has several.", valueName: "target"))
  var humanTarget: String?

  @Option(help: ArgumentHelp("Also write the evaluation as JSON.", valueName: "file"))
  var humanJson: String?

  @Option(help: ArgumentHelp("Also write the evaluation as Markdown.", valueName: "file"))
  var humanMarkdown: String?

  @Option(
    help: ArgumentHelp(
      "Also write the student as a package, ONNX with a sidecar.", valueName: "folder"))
  var package: String?

  /// The recipe that the arguments describe, and the folder that its files are relative to.
  func recipe(
    _ path: String, training: TrainingArguments
  ) throws -> (recipe: HumanRecipe, folder: String) {
    try Failure.requireFile(path)
    struct Header: Decodable { var schema: String }
    let bytes = try FileContents.read(path, limit: HumanRecipe.maximumSize)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let schema = try? JSONDecoder().decode(Header.self, from: Data(bytes)).schema
    var recipe: HumanRecipe
    if schema == HumanDataDescription.currentSchema {
      let shape = training.architecture ?? "2x64"
      recipe = HumanRecipe(
        name: "\(training.regime)-\(shape)", data: [String(path.dropFirst(folder.count))],
        regime: training.regime, parent: shape)
    } else {
      recipe = try HumanRecipe(contentsOf: path)
      if training.regime != "distil" { recipe.regime = training.regime }
      if let shape = training.architecture { recipe.parent = shape }
    }
    if let humanTarget { recipe.target = humanTarget }
    if let seed = training.seed { recipe.seed = seed }
    return (recipe, folder)
  }

  /// Trains, writes the student and shows what it is worth.
  func train(
    _ path: String, training: TrainingArguments, compute: ComputeArguments, output: String?,
    narration: NarrationArguments
  ) throws {
    let (recipe, folder) = try recipe(path, training: training)
    let output = output ?? "\(recipe.name).safetensors"
    for path in [output, humanJson, humanMarkdown].compactMap(\.self) {
      try AtomicFile.checkDestination(path)
    }
    let regime = try recipe.makeRegime()
    let study = try HumanStudy(
      paths: recipe.data.map { $0.hasPrefix("/") ? $0 : folder + $0 }, target: recipe.target)
    let teacher = try TeacherFunction(
      QualityModel(ModelSpecification(training.teacher ?? "vmaf_v0.6.1")))
    let parent = try parent(of: recipe, regime, folder: folder)
    let display = narration.display("training \(recipe.name)", unit: "folds")
    let run = HumanStudentTraining(recipe, study: study, parent: parent, teacher: teacher)
    let result = try run.run(on: compute.instructionSet()) { display.update($0, of: $1) }
    display.finish()
    try result.student.write(to: output)
    if let package {
      try run.package(result, tool: "tinyvmaf \(Tinyvmaf.version)").write(to: package)
    }
    if let humanJson { try AtomicFile.write(result.report.json(), to: humanJson) }
    if let humanMarkdown { try AtomicFile.write(result.report.markdown(), to: humanMarkdown) }
    guard !narration.quiet else { return }
    HumanTables.write(result.report)
    let interval = result.interval
    Terminal.noteLine(
      "\(output): \(recipe.regime) of \(recipe.parent), moved by about "
        + "\(Figures.short(result.deviation)) points; ± \(Figures.fixed(interval.halfWidth, 1)) "
        + "\(recipe.unit) holds \(Figures.fixed(interval.level * 100, 0)) % (empirical)")
  }

  private func parent(
    of recipe: HumanRecipe, _ regime: HumanRegime, folder: String
  ) throws -> Network {
    if regime.needsParent {
      let isFile = [".safetensors", ".onnx"].contains { recipe.parent.hasSuffix($0) }
      let isRelative = isFile && !recipe.parent.hasPrefix("/")
      return try ModelArgument.network(isRelative ? folder + recipe.parent : recipe.parent)
    }
    return Network(
      architecture: try Architecture(
        recipe.parent, activation: regime.requiredActivation ?? .silu), seed: recipe.seed ?? 1)
  }
}

/// `tinyvmaf evaluate --human`: finished students against human scores.
enum HumanEvaluationRun {
  /// Measures students on a table and shows the tables.
  static func run(
    _ students: [String], on path: String, target: String?, teacher: String?, replicates: Int,
    output: EvaluationOutputArguments
  ) throws {
    try Failure.requireFile(path)
    let models = try students.map { try HumanModel($0) }
    let dataset = try HumanDataset(contentsOf: path, target: target)
    let evaluation = try HumanEvaluation(dataset, models: models)
    if evaluation.leftOut > 0 {
      Terminal.noteLine(
        "\(evaluation.leftOut) clips are left out: a student was trained on their contents.")
    }
    let model = try TeacherFunction(QualityModel(ModelSpecification(teacher ?? "vmaf_v0.6.1")))
    let report = try evaluation.report(of: models, teacher: model, replicates: max(replicates, 100))
    if let json = output.json { try AtomicFile.write(report.json(), to: json) }
    if let markdown = output.markdown { try AtomicFile.write(report.markdown(), to: markdown) }
    HumanTables.write(report)
  }
}
