import Foundation
import Testing

@testable import VideoIO

/// A folder of its own for a test, removed with the object.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "tinyvmaf-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = "\(path)/\(name)"
    // Not with Data.write(to:), which waits for the disk.
    let handle = try #require(fopen(path, "wb"))
    let array = Array(bytes)
    #expect(fwrite(array, 1, array.count, handle) == array.count)
    #expect(fclose(handle) == 0)
    return path
  }

  /// A path in the folder at which there is nothing.
  func path(_ name: String) -> String { "\(path)/\(name)" }
}

/// The generator of splitmix64: random figures that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Random frames of a format as the bytes of a raw file, every sample within the bit depth.
func randomFrames(_ format: VideoFormat, count: Int, seed: UInt64) -> [[UInt8]] {
  var generator = SeededGenerator(state: seed)
  let sampleBytes = format.pixelFormat.bytesPerSample
  return (0..<count).map { _ in
    (0..<format.frameByteCount / sampleBytes).flatMap { _ -> [UInt8] in
      let sample = UInt16.random(
        in: 0...UInt16((1 << format.pixelFormat.bitDepth) - 1), using: &generator)
      return sampleBytes == 1 ? [UInt8(sample)] : [UInt8(sample & 255), UInt8(sample >> 8)]
    }
  }
}

/// The bytes of a Y4M file.
func y4m(header: String, frames: [[UInt8]], frameLine: String = "FRAME") -> [UInt8] {
  Array("YUV4MPEG2 \(header)\n".utf8) + frames.flatMap { Array("\(frameLine)\n".utf8) + $0 }
}

extension Frame {
  /// The samples of the planes as in a raw file.
  func bytes(_ selection: PlaneSelection = .all) -> [UInt8] {
    planes.prefix(selection == .luma ? 1 : planes.count).flatMap { plane in
      (0..<plane.height).flatMap { y in
        [UInt8](
          UnsafeRawBufferPointer(
            start: plane.base + y * plane.bytesPerRow,
            count: plane.width * format.pixelFormat.bytesPerSample))
      }
    }
  }
}

extension FrameSource {
  /// All remaining frames as in a raw file.
  func readAll(_ selection: PlaneSelection = .all) throws -> [[UInt8]] {
    let frame = Frame(format: format, selection: selection)
    var frames: [[UInt8]] = []
    while try read(into: frame, planes: selection) { frames.append(frame.bytes(selection)) }
    return frames
  }
}

/// The error that a piece of work ends with.
func videoError<T>(_ body: () throws -> T) -> VideoError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? VideoError
  }
}

/// A stream that reads from a pipe into which a thread writes in pieces of odd sizes.
func pipeStream(_ bytes: [UInt8], pieceByteCount: Int = 777) throws -> ByteStream {
  let pipe = Pipe()
  // The stream closes its descriptor, so that it gets one of its own.
  let descriptor = dup(pipe.fileHandleForReading.fileDescriptor)
  try pipe.fileHandleForReading.close()
  let writer = pipe.fileHandleForWriting
  Thread.detachNewThread {
    signal(SIGPIPE, SIG_IGN)
    var start = 0
    while start < bytes.count {
      let end = min(start + pieceByteCount, bytes.count)
      do { try writer.write(contentsOf: bytes[start..<end]) } catch { break }
      start = end
    }
    try? writer.close()
  }
  return try ByteStream(descriptor: descriptor, path: "pipe")
}
