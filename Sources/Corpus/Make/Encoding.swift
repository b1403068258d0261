import VideoIO

/// The steps from an input to a distorted video of one source, each one ffmpeg process.
struct Encoding: Sendable {
  let source: MakeSource
  /// The path of the source's reference.
  let reference: String
  let scaler: Scaler
  /// The path of ffmpeg, if there is one.
  let ffmpeg: String?

  /// Without `-xerror` a damaged file would be taken for a shorter one.
  private static let quiet = ["-nostdin", "-hide_banner", "-v", "error", "-xerror", "-y"]
  private var pixelFormat: String { source.format.pixelFormat.ffmpegName }

  /// Decodes the input to raw frames: the reference.
  func decodeInput(_ input: [String], limit: Int?, to path: String) async throws {
    var arguments = Self.quiet + input + ["-map", "0:v:0"]
    if !source.filters.isEmpty {
      arguments += ["-vf", source.filters.joined(separator: ",")]
    }
    if let limit { arguments += ["-frames:v", "\(limit)"] }
    try await run(arguments + rawOutput(path))
    if try frames(in: path) == 0 {
      throw CorpusError.tool(name: "ffmpeg", reason: "\(source.identity): no frame was decoded")
    }
  }

  /// Encodes the reference at a rung.
  func encode(_ recipe: EncodeRecipe, _ rung: Ladder.Rung, to path: String) async throws {
    var arguments =
      Self.quiet + [
        "-f", "rawvideo", "-pixel_format", pixelFormat, "-video_size",
        "\(source.format.width)x\(source.format.height)", "-framerate", source.frameRate.text, "-i",
        reference,
      ]
    let size = recipe.encodeSize(height: rung.height, of: source.format)
    if size.height != source.format.height {
      arguments += ["-vf", scaler.filter(width: size.width, height: size.height)]
    }
    arguments += recipe.arguments(rung.rate)
    // No dates and versions in the file: the same input gives the same bytes.
    let container = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "matroska", path]
    guard recipe.usesTwoPasses(rung.rate) else {
      return try await run(arguments + container)
    }
    let log = path + ".log"
    defer { for suffix in ["-0.log", "-0.log.mbtree"] { FileSystem.remove(log + suffix) } }
    try await run(arguments + ["-pass", "1", "-passlogfile", log, "-f", "null", "-"])
    try await run(arguments + ["-pass", "2", "-passlogfile", log] + container)
  }

  /// Decodes an encode to raw frames of the reference's size and checks their number.
  func decode(_ encode: String, to path: String) async throws {
    // Sizes are equal for rungs of full height; the filter then does nothing.
    let filter = scaler.filter(width: source.format.width, height: source.format.height)
    try await run(
      Self.quiet + ["-threads", "1", "-i", encode, "-map", "0:v:0", "-vf", filter]
        + rawOutput(path))
    let (decoded, expected) = (try frames(in: path), try referenceFrames())
    if decoded != expected {
      throw CorpusError.tool(
        name: "ffmpeg", reason: "\(decoded) frames came out of an encode of \(expected)")
    }
  }

  /// The number of frames of the reference.
  func referenceFrames() throws -> Int { try frames(in: reference) }

  /// The number of frames in a raw file of the source's format.
  func frames(in path: String) throws -> Int {
    let size = FileSystem.status(path)?.size ?? 0
    guard size.isMultiple(of: source.format.frameByteCount) else {
      throw CorpusError.tool(name: "ffmpeg", reason: "\(source.name): it wrote a part of a frame")
    }
    return size / source.format.frameByteCount
  }

  private func rawOutput(_ path: String) -> [String] {
    ["-fps_mode", "passthrough", "-pix_fmt", pixelFormat, "-f", "rawvideo", path]
  }

  private func run(_ arguments: [String]) async throws {
    guard let ffmpeg else {
      throw CorpusError.tool(
        name: "ffmpeg",
        reason: "not found; install version 5.1 or newer (on Debian: apt install ffmpeg) or name "
          + "it in TINYVMAF_FFMPEG")
    }
    do {
      try await ChildProcess.run(ffmpeg, arguments)
    } catch CorpusError.tool(_, let reason) {
      throw CorpusError.tool(name: "ffmpeg", reason: "\(source.name): \(reason)")
    }
  }
}
