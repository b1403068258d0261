import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension PairsFile {
  /// A pair as one JSON line that ``read(_:rawFormat:checkingFiles:)`` reads back, without the
  /// line's end.
  ///
  /// - Parameters:
  ///   - pair: The pair.
  ///   - folder: Where relative paths of the pair count from; the line's paths are absolute.
  /// - Throws: `EncodingError` when the pair's score is not finite.
  public static func line(of pair: VideoPair, relativeTo folder: String) throws -> String {
    var record = Record()
    record.reference = FileSystem.join(folder, pair.reference)
    record.distorted = FileSystem.join(folder, pair.distorted)
    record.source = pair.source
    record.id = pair.id
    record.score = pair.humanScore
    record.width = pair.rawFormat?.width
    record.height = pair.rawFormat?.height
    record.pixelFormat = pair.rawFormat?.pixelFormat.chroma.rawValue
    record.bitdepth = pair.rawFormat?.pixelFormat.bitDepth
    record.frameRate = pair.frameRate?.text
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  /// The columns, under the names that the file gives them.
  private struct Record: Encodable {
    var reference = ""
    var distorted = ""
    var source = ""
    var id = ""
    var score: Double?
    var width: Int?
    var height: Int?
    var pixelFormat: String?
    var bitdepth: Int?
    var frameRate: String?

    private enum CodingKeys: String, CodingKey {
      case reference, distorted, source, id, score, width, height, bitdepth
      case pixelFormat = "pixel_format"
      case frameRate = "frame_rate"
    }
  }
}
