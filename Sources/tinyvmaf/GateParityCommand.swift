import ArgumentParser
import DurableFiles
import Evaluation
import Scoring

/// `tinyvmaf gate parity`: every backend against the scalar reference.
struct GateParityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Every instruction set, thread count, ladder and runtime against the reference.",
    usage: "tinyvmaf gate parity [<options>]",
    discussion: """
      The reference is plain scalar code on one thread. Distances are counted in representable \
      numbers (units in the last place). Lanes have to be equal bit for bit; those that cannot be \
      have a budget that is only ever lowered. Exit code 2 when a contract is broken.

      EXAMPLES:
        tinyvmaf gate parity
        tinyvmaf gate parity --short --json parity.json
        tinyvmaf gate parity --peer /usr/bin/vmaf
        tinyvmaf gate parity --budgets parity.json --update-budgets parity.json
      """,
    helpNames: .long)

  @OptionGroup var gate: GateArguments
  @OptionGroup(title: "Lanes") var lanes: GateLaneArguments

  @Option(
    help: ArgumentHelp(
      "Write the budgets here, lowered to what was measured; none is ever raised.",
      valueName: "file"))
  var updateBudgets: String?

  @OptionGroup(title: "Results") var output: GateOutputArguments

  mutating func run() async throws {
    try output.check()
    if let updateBudgets { try AtomicFile.checkDestination(updateBudgets) }
    let report = try await Self.report(gate, lanes)
    if let updateBudgets {
      try AtomicFile.write(try gate.loadBudgets().lowered(to: report).json(), to: updateBudgets)
    }
    try output.finish(report, showing: [report.summaryTable()])
  }

  /// Runs the parity gate.
  static func report(
    _ gate: GateArguments, _ lanes: GateLaneArguments
  ) async throws -> ParityReport {
    var parity = try ParityGate(budgets: gate.loadBudgets())
    parity.isShort = gate.short
    parity.threads = Terminal.coreCount
    parity.peer = try lanes.openPeer()
    let progress = gate.narration.stages()
    defer { progress.finish() }
    return try await parity.run { progress.update($0.rawValue, $1, $2) }
  }
}

/// What the parity gate compares beyond what is always here.
struct GateLaneArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also compare with this program: libvmaf's vmaf, or an ffmpeg with its filter.",
      valueName: "path"))
  var peer: String?

  /// The peer, after a look at whether it can do the work.
  func openPeer() throws -> (any ParityPeer)? {
    guard let peer else { return nil }
    try Failure.requireFile(peer)
    return GatePeer(path: peer)
  }
}
