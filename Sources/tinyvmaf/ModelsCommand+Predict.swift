import ArgumentParser
import DurableFiles
import FeatureStore
import Features
import Scoring

extension ModelsCommand {
  /// `tinyvmaf models predict`: scores of features that somebody extracted before.
  struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "predict",
      abstract: "Score rows of features from a Parquet table, without any video.",
      discussion: """
        The table has a column for each feature, named as tables of tinyvmaf name them \
        (integer_adm2, integer_vif_scale0 to 3, integer_motion2). Scores go to standard output, one \
        a line with all their digits, or with --output into a table beside the other columns.

        EXAMPLES:
          tinyvmaf models predict tiny --rows features/pairs/0a1b.parquet
          tinyvmaf models predict path=other.onnx --rows rows.parquet --output scores.parquet
          TINYVMAF_ONNXRUNTIME=libonnxruntime.so \\
            tinyvmaf models predict tiny:3x128 --rows rows.parquet --backend onnxruntime
        """)

    @Argument(help: "An id, such as tiny or tiny:3x128, or path=file.onnx.")
    var model: String

    @Option(help: ArgumentHelp("The rows, as Parquet.", valueName: "file"))
    var rows: String

    @Option(help: "What computes the scores: native or onnxruntime.")
    var backend: StudentBackend = .native

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp("Where a table with the scores goes, as Parquet.", valueName: "file"))
    var output: String?

    mutating func run() throws {
      guard let selection = try StudentSelection(model) else {
        throw StudentError.unknownModel(named: model)
      }
      let student = try Student(selection, backend: backend)
      try Failure.requireFile(rows)
      let table = try ParquetReader(path: rows).read()
      let columns = try student.inputs.map { input in
        guard let values = table[input.name.rawValue]?.doubles else {
          throw StudentError.unusable(
            student.name, problem: "\(rows) has no column of numbers \(input.name)")
        }
        return values
      }
      let features = (0..<table.rowCount).flatMap { row in columns.map { $0[row] } }
      let scores = try student.scores(ofRows: features)
      if let output {
        let kept = table.columns.filter { $0.name != student.name }
        let scored = try ParquetTable(
          columns: kept + [ParquetColumn(student.name, .double(scores))],
          metadata: table.metadata)
        try AtomicFile.write(try scored.parquetBytes(), to: output)
      } else {
        Terminal.out(scores.map { "\(Float($0))\n" }.joined())
      }
    }
  }
}
