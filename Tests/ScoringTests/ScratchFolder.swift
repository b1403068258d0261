import Foundation
import VideoIO
import _TestSupport

/// A temporary folder with videos, which goes away with the test.
final class ScratchFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "scoring-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes one side of a clip as Y4M and returns its path.
  func write(
    _ clip: SyntheticClip, _ side: SyntheticSource.Side, as name: String? = nil
  ) throws -> String {
    let source = SyntheticSource(clip, side: side)
    let depth = clip.bitDepth == 8 ? "jpeg" : "p\(clip.bitDepth)"
    var bytes = Data(
      "YUV4MPEG2 W\(clip.width) H\(clip.height) F25:1 Ip A1:1 C420\(depth)\n".utf8)
    let frame = Frame(format: source.format)
    while try source.read(into: frame, planes: .all) {
      bytes.append(Data("FRAME\n".utf8))
      for plane in frame.planes {
        let rowBytes = plane.width * source.format.pixelFormat.bytesPerSample
        for row in 0..<plane.height {
          bytes.append(Data(bytes: plane.base + row * plane.bytesPerRow, count: rowBytes))
        }
      }
    }
    let path = file(name ?? "\(clip.name)-\(side).y4m")
    try bytes.write(to: URL(filePath: path))
    return path
  }

  /// Appends the frames of one Y4M file to another and returns the new file's path.
  func join(_ first: String, framesOf second: String, as name: String) throws -> String {
    let rest = try Data(contentsOf: URL(filePath: second))
    let frames = rest.firstIndex(of: UInt8(ascii: "\n")).map { rest[($0 + 1)...] } ?? rest
    try (Data(contentsOf: URL(filePath: first)) + frames).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Writes text and returns the file's path.
  func write(_ text: String, as name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
    return file(name)
  }
}

extension ScratchFolder {
  /// The bytes of a file.
  func contents(of path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  /// Writes bytes to a file of the folder and returns its path.
  func write(_ bytes: Data, as name: String) throws -> String {
    try bytes.write(to: URL(filePath: file(name)))
    return file(name)
  }
}
