import ArgumentParser
import Evaluation
import FeatureStore
import Features
import Scoring
import VMAFModel

/// `tinyvmaf evaluate`: statistics of students on stored rows.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "PLCC, SROCC, KROCC, RMSE and more of students on the rows of a store.",
    usage: "tinyvmaf evaluate --store <folder> <students> ... [<options>]",
    discussion: """
      Intervals are bootstrapped over sources. For figures on sources that a student was not \
      trained on, see tinyvmaf train --folds loso.

      EXAMPLES:
        tinyvmaf evaluate --store features 2x64
        tinyvmaf evaluate --store features 2x64 3x128 --json result.json
        tinyvmaf evaluate --store features student.safetensors --clips \\
          --table nflx --target dmos --logistic
      """,
    helpNames: .long)

  @Argument(help: "Students: \(Student.embeddedNames.joined(separator: ", ")), or .safetensors.")
  var students: [String]

  @Option(help: ArgumentHelp("The rows.", valueName: "folder"))
  var store: String

  @Option(help: "Column to compare with: a teacher or human scores.")
  var target = "vmaf_v0.6.1"

  @Option(parsing: .singleValue, help: "Rows of this imported table; may be repeated.")
  var table: [String] = []

  @Option(parsing: .singleValue, help: "Only this source; may be repeated.")
  var source: [String] = []

  @Flag(help: "Pool frames to clips by their mean before comparing.")
  var clips = false

  @Flag(help: "Also fit VQEG's logistic and give the PLCC after it.")
  var logistic = false

  @Option(
    help: ArgumentHelp("Replicates of the bootstrap; 0 for no intervals.", valueName: "count"))
  var replicates = 2000

  @OptionGroup(title: "Results") var output: EvaluationOutputArguments

  mutating func run() throws {
    for student in students where student.hasSuffix(".safetensors") {
      try Failure.requireFile(student)
    }
    let selection = StoreSelection(
      sources: source.isEmpty ? nil : Set(source),
      importedTables: table.isEmpty ? nil : Set(table))
    let rows = try FeatureDataset(Store(at: store), selection, targets: [target])
    let bootstrap =
      replicates > 0 ? try SourceBootstrap(replicates: replicates) : nil
    var reports: [EvaluationReport] = []
    var first: (name: String, observations: Observations)?
    for name in students {
      let student = try Student(name)
      let observations = try observations(of: student, on: rows)
      var report = try EvaluationReport(
        model: student.name, target: target, unit: isPooled(rows) ? .clip : .frame,
        observations: observations, bootstrap: bootstrap, logistic: logistic)
      if let first, let bootstrap, observations.sourceNames.count > 1 {
        report.comparisons = [
          try PairedComparison(
            observations, named: student.name, with: first.observations, named: first.name,
            bootstrap: bootstrap)
        ]
      }
      first = first ?? (student.name, observations)
      reports.append(report)
    }
    for (index, report) in reports.enumerated() {
      if index > 0 { Terminal.out("\n") }
      try output.numbered(index, of: reports.count).write(report)
    }
  }

  /// Clips are pooled after prediction, as scores are.
  private func observations(
    of student: Student, on rows: FeatureDataset
  ) throws -> Observations {
    var rows = rows
    let predicted = student.scores(ofRows: rows.features)
    guard let targets = rows.targets[target] else {
      throw StudentError.noRows("the store has no column \(target)")
    }
    guard clips else {
      return try Observations(
        targets: targets, predictions: predicted,
        sources: (0..<rows.rowCount).map { rows.sources[$0] })
    }
    rows.setTarget("prediction", predicted)
    let pooled = rows.pooledByPair()
    return try Observations(
      targets: pooled.targets[target] ?? [], predictions: pooled.targets["prediction"] ?? [],
      sources: (0..<pooled.rowCount).map { pooled.sources[$0] })
  }

  private func isPooled(_ rows: FeatureDataset) -> Bool {
    clips || Set(rows.frames).count <= 1
  }
}

extension EvaluationOutputArguments {
  /// The same destinations with a number before the extension, where there are several reports.
  fileprivate func numbered(_ index: Int, of count: Int) -> EvaluationOutputArguments {
    guard count > 1 else { return self }
    func numbered(_ path: String?) -> String? {
      guard let path else { return nil }
      guard let dot = path.lastIndex(of: ".") else { return "\(path)-\(index + 1)" }
      return path[..<dot] + "-\(index + 1)" + path[dot...]
    }
    var copy = self
    copy.json = numbered(json)
    copy.markdown = numbered(markdown)
    return copy
  }
}
