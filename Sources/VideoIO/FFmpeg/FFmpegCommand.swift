/// The command line that decodes a video to Y4M, or to raw video where FFmpeg's Y4M is wrong.
struct FFmpegCommand: Hashable {
  /// The path of `ffmpeg`.
  var program: String
  /// FFmpeg's version as far as it is known, for options that changed.
  var version: String?
  /// The containers that may be opened; any when `nil`.
  var containers: [String]?
  /// Options of the demuxer, where FFmpeg cannot find out the format by itself.
  var inputArguments: [String] = []
  /// The size to scale to.
  var scale: VideoScale?
  /// How to make the frames planar YUV, when they are not.
  var treatment: FFmpegPixelFormat.Treatment?
  /// The threads of the decoder; its own choice without one.
  var threads: Int?
  /// Whether to go on after damaged parts.
  var concealsDamage = false
  /// The format of the output, as far as it is known beforehand.
  var format: VideoFormat?

  /// The format of raw output, when the output is raw.
  ///
  /// FFmpeg's Y4M muxer takes half of the bytes, not half of the samples, for the row of a chroma
  /// plane: with an odd width above 8 bits it writes rows that lack a byte.
  var rawOutput: VideoFormat? {
    guard let format, format.width % 2 == 1, format.pixelFormat.bitDepth > 8,
      format.pixelFormat.chroma == .yuv420 || format.pixelFormat.chroma == .yuv422
    else { return nil }
    return format
  }

  /// Starts the decoder of a file.
  func start(path: String) throws(VideoError) -> ChildProcess {
    try ChildProcess(
      path: path, tool: "ffmpeg", program: program, arguments: arguments(path: path))
  }

  /// The arguments, in FFmpeg's order: global, input, output.
  func arguments(path: String) -> [String] {
    var list = ["-nostdin", "-hide_banner", "-loglevel", "error"]
    if !concealsDamage { list += ["-xerror"] }
    if let threads { list += ["-threads", "\(threads)"] }
    // Time stamps are no reason to drop or repeat frames, nor is a flag to turn them.
    list += ["-noautorotate", "-protocol_whitelist", "file,pipe"]
    list += Self.whitelist(of: containers) + inputArguments
    list += ["-i", "file:\(path)", "-map", "0:V:0"]
    let filters = filterChain
    if !filters.isEmpty { list += ["-vf", filters] }
    list += Self.hasFrameRateMode(version) ? ["-fps_mode", "passthrough"] : ["-vsync", "0"]
    list += rawOutput == nil ? ["-f", "yuv4mpegpipe", "-strict", "-1"] : ["-f", "rawvideo"]
    return list + ["pipe:1"]
  }

  /// The option that lets FFmpeg and ffprobe open only some containers.
  static func whitelist(of containers: [String]?) -> [String] {
    containers.map { ["-format_whitelist", $0.joined(separator: ",")] } ?? []
  }

  private var filterChain: String {
    var filters: [String] = []
    var options: [String] = []
    if let scale {
      options += ["\(scale.width):\(scale.height)", "flags=\(scale.filter.rawValue)"]
    }
    if treatment?.convertsColors == true {
      options += ["out_color_matrix=bt709", "out_range=tv"]
    }
    if !options.isEmpty { filters.append("scale=" + options.joined(separator: ":")) }
    let raw = rawOutput.flatMap { FFmpegPixelFormat.name(of: $0.pixelFormat) }
    if let layout = treatment?.conversion ?? raw { filters.append("format=\(layout)") }
    return filters.joined(separator: ",")
  }

  /// Whether FFmpeg has `-fps_mode`, which replaced `-vsync` in version 5.1.
  static func hasFrameRateMode(_ version: String?) -> Bool {
    // "5.1.9-0+deb12u1", "n6.0"; builds of the development branch have other names.
    guard let version else { return true }
    let text = version.hasPrefix("n") ? version.dropFirst() : version[...]
    let numbers = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap {
      Int($0)
    }
    guard let major = numbers.first else { return true }
    return major > 5 || major == 5 && numbers.dropFirst().first ?? 0 >= 1
  }
}
