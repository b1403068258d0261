public import ArgumentParser
import Features
import Reports
import Scoring
public import VideoIO

/// `tinyvmaf score`: from videos to scores, with libvmaf's options.
struct ScoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "VMAF of one or several distorted videos against one reference.",
    discussion: """
      Any container that FFmpeg reads, Y4M, or raw planar YUV. Options of libvmaf's vmaf tool mean \
      the same here.

      EXAMPLES:
        tinyvmaf score reference.mp4 encode.mkv
        tinyvmaf score reference.mkv low.mp4 mid.mp4 high.mp4 --scale bicubic
        tinyvmaf score reference.mp4 encode.mkv --report report.html
        tinyvmaf score -r ref.yuv -d dis.yuv -w 1920 -h 1080 -p 420 -b 8 \\
          --json -o out.json
        tinyvmaf score ref.y4m dis.y4m -m vmaf_v0.6.1 -m vmaf_v0.6.1neg:name=neg
        tinyvmaf score ref.y4m dis.y4m -m vmaf_v0.6.1 -m tiny
        tinyvmaf score ref.y4m dis.y4m -n --feature psnr --feature vif --csv
      """,
    helpNames: .long)

  @Argument(help: "The reference, then one or several distorted videos.")
  var videos: [String] = []

  @Option(
    name: [.customShort("r", allowingJoined: true), .long],
    help: "The reference video; - is standard input.")
  var reference: String?

  @Option(
    name: [.customShort("d", allowingJoined: true), .long], parsing: .singleValue,
    help: "A distorted video; may be repeated.")
  var distorted: [String] = []

  @OptionGroup(title: "Raw video") var raw: RawVideoArguments

  @Option(
    help: ArgumentHelp(
      "Scale distorted videos of another size to the reference's.",
      valueName: "filter"))
  var scale: VideoScale.Filter?

  @Option(
    name: [.customShort("m", allowingJoined: true), .long], parsing: .singleValue,
    help: ArgumentHelp(
      """
      Built-in model, JSON file, or phone; or libvmaf's version=NAME or path=FILE. All may go on \
      with :name=NAME, :disable_clip, :enable_transform and :extractor.option=value. Or a student: \
      tiny, tiny:3x128, an id of tinyvmaf models list, or FILE.onnx. May be repeated.
      """, valueName: "model"))
  var model: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      Another feature: adm, vif, motion or psnr, with options as in \
      psnr=enable_apsnr=true:min_sse=0.5; may be repeated.
      """,
      valueName: "feature"))
  var feature: [String] = []

  @Flag(name: [.customShort("n"), .customLong("no_prediction")], help: "Features only, no model.")
  var noPrediction = false

  @Option(
    help: "What computes students: native, or onnxruntime from TINYVMAF_ONNXRUNTIME to check it.")
  var backend: StudentBackend = .native

  @OptionGroup(title: "Results") var output: ScoreOutputArguments

  @OptionGroup(title: "Report") var report: ReportArguments

  @OptionGroup(title: "Rate and quality") var ladder: LadderArguments

  @Option(
    help: ArgumentHelp("Score frames whose number is a multiple of this.", valueName: "frames"))
  var subsample = "1"

  @Option(
    name: .customLong("frame_cnt"),
    help: ArgumentHelp("Stop after this many frames; 0 is all.", valueName: "frames"))
  var frameCount = "0"

  @Option(
    name: .customLong("frame_skip_ref"),
    help: ArgumentHelp("Leave out frames at the start of the reference.", valueName: "frames"))
  var frameSkipReference = "0"

  @Option(
    name: .customLong("frame_skip_dist"),
    help: ArgumentHelp("Leave out frames at the start of the distorted.", valueName: "frames"))
  var frameSkipDistorted = "0"

  @OptionGroup var alignment: AlignmentArguments

  @OptionGroup(title: "Gate") var gate: ScoreGateArguments

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  @Flag(name: .customShort("v"), help: ArgumentHelp("Show the version.", visibility: .hidden))
  var showsVersion = false

  mutating func run() async throws {
    if showsVersion {
      Terminal.noteLine(Tinyvmaf.version)
      return
    }
    let request = try request()
    let scorer = try Scorer(request)
    try output.check(resultCount: scorer.distorted.count)
    try report.check()
    try ladder.check(count: request.distorted.count)
    try gate.check(models: scorer.modelNames)
    for finding in scorer.findings { narration.note(finding) }

    let progress = narration.display("scoring", unit: "frames")
    let total = scorer.expectedFrameCount
    let (cpu, wall) = (Stopwatch.cpu, Stopwatch.wall)
    let run = try await scorer.run { progress.update($0, of: total) }
    progress.finish()
    for finding in run.findings.dropFirst(scorer.findings.count) { narration.note(finding) }
    let (cpuSeconds, wallSeconds) = (cpu.seconds, wall.seconds)
    try output.write(run, cpuSeconds: cpuSeconds, wallSeconds: wallSeconds)
    if report.isWanted {
      try report.write(
        await ScoreReportPage(scorer, request: run.request, run: run).page(ladder))
    }
    narration.timings(run.timings, writing: wall.seconds - wallSeconds, cpu: cpu.seconds)
    try gate.apply(to: run, wallSeconds: wallSeconds)
  }

  /// The request that the arguments describe.
  private func request() throws -> ScoreRequest {
    var paths = videos[...]
    guard let reference = reference ?? paths.popFirst() else {
      throw ValidationError("Give the reference and at least one distorted video.")
    }
    let distorted = distorted + paths
    guard !distorted.isEmpty else {
      throw ValidationError("Give at least one distorted video after the reference.")
    }
    var models = try model.map { try ModelSelection($0) }
    if models.isEmpty && !noPrediction { models = [.default] }
    if noPrediction { models = [] }
    var request = ScoreRequest(reference: reference, distorted: distorted, models: models)
    var warnings: [String] = []
    request.features = try feature.map {
      try FeatureExtractor(specification: $0, warnings: &warnings)
    }
    for warning in warnings { narration.note("warning: \(warning)") }

    let format = try raw.format()
    request.referenceOptions.rawFormat = format
    request.distortedOptions.rawFormat = format
    request.scaleFilter = scale
    // The machine formats stand in for libvmaf's, which always has these two columns.
    request.includesAIM = output.isMachineReadable
    if !output.isMachineReadable { request.features = request.features.map(\.omittingAIM) }
    request.alignment = alignment.align
    request.backend = backend
    request.threads = try compute.threadCount()
    request.instructionSet = try compute.instructionSet()
    request.subsample = max(try cNumber(subsample, option: "--subsample"), 1)
    let limit = try cNumber(frameCount, option: "--frame_cnt")
    request.frameLimit = limit > 0 ? limit : nil
    request.skippedReferenceFrames = try cNumber(frameSkipReference, option: "--frame_skip_ref")
    request.skippedDistortedFrames = try cNumber(frameSkipDistorted, option: "--frame_skip_dist")
    return request
  }
}

extension VideoScale.Filter: ExpressibleByArgument {}
extension StudentBackend: ExpressibleByArgument {}
