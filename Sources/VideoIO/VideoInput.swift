#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How to open a video.
public struct VideoInputOptions: Sendable, Hashable {
  /// The size and layout of raw video; with it the file is raw whatever its name.
  public var rawFormat: VideoFormat?
  /// The frame rate of raw video.
  public var rawFrameRate: FrameRate?
  /// The size to scale to, through FFmpeg.
  public var scale: VideoScale?
  /// The threads of each decoder; FFmpeg's own choice when `nil`.
  public var decodeThreads: Int?
  /// Whether RGB is converted to 4:4:4 (BT.709, limited range) rather than refused.
  public var convertsRGB = false
  /// Whether to go on after damaged parts of a compressed video, which FFmpeg patches up.
  public var concealsDamage = false
  /// Whether to read a container to its end for its number of frames when it does not state it.
  public var countsFrames = false
  /// FFmpeg's names of the containers that it may open; any when `nil`.
  ///
  /// ``FFmpegTools/selfContained`` keeps crafted files from naming others to be read.
  public var containers: [String]?
  /// The seconds that `ffprobe` may take; as long as it likes when `nil`.
  public var probeSeconds: Double?
  /// Where FFmpeg is.
  public var tools: FFmpegTools

  /// Creates the default options.
  public init(rawFormat: VideoFormat? = nil, tools: FFmpegTools = .locate()) {
    self.rawFormat = rawFormat
    self.tools = tools
  }
}

/// A size to scale video to, and how.
public struct VideoScale: Sendable, Hashable {
  /// An interpolation filter of FFmpeg's scaler.
  public enum Filter: String, Sendable, Hashable, CaseIterable {
    /// Cubic interpolation, the usual choice for VMAF.
    case bicubic
    /// Windowed sinc, three lobes: sharper.
    case lanczos
    /// Linear interpolation: softer.
    case bilinear
  }

  /// The width in luma samples.
  public var width: Int
  /// The height in luma rows.
  public var height: Int
  /// The interpolation filter.
  public var filter: Filter

  /// Creates a size to scale to.
  public init(width: Int, height: Int, filter: Filter = .bicubic) {
    self.width = width
    self.height = height
    self.filter = filter
  }
}

/// A video that is ready to be read.
public struct OpenedVideo {
  /// The frames.
  public let source: any FrameSource
  /// What is known about the video itself, before any scaling.
  public let probe: VideoProbe
  /// The options that it was opened with.
  public let options: VideoInputOptions
  /// The file, if it can be opened again: not for standard input and pipes.
  let file: String?
  /// Whether it can be opened again, which standard input and pipes cannot.
  public var isReopenable: Bool { file != nil }
}

/// Opens a video of any kind.
///
/// - With ``VideoInputOptions/rawFormat`` the file is raw. The path `-` is standard input: raw
///   with a format, else Y4M; so are named pipes.
/// - Files that are called `.y4m` or start like one are Y4M.
/// - Everything else is probed by `ffprobe` and decoded by `ffmpeg`, which starts with the first
///   read.
///
/// This blocks while a header or pipe is read and while `ffprobe` runs, which takes some 50 ms.
///
/// - Throws: ``VideoError`` when the file is missing, no video, or of an unsupported format.
public func openVideo(
  path: String, options: VideoInputOptions = VideoInputOptions()
) throws(VideoError) -> OpenedVideo {
  let stream = try ByteStream(path: path)
  if stream.byteCount == 0 { throw .empty(path: stream.path) }
  let video = try openDirectly(stream: stream, path: path, options: options)
  guard let video else { return try openWithFFmpeg(path: path, options: options) }
  guard let scale = options.scale else { return video }
  return try video.scaled(to: scale)
}

/// Reports what is known about a video without reading its frames.
///
/// - Throws: ``VideoError`` when the file is missing, no video, or of an unsupported format.
public func probeVideo(
  path: String, options: VideoInputOptions = VideoInputOptions()
) throws(VideoError) -> VideoProbe {
  try openVideo(path: path, options: options).probe
}

/// Opens what this module reads by itself; returns `nil` when it is something else.
private func openDirectly(
  stream: ByteStream, path: String, options: VideoInputOptions
) throws(VideoError) -> OpenedVideo? {
  let file = stream.byteCount == nil || path == "-" ? nil : path
  let name = path.lowercased()
  if let format = options.rawFormat {
    let reader = try RawVideoReader(
      stream: stream, format: format, frameRate: options.rawFrameRate)
    var probe = VideoProbe(path: stream.path, container: "raw", format: format)
    probe.frameRate = options.rawFrameRate
    probe.frameCount = reader.frameCount
    return OpenedVideo(source: reader, probe: probe, options: options, file: file)
  }
  // Pipes cannot be tried, and FFmpeg does not read from them here.
  let isY4M =
    file == nil || name.hasSuffix(".y4m") ? true : try stream.starts(with: Y4MHeader.magic)
  if isY4M {
    let reader = try Y4MReader(stream: stream)
    var probe = VideoProbe(path: stream.path, container: "yuv4mpegpipe", format: reader.format)
    probe.frameRate = reader.frameRate
    probe.frameCount = reader.frameCount
    probe.sampleAspectRatio = reader.header.sampleAspectRatio
    probe.isInterlaced = reader.header.isInterlaced
    probe.range = reader.header.range
    return OpenedVideo(source: reader, probe: probe, options: options, file: file)
  }
  if name.hasSuffix(".yuv") { throw .missingGeometry(path: path) }
  return nil
}
