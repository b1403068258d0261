import ArgumentParser
import DurableFiles
import Evaluation
import Reports

/// `tinyvmaf report`: a page from results that were saved.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "A report from saved scores or evaluations.",
    usage: "tinyvmaf report <files> ... [<options>]",
    discussion: """
      Takes what score --json, libvmaf's vmaf --json or FFmpeg's libvmaf filter wrote (several \
      files are several versions of one video), or what evaluate --json and train --folds … --json \
      wrote. Pictures of frames need the videos: use score --report for them.

      EXAMPLES:
        tinyvmaf report scores.json --report report.html
        tinyvmaf report low.json mid.json high.json --rates 500,1200,3000 \\
          --report ladder.html
        tinyvmaf report evaluation.json --report students.html --svg charts
        tinyvmaf report evaluation.json --log training.jsonl --report students.html
      """,
    helpNames: .long)

  @Argument(help: "Saved results as JSON, all of one kind.")
  var files: [String]

  @OptionGroup(title: "Results") var output: ReportArguments

  @OptionGroup(title: "Scores") var ladder: LadderArguments

  @Option(help: ArgumentHelp("Frames per second, for times.", valueName: "rate"))
  var fps: Double?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A column of scores, the main one first (default: those that begin with vmaf).",
      valueName: "column"))
  var score: [String] = []

  @Option(help: "The heading.")
  var title: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "What train --log wrote, for curves of the error; may be repeated.", valueName: "file"))
  var log: [String] = []

  func validate() throws {
    if let fps, !(fps > 0 && fps.isFinite) {
      throw ValidationError("--fps must be positive, not \(fps).")
    }
    guard output.isWanted else {
      throw ValidationError("Say what to write: --report, --svg, --vega or --tables.")
    }
  }

  mutating func run() throws {
    try output.check()
    let contents = try files.map { try (path: $0, bytes: Self.read($0)) }
    let evaluations = contents.map { try? EvaluationReport(json: $0.bytes) }
    if evaluations.allSatisfy({ $0 != nil }) {
      var page = EvaluationPage(evaluations.compactMap { $0.map { .init(report: $0) } })
      page.losses = try log.map { try LossLog.read($0) }
      try output.write(page)
    } else if evaluations.allSatisfy({ $0 == nil }) {
      try output.write(try scorePage(contents))
    } else {
      throw ValidationError("Give either scores or evaluations, not both.")
    }
  }

  private func scorePage(_ contents: [(path: String, bytes: [UInt8])]) throws -> ScorePage {
    let rates = try ladder.rates(for: contents.count)
    let encoders = try ladder.encoders(for: contents.count)
    var models: [String]?
    var versions: [Fact] = []
    var encodes: [ScorePage.Encode] = []
    for (index, content) in contents.enumerated() {
      let saved: SavedScores
      do throws(SavedScoresError) {
        saved = try SavedScores(json: content.bytes, scores: score)
      } catch {
        throw Failure.Message(text: "\(content.path): \(error)", code: Failure.badData)
      }
      models = models.map { $0.filter(saved.scores.contains) } ?? saved.scores
      if let version = saved.version, !versions.contains(where: { $0.value == version }) {
        versions.append(Fact("scored by", version))
      }
      let name = content.path.split(separator: "/").last.map(String.init) ?? content.path
      encodes.append(
        ScorePage.Encode(
          video: .init(path: content.path), table: saved.table,
          rate: rates?[index] ?? EncoderNames.rate(in: name), encoder: encoders?[index]))
    }
    var page = ScorePage(
      models: (models ?? []).map { ScorePage.Model(name: $0, source: $0) }, encodes: encodes)
    page.title = title
    page.frameRate = fps
    page.provenance = [Fact("tinyvmaf", Tinyvmaf.version)] + versions
    return page
  }

  private static func read(_ path: String) throws -> [UInt8] {
    try Failure.requireFile(path)
    return try FileContents.read(path, limit: 1 << 30)
  }
}
