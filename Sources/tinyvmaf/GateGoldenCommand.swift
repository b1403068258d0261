import ArgumentParser
import Evaluation
import Processor
import Scoring

/// `tinyvmaf gate golden`: known figures.
struct GateGoldenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golden",
    abstract: "Features, scores and students against libvmaf's figures of known videos.",
    usage: "tinyvmaf gate golden [<options>]",
    discussion: """
      Nineteen pairs are generated; --golden-dir adds Netflix's media (src01_hrc00_576x324.yuv and \
      others). Features have to equal libvmaf's figures to a relative 1e-12, scores to 1e-9, the \
      means that libvmaf's tests assert to four decimals; every student has to keep its budget, \
      its teacher's range and order. Exit code 2 when a contract is broken.

      EXAMPLES:
        tinyvmaf gate golden
        tinyvmaf gate golden --golden-dir yuv --require all --json golden.json
      """,
    helpNames: .long)

  @OptionGroup(title: "Videos") var videos: GateVideoArguments
  @OptionGroup var gate: GateArguments
  @OptionGroup(title: "Results") var output: GateOutputArguments
  @OptionGroup(title: "Machine") var compute: ComputeArguments

  mutating func run() async throws {
    try output.check()
    let report = try await Self.report(gate, videos, compute)
    try output.finish(report, showing: report.tables())
  }

  /// Runs the golden gate.
  static func report(
    _ gate: GateArguments, _ videos: GateVideoArguments, _ compute: ComputeArguments
  ) async throws -> GoldenReport {
    if let folder = videos.goldenDir { try Failure.requireFile(folder) }
    var golden = try GoldenGate(budgets: gate.loadBudgets())
    golden.mediaFolder = videos.goldenDir
    golden.isShort = gate.short
    golden.requiresAll = videos.require == .all
    golden.threads = try compute.threadCount()
    golden.instructionSet = try compute.instructionSet()
    let progress = gate.narration.display("golden", unit: "pairs")
    defer { progress.finish() }
    return try await golden.run { progress.update($0, of: $1, detail: $2) }
  }
}

/// The videos with known figures.
struct GateVideoArguments: ParsableArguments {
  /// What may be missing.
  enum Requirement: String, ExpressibleByArgument, CaseIterable {
    /// What is not here is skipped.
    case present
    /// What is not here is a failure.
    case all
  }

  @Option(
    help: ArgumentHelp(
      "The folder of Netflix's raw test videos; pairs that it lacks are skipped.",
      valueName: "folder"))
  var goldenDir: String?

  @Option(help: "What has to be here: all videos, or only those that are present are checked.")
  var require = Requirement.present
}
