public import ArgumentParser
import DurableFiles
import Evaluation
import FeatureStore
public import ModelPackage
import Scoring
import TinyNets
import VMAFModel

/// `tinyvmaf export`: a student as a package of ONNX and sidecar, measured.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a student as ONNX with a sidecar whose figures are measured here.",
    usage: "tinyvmaf export --weights <file> --output <folder> [<options>]",
    discussion: """
      The package ID.onnx and ID.json runs in ONNX Runtime, TensorRT, OpenVINO and here (score \\
      --model path=ID.onnx); tinyvmaf models add puts it into the registry. The student is always \\
      measured on sampled rows; --store adds real ones.

      EXAMPLES:
        tinyvmaf export --weights mine.safetensors --output packages
        tinyvmaf export -w mine.safetensors -o packages --store ladder=features
        tinyvmaf export -w mine.safetensors -o packages --folds loso.json
        tinyvmaf export -w tiny --id small -o packages --precision fp16 int8
      """,
    helpNames: .long)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The student: weights of tinyvmaf train, or a model to measure anew.",
      valueName: "file or id"))
  var weights: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the package goes.", valueName: "folder"))
  var output: String

  @Option(help: "The model's id; the recipe's name with tiny- before it unless given.")
  var id: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      Measure on the pairs of a store, or its imported tables where it has no pairs, under a name; \
      may be repeated.
      """, valueName: "name=folder"))
  var store: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leave-one-source-out table: the JSON of tinyvmaf train --folds.", valueName: "file"))
  var folds: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A section of the model card from a Markdown file, named after it; may be repeated.",
      valueName: "title=file"))
  var section: [String] = []

  @Option(help: "The model in one sentence; the recipe's summary unless given.")
  var summary: String?

  @Option(help: "The licence of the package, as an SPDX expression.")
  var license = "BSD-2-Clause-Patent"

  @Option(
    parsing: .upToNextOption,
    help: "Also write files of lower precision: fp16, int8; refused beyond --budget.")
  var precision: [Sidecar.Precision] = []

  @Option(
    help: ArgumentHelp(
      "Largest RMSE of a lower precision to fp32, in score points; 0.05 for fp16 and 0.25 for int8.",
      valueName: "points"))
  var budget: Double?

  @Option(help: "Sampled rows to measure on.")
  var rows = 200_000

  func validate() throws {
    try require([("--rows", rows)], atLeast: 2)
  }

  mutating func run() throws {
    let network = try ModelArgument.network(weights)
    let name = network.metadata["name"] ?? "student"
    let teacher = try TeacherFunction(
      QualityModel(ModelSpecification(network.metadata["teacher"] ?? "vmaf_v0.6.1")))
    var export = StudentExport(
      id: id ?? (name.hasPrefix("tiny") ? name : "tiny-\(name)"), network: network,
      teacher: teacher, tool: "tinyvmaf \(Tinyvmaf.version)")
    export.summary = summary
    export.license = license
    export.rowSets = try storedRows(teacher) + sampledRows(teacher)
    if let folds {
      try Failure.requireFile(folds)
      let report = try EvaluationReport(json: FileContents.read(folds, limit: 64 << 20))
      export.leaveOneSourceOut = report.leaveOneSourceOut
    }
    export.goldenRows = try GoldenRows.corners + GoldenRows.clips()
    export.card = try sections()
    export.precisions = precision.filter { $0 != .fp32 }
    export.precisionBudget = budget
    let sidecar = try export.write(to: output)
    for file in sidecar.files { Terminal.out("\(output)/\(file.name)\n") }
    Terminal.out("\(output)/\(sidecar.id).json\n")
  }

  private func sampledRows(_ teacher: TeacherFunction) throws -> [StudentExport.RowSet] {
    let regions: [(DistillationSampler.Region, String)] = [
      (.unitBox, "unit box of the teacher's features"),
      (.physicalBox, "all physically possible features"),
    ]
    return try regions.map { region, name in
      StudentExport.RowSet(
        name: name, target: teacher.model.source,
        rows: try EvaluationRows(sampling: region, count: rows, teacher: teacher))
    }
  }

  private func storedRows(_ teacher: TeacherFunction) throws -> [StudentExport.RowSet] {
    try store.map { text in
      let (name, path) = try pair(text, option: "--store")
      let stored = try Store(at: path)
      let keys = try stored.entries().map(\.key)
      let onlyTables = !keys.isEmpty && keys.allSatisfy { $0.origin == .imported }
      let selection = StoreSelection(importedTables: onlyTables ? Set(keys.map(\.pair)) : nil)
      return StudentExport.RowSet(
        name: name, target: teacher.model.source,
        rows: EvaluationRows(
          try FeatureDataset(stored, selection, features: teacher.featureNames, targets: []),
          teacher: teacher))
    }
  }

  private func sections() throws -> [Sidecar.Section] {
    try section.map { text in
      let (title, path) = try pair(text, option: "--section")
      try Failure.requireFile(path)
      let body = String(decoding: try FileContents.read(path, limit: 1 << 20), as: UTF8.self)
      let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
      let start = lines.firstIndex { !$0.isEmpty } ?? lines.endIndex
      let end = lines.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? start
      return Sidecar.Section(title: title, text: lines[start..<end].joined(separator: "\n"))
    }
  }

  private func pair(_ text: String, option: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw ValidationError("\(option) is written name=path, not \(text).")
    }
    return (parts[0], parts[1])
  }
}

extension Sidecar.Precision: ExpressibleByArgument {}
