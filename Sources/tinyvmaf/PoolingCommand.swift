import ArgumentParser
import DurableFiles
import Evaluation
import ModelPackage
import Reports
import Scoring
import TinyNets
import VMAFModel

/// `tinyvmaf pooling`: which way of pooling frame scores predicts people best.
struct PoolingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pooling",
    abstract: "Compare ways to pool frame scores over time against human scores.",
    usage: "tinyvmaf pooling <description> ... [<options>]",
    discussion: """
      The descriptions are those of tables of human scores with per-frame features. Every content \
      is held out in turn; affine maps per test and trained encoders see the others alone.

      EXAMPLES:
        tinyvmaf pooling avt.json
        tinyvmaf pooling avt.json --encoder small --seeds 1 2 3 4 5 --markdown pooling.md
        tinyvmaf pooling avt.json --encoder small --encoder full --penalty 1 --penalty 10
      """,
    helpNames: .long)

  /// The shapes that can be asked for by name.
  enum Shape: String, CaseIterable, ExpressibleByArgument {
    case small, full

    /// The larger, the smaller the steps.
    var learningRate: Double { self == .small ? 2e-3 : 5e-4 }

    func architecture(embedding: Int) throws -> ClipArchitecture {
      switch self {
      case .small: try .small(embedding: embedding)
      case .full: try .full(embedding: embedding)
      }
    }
  }

  @Argument(help: "Descriptions of tables, the evaluated one first; others only help to train.")
  var descriptions: [String]

  @Option(help: "Scores to predict, where a table has several.")
  var target: String?

  @Option(help: "Student that scores and embeds the frames.")
  var student = "2x64"

  @Option(parsing: .singleValue, help: "Attention-pooled encoder to train; may be repeated.")
  var encoder: [Shape] = []

  @Option(
    parsing: .singleValue,
    help: "Pull of the encoders towards the mean; may be repeated. The larger, the nearer.")
  var penalty: [Double] = [10]

  @Option(help: "Steps of a training.")
  var steps = 200

  @Option(parsing: .upToNextOption, help: "Seeds of the encoders.")
  var seeds: [UInt64] = [1]

  @Option(help: ArgumentHelp("Write the comparison as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the comparison as Markdown.", valueName: "file"))
  var markdown: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Also train the first encoder on all clips and write it, .onnx or .safetensors.",
      valueName: "file"))
  var output: String?

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  func validate() throws {
    guard !seeds.isEmpty else { throw ValidationError("--seeds needs at least one number.") }
    guard output == nil || !encoder.isEmpty else {
      throw ValidationError("--output needs an --encoder to train.")
    }
  }

  mutating func run() async throws {
    for path in descriptions { try Failure.requireFile(path) }
    for path in [json, markdown, output].compactMap(\.self) {
      try AtomicFile.checkDestination(path)
    }
    let network = try ModelArgument.network(student)
    let study = try HumanStudy(paths: descriptions, target: target)
    let encoders = try encoders(on: network)
    let teacher = try TeacherFunction(
      QualityModel(ModelSpecification(network.metadata["teacher"] ?? "vmaf_v0.6.1")))
    let comparison = try PoolingComparison(
      study, student: network, named: student, teacher: teacher, encoders: encoders, seeds: seeds)
    let display = narration.display("training", unit: "encoders")
    let report = try await comparison.run(
      jobs: try compute.threadCount(), on: try compute.instructionSet()
    ) { display.update($0.done, of: $0.total) }
    display.finish()
    if let json { try AtomicFile.write(report.json(), to: json) }
    if let markdown { try AtomicFile.write(report.markdown(), to: markdown) }
    Terminal.out(
      "Pooling of \(report.student) on \(report.data): \(report.clips) clips of "
        + "\(report.contents.count) contents\n")
    for table in report.tables() { Terminal.out("\n" + Figures.text(table)) }
    guard let output, let best = encoders.first else { return }
    let encoder = try comparison.train(best, seed: seeds[0], on: try compute.instructionSet())
    if output.hasSuffix(".onnx") {
      try AtomicFile.write(encoder.onnx(metadata: ["tool_version": Tinyvmaf.version]), to: output)
    } else {
      try encoder.write(to: output)
    }
    Terminal.noteLine("\(output): \(best.name), \(encoder.parameterCount) parameters")
  }

  private func encoders(on student: Network) throws -> [PoolingComparison.Encoder] {
    let embedding = student.architecture.hidden.last ?? 0
    return try encoder.flatMap { shape in
      try penalty.map { penalty in
        let options = ClipTrainingOptions(
          steps: steps, schedule: .init(peak: shape.learningRate, warmUpSteps: min(20, steps)),
          penalty: penalty)
        try options.validate()
        return PoolingComparison.Encoder(
          name: "attention \(shape.rawValue), penalty \(Figures.short(penalty))",
          architecture: try shape.architecture(embedding: embedding), options: options)
      }
    }
  }
}
