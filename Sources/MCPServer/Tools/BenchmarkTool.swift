import Features
import GoldenClips
import Processor
import VMAFModel
import VideoIO

/// `run_benchmark`: how fast this machine scores.
struct BenchmarkTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "run_benchmark", title: "Benchmark",
    description: """
      Measures how many frames per second this machine scores with vmaf_v0.6.1, for each of its \
      kernels on one thread and for the best ones on all threads of the server. The frames are \
      synthetic and in memory, so nothing is decoded; other work on the machine slows it down.
      """,
    example: ["width": 1920, "height": 1080, "frames": 24],
    input: [
      .optional("width", .integer(64...3840, "Width of the frames.", default: 1920)),
      .optional("height", .integer(64...2160, "Height of the frames.", default: 1080)),
      .optional("bit_depth", .integer(8...12, "Bits per sample.", default: 8)),
      .optional(
        "frames", .integer(2...240, "Frames per case; an eighth for scalar code.", default: 24)),
    ],
    output: [
      .required("width", .integer(1...Int.max, "Width of the frames.")),
      .required("height", .integer(1...Int.max, "Height of the frames.")),
      .required("bit_depth", .integer(8...16, "Bits per sample.")),
      .required(
        "cases",
        .list(
          of: .object(
            [
              .required("backend", .string("The kernels.")),
              .required("threads", .integer(1...Int.max, "The threads.")),
              .required("frames", .integer(1...Int.max, "The frames that were scored.")),
              .required("frames_per_second", .number("How many frames a second took.")),
              .required("score", .number("The mean score, the same for all cases of a length.")),
            ], ""), "One for each kind of kernels, then the best with all threads.")),
    ], isRepeatable: false)

  /// A case to measure.
  private struct Case {
    let set: InstructionSet
    let threads: Int
    let frames: Int
  }

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let frames = arguments.integer("frames") ?? 24
    let format = VideoFormat(
      width: arguments.integer("width") ?? 1920, height: arguments.integer("height") ?? 1080,
      pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: arguments.integer("bit_depth") ?? 8))
    var cases = InstructionSet.supported.map { set in
      Case(set: set, threads: 1, frames: set == .scalar ? max(frames / 8, 2) : frames)
    }
    let threads = workspace.limits.threads
    if threads > 1 { cases.append(Case(set: .best, threads: threads, frames: frames)) }
    return try await workspace.work { [cases] in
      let clip = try BenchmarkClip(format)
      let model = try QualityModel()
      var results: [JSONValue] = []
      for (index, entry) in cases.enumerated() {
        try Task.checkCancellation()
        results.append(try await measure(entry, clip, model))
        progress.report(
          Double(index + 1), of: Double(cases.count), "\(entry.set.rawValue) measured")
      }
      return ToolResult([
        "width": .integer(format.width), "height": .integer(format.height),
        "bit_depth": .integer(format.pixelFormat.bitDepth), "cases": .array(results),
      ])
    }
  }

  private func measure(
    _ entry: Case, _ clip: BenchmarkClip, _ model: QualityModel
  ) async throws -> JSONValue {
    let extraction = FeatureExtraction(
      plan: FeaturePlan(model.extractors(omittingUnusedAIM: true)), threads: entry.threads,
      instructionSet: entry.set)
    let start = ContinuousClock.now
    let extracted = try await extraction.run(
      reference: clip.source(.reference, count: entry.frames),
      distorted: [clip.source(.distorted, count: entry.frames)])
    let scores = try model.scores(of: extracted[0].table)[0].values
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return [
      "backend": .string(entry.set.rawValue), "threads": .integer(entry.threads),
      "frames": .integer(entry.frames),
      "frames_per_second": .number(Rounding.decimals(Double(entry.frames) / seconds, 2)),
      "score": .number(Pooling.mean(scores) ?? 0),
    ]
  }
}

/// Two frames of a synthetic pair, which are shown in turn.
private struct BenchmarkClip {
  private let reference: [Frame]
  private let distorted: [Frame]

  init(_ format: VideoFormat) throws {
    let clip = SyntheticClip(
      "benchmark", width: format.width, height: format.height, frameCount: 2, seed: 5,
      bitDepth: format.pixelFormat.bitDepth)
    func frames(_ side: SyntheticSource.Side) throws -> [Frame] {
      let source = SyntheticSource(clip, side: side)
      return try (0..<clip.frameCount).map { _ in
        let frame = Frame(format: format, selection: .luma)
        _ = try source.read(into: frame, planes: .luma)
        return frame
      }
    }
    reference = try frames(.reference)
    distorted = try frames(.distorted)
  }

  /// One side of the pair as a video.
  func source(_ side: SyntheticSource.Side, count: Int) -> any FrameSource {
    RepeatingSource(side == .reference ? reference : distorted, count: count)
  }
}

/// A video that shows frames in memory again and again.
private final class RepeatingSource: FrameSource {
  let format: VideoFormat
  let frameCount: Int?
  let frameRate: FrameRate? = nil
  private let frames: [Frame]
  private let count: Int
  private var next = 0

  init(_ frames: [Frame], count: Int) {
    self.frames = frames
    self.count = count
    frameCount = count
    format = frames[0].format
  }

  func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    guard next < count else { return false }
    let source = frames[next % frames.count].planes[0]
    let target = frame.planes[0]
    let bytes = format.width * format.pixelFormat.bytesPerSample
    for row in 0..<format.height {
      (target.base + row * target.bytesPerRow).copyMemory(
        from: source.base + row * source.bytesPerRow, byteCount: bytes)
    }
    next += 1
    return true
  }

  func skip(_ count: Int) throws -> Int {
    let skipped = min(count, self.count - next)
    next += skipped
    return skipped
  }
}
