import ArgumentParser
import Corpus
import FeatureStore
import Features
import Reports
import Scoring
import VMAFModel
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf extract`: features and teacher scores of every pair into a store.
struct ExtractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Features and teacher scores of every pair of a corpus, into a store.",
    discussion: """
      Run it again to continue: what the store holds is left alone. Several processes and machines \
      may fill one store, each with a --shard.

      EXAMPLES:
        tinyvmaf extract --data-root corpus --store features
        tinyvmaf extract --pairs pairs.jsonl --store features --shard 0/8
        tinyvmaf extract --data-root corpus --store features --teacher vmaf_v0.6.1 \\
          --teacher vmaf_v0.6.1neg
        tinyvmaf extract --pairs pairs.jsonl --store features --dry-run
        tinyvmaf extract --data-root corpus --store features --report corpus.html
      """,
    helpNames: .long)

  @OptionGroup var corpus: CorpusArguments

  @Option(
    help: ArgumentHelp(
      "Pairs as CSV or JSON lines instead of a corpus: reference, distorted, source…",
      valueName: "file"))
  var pairs: String?

  @Option(help: ArgumentHelp("The store; made when it is not there.", valueName: "folder"))
  var store: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Model whose scores are stored; may be repeated (default: vmaf_v0.6.1).",
      valueName: "model"))
  var teacher: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Another feature; may be repeated.", valueName: "feature"))
  var feature: [String] = []

  @Option(
    help: ArgumentHelp("Scale videos of another size to the reference's.", valueName: "filter"))
  var scale: VideoScale.Filter?

  @Option(help: ArgumentHelp("Work on part i of n only, i from 0.", valueName: "i/n"))
  var shard: String?

  @Option(help: ArgumentHelp("References worked on at a time.", valueName: "count"))
  var jobs = 1

  @Option(help: ArgumentHelp("How often a failed pair is tried again.", valueName: "count"))
  var retries = 0

  @Option(help: ArgumentHelp("The time one attempt may take.", valueName: "seconds"))
  var timeout: Double?

  @OptionGroup(title: "Report") var report: ReportArguments

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @Flag(
    help: """
      Compute nothing; write a JSON line per pair: source, pair, the key it is stored under, and \
      whether the store holds it.
      """)
  var dryRun = false

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  func validate() throws {
    try require([("--jobs", jobs)], atLeast: 1)
    try require([("--retries", retries)], atLeast: 0)
    if let timeout, !(timeout > 0) {
      throw ValidationError("--timeout must be positive, not \(timeout).")
    }
  }

  mutating func run() async throws {
    let options = try options()
    try report.check()
    let all: [VideoPair]
    if let pairs {
      try Failure.requireFile(pairs)
      all = try PairsFile.read(pairs, rawFormat: try corpus.raw.format())
    } else {
      let scan = try corpus.scan()
      for issue in scan.issues where !narration.quiet {
        Terminal.noteLine("\(issue.severity): \(issue)")
      }
      all = scan.usablePairs
    }
    guard !all.isEmpty else {
      throw Failure.Message(
        text: "there is no usable pair; tinyvmaf corpus check names the reasons.",
        code: Failure.badData)
    }
    let target = try Store(creatingAt: store)
    let extraction = try CorpusExtraction(
      pairs: all, store: target, options: options, toolVersion: Tinyvmaf.version)
    if dryRun { return try extraction.plan { Terminal.out(try PlanLine($0).json + "\n") } }
    let display = narration.display("extracting", unit: "frames")
    let summary = try await extraction.run { progress in
      display.update(
        progress.frames, of: nil, detail: "\(progress.pairs) of \(progress.totalPairs) pairs")
    }
    display.finish()
    for failure in summary.failures {
      Terminal.noteLine("\(failure.source)/\(failure.pair): \(failure.message)")
    }
    if !narration.quiet {
      Terminal.noteLine(
        "\(summary.computed) pairs computed (\(summary.frames) frames), \(summary.reused) there "
          + "already, \(summary.failures.count) failed")
    }
    if report.isWanted {
      var page = try await CorpusReportPage(pairs: all, store: target).page(
        score: extraction.scoreNames.first ?? "vmaf_v0.6.1")
      page.findings = summary.failures.map { "warning: \($0.source)/\($0.pair): \($0.message)" }
      try report.write(page)
    }
    if !summary.failures.isEmpty { throw Failure.somePairsFailed }
  }

  private func options() throws -> CorpusExtraction.Options {
    var options = CorpusExtraction.Options()
    if !teacher.isEmpty { options.teachers = try teacher.map { try ModelSpecification($0) } }
    var warnings: [String] = []
    options.features = try feature.map {
      try FeatureExtractor(specification: $0, warnings: &warnings)
    }
    for warning in warnings where !narration.quiet { Terminal.noteLine("warning: \(warning)") }
    options.scaleFilter = scale
    if let shard { options.shard = try Shard(shard) }
    options.jobs = max(jobs, 1)
    options.retries = max(retries, 0)
    options.timeout = timeout
    options.threads = try compute.threadCount()
    options.instructionSet = try compute.instructionSet()
    return options
  }
}

/// A line of `--dry-run`.
private struct PlanLine: Encodable {
  let source: String
  let pair: String
  let key: String?
  let stored: Bool
  let error: String?

  init(_ plan: CorpusExtraction.Plan) {
    source = plan.pair.source
    pair = plan.pair.id
    stored = plan.isStored
    switch plan.key {
    case .success(let key): (self.key, error) = (key.digest, nil)
    case .failure(let failure): (key, error) = (nil, "\(failure)")
    }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
