public import VideoIO

/// Something to make the references of a corpus from.
public enum MakeInput: Sendable, Hashable {
  /// A video file that ffmpeg reads; `rawFormat` and `frameRate` are needed for raw `.yuv` only.
  case video(path: String, rawFormat: VideoFormat? = nil, frameRate: FrameRate? = nil)
  /// A procedural scene, which needs no ffmpeg.
  case scene(SyntheticScene)
}

/// A source of the corpus to be made, looked into.
struct MakeSource: Sendable {
  /// Where the frames come from.
  enum Origin: Sendable {
    /// ffmpeg's input arguments.
    case video(arguments: [String])
    case scene(SyntheticScene)
  }

  let name: String
  let origin: Origin
  /// The reference's format.
  let format: VideoFormat
  let frameRate: FrameRate
  /// The number of frames, as far as it is known before decoding.
  let frames: Int
  /// What identifies the input in the manifest.
  let identity: String
  /// What is done to the frames of the input on their way.
  let filters: [String]
  /// What the user should know of the way from the input to the reference.
  let notes: [String]

  var reference: String {
    "ref/" + ReferenceName(source: name, framesPerSecond: frameRate.rounded).stem + ".yuv"
  }

  init(scene: SyntheticScene, maximalFrames: Int?) {
    name = scene.name
    frames = min(scene.frameCount, maximalFrames ?? .max)
    origin = .scene(scene)
    format = Picture.format(width: scene.width, height: scene.height)
    frameRate = FrameRate(SyntheticScene.framesPerSecond)
    let limit = frames < scene.frameCount ? ", first \(frames)" : ""
    identity =
      "scene \(scene.name), \(scene.width)x\(scene.height), \(scene.frameCount) frames\(limit)"
    filters = []
    notes = []
  }

  /// Looks into a video.
  init(
    path: String, rawFormat: VideoFormat?, frameRate statedRate: FrameRate?, maximalFrames: Int?,
    tools: FFmpegTools
  ) throws {
    func fail(_ reason: String) -> CorpusError { CorpusError.input(path: path, reason: reason) }
    guard let status = FileSystem.status(path), status.kind == .file else {
      throw fail("no such file")
    }
    let (stem, suffix) = FileSystem.stemAndExtension(path)
    // Letters and digits alone, for other readers of the layout take no more in a source.
    name = stem.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    if name.isEmpty { throw fail("its name has no ASCII letter or digit to name the source by") }

    // An absolute path is never taken for a protocol or an option.
    let file = FileSystem.absolute(path)
    var probing = VideoInputOptions(rawFormat: suffix == "yuv" ? rawFormat : nil, tools: tools)
    probing.convertsRGB = true
    probing.countsFrames = true
    if suffix == "yuv" {
      guard let rawFormat, let statedRate else {
        throw fail("a raw file needs its frame size and frame rate stated")
      }
      origin = .video(
        arguments: [
          "-f", "rawvideo", "-pixel_format", rawFormat.pixelFormat.ffmpegName, "-video_size",
          "\(rawFormat.width)x\(rawFormat.height)", "-framerate", statedRate.text, "-i", file,
        ])
    } else {
      origin = .video(arguments: ["-noautorotate", "-i", file])
    }
    let video: VideoProbe
    do {
      video = try probeVideo(path: file, options: probing)
    } catch {
      throw fail("\(error)")
    }
    let (width, height) = (video.format.width / 2 * 2, video.format.height / 2 * 2)
    guard width >= 16, height >= 16 else {
      throw fail("\(width)x\(height) is too small for a corpus; 16x16 is the least")
    }
    guard let rate = statedRate ?? video.frameRate else { throw fail("its frame rate is unknown") }
    guard let count = video.frameCount, count > 0 else { throw fail("it has no frames") }
    format = VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(
        chroma: .yuv420, bitDepth: video.format.pixelFormat.bitDepth > 8 ? 10 : 8))
    filters =
      video.format.width == width && video.format.height == height
      ? [] : ["crop=\(width):\(height):0:0"]
    var notes: [String] = []
    if !filters.isEmpty { notes.append("cropped to \(width)x\(height), for sizes must be even") }
    if video.format.pixelFormat != format.pixelFormat {
      let layout = video.pixelFormatName ?? video.format.pixelFormat.ffmpegName
      notes.append("\(layout) becomes 4:2:0 with \(format.pixelFormat.bitDepth) bits")
    }
    self.notes = notes
    frameRate = rate
    frames = min(count, maximalFrames ?? .max)
    let limit = maximalFrames.map { ", first \($0) frames" } ?? ""
    identity = "\(FileSystem.name(of: path)), \(status.size) bytes\(limit)"
  }
}
