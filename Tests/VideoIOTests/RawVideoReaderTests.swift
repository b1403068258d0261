import Testing

@testable import VideoIO

@Suite("Raw video")
struct RawVideoReaderTests {
  static let formats = ChromaSubsampling.allCases.flatMap { chroma in
    [8, 9, 10, 12, 14, 16].flatMap { depth in
      [(6, 4), (7, 5), (33, 35), (1, 1)].map { width, height in
        VideoFormat(
          width: width, height: height, pixelFormat: .init(chroma: chroma, bitDepth: depth))
      }
    }
  }

  @Test("Files and pipes give back the samples, whatever the layout", arguments: formats)
  func roundTrip(format: VideoFormat) throws {
    let folder = try TemporaryFolder()
    let frames = randomFrames(format, count: 3, seed: 1)
    let bytes = frames.flatMap { $0 }
    let file = try folder.file("clip.yuv", bytes)

    let reader = try RawVideoReader(path: file, format: format)
    #expect(reader.frameCount == 3)
    #expect(try reader.readAll() == frames)
    #expect(try reader.skip(1) == 0)

    let piped = try RawVideoReader(stream: pipeStream(bytes), format: format, frameRate: nil)
    #expect(piped.frameCount == nil)
    #expect(try piped.readAll() == frames)
  }

  @Test("Reading luma alone gives the luma of a full read", arguments: formats)
  func lumaOnly(format: VideoFormat) throws {
    let folder = try TemporaryFolder()
    let frames = randomFrames(format, count: 3, seed: 2)
    let luma = frames.map {
      Array($0.prefix(format.width * format.height * format.pixelFormat.bytesPerSample))
    }
    let file = try folder.file("clip.yuv", frames.joined())
    #expect(try RawVideoReader(path: file, format: format).readAll(.luma) == luma)
    let piped = try RawVideoReader(
      stream: pipeStream(frames.flatMap { $0 }), format: format, frameRate: nil)
    #expect(try piped.readAll(.luma) == luma)
  }

  @Test("Skipping discards whole frames and stops at the end")
  func skip() throws {
    let format = VideoFormat(
      width: 5, height: 3, pixelFormat: .init(chroma: .yuv420, bitDepth: 10))
    let folder = try TemporaryFolder()
    let frames = randomFrames(format, count: 5, seed: 3)
    let bytes = frames.flatMap { $0 }
    let file = try RawVideoReader(path: folder.file("clip.yuv", bytes), format: format)
    let pipe = try RawVideoReader(stream: pipeStream(bytes), format: format, frameRate: nil)
    for reader in [file, pipe] {
      #expect(try reader.skip(3) == 3)
      #expect(try reader.readAll() == Array(frames[3...]))
      #expect(try reader.skip(1) == 0)
    }
    let again = try RawVideoReader(path: folder.path("clip.yuv"), format: format)
    #expect(try again.skip(9) == 5)
  }

  @Test("Rows that span many system calls arrive complete")
  func largeFrame() throws {
    let format = VideoFormat(
      width: 1500, height: 1200, pixelFormat: .init(chroma: .yuv400, bitDepth: 8))
    let bytes = (0..<format.frameByteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let folder = try TemporaryFolder()
    let frame = Frame(format: format)
    let file = try RawVideoReader(path: folder.file("clip.yuv", bytes), format: format)
    let pipe = try RawVideoReader(
      stream: pipeStream(bytes, pieceByteCount: 65_537), format: format, frameRate: nil)
    for reader in [file, pipe] {
      #expect(try reader.read(into: frame, planes: .all))
      #expect(frame.bytes() == bytes)
    }
  }

  @Test("A size that is no multiple of a frame is refused with the figures")
  func unevenSize() throws {
    let format = VideoFormat(
      width: 4, height: 4, pixelFormat: .init(chroma: .yuv420, bitDepth: 8))
    let folder = try TemporaryFolder()
    let file = try folder.file("clip.yuv", [UInt8](repeating: 0, count: 55))
    let error = videoError { try RawVideoReader(path: file, format: format) }
    #expect(error == .unevenSize(path: file, byteCount: 55, frameByteCount: 24))
    #expect(error?.kind == .badData)
    #expect("\(try #require(error))".contains("2 frames of 24 bytes and 7 bytes more"))
  }

  @Test("A pipe that ends inside of a frame names the frame")
  func truncatedPipe() throws {
    let format = VideoFormat(
      width: 4, height: 4, pixelFormat: .init(chroma: .yuv420, bitDepth: 8))
    for selection in [PlaneSelection.luma, .all] {
      for length in [25, 41, 47] {
        let reader = try RawVideoReader(
          stream: pipeStream([UInt8](repeating: 0, count: length)), format: format,
          frameRate: nil)
        #expect(
          videoError { try reader.readAll(selection) }
            == .truncatedFrame(path: "pipe", frame: 1, expected: 24, found: length - 24))
      }
    }
    let empty = try RawVideoReader(stream: pipeStream([]), format: format, frameRate: nil)
    #expect(videoError { try empty.readAll() } == .empty(path: "pipe"))
  }

  @Test("A sample beyond the bit depth is refused with its frame", arguments: 9...16)
  func sampleOutOfRange(bitDepth: Int) throws {
    let format = VideoFormat(
      width: 11, height: 3, pixelFormat: .init(chroma: .yuv444, bitDepth: bitDepth))
    let folder = try TemporaryFolder()
    // Every position of a row, so that both the words and the rest of a row are checked.
    for position in 0..<11 {
      for plane in [0, 2] {
        var frames = randomFrames(format, count: 2, seed: UInt64(position))
        let sample = bitDepth == 16 ? 65535 : 1 << bitDepth
        let offset = 2 * (plane * 33 + 2 * 11 + position)
        frames[1][offset] = UInt8(sample & 255)
        frames[1][offset + 1] = UInt8(sample >> 8)
        let file = try folder.file("clip.yuv", frames.joined())
        let error = videoError { try RawVideoReader(path: file, format: format).readAll() }
        let expected = VideoError.sampleOutOfRange(
          path: file, frame: 1, sample: sample, bitDepth: bitDepth)
        #expect(error == (bitDepth == 16 ? nil : expected))
      }
    }
  }

  @Test("Sizes and depths out of range are refused")
  func geometry() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("clip.yuv", [0])
    for (width, height, depth) in [(0, 1, 8), (1, -1, 8), (40000, 1, 8), (1, 1, 7), (1, 1, 17)] {
      let format = VideoFormat(
        width: width, height: height, pixelFormat: .init(chroma: .yuv400, bitDepth: depth))
      let error = videoError { try RawVideoReader(path: file, format: format) }
      guard case .invalidGeometry = error else {
        Issue.record("\(width)x\(height), \(depth) bits gave \(String(describing: error))")
        continue
      }
    }
  }
}
