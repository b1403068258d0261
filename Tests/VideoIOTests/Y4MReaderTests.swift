import Testing

@testable import VideoIO

@Suite("Y4M")
struct Y4MReaderTests {
  static let tags: [(tag: String, chroma: ChromaSubsampling, bitDepth: Int)] =
    [
      ("420", .yuv420, 8), ("420jpeg", .yuv420, 8), ("420mpeg2", .yuv420, 8),
      ("420paldv", .yuv420, 8), ("422", .yuv422, 8), ("444", .yuv444, 8), ("mono", .yuv400, 8),
    ]
    + [9, 10, 12, 14, 16].flatMap { depth -> [(String, ChromaSubsampling, Int)] in
      [
        ("420p\(depth)", .yuv420, depth), ("422p\(depth)", .yuv422, depth),
        ("444p\(depth)", .yuv444, depth), ("mono\(depth)", .yuv400, depth),
      ]
    }

  @Test("Every layout gives back its samples", arguments: tags)
  func roundTrip(tag: String, chroma: ChromaSubsampling, bitDepth: Int) throws {
    let folder = try TemporaryFolder()
    for (width, height) in [(6, 4), (7, 5), (1, 1)] {
      let format = VideoFormat(
        width: width, height: height, pixelFormat: .init(chroma: chroma, bitDepth: bitDepth))
      let frames = randomFrames(format, count: 3, seed: 4)
      let bytes = y4m(header: "W\(width) H\(height) F30000:1001 Ip A1:1 C\(tag)", frames: frames)
      let file = try folder.file("clip.y4m", bytes)

      let reader = try Y4MReader(path: file)
      #expect(reader.format == format)
      #expect(reader.frameCount == 3)
      #expect(reader.frameRate == FrameRate(30000, 1001))
      #expect(try reader.readAll() == frames)

      let piped = try Y4MReader(stream: pipeStream(bytes, pieceByteCount: 5))
      #expect(piped.frameCount == nil)
      #expect(try piped.readAll() == frames)

      let luma = try Y4MReader(path: file)
      let lumaByteCount = width * height * format.pixelFormat.bytesPerSample
      #expect(try luma.readAll(.luma) == frames.map { Array($0.prefix(lumaByteCount)) })

      let skipped = try Y4MReader(path: file)
      #expect(try skipped.skip(2) == 2)
      #expect(try skipped.readAll() == [frames[2]])
      #expect(try skipped.skip(1) == 0)
    }
  }

  @Test("The alpha plane is left out")
  func alpha() throws {
    let format = VideoFormat(
      width: 5, height: 3, pixelFormat: .init(chroma: .yuv444, bitDepth: 8))
    let frames = randomFrames(format, count: 3, seed: 5)
    let withAlpha = frames.map { $0 + [UInt8](repeating: 99, count: 15) }
    let folder = try TemporaryFolder()
    let file = try folder.file("clip.y4m", y4m(header: "W5 H3 F25:1 C444alpha", frames: withAlpha))
    let reader = try Y4MReader(path: file)
    #expect(reader.frameCount == 3)
    #expect(try reader.readAll() == frames)
    #expect(try Y4MReader(path: file).readAll(.luma) == frames.map { Array($0.prefix(15)) })
  }

  @Test("Parameters come in any order; unknown ones are passed over")
  func parameters() throws {
    let line = "YUV4MPEG2 XYSCSS=422P10 A64:45 Z9 Im F24000:1001 H32 XCOLORRANGE=FULL W64"
    let header = try Y4MHeader(line: Array(line.utf8), path: "x")
    #expect(header.format.width == 64)
    #expect(header.format.height == 32)
    #expect(header.format.pixelFormat == PixelFormat(chroma: .yuv422, bitDepth: 10))
    #expect(header.frameRate == FrameRate(24000, 1001))
    #expect(header.sampleAspectRatio == AspectRatio(64, 45))
    #expect(header.isInterlaced == true)
    #expect(header.range == .full)

    let plain = try Y4MHeader(line: Array("YUV4MPEG2 W2 H2 F0:0 A0:0 I?".utf8), path: "x")
    #expect(plain.format.pixelFormat == PixelFormat(chroma: .yuv420, bitDepth: 8))
    #expect(plain.frameRate == nil)
    #expect(plain.sampleAspectRatio == nil)
    #expect(plain.isInterlaced == nil)
  }

  @Test(
    "Headers that break the format are refused with the reason",
    arguments: [
      ("", "does not start"), ("YUV4MPEG W2 H2", "does not start"),
      ("YUV4MPEG2x W2 H2", "does not start"), ("YUV4MPEG2", "width (W) is missing"),
      ("YUV4MPEG2 W2", "height (H) is missing"), ("YUV4MPEG2 W0 H2", "width '0'"),
      ("YUV4MPEG2 W-2 H2", "width '-2'"), ("YUV4MPEG2 W2 H40000", "height '40000'"),
      ("YUV4MPEG2 W99999999999999999999 H2", "not a number"), ("YUV4MPEG2 W H2", "not a number"),
      ("YUV4MPEG2 W2 H2 W3", "W is there twice"), ("YUV4MPEG2 W2 H2 F25", "frame rate '25'"),
      ("YUV4MPEG2 W2 H2 F25:1:1", "frame rate"), ("YUV4MPEG2 W2 H2 F-25:1", "frame rate"),
      ("YUV4MPEG2 W2 H2 Ix", "interlacing 'x'"), ("YUV4MPEG2 W2 H2 Aa:b", "aspect ratio"),
      ("YUV4MPEG2 W2 H2 7", "no parameter"), ("YUV4MPEG2 W2 H2 C411", "C411 is not supported"),
      ("YUV4MPEG2 W2 H2 C420p8", "not supported"), ("YUV4MPEG2 W2 H2 C420p", "not supported"),
      ("YUV4MPEG2 W2 H2 C", "not supported"), ("YUV4MPEG2 W2 H2 Cmono11", "not supported"),
    ])
  func brokenHeader(line: String, reason: String) throws {
    let error = try #require(
      videoError { try Y4MHeader(line: Array(line.utf8), path: "clip.y4m") })
    #expect(error.kind == .badData)
    #expect("\(error)".hasPrefix("clip.y4m: "))
    #expect("\(error)".contains(reason))
  }

  @Test("A header without an end is refused, not read to the end of the file")
  func endlessHeader() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "clip.y4m", "YUV4MPEG2 W2 H2 X".utf8 + [UInt8](repeating: 65, count: 9000))
    guard case .invalidHeader = videoError({ try Y4MReader(path: file) }) else {
      Issue.record("an endless header was accepted")
      return
    }
  }

  @Test("Frame lines may have parameters; frames are still counted")
  func frameParameters() throws {
    let format = VideoFormat(
      width: 4, height: 2, pixelFormat: .init(chroma: .yuv420, bitDepth: 8))
    let frames = randomFrames(format, count: 4, seed: 6)
    let folder = try TemporaryFolder()
    for line in ["FRAME Ip", "FRAME ", "FRAME Itpp XSOMETHING"] {
      let bytes = y4m(header: "W4 H2 F25:1", frames: frames, frameLine: line)
      let reader = try Y4MReader(path: folder.file("clip.y4m", bytes))
      #expect(reader.frameCount == 4)
      #expect(try reader.readAll() == frames)
      #expect(try Y4MReader(stream: pipeStream(bytes)).readAll(.luma).count == 4)
    }
    // Lines with and without parameters in one file.
    let mixed =
      y4m(header: "W4 H2 F25:1", frames: [frames[0]])
      + y4m(header: "", frames: Array(frames[1...]), frameLine: "FRAME Ib").dropFirst(11)
    let reader = try Y4MReader(path: folder.file("clip.y4m", mixed))
    #expect(reader.frameCount == 4)
    #expect(try reader.readAll() == frames)
  }

  @Test("A file that ends inside of a frame is refused when it is opened")
  func truncatedFile() throws {
    let format = VideoFormat(
      width: 4, height: 4, pixelFormat: .init(chroma: .yuv420, bitDepth: 8))
    let bytes = y4m(header: "W4 H4 F25:1", frames: randomFrames(format, count: 3, seed: 7))
    let folder = try TemporaryFolder()
    for missing in [1, 8, 23, 24] {
      let file = try folder.file("clip.y4m", bytes.dropLast(missing))
      #expect(
        videoError { try Y4MReader(path: file) }
          == .truncatedFrame(path: file, frame: 2, expected: 24, found: 24 - missing))
      let piped = try Y4MReader(stream: pipeStream(bytes.dropLast(missing)))
      #expect(
        videoError { try piped.readAll() }
          == .truncatedFrame(path: "pipe", frame: 2, expected: 24, found: 24 - missing))
    }
    let cutLine = try folder.file("clip.y4m", bytes.dropLast(26))
    #expect(videoError { try Y4MReader(path: cutLine) }?.kind == .badData)
    let noFrames = try folder.file("clip.y4m", "YUV4MPEG2 W4 H4\n".utf8)
    #expect(videoError { try Y4MReader(path: noFrames) } == .empty(path: noFrames))
  }

  @Test("Thousands of damaged files end in frames or in an error, never in a crash")
  func mutations() throws {
    let format = VideoFormat(
      width: 6, height: 4, pixelFormat: .init(chroma: .yuv420, bitDepth: 10))
    let valid = y4m(
      header: "W6 H4 F25:1 Ip A1:1 C420p10 XYSCSS=420P10",
      frames: randomFrames(format, count: 2, seed: 8), frameLine: "FRAME Ip")
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(state: 9)
    var (accepted, refused) = (0, 0)
    for _ in 0..<2000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        // Most of the damage goes to the headers, where it matters.
        let limit = Bool.random(using: &generator) ? min(70, bytes.count) : bytes.count
        guard limit > 1 else { break }
        let position = Int.random(in: 0..<limit, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: position)
        case 2: bytes.insert(UInt8(ascii: "9"), at: position)
        case 3: bytes.removeLast(Int.random(in: 0..<min(80, bytes.count), using: &generator))
        default: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
      }
      let file = try folder.file("clip.y4m", bytes)
      do {
        let reader = try Y4MReader(path: file)
        let counted = try #require(reader.frameCount)
        #expect(reader.format.frameByteCount <= bytes.count)
        #expect(try reader.readAll().count == counted)
        accepted += 1
      } catch is VideoError {
        refused += 1
      }
    }
    #expect(accepted > 50 && refused > 500, "\(accepted) accepted, \(refused) refused")
  }
}
