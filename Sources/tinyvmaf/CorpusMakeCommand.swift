public import ArgumentParser
public import Corpus
import VideoIO

/// `tinyvmaf corpus make`: from videos, or from procedural scenes, to a corpus.
struct CorpusMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Build a corpus from videos, or from procedural scenes without FFmpeg.",
    discussion: """
      Each video becomes a raw reference, is encoded at the rungs of a ladder, decoded, scaled \
      back to the reference's size and stored raw. What is there already is left alone.

      EXAMPLES:
        tinyvmaf corpus make --data-root corpus clip1.mkv clip2.mp4
        tinyvmaf corpus make --data-root corpus *.mkv --recipe x265 --rungs 5
        tinyvmaf corpus make --data-root corpus --scenes 8
      """,
    helpNames: .long)

  @Argument(help: "Videos to make references from.")
  var videos: [String] = []

  @OptionGroup var corpus: CorpusArguments

  @Option(help: ArgumentHelp("Procedural scenes to add.", valueName: "count"))
  var scenes = 0

  @Option(
    help: ArgumentHelp(
      "Size of the scenes.",
      valueName: "WxH"))
  var sceneSize = "320x180"

  @Option(help: "Seed of the scenes.")
  var seed: UInt64 = 1

  @Option(
    parsing: .upToNextOption,
    help: "Encoders; several make several versions of each rung.")
  var recipe: [EncodeRecipe] = [.x264]

  @Option(
    help: ArgumentHelp(
      "Ladder as JSON, [{\"height\": 288, \"kbps\": 375}, …] or crf for kbps.", valueName: "file"))
  var ladder: String?

  @Option(
    help: ArgumentHelp(
      "The most rungs of the ladder, or distortions of scenes.", valueName: "count"))
  var rungs: Int?

  @Option(help: "What scales encodes to the reference's size.")
  var scaler: Scaler = .bicubic

  @Option(
    help: ArgumentHelp("Store raw frames, or the encodes themselves."))
  var keep: Keep = .raw

  @Option(
    help: ArgumentHelp(
      "The most frames to take of a video; the length of a scene.", valueName: "count"))
  var frames: Int?

  @Option(
    help: ArgumentHelp("Frame rate of raw input, such as 25 or 30000/1001.", valueName: "rate"))
  var frameRate: String?

  @Option(help: ArgumentHelp("Files made at a time.", valueName: "count"))
  var jobs = 1

  @Flag(help: "Only show what would be made.")
  var dryRun = false

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  /// What is kept of an encode.
  enum Keep: String, ExpressibleByArgument, CaseIterable {
    case raw, encoded
  }

  func validate() throws {
    try require([("--scenes", scenes)], atLeast: 0)
    try require([("--rungs", rungs), ("--frames", frames), ("--jobs", jobs)], atLeast: 1)
  }

  mutating func run() async throws {
    let maker = try CorpusMaker(root: corpus.root(), inputs: inputs(), options: options())
    let plan = try maker.plan()
    if !narration.quiet {
      for note in plan.notes { Terminal.noteLine("note: \(note)") }
      Terminal.noteLine(plan.summary)
    }
    if dryRun {
      for output in plan.remaining { Terminal.out("\(output.relativePath)\n") }
      return
    }
    let display = narration.display("making", unit: "files")
    let report = try await maker.run(plan) { progress in
      display.update(progress.done, of: progress.total, detail: progress.relativePath)
    }
    display.finish()
    for failure in report.failures { Terminal.noteLine("\(failure.path): \(failure.reason)") }
    if !narration.quiet {
      Terminal.noteLine(
        "\(report.made.count) made, \(report.found) there already, "
          + "\(report.failures.count) failed")
    }
    if !report.failures.isEmpty { throw Failure.somePairsFailed }
  }

  private func inputs() throws -> [MakeInput] {
    let format = try corpus.raw.format()
    let rate = try frameRate.map { text in
      guard let rate = FrameRate(text: text) else {
        throw ValidationError("--frame-rate must be a number or a fraction, not \(text).")
      }
      return rate
    }
    let size = sceneSize.split(separator: "x").compactMap { Int($0) }
    guard size.count == 2, size.allSatisfy({ (33...8192).contains($0) }) else {
      throw ValidationError("--scene-size must be like 320x180, not \(sceneSize).")
    }
    guard videos.count + scenes > 0 else {
      throw ValidationError("Give at least one video, or --scenes.")
    }
    for path in videos { try Failure.requireFile(path) }
    return videos.map { MakeInput.video(path: $0, rawFormat: format, frameRate: rate) }
      + SyntheticScene.standard(
        scenes, width: size[0], height: size[1], frameCount: frames ?? 16, seed: seed
      ).map(MakeInput.scene)
  }

  private func options() throws -> CorpusMaker.Options {
    var options = CorpusMaker.Options()
    options.ladder = try ladder.map { try Ladder.read($0) }
    options.maximalRungs = rungs
    if let rungs { options.distortions = Array(SyntheticDistortion.standard.prefix(rungs)) }
    options.recipes = recipe
    options.scaler = scaler
    options.keepsEncoded = keep == .encoded
    options.maximalFrames = frames
    options.jobs = jobs
    return options
  }
}

extension EncodeRecipe: ExpressibleByArgument {}
extension Scaler: ExpressibleByArgument {}
