import ArgumentParser

/// The tool; every subcommand has a file of its own.
struct Tinyvmaf: AsyncParsableCommand {
  /// The version of the tool and of everything that it writes.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "tinyvmaf",
    abstract: "Exact VMAF, and tiny neural students of it.",
    discussion: """
      tinyvmaf score reference.mp4 encode.mkv
      tinyvmaf score ref.yuv dis.yuv -w 1920 -h 1080 -p 420 -b 8 --json

      Exit codes: 0 success, 1 failure, 2 a gate failed, 4 some pairs failed, 64 wrong usage, \
      65 bad input data, 66 missing input.
      """,
    version: version,
    subcommands: [
      ScoreCommand.self, AlignCommand.self, CorpusCommand.self, ExtractCommand.self,
      StoreCommand.self, TrainCommand.self, EvaluateCommand.self, SweepCommand.self,
      PoolingCommand.self, ReportCommand.self, ExportCommand.self, ModelsCommand.self,
      DemoCommand.self, BenchCommand.self, GateCommand.self, MCPCommand.self,
    ])
}

@main
enum Main {
  static func main() async {
    let work = Task {
      try CommandSuggestion.check(Array(CommandLine.arguments.dropFirst()))
      var command = try Tinyvmaf.parseAsRoot()
      guard var asynchronous = command as? any AsyncParsableCommand else {
        return try command.run()
      }
      Interruption.allowCancellation()
      try await asynchronous.run()
    }
    Interruption.watch { work.cancel() }
    do {
      try await work.value
    } catch {
      Failure.exit(error)
    }
  }
}
