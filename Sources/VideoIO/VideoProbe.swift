/// What is known about a video before its frames are read.
///
/// Whatever the container does not state is `nil`; ``Preflight`` compares two of them.
public struct VideoProbe: Sendable, Hashable {
  /// The path as it was given.
  public var path: String
  /// The container: `raw`, `yuv4mpegpipe`, or FFmpeg's name of the demuxer.
  public var container: String
  /// The codec, for instance `h264`; `rawvideo` for raw and Y4M files.
  public var codec: String
  /// The size and layout of the decoded frames.
  public var format: VideoFormat
  /// FFmpeg's name of the pixel format as it is stored.
  public var pixelFormatName: String?
  /// The average frame rate.
  public var frameRate: FrameRate?
  /// The lowest rate that can represent all time stamps; differs from the average when the
  /// frame rate varies.
  public var baseFrameRate: FrameRate?
  /// The number of frames, where the container states it.
  public var frameCount: Int?
  /// The duration in seconds.
  public var duration: Double?
  /// The time stamp of the first frame in seconds.
  public var startTime: Double?
  /// The shape of a pixel.
  public var sampleAspectRatio: AspectRatio?
  /// The range of the samples.
  public var range: ColorRange?
  /// FFmpeg's name of the colour primaries, for instance `bt709`.
  public var primaries: String?
  /// FFmpeg's name of the transfer characteristics, for instance `smpte2084`.
  public var transfer: String?
  /// Whether frames consist of two fields.
  public var isInterlaced: Bool?
  /// The rotation for display in degrees, which decoding does not apply.
  public var rotation = 0
  /// Whether `ffprobe` was missing, so that most of the above is unknown.
  public var isIncomplete = false

  /// Creates a description of which only the essentials are known.
  public init(path: String, container: String, codec: String = "rawvideo", format: VideoFormat) {
    self.path = path
    self.container = container
    self.codec = codec
    self.format = format
  }

  /// Whether the frame rate seems to vary.
  public var hasVariableFrameRate: Bool {
    guard let frameRate, let baseFrameRate else { return false }
    // Fields count twice in the base rate of interlaced video.
    let ratio = baseFrameRate.framesPerSecond / frameRate.framesPerSecond
    return abs(ratio - 1) > 0.001 && !(isInterlaced == true && abs(ratio - 2) < 0.002)
  }

  /// The number of frames, or, where the container does not state it, the product of duration and
  /// frame rate.
  public var estimatedFrameCount: Int? {
    if let frameCount { return frameCount }
    guard let duration, let frameRate else { return nil }
    let estimate = (duration * frameRate.framesPerSecond).rounded()
    return estimate >= 1 && estimate < 1e12 ? Int(estimate) : nil
  }
}

/// The range of values that samples take.
public enum ColorRange: String, Sendable, Hashable {
  /// Black to white is 16 to 235 of 8 bits: the usual range of video.
  case limited
  /// Black to white is the whole range: JPEG, screen capture, phones.
  case full
}

/// The width of a pixel in relation to its height.
public struct AspectRatio: Sendable, Hashable {
  /// The width.
  public var width: Int
  /// The height.
  public var height: Int

  /// Creates a ratio of `width` to `height`.
  public init(_ width: Int, _ height: Int) {
    self.width = width
    self.height = height
  }

  /// Whether pixels are square.
  public var isSquare: Bool { width == height }
}
