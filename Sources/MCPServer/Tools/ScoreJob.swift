import Features
import Reports
import Scoring
import VMAFModel
import VideoIO

/// The arguments that scoring tools share, turned into a request, and the run of it.
struct ScoreJob: Sendable {
  let request: ScoreRequest
  let workspace: Workspace
  private let asksForFrames: Bool

  /// The names of arguments that other servers use.
  static let aliases = [
    (name: "ref", of: "reference"), (name: "dis", of: "distorted"),
    (name: "pixfmt", of: "pixel_format"), (name: "bitdepth", of: "bit_depth"),
    (name: "models", of: "model"),
  ]

  /// The reference and how much of it is scored.
  static func properties(ladder: Int) -> [Schema.Property] {
    [
      .required(
        "reference",
        .string("Path of the reference video: any common container, .y4m, or raw .yuv.")),
      .required(
        "distorted",
        ladder > 1
          ? .strings(
            1...ladder,
            "Path of the distorted video, or a list of them, all compared with the reference.")
          : .string("Path of the distorted video.")),
      .optional(
        "model",
        .strings(
          1...8,
          "A model or a list of them: vmaf_v0.6.1 (default), vmaf_v0.6.1neg (does not reward "
            + "sharpening), vmaf_4k_v0.6.1, phone, a student such as tiny, or a model file; see "
            + "list_models.", default: "vmaf_v0.6.1")),
      .optional(
        "scale",
        .choice(
          VideoScale.Filter.allCases.map(\.rawValue),
          "Scale distorted videos of another size to the reference's with this filter.")),
      .optional(
        "first_frame", .integer(0...Int.max, "Frames to leave out at the start.", default: 0)),
      .optional("frames", .integer(1...Int.max, "The most frames to read; all if left out.")),
      .optional(
        "subsample",
        .integer(1...Int.max, "Score only every Nth frame: faster, less exact.", default: 1)),
    ] + Schema.Property.rawVideo + [Schema.Property.backend]
  }

  /// Checks the arguments and resolves paths.
  init(_ arguments: ToolArguments, in workspace: Workspace) throws {
    let folders = workspace.folders
    let reference = try folders.resolve(try arguments.required("reference"))
    let distorted = try arguments.strings("distorted").map { try folders.resolve($0) }
    var request = ScoreRequest(
      reference: reference, distorted: distorted,
      models: try ModelCatalog.selections(arguments.strings("model"), in: folders))
    let options = try workspace.inputOptions(arguments)
    request.referenceOptions = options
    request.distortedOptions = options
    request.scaleFilter = arguments.string("scale").flatMap(VideoScale.Filter.init)
    request.threads = workspace.limits.threads
    request.subsample = arguments.integer("subsample") ?? 1
    let first = arguments.integer("first_frame") ?? 0
    request.skippedReferenceFrames = first
    request.skippedDistortedFrames = first
    let limit = workspace.limits.frames
    request.frameLimit = min(arguments.integer("frames") ?? limit, limit)
    request.instructionSet = try Workspace.instructionSet(arguments.string("backend") ?? "auto")
    asksForFrames = arguments.integer("frames").map { $0 <= limit } ?? false
    self.request = request
    self.workspace = workspace
  }

  /// Scores.
  ///
  /// - Throws: ``ToolFailure`` with a sentence for a model, or `CancellationError`.
  func run(_ progress: ProgressReporter) async throws -> ScoreRun {
    try await workspace.work {
      do {
        let scorer = try Scorer(checked(request))
        try check(scorer)
        let total = scorer.expectedFrameCount.map { Double($0) }
        let run = try await scorer.run { done in
          progress.report(Double(done), of: total, "frame \(done)")
        }
        try checkCount(run.results.first?.frameCount)
        return run
      } catch let error as CancellationError {
        throw error
      } catch {
        throw ToolFailure(spokenForTools("\(error)"))
      }
    }
  }

  /// The request, with one more frame than the limit where the client did not say how many it
  /// wants, so that a longer video is noticed.
  private func checked(_ request: ScoreRequest) -> ScoreRequest {
    guard !asksForFrames else { return request }
    var request = request
    request.frameLimit = (request.frameLimit ?? 0) + 1
    return request
  }

  private func check(_ scorer: Scorer) throws {
    let limits = workspace.limits
    let format = scorer.reference.source.format
    guard format.width * format.height <= limits.pixels else {
      throw ToolFailure(
        "The frames are \(format.width)x\(format.height), more than this server takes; scale "
          + "them down first.")
    }
    try checkCount(scorer.expectedFrameCount)
  }

  private func checkCount(_ count: Int?) throws {
    let limit = workspace.limits.frames
    guard let count, count > limit else { return }
    throw ToolFailure(
      "There are more than \(limit) frames, the server's limit; give \"frames\" to score a part, or "
        + "start the server with a larger --max-frames.")
  }
}

extension ScoreRun {
  /// The values of one distorted video in the form of libvmaf.
  func report(of result: ScoreResult, version: String) -> ScoreReport {
    var report = ScoreReport(
      version: version, framesPerSecond: .nan, width: format.width, height: format.height,
      table: result.table,
      aggregates: result.aggregates.map { .init(name: $0.name, value: $0.value) })
    report.predictions = scores(of: result).filter { $0.model.kind != .teacher }.map { figures in
      ScoreReport.Prediction(
        name: FeatureName(figures.score.model), score: figures.score.clipScore,
        outOfDomainFrames: figures.score.outOfDomainFrames,
        interval: figures.score.interval.map {
          .init(level: $0.level, low: $0.low, high: $0.high, unit: $0.unit, method: $0.method)
        })
    }
    report.precision = .max
    return report
  }
}
