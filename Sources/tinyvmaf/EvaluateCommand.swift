public import ArgumentParser
import Evaluation
import FeatureStore
import Features
import Reports
import Scoring
public import TinyNets
import VMAFModel

/// `tinyvmaf evaluate`: statistics of students on stored or sampled rows.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "PLCC, SROCC, KROCC, RMSE and more of students on stored or sampled rows.",
    usage: "tinyvmaf evaluate <students> ... [<options>]",
    discussion: """
      Intervals are bootstrapped over sources. For figures on sources that a student was not \
      trained on, see tinyvmaf train --folds loso.

      EXAMPLES:
        tinyvmaf evaluate --store features 2x64
        tinyvmaf evaluate --store features 2x64 mine.safetensors --json out.json
        tinyvmaf evaluate --store features --table avt --teacher vmaf_v0.6.1 2x64
        tinyvmaf evaluate --store features --table nflx --target dmos --logistic 2x64
        tinyvmaf evaluate --sampled unitBox 2x64 3x128 --report students.html
        tinyvmaf evaluate --human recipes/human/nflx_public.json 2x64
      """,
    helpNames: .long)

  private static let defaultTarget = "vmaf_v0.6.1"

  @Argument(
    help: "Students: ids of tinyvmaf models list, their short names (tiny, 3x128), or files.")
  var students: [String]

  @Option(help: ArgumentHelp("Rows of this store.", valueName: "folder"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      "Rows drawn from a part of the feature space instead, such as unitBox or physicalBox.",
      valueName: "region"))
  var sampled: DistillationSampler.Region?

  @Option(help: "The number of rows to draw.")
  var rows = 200_000

  @Option(help: "Column of the store to compare with: a teacher or human scores.")
  var target = Self.defaultTarget

  @Option(
    help: ArgumentHelp(
      "Compare with this model's scores of the rows' features instead of a column.",
      valueName: "model"))
  var teacher: String?

  @Option(
    help: ArgumentHelp(
      "Clips with human scores: the description of a table.", valueName: "file"))
  var human: String?

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

  @OptionGroup(title: "Report") var report: ReportArguments

  func validate() throws {
    try require([("--replicates", replicates)], atLeast: 0)
    try require([("--rows", rows)], atLeast: 2)
    if human != nil, report.isWanted {
      throw ValidationError("--human has no page or charts; write its tables with --markdown.")
    }
  }

  mutating func run() throws {
    for student in students where student.hasSuffix(".safetensors") || student.hasSuffix(".onnx") {
      try Failure.requireFile(student)
    }
    try self.report.check()
    if let human {
      return try HumanEvaluationRun.run(
        students, on: human, target: target == Self.defaultTarget ? nil : target,
        teacher: teacher, replicates: replicates, output: output)
    }
    let rows = try evaluationRows()
    let name = sampled != nil || teacher != nil ? teacher ?? "vmaf_v0.6.1" : target
    let bootstrap = replicates > 0 ? try SourceBootstrap(replicates: replicates) : nil
    var first: (name: String, observations: Observations)?
    var page = EvaluationPage([])
    for (index, path) in students.enumerated() {
      let student = try Student(path)
      let observations = try rows.observations(of: student, pooled: clips)
      var report = try EvaluationReport(
        model: student.name, target: name, unit: clips ? .clip : rows.unit,
        observations: observations, bootstrap: bootstrap, logistic: logistic)
      if let first, let bootstrap, observations.sourceNames.count > 1 {
        report.comparisons = [
          try PairedComparison(
            observations, named: student.name, with: first.observations, named: first.name,
            bootstrap: bootstrap)
        ]
      }
      first = first ?? (student.name, observations)
      if index > 0 { Terminal.out("\n") }
      try output.numbered(index, of: students.count).write(report)
      page.entries.append(.init(report: report, observations: observations))
    }
    try self.report.write(page)
  }

  private func evaluationRows() throws -> EvaluationRows {
    let model = try TeacherFunction(QualityModel(ModelSpecification(teacher ?? "vmaf_v0.6.1")))
    switch (store, sampled) {
    case (nil, let region?):
      return try EvaluationRows(sampling: region, count: rows, teacher: model)
    case (let store?, nil):
      let selection = StoreSelection(
        sources: source.isEmpty ? nil : Set(source),
        importedTables: table.isEmpty ? nil : Set(table))
      let stored = try Store(at: store)
      guard teacher == nil else {
        let rows = try FeatureDataset(
          stored, selection,
          features: table.isEmpty ? model.featureNames : FeatureName.canonicalSix,
          targets: [])
        return EvaluationRows(rows, teacher: model)
      }
      return try EvaluationRows(
        FeatureDataset(stored, selection, targets: [target]), target: target)
    default:
      throw ValidationError("Give either --store or --sampled.")
    }
  }
}

extension DistillationSampler.Region: ExpressibleByArgument {}

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
