import Foundation
import Testing

@testable import VideoIO

@Suite("Opening a video")
struct OpenVideoTests {
  static let format = VideoFormat(
    width: 4, height: 4, pixelFormat: .init(chroma: .yuv420, bitDepth: 8))
  static let noTools = FFmpegTools(ffmpeg: nil, ffprobe: nil)

  @Test("The format decides, then the name, then the first bytes")
  func detection() throws {
    let folder = try TemporaryFolder()
    let frames = randomFrames(Self.format, count: 2, seed: 1)
    let stream = y4m(header: "W4 H4 F25:1 It A4:3 XCOLORRANGE=LIMITED", frames: frames)
    let options = VideoInputOptions(tools: Self.noTools)

    for name in ["clip.y4m", "clip.Y4M", "clip", "clip.bin"] {
      let video = try openVideo(path: folder.file(name, stream), options: options)
      #expect(video.probe.container == "yuv4mpegpipe")
      #expect(video.probe.frameCount == 2)
      #expect(video.probe.isInterlaced == true)
      #expect(video.probe.range == .limited)
      #expect(video.probe.sampleAspectRatio == AspectRatio(4, 3))
      #expect(try video.source.readAll() == frames)
    }
    var raw = VideoInputOptions(rawFormat: Self.format, tools: Self.noTools)
    raw.rawFrameRate = FrameRate(50)
    for name in ["clip.yuv", "clip.y4m", "clip.raw"] {
      let video = try openVideo(path: folder.file(name, frames.joined()), options: raw)
      #expect(video.probe.container == "raw")
      #expect(video.source.frameRate == FrameRate(50))
      #expect(try video.source.readAll() == frames)
    }
  }

  @Test("A named pipe is read as Y4M")
  func namedPipe() throws {
    let folder = try TemporaryFolder()
    let frames = randomFrames(Self.format, count: 2, seed: 2)
    let path = folder.path("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let bytes = y4m(header: "W4 H4 F25:1", frames: frames)
    Thread.detachNewThread {
      try? FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: Data(bytes))
    }
    let video = try openVideo(path: path, options: VideoInputOptions(tools: Self.noTools))
    #expect(video.source.frameCount == nil)
    let scale = VideoScale(width: 8, height: 8)
    #expect(videoError { try video.scaled(to: scale) }?.kind == .badData)
    #expect(try video.source.readAll() == frames)
  }

  @Test("Faults of the input are told apart")
  func faults() throws {
    let folder = try TemporaryFolder()
    let options = VideoInputOptions(tools: Self.noTools)
    func error(_ path: String, _ options: VideoInputOptions = options) -> VideoError? {
      videoError { try openVideo(path: path, options: options) }
    }
    let absent = folder.path("absent.y4m")
    #expect(error(absent) == .notFound(path: absent))
    #expect(error(absent + "/below") == .notFound(path: absent + "/below"))
    #expect(error(folder.path) == .isDirectory(path: folder.path))
    let empty = try folder.file("empty.mp4", [])
    #expect(error(empty) == .empty(path: empty))
    let yuv = try folder.file("clip.yuv", [1, 2, 3])
    #expect(error(yuv) == .missingGeometry(path: yuv))
    let mp4 = try folder.file("clip.mp4", [1, 2, 3])
    #expect(
      error(mp4) == .toolNotFound(path: mp4, tool: "ffmpeg", variable: "TINYVMAF_FFMPEG"))
    #expect(error(mp4)?.kind == .missingInput)
    let garbage = try folder.file("clip.y4m", "RIFF....AVI LIST\n".utf8)
    #expect(error(garbage)?.kind == .badData)
    #expect(
      "\(try #require(error(yuv)))".contains("--width, --height, --pixel_format and --bitdepth"))

    let y4mFile = try folder.file(
      "a.y4m", y4m(header: "W4 H4", frames: randomFrames(Self.format, count: 1, seed: 3)))
    var scaled = options
    scaled.scale = VideoScale(width: 8, height: 8)
    #expect(error(y4mFile, scaled)?.kind == .missingInput)
    scaled.scale = VideoScale(width: 4, height: 4)
    #expect(error(y4mFile, scaled) == nil, "Scaling to the same size needs no FFmpeg.")
  }

  @Test("A file without permission is refused", .enabled(if: getuid() != 0, "root reads all"))
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("clip.y4m", [1])
    #expect(chmod(file, 0) == 0)
    guard case .unreadable = videoError({ try openVideo(path: file) }) else {
      Issue.record("an unreadable file was opened")
      return
    }
  }

  @Test("The environment chooses the programs of FFmpeg")
  func tools() throws {
    let folder = try TemporaryFolder()
    let program = try folder.file("ffmpeg", "#!/bin/sh\n".utf8)
    let other = try folder.file("other", "#!/bin/sh\n".utf8)
    for file in [program, other] { #expect(chmod(file, 0o700) == 0) }
    _ = try folder.file("ffprobe", "not executable".utf8)
    func locate(_ variables: [String: String]) -> FFmpegTools {
      FFmpegTools.locate { variables[$0] }
    }
    let path = "relative:/nowhere:\(folder.path)"
    #expect(locate(["PATH": path]) == FFmpegTools(ffmpeg: program, ffprobe: nil))
    #expect(locate(["PATH": path, "TINYVMAF_FFMPEG": other]).ffmpeg == other)
    #expect(locate(["PATH": path, "TINYVMAF_FFMPEG": "other"]).ffmpeg == other)
    #expect(locate(["PATH": path, "TINYVMAF_FFMPEG": ""]).ffmpeg == program)
    #expect(locate(["PATH": path, "TINYVMAF_FFMPEG": "/nowhere/ffmpeg"]).ffmpeg == nil)
  }
}
