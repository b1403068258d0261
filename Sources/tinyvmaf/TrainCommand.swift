import ArgumentParser
import Corpus
import DurableFiles
import Evaluation
import FeatureStore
import Reports
import Scoring
import TinyNets
import VMAFModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf train`: fit a student, or cross-validate a recipe.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Fit a student to a teacher, or cross-validate a recipe over sources.",
    usage: "tinyvmaf train [<options>]",
    discussion: """
      The same recipe gives the same weights, byte for byte, on any number of threads and any \
      instruction set.

      EXAMPLES:
        tinyvmaf train --output student.safetensors
        tinyvmaf train --recipe recipes/3x128.json --output 3x128.safetensors
        tinyvmaf train --store features --real-share 0.5 --folds loso --seeds 1 2 3
        tinyvmaf train --human recipes/human/tiny-dmos.json
        tinyvmaf train --human my-test.json --regime subjective --architecture 2x16
      """,
    helpNames: .long)

  @OptionGroup(title: "Recipe") var training: TrainingArguments

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The student's weights.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Progress as JSON lines.", valueName: "file"))
  var log: String?

  @Option(
    help: ArgumentHelp(
      "Save the run here at every report; continue it with --resume.", valueName: "file"))
  var checkpoint: String?

  @Flag(help: "Continue from --checkpoint where it exists.")
  var resume = false

  @Option(help: "Cross-validate instead: loso (leave one source out), or a number of folds.")
  var folds: String?

  @Option(parsing: .upToNextOption, help: "Seeds of the cross-validation.")
  var seeds: [UInt64] = [1]

  @OptionGroup(title: "Human scores") var human: HumanTrainingArguments

  @OptionGroup(title: "Cross-validation results") var report: EvaluationOutputArguments

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  mutating func run() async throws {
    if let path = human.human {
      return try human.train(
        path, training: training, compute: compute, output: output, narration: narration)
    }
    let recipe = try training.makeRecipe()
    let teacher = try training.teacherFunction(of: recipe)
    if let folds {
      try await crossValidate(recipe, teacher, folds: folds)
    } else {
      try fit(recipe, teacher)
    }
  }

  private func fit(_ recipe: Recipe, _ teacher: TeacherFunction) throws {
    let output = output ?? "\(recipe.name).safetensors"
    for path in [output, log, checkpoint].compactMap(\.self) {
      try AtomicFile.checkDestination(path)
    }
    let threads = try compute.threadCount()
    let set = try compute.instructionSet()
    let real = training.realShare > 0 ? try training.storedRows(teacher)?.features ?? [] : []
    let distillation = try Distillation(recipe, realRows: real)
    let rows = try distillation.sample(threads: threads) { teacher($0) }
    var resumed: Checkpoint?
    if resume, let checkpoint, FileManager.default.fileExists(atPath: checkpoint) {
      resumed = try Checkpoint(contentsOf: checkpoint)
    }
    let display = narration.display("training \(recipe.name)", unit: "steps")
    var lines = ""
    var errors: [Double] = []
    let result = try distillation.train(
      on: rows, resuming: resumed, threads: threads, on: set
    ) { report in
      let progress = report.progress
      let error = progress.heldOutRMSE.map { "held-out RMSE \(Figures.short($0))" } ?? ""
      display.update(progress.step, of: progress.steps, detail: error)
      errors.append(progress.heldOutRMSE ?? progress.trainingRMSE)
      lines += try progress.jsonLine() + "\n"
      if let checkpoint { try report.checkpoint().write(to: checkpoint) }
    }
    display.finish()
    if result.outcome == .cancelled { throw CancellationError() }
    if let log { try AtomicFile.write(lines, to: log) }
    try result.network.write(to: output)
    if !narration.quiet {
      let count = result.network.parameters.count
      Terminal.noteLine("\(output): \(recipe.architecture), \(count) parameters")
      if let curve = Self.lossCurve(errors) { Terminal.noteLine(curve) }
    }
  }

  /// The error over the run on a logarithmic scale, between its first and its last value.
  private static func lossCurve(_ errors: [Double]) -> String? {
    guard let first = errors.first, let last = errors.last, errors.count > 1 else { return nil }
    let logarithms = errors.map { log10(max($0, 1e-9)) }
    guard let low = logarithms.min(), let high = logarithms.max(), low < high else { return nil }
    let curve = Sparkline.text(logarithms, in: low...high, width: min(Terminal.width - 30, 60))
    return "RMSE \(Figures.short(first)) \(curve) \(Figures.short(last))"
  }

  private func crossValidate(
    _ recipe: Recipe, _ teacher: TeacherFunction, folds: String
  ) async throws {
    guard let rows = try training.storedRows(teacher) else {
      throw ValidationError("--folds needs rows to test on: give --store.")
    }
    let splits: [Split]
    if folds == "loso" {
      splits = try Split.leaveOneSourceOut(rows.sources.distinct)
    } else if let count = Int(folds) {
      splits = try Split.groupedFolds(
        (0..<rows.rowCount).lazy.map { rows.sources[$0] }, folds: count)
    } else {
      throw ValidationError("--folds must be loso or a number, not \(folds).")
    }
    let validation = CrossValidation(
      recipe: recipe, teacher: teacher, rows: rows, target: teacher.model.source, splits: splits,
      seeds: seeds)
    let display = narration.display("training", unit: "students")
    let result = try await validation.run(
      jobs: try compute.threadCount(), instructionSet: try compute.instructionSet()
    ) { display.update($0.done, of: $0.total) }
    display.finish()
    try report.write(result)
  }
}
