public import ArgumentParser
public import FeatureStore
import Features

/// `tinyvmaf store`: look into, check, tidy, export and fill a feature store.
struct StoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "List, verify, tidy, export and fill a feature store.",
    subcommands: [List.self, Verify.self, Collect.self, Export.self, Import.self])

  /// The store that a subcommand works on.
  struct Target: ParsableArguments {
    @Option(help: ArgumentHelp("The store.", valueName: "folder"))
    var store: String

    func open() throws -> Store { try Store(at: store) }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List what is stored: a line per pair or table.")

    @OptionGroup var target: Target

    mutating func run() throws {
      let entries = try target.open().entries()
      for entry in entries {
        let teachers = entry.key.teachers.map(\.name).joined(separator: ",")
        Terminal.out(
          "\(entry.key.identity)  \(entry.rows) rows  \(entry.columns.count) columns"
            + (teachers.isEmpty ? "" : "  \(teachers)") + "  \(entry.key.digest.prefix(12))\n")
      }
      let rows = entries.reduce(0) { $0 + $1.rows }
      Terminal.noteLine("\(entries.count) files, \(rows) rows")
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check hashes, counts and values; exit code 65 when something is wrong.",
      discussion: "A manifest that lags behind the files is no damage: it is derived from them.")

    @OptionGroup var target: Target

    mutating func run() throws {
      let result = try target.open().verify()
      for problem in result.problems { Terminal.out("\(problem.path): \(problem.reason)\n") }
      if !result.manifestIsCurrent {
        Terminal.noteLine("note: the manifest is not current; tinyvmaf store gc makes it anew")
      }
      let isSound = result.problems.isEmpty
      Terminal.out(
        "\(result.files) files, \(result.rows) rows: \(isSound ? "sound" : "not sound")\n")
      if !isSound { throw Failure.badData }
    }
  }

  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "gc",
      abstract: "Remove leftovers of killed processes, and on request damaged or outdated files.")

    @OptionGroup var target: Target

    @Flag(help: "Also remove files that cannot be read.")
    var damaged = false

    @Flag(help: "Also remove pairs of other feature versions.")
    var outdated = false

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    mutating func run() throws {
      let policy = GarbagePolicy(
        currentFeatureVersion: outdated ? FeatureExtraction.version : nil,
        removesDamaged: damaged, isDryRun: dryRun)
      let report = try target.open().collectGarbage(policy)
      for removal in report.removals { Terminal.out("\(removal.path): \(removal.reason)\n") }
      Terminal.noteLine(
        "\(report.removals.count) files, \(report.bytes) bytes"
          + (dryRun ? " would be removed" : " removed"))
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write the rows as one CSV, JSON lines, Parquet or NumPy file.",
      usage: "tinyvmaf store export --store <folder> <output> [<options>]",
      discussion: """
        EXAMPLES:
          tinyvmaf store export --store features --format parquet rows.parquet
          tinyvmaf store export --store features --format csv rows.csv
        """)

    @OptionGroup var target: Target

    @Argument(help: "The file to write.")
    var output: String

    @Option(help: "The format of the file.")
    var format: ExportFormat = .parquet

    @Option(parsing: .singleValue, help: "Only this source; may be repeated.")
    var source: [String] = []

    @Option(parsing: .singleValue, help: "Only pairs with this teacher; may be repeated.")
    var teacher: [String] = []

    @Option(parsing: .singleValue, help: "This imported table; may be repeated.")
    var table: [String] = []

    mutating func run() throws {
      let selection = StoreSelection(
        sources: source.isEmpty ? nil : Set(source),
        importedTables: table.isEmpty ? nil : Set(table),
        teachers: teacher.isEmpty ? nil : Set(teacher))
      let rows = try target.open().export(selection, as: format, to: output)
      Terminal.noteLine("\(rows) rows written to \(output)")
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Take in an external table: features and human scores, per frame or per clip.",
      usage: "tinyvmaf store import --store <folder> --name <name> <input> [<options>]",
      discussion: """
        EXAMPLES:
          tinyvmaf store import --store features --name nflx --source-column source \\
            --pair-column filename --score dmos table.csv
        """)

    @OptionGroup var target: Target

    @Argument(help: "A CSV file, or an uncompressed Parquet file.")
    var input: String

    @Option(help: "The name of the table in the store.")
    var name: String

    @Option(help: "Column that names the content; splits are made by it.")
    var sourceColumn = "source"

    @Option(help: "Column that names the clip.")
    var pairColumn = "pair"

    @Option(help: "Column of frame numbers, for tables with a row per frame.")
    var frameColumn: String?

    @Option(
      parsing: .singleValue,
      help: ArgumentHelp(
        "Feature column, with its name in the store; the canonical six when left out.",
        valueName: "column[=name]"))
    var feature: [String] = []

    @Option(
      parsing: .singleValue,
      help: ArgumentHelp("Score column; may be repeated.", valueName: "column[=name]"))
    var score: [String] = []

    @Option(
      parsing: .singleValue,
      help: ArgumentHelp("Only rows where the column has this text.", valueName: "column=text"))
    var `where`: [String] = []

    @Option(
      help: ArgumentHelp(
        """
        Table of two columns, name and source, when the source column holds other names; with \
        --source-names-columns.
        """, valueName: "file"))
    var sourceNames: String?

    @Option(
      help: ArgumentHelp("The two columns of --source-names.", valueName: "name=source"))
    var sourceNamesColumns = "name=source"

    @Flag(help: "Leave out rows with a missing value instead of refusing them.")
    var skipIncomplete = false

    mutating func run() throws {
      var mapping = ImportMapping(
        name: name, sourceColumn: sourceColumn, pairColumn: pairColumn, frameColumn: frameColumn,
        features: try feature.map(value), scores: try score.map(value),
        skipsIncomplete: skipIncomplete)
      if let sourceNames {
        let columns = try value(sourceNamesColumns)
        mapping.sourceNames = try ImportMapping.sourceNames(
          fromTableAt: sourceNames, from: columns.column, to: columns.name.rawValue)
      }
      for condition in `where` {
        let value = try value(condition)
        mapping.conditions[value.column] = value.name.rawValue
      }
      let store = try Store(creatingAt: target.store)
      let report = try store.importTable(
        at: input, mapping: mapping, toolVersion: Tinyvmaf.version)
      try store.finalizeManifest()
      Terminal.noteLine(
        "\(report.rows) rows stored, \(report.filtered) filtered, \(report.incomplete) incomplete")
    }

    private func value(_ text: String) throws -> ImportMapping.Value {
      guard let value = ImportMapping.Value(text) else {
        throw ValidationError("\"\(text)\" is not of the form column=name.")
      }
      return value
    }
  }
}

extension ExportFormat: ExpressibleByArgument {}
