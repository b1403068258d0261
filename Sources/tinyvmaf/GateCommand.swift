import ArgumentParser

/// `tinyvmaf gate`: contracts that fail a build.
struct GateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Check the contracts of this build: golden figures, and parity of all backends.",
    discussion: """
      Every gate prints tables, writes JSON and Markdown on request, and ends with exit code 2 when \
      a contract is broken.

      EXAMPLES:
        tinyvmaf gate golden --golden-dir vmaf_resource/python/test/resource/yuv
        tinyvmaf gate parity --short
        tinyvmaf gate all --output gates.md
      """,
    subcommands: [GateGoldenCommand.self, GateParityCommand.self, GateAllCommand.self],
    helpNames: .long)
}

/// What the gates have in common.
struct GateArguments: ParsableArguments {
  @Flag(help: "Only what is quick: a few seconds.")
  var short = false

  @Option(
    help: ArgumentHelp(
      "Budgets of what is not exact, instead of the built-in ones.", valueName: "file"))
  var budgets: String?

  @OptionGroup var narration: NarrationArguments
}
