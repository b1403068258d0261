import Features
import Processor
public import VideoIO

/// What the tools of a server share.
public struct Workspace: Sendable {
  /// The folders whose files a client may name.
  public let folders: AllowedFolders
  /// How much of the machine a client may use.
  public let limits: ServerLimits
  /// Where FFmpeg is.
  public let decoders: FFmpegTools
  /// The version of the program, for reports.
  public let version: String
  /// The slots that work runs in.
  let slots: WorkSlots
  /// The scores that are kept.
  let results: ResultStore
  /// The models that there are.
  let models = ModelCatalog()

  /// Sets up a server's tools.
  public init(
    folders: AllowedFolders, limits: ServerLimits = ServerLimits(),
    decoders: FFmpegTools = .locate(), version: String
  ) {
    self.folders = folders
    self.limits = limits
    self.decoders = decoders
    self.version = version
    slots = WorkSlots(count: limits.concurrentCalls, waiting: limits.waitingCalls)
    results = ResultStore(count: limits.keptResults)
  }
}

extension Workspace {
  /// Runs work that may block and that takes time: in a slot, away from the threads that answer,
  /// and only so long.
  func work<Value: Sendable>(
    _ job: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await slots.run {
      try await within(seconds: limits.seconds) {
        try await withTaskExecutorPreference(BlockingExecutor()) {
          try Task.checkCancellation()
          return try await job()
        }
      }
    }
  }

  /// How the files of strangers are opened.
  func inputOptions(_ arguments: ToolArguments) throws -> VideoInputOptions {
    var options = VideoInputOptions(tools: decoders)
    options.containers = FFmpegTools.selfContained
    options.probeSeconds = 10
    options.decodeThreads = limits.threads
    options.rawFormat = try Self.rawFormat(arguments)
    return options
  }

  private static func rawFormat(_ arguments: ToolArguments) throws(ToolFailure) -> VideoFormat? {
    let width = arguments.integer("width")
    let height = arguments.integer("height")
    let layout = arguments.string("pixel_format")
    let depth = arguments.integer("bit_depth")
    guard width != nil || height != nil || layout != nil || depth != nil else { return nil }
    guard let width, let height else {
      throw ToolFailure(
        "Raw video needs \"width\" and \"height\", and \"pixel_format\" and \"bit_depth\" where "
          + "they are not 420 and 8. Leave them all out for other files.")
    }
    guard let chroma = ChromaSubsampling(rawValue: layout ?? "420") else {
      throw ToolFailure("\"pixel_format\" must be 400, 420, 422 or 444.")
    }
    return VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(chroma: chroma, bitDepth: depth ?? 8))
  }

  /// The kernels that `backend` asks for.
  static func instructionSet(_ backend: String) throws(ToolFailure) -> InstructionSet {
    if backend == "auto" || backend == "cpu" { return .best }
    guard let set = InstructionSet(rawValue: backend), set.isSupported else {
      let names = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
      throw ToolFailure(
        "There is no backend \"\(backend)\" on this machine; give auto, cpu, or one of \(names). "
          + "All give the same scores.")
    }
    return set
  }
}

extension Schema.Property {
  /// How raw video is laid out.
  static let rawVideo: [Schema.Property] = [
    .optional("width", .integer(1...16384, "Width of raw planar YUV; only for raw files.")),
    .optional("height", .integer(1...16384, "Height of raw planar YUV.")),
    .optional(
      "pixel_format",
      .choice(ChromaSubsampling.allCases.map(\.rawValue), "Chroma of raw YUV; 420 if left out.")),
    .optional("bit_depth", .integer(8...16, "Bits per sample of raw YUV; 8 if left out.")),
  ]

  /// The kernels to use.
  static let backend = Schema.Property.optional(
    "backend",
    .choice(
      ["auto", "cpu", "scalar", "avx2", "avx512", "neon"],
      "Kernels to use; see list_backends. All give the same scores, bit for bit.",
      default: "auto"))
}

/// Names of command-line options in a sentence, replaced by those of arguments.
func spokenForTools(_ sentence: String) -> String {
  var text = sentence
  for (option, argument) in [
    ("add --scale bicubic", "give \"scale\": \"bicubic\""),
    ("--width, --height, --pixel_format and --bitdepth", "width, height, pixel_format, bit_depth"),
    ("convert it with --convert_rgb (BT.709) or by hand", "convert it first"),
    ("add --feature or leave out -n", "give a model"),
    ("add :name=NAME", "add :name=NAME"),
  ] {
    text = text.split(separator: option, omittingEmptySubsequences: false)
      .joined(separator: argument)
  }
  return text
}
