import ArgumentParser
import DurableFiles
import FeatureStore
import Scoring

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf sweep`: many models of human scores, cell by cell, and their tables.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Regimes x architectures x seeds on human scores, and the tables of all.",
    discussion: """
      Cells are independent: each writes one file, in any order and on any machine, and the tables \
      come out the same, byte for byte.

      EXAMPLES:
        tinyvmaf sweep run --grid recipes/human/sweep.json --output runs/human
        tinyvmaf sweep plan --grid recipes/human/sweep.json
        tinyvmaf sweep run --grid recipes/human/sweep.json --output runs/human --cell 17
        tinyvmaf sweep gather --grid recipes/human/sweep.json --output runs/human
      """,
    subcommands: [SweepPlanCommand.self, SweepRunCommand.self, SweepGatherCommand.self],
    helpNames: .long)
}

/// `tinyvmaf sweep plan`: the cells, one per line.
struct SweepPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print the cells as JSON lines: index, name and what is trained.",
    helpNames: .long)

  @Option(help: ArgumentHelp("What to try, a JSON file.", valueName: "file"))
  var grid: String

  func run() throws {
    try Failure.requireFile(grid)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for cell in try HumanGrid(contentsOf: grid).cells {
      struct Line: Encodable {
        let index: Int
        let name: String
        let target: String
        let regime: String
        let architecture: String
        let seed: UInt64
      }
      let line = Line(
        index: cell.index, name: cell.name, target: cell.target, regime: cell.regime,
        architecture: cell.architecture, seed: cell.seed)
      Terminal.out(String(decoding: try encoder.encode(line), as: UTF8.self) + "\n")
    }
  }
}

/// `tinyvmaf sweep run`: train cells that are not done yet.
struct SweepRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract:
      "Train all cells, one cell, or a shard of them; then write the tables if all are done.",
    discussion: """
      Cells whose file is there and belongs to the grid and its data are left out, so a run that \
      was stopped is continued by running it again.
      """,
    helpNames: .long)

  @Option(help: ArgumentHelp("What to try, a JSON file.", valueName: "file"))
  var grid: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Where results go.", valueName: "folder"))
  var output: String

  @Option(help: ArgumentHelp("Only this cell, from 0; no tables are written.", valueName: "index"))
  var cell: Int?

  @Option(
    help: ArgumentHelp(
      "Only cells i, i + n, i + 2n, ...; no tables are written.", valueName: "i/n"))
  var shard: String?

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  mutating func run() async throws {
    guard cell == nil || shard == nil else {
      throw ValidationError("Give --cell or --shard, not both.")
    }
    try Failure.requireFile(grid)
    for folder in ["cells", "parents"] {
      try FileManager.default.createDirectory(
        atPath: "\(output)/\(folder)", withIntermediateDirectories: true)
    }
    let sweep = try HumanSweep(gridAt: grid, output: output, on: compute.instructionSet())
    let chosen = try chosenCells(sweep.grid)
    let waiting = chosen.filter { !sweep.isDone($0) }
    let display = narration.display("sweep", unit: "cells")
    try await withThrowingTaskGroup(of: Void.self) { group in
      var next = 0
      var done = chosen.count - waiting.count
      func add() {
        let cell = waiting[next]
        next += 1
        group.addTask { try await sweep.run(cell) }
      }
      while next < min(try compute.threadCount(), waiting.count) { add() }
      while try await group.next() != nil {
        done += 1
        display.update(done, of: chosen.count)
        if next < waiting.count { add() }
      }
    }
    display.finish()
    guard cell == nil, shard == nil else { return }
    try SweepGatherCommand.write(sweep, quiet: narration.quiet)
  }

  private func chosenCells(_ grid: HumanGrid) throws -> [HumanGrid.Cell] {
    let cells = grid.cells
    if let cell {
      guard cells.indices.contains(cell) else {
        throw HumanDataError.unknownCell("\(cell)", count: cells.count)
      }
      return [cells[cell]]
    }
    guard let shard else { return cells }
    let part = try Shard(shard)
    return cells.filter { $0.index % part.count == part.index }
  }
}

/// `tinyvmaf sweep gather`: the tables of all cells.
struct SweepGatherCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather",
    abstract: "Write sweep.json and sweep.md from the files of all cells.", helpNames: .long)

  @Option(help: ArgumentHelp("What was tried, a JSON file.", valueName: "file"))
  var grid: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Where the results are.", valueName: "folder"))
  var output: String

  @Flag(name: .shortAndLong, help: "No tables on standard output.")
  var quiet = false

  func run() throws {
    try Failure.requireFile(grid)
    try Self.write(HumanSweep(gridAt: grid, output: output), quiet: quiet)
  }

  /// Computes the tables, writes them beside the cells and shows them.
  static func write(_ sweep: HumanSweep, quiet: Bool) throws {
    let report = try sweep.gather()
    try AtomicFile.write(report.json(), to: "\(sweep.output)/sweep.json")
    try AtomicFile.write(report.markdown(), to: "\(sweep.output)/sweep.md")
    if !quiet { HumanTables.write(report) }
  }
}

/// Reports of human-score models on a terminal.
enum HumanTables {
  /// Writes all tables to standard output.
  static func write(_ report: HumanReport) {
    for section in report.sections {
      Terminal.out(
        "\(section.clips) clips of \(section.data) in \(section.folds) folds against "
          + "\(section.target)\n\(section.ceilingLine)\n")
      for table in section.tables() { Terminal.out("\n" + Figures.text(table)) }
      Terminal.out("\n")
    }
  }
}
