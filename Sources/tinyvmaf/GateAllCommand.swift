import ArgumentParser
import DurableFiles
import Evaluation
import Processor

/// `tinyvmaf gate all`: both gates and one page about them.
struct GateAllCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "Both gates, and one Markdown page with everything that they measured.",
    usage: "tinyvmaf gate all [<options>]",
    discussion: """
      EXAMPLES:
        tinyvmaf gate all --output gates.md
      """,
    helpNames: .long)

  @Option(name: .shortAndLong, help: ArgumentHelp("Write the page here.", valueName: "file"))
  var output: String?

  @OptionGroup var gate: GateArguments
  @OptionGroup(title: "Videos") var videos: GateVideoArguments
  @OptionGroup(title: "Lanes") var lanes: GateLaneArguments
  @OptionGroup(title: "Machine") var compute: ComputeArguments

  mutating func run() async throws {
    if let output { try AtomicFile.checkDestination(output) }
    let golden = try await GateGoldenCommand.report(gate, videos, compute)
    let parity = try await GateParityCommand.report(gate, lanes)
    if let output { try AtomicFile.write(page(golden, parity), to: output) }
    // Both are shown, whatever the first one finds.
    let first = Result { try GateOutputArguments.show(golden, golden.tables()) }
    Terminal.out("\n")
    try GateOutputArguments.show(parity, [parity.summaryTable()])
    try first.get()
  }

  private func page(_ golden: GoldenReport, _ parity: ParityReport) -> String {
    let sets = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
    var text = "# Gates\n\n"
    text += "Written by `make gates`, on a processor with \(sets). What the gates promise and how "
    text += "they measure is in [ADR 0009](adr/0009-gates.md); planted defects that have to turn "
    text += "them red are in [mutations.md](mutations.md).\n\n"
    return text + golden.markdown() + "\n" + parity.markdown()
  }
}
