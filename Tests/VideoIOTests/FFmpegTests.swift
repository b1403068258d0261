import Foundation
import Testing

@testable import VideoIO

/// The FFmpeg of this machine, for making test files.
enum Installed {
  static let tools = FFmpegTools.locate()
  static var isComplete: Bool { tools.ffmpeg != nil && tools.ffprobe != nil }

  /// Runs ffmpeg to prepare a file.
  static func ffmpeg(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(tools.ffmpeg))
    process.arguments = ["-nostdin", "-v", "error", "-y"] + arguments
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "ffmpeg \(arguments.joined(separator: " "))")
  }

  /// Makes a lossless file of random frames and returns it with the frames.
  static func losslessClip(
    _ pixelFormat: String, _ format: VideoFormat, in folder: TemporaryFolder, count: Int = 5,
    name: String = "clip.mkv", options: [String] = []
  ) throws -> (path: String, frames: [[UInt8]]) {
    let frames = randomFrames(format, count: count, seed: 11)
    let raw = try folder.file("clip.yuv", frames.joined())
    let path = folder.path(name)
    try ffmpeg(
      [
        "-f", "rawvideo", "-pix_fmt", pixelFormat, "-s", "\(format.width)x\(format.height)",
        "-r", "30000/1001", "-i", raw, "-c:v", "ffv1",
      ] + options + [path])
    return (path, frames)
  }
}

@Suite("FFmpeg", .enabled(if: Installed.isComplete, "ffmpeg and ffprobe are not installed"))
struct FFmpegTests {
  @Test(
    "A lossless file decodes to its samples, in its own pixel format",
    arguments: [
      ("yuv420p", ChromaSubsampling.yuv420, 8), ("yuv422p", .yuv422, 8), ("yuv444p", .yuv444, 8),
      ("yuv420p10le", .yuv420, 10), ("yuv422p12le", .yuv422, 12), ("yuv444p16le", .yuv444, 16),
      ("gray", .yuv400, 8), ("gray10le", .yuv400, 10), ("yuv420p9le", .yuv420, 9),
      ("yuv444p14le", .yuv444, 14),
    ])
  func lossless(pixelFormat: String, chroma: ChromaSubsampling, bitDepth: Int) throws {
    let format = VideoFormat(
      width: 37, height: 21, pixelFormat: .init(chroma: chroma, bitDepth: bitDepth))
    let folder = try TemporaryFolder()
    let (path, frames) = try Installed.losslessClip(pixelFormat, format, in: folder)
    let video = try openVideo(path: path)
    #expect(video.source.format == format)
    #expect(video.probe.codec == "ffv1")
    #expect(video.probe.pixelFormatName == pixelFormat)
    #expect(video.probe.estimatedFrameCount == 5)
    #expect(video.source.frameRate?.framesPerSecond.rounded() == 30)
    #expect(try video.source.readAll() == frames)
    #expect(try video.source.read(into: Frame(format: format), planes: .all) == false)

    let luma = try openVideo(path: path)
    #expect(try luma.source.skip(2) == 2)
    let lumaByteCount = 37 * 21 * format.pixelFormat.bytesPerSample
    #expect(try luma.source.readAll(.luma) == frames[2...].map { Array($0.prefix(lumaByteCount)) })
    #expect(try luma.source.skip(1) == 0)
  }

  @Test("An alpha plane is left out without touching the others")
  func alpha() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("clip.mkv")
    let filter = "testsrc2=s=38x22:r=10:d=0.5,format=yuva444p10le"
    try Installed.ffmpeg(["-f", "lavfi", "-i", filter, "-c:v", "ffv1", path])
    let planes = folder.path("planes.yuv")
    try Installed.ffmpeg(["-i", path, "-f", "rawvideo", planes])
    let video = try openVideo(path: path)
    #expect(video.probe.pixelFormatName == "yuva444p10le")
    #expect(video.source.format.pixelFormat == PixelFormat(chroma: .yuv444, bitDepth: 10))
    let withAlpha = [UInt8](try Data(contentsOf: URL(fileURLWithPath: planes)))
    let frameByteCount = video.source.format.frameByteCount / 3 * 4
    let expected = stride(from: 0, to: withAlpha.count, by: frameByteCount).map {
      Array(withAlpha[$0..<$0 + video.source.format.frameByteCount])
    }
    #expect(expected.count == 5)
    #expect(try video.source.readAll() == expected)
  }

  @Test("RGB is refused by name, and converted when asked for")
  func rgb() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("clip.mkv")
    try Installed.ffmpeg(
      ["-f", "lavfi", "-i", "color=white:s=32x32:d=0.2,format=gbrp", "-c:v", "ffv1", path])
    var converting = VideoInputOptions()
    converting.convertsRGB = true
    let error = videoError { try openVideo(path: path) }
    #expect(error?.kind == .badData)
    // FFV1 stores it as one of its own arrangements of RGB.
    let name = try #require(try probeVideo(path: path, options: converting).pixelFormatName)
    #expect("\(try #require(error))".contains("\(name) is RGB"))

    let video = try openVideo(path: path, options: converting)
    let frame = try #require(try video.source.readAll().first)
    #expect(video.source.format.pixelFormat == PixelFormat(chroma: .yuv444, bitDepth: 8))
    #expect(Set(frame.prefix(1024)) == [235], "White is 235 in limited range.")
    #expect(Set(frame.dropFirst(1024)) == [128])

    let exotic = folder.path("clip.nut")
    try Installed.ffmpeg(
      ["-f", "lavfi", "-i", "color=s=32x32:d=0.2,format=yuv410p", "-c:v", "rawvideo", exotic])
    #expect("\(try #require(videoError { try openVideo(path: exotic) }))".contains("yuv410p"))
  }

  @Test("Frames are neither repeated nor dropped when the frame rate varies")
  func variableFrameRate() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("clip.mkv")
    try Installed.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-vf",
      "select='not(mod(n,3))+lt(n,10)',setpts='if(eq(mod(N,4),0),PTS,PTS+0.01/TB)'", "-fps_mode",
      "passthrough", "-c:v", "ffv1", path,
    ])
    let video = try openVideo(path: path)
    #expect(try video.source.readAll(.luma).count == 23)
    var counting = VideoInputOptions()
    counting.countsFrames = true
    #expect(try probeVideo(path: path, options: counting).frameCount == 23)
  }

  @Test("Files are scaled by FFmpeg, whatever reads them otherwise")
  func scaling() throws {
    let format = VideoFormat(
      width: 64, height: 48, pixelFormat: .init(chroma: .yuv420, bitDepth: 10))
    let folder = try TemporaryFolder()
    let clip = try Installed.losslessClip("yuv420p10le", format, in: folder)
    let stream = try folder.file(
      "clip.y4m", y4m(header: "W64 H48 F25:1 C420p10", frames: clip.frames))
    for filter in VideoScale.Filter.allCases {
      let scale = VideoScale(width: 50, height: 34, filter: filter)
      let expectedPath = folder.path("expected.yuv")
      try Installed.ffmpeg([
        "-i", clip.path, "-vf", "scale=50:34:flags=\(filter.rawValue)", "-f", "rawvideo",
        expectedPath,
      ])
      let expected = [UInt8](try Data(contentsOf: URL(fileURLWithPath: expectedPath)))
      var options = VideoInputOptions()
      options.scale = scale
      var raw = VideoInputOptions(rawFormat: format)
      raw.scale = scale
      let videos = [
        try openVideo(path: clip.path, options: options),
        try openVideo(path: stream, options: options),
        try openVideo(path: folder.path("clip.yuv"), options: raw),
        try openVideo(path: clip.path).scaled(to: scale),
      ]
      for video in videos {
        #expect(video.probe.format == format)
        #expect(video.source.format.width == 50)
        #expect(try video.source.readAll().flatMap { $0 } == expected)
      }
    }
  }

  @Test("A container's facts are reported")
  func probe() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("clip.mp4")
    try Installed.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=64x48:r=30000/1001:d=1", "-c:v", "mpeg4", "-aspect", "4:3",
      "-metadata:s:v:0", "rotate=90", "-color_primaries", "bt709", "-color_trc", "bt709", path,
    ])
    let probe = try probeVideo(path: path)
    #expect(probe.container.contains("mp4"))
    #expect(probe.codec == "mpeg4")
    #expect(probe.frameCount == 30)
    #expect(probe.frameRate == FrameRate(30000, 1001))
    #expect(probe.hasVariableFrameRate == false)
    #expect(probe.startTime == 0)
    #expect(probe.sampleAspectRatio?.isSquare == true)
    #expect(abs((probe.duration ?? 0) - 1.001) < 0.01)
  }

  @Test("Without ffprobe the decoder tells the format", arguments: [20, 21])
  func withoutProbe(width: Int) throws {
    let format = VideoFormat(
      width: width, height: 10, pixelFormat: .init(chroma: .yuv422, bitDepth: 10))
    let folder = try TemporaryFolder()
    let clip = try Installed.losslessClip("yuv422p10le", format, in: folder)
    let tools = FFmpegTools(ffmpeg: Installed.tools.ffmpeg, ffprobe: nil)
    let video = try openVideo(path: clip.path, options: VideoInputOptions(tools: tools))
    #expect(video.probe.isIncomplete)
    #expect(try video.source.readAll() == clip.frames)
    let noVideo = try folder.file("noise.mp4", [UInt8](repeating: 7, count: 5000))
    let error = videoError {
      try openVideo(path: noVideo, options: VideoInputOptions(tools: tools))
    }
    let words = "Invalid data found when processing input"
    #expect("\(try #require(error))".contains("ffmpeg failed: \(words)"))
    let rgb = folder.path("rgb.mkv")
    try Installed.ffmpeg(
      ["-f", "lavfi", "-i", "color=s=32x32:d=0.2,format=gbrp", "-c:v", "ffv1", rgb])
    #expect(
      videoError { try openVideo(path: rgb, options: VideoInputOptions(tools: tools)) }
        == .toolFailed(path: rgb, tool: "ffmpeg", message: "its pixel format is not planar YUV"))
  }
}
