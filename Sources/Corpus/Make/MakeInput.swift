public import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
    path: String, rawFormat: VideoFormat?, frameRate statedRate: FrameRate?, maximalFrames: Int?
  ) async throws {
    func fail(_ reason: String) -> CorpusError { CorpusError.input(path: path, reason: reason) }
    guard let status = FileSystem.status(path), status.kind == .file else {
      throw fail("no such file")
    }
    let (stem, suffix) = FileSystem.stemAndExtension(path)
    // Letters and digits alone, for other readers of the layout take no more in a source.
    name = stem.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    if name.isEmpty { throw fail("its name has no ASCII letter or digit to name the source by") }

    let stream: VideoStream
    // An absolute path is never taken for a protocol or an option.
    let file = FileSystem.absolute(path)
    if suffix == "yuv" {
      guard let rawFormat, let statedRate else {
        throw fail("a raw file needs its frame size and frame rate stated")
      }
      origin = .video(
        arguments: [
          "-f", "rawvideo", "-pixel_format", rawFormat.pixelFormat.ffmpegName, "-video_size",
          "\(rawFormat.width)x\(rawFormat.height)", "-framerate", statedRate.text, "-i", file,
        ])
      stream = VideoStream(
        format: rawFormat, rate: statedRate, frames: status.size / rawFormat.frameByteCount,
        layout: rawFormat.pixelFormat.ffmpegName)
    } else {
      origin = .video(arguments: ["-noautorotate", "-i", file])
      stream = try await VideoStream.probe(file)
    }
    let (width, height) = (stream.format.width / 2 * 2, stream.format.height / 2 * 2)
    guard width >= 16, height >= 16 else {
      throw fail("\(width)x\(height) is too small for a corpus; 16x16 is the least")
    }
    guard stream.frames > 0 else { throw fail("it has no frames") }
    format = VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(
        chroma: .yuv420, bitDepth: stream.format.pixelFormat.bitDepth > 8 ? 10 : 8))
    filters =
      stream.format.width == width && stream.format.height == height
      ? [] : ["crop=\(width):\(height):0:0"]
    var notes: [String] = []
    if !filters.isEmpty { notes.append("cropped to \(width)x\(height), for sizes must be even") }
    if stream.format.pixelFormat != format.pixelFormat {
      notes.append("\(stream.layout) becomes 4:2:0 with \(format.pixelFormat.bitDepth) bits")
    }
    self.notes = notes
    frameRate = statedRate ?? stream.rate
    frames = min(stream.frames, maximalFrames ?? .max)
    let limit = maximalFrames.map { ", first \($0) frames" } ?? ""
    identity = "\(FileSystem.name(of: path)), \(status.size) bytes\(limit)"
  }
}

/// What ffprobe tells about the first video stream of a file.
struct VideoStream: Sendable {
  let format: VideoFormat
  let rate: FrameRate
  let frames: Int
  /// ffmpeg's name of the pixel format.
  let layout: String

  static func probe(_ path: String) async throws -> VideoStream {
    let text: String
    do {
      text = try await ChildProcess.run(
        "ffprobe",
        [
          "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries",
          "stream=width,height,pix_fmt,avg_frame_rate,r_frame_rate,nb_read_packets", "-of", "json",
          path,
        ])
    } catch CorpusError.tool(let name, let reason) where !reason.hasPrefix("not found") {
      throw CorpusError.input(path: path, reason: "\(name) cannot read it: \(reason)")
    }
    let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    guard let stream = answer?.streams.first, let width = stream.width,
      let height = stream.height, let frames = Int(stream.packets ?? ""),
      let rate = FrameRate(text: stream.averageRate ?? "")
        ?? FrameRate(text: stream.baseRate ?? "")
    else {
      throw CorpusError.input(path: path, reason: "ffprobe finds no video in it")
    }
    let layout = stream.pixelFormat ?? "unknown"
    return VideoStream(
      format: VideoFormat(width: width, height: height, pixelFormat: PixelFormat(layout: layout)),
      rate: rate, frames: frames, layout: layout)
  }

  private struct Answer: Decodable {
    struct Stream: Decodable {
      let width: Int?
      let height: Int?
      let pixelFormat: String?
      let averageRate: String?
      let baseRate: String?
      let packets: String?

      enum CodingKeys: String, CodingKey {
        case width, height
        case pixelFormat = "pix_fmt"
        case averageRate = "avg_frame_rate"
        case baseRate = "r_frame_rate"
        case packets = "nb_read_packets"
      }
    }

    let streams: [Stream]
  }
}

extension PixelFormat {
  /// The nearest planar format to what ffmpeg calls `layout`; 4:4:4 for RGB.
  fileprivate init(layout: String) {
    let depths = [9, 10, 12, 14, 16]
    let depth = depths.first { depth in
      ["\(depth)", "\(depth)le", "\(depth)be"].contains { layout.hasSuffix($0) }
    }
    let chroma: ChromaSubsampling =
      if layout.hasPrefix("gray") {
        .yuv400
      } else if ["yuv420", "yuvj420", "nv12", "nv21", "p010", "p016"].contains(
        where: layout.hasPrefix)
      {
        .yuv420
      } else if layout.hasPrefix("yuv422") || layout.hasPrefix("yuvj422") {
        .yuv422
      } else {
        .yuv444
      }
    // "nv12" and "nv16" are names, not depths.
    self.init(chroma: chroma, bitDepth: layout.hasPrefix("nv") ? 8 : depth ?? 8)
  }
}
