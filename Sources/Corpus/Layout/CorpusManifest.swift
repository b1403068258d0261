public import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The optional `corpus.json` of a corpus: what file names cannot say.
///
/// ```json
/// {
///   "schema": 1,
///   "default": {"width": 1920, "height": 1080, "pixel_format": "420", "bitdepth": 8},
///   "files": {"ref/Tennis_24fps.yuv": {"frame_rate": "24000/1001"}}
/// }
/// ```
///
/// A field of a file's entry wins over the same field of `default`. Everything is optional.
public struct CorpusManifest: Sendable, Hashable, Codable {
  /// What is known of a file.
  public struct Entry: Sendable, Hashable, Codable {
    /// Luma samples in a row.
    public var width: Int?
    /// Luma rows.
    public var height: Int?
    /// Chroma subsampling: `400`, `420`, `422` or `444`.
    public var pixelFormat: String?
    /// Bits per sample, 8 to 16.
    public var bitdepth: Int?
    /// The exact frame rate, `30000/1001` or `25`.
    public var frameRate: String?
    /// The number of frames.
    public var frames: Int?
    /// The name, size and length of what the file was made from.
    public var input: String?
    /// How the file was made: a recipe or a distortion.
    public var codec: String?
    /// The filter that scaled an encode to the reference's size.
    public var scaler: String?
    /// The bit rate that the encode really has, in kbit/s.
    public var measuredKbps: Int?
    /// The options of the program that made the file.
    public var command: String?

    /// Creates an entry that says nothing yet.
    public init() {}

    enum CodingKeys: String, CodingKey {
      case width, height, bitdepth, frames, input, codec, scaler, command
      case pixelFormat = "pixel_format"
      case frameRate = "frame_rate"
      case measuredKbps = "measured_kbps"
    }
  }

  /// The version of the file's layout, 1.
  public var schema: Int?
  /// What holds for every file whose entry does not say otherwise.
  public var defaultEntry: Entry?
  /// Entries by path relative to the root, such as `dis/Tennis_20_288_375.yuv`.
  public var files: [String: Entry]?

  enum CodingKeys: String, CodingKey {
    case schema, files
    case defaultEntry = "default"
  }

  /// The file's name in the root of a corpus.
  public static let fileName = "corpus.json"
  private static let sizeLimit = 64 << 20

  /// Creates an empty manifest.
  public init() { schema = 1 }

  /// Reads the manifest of the corpus at `root`.
  ///
  /// - Returns: `nil` when there is none.
  /// - Throws: ``CorpusError/manifest(path:reason:)`` when it is damaged or says something
  ///   impossible.
  public static func read(root: String) throws -> CorpusManifest? {
    let path = FileSystem.join(root, fileName)
    guard FileSystem.status(path) != nil else { return nil }
    let data = try FileSystem.contents(path, limit: sizeLimit)
    let manifest: CorpusManifest
    do {
      manifest = try JSONDecoder().decode(CorpusManifest.self, from: data)
    } catch {
      throw CorpusError.manifest(path: path, reason: jsonReason(error))
    }
    if let schema = manifest.schema, schema != 1 {
      throw CorpusError.manifest(
        path: path, reason: "schema \(schema) is unknown; this version reads schema 1")
    }
    if let entry = manifest.defaultEntry { try entry.validate(path: path, name: "default") }
    for name in (manifest.files ?? [:]).keys.sorted() {
      try manifest.files?[name]?.validate(path: path, name: name)
    }
    return manifest
  }

  /// The text of the file: sorted, so that equal manifests are equal files.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The entry of a file with the defaults filled in.
  public func entry(_ relativePath: String) -> Entry {
    var entry = files?[relativePath] ?? Entry()
    guard let base = defaultEntry else { return entry }
    entry.width = entry.width ?? base.width
    entry.height = entry.height ?? base.height
    entry.pixelFormat = entry.pixelFormat ?? base.pixelFormat
    entry.bitdepth = entry.bitdepth ?? base.bitdepth
    entry.frameRate = entry.frameRate ?? base.frameRate
    entry.frames = entry.frames ?? base.frames
    return entry
  }
}

extension CorpusManifest.Entry {
  /// The size and sample layout, when width and height are known; 4:2:0 and 8 bits unless said.
  public var format: VideoFormat? {
    guard let width, let height else { return nil }
    return VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(
        chroma: ChromaSubsampling(rawValue: pixelFormat ?? "420") ?? .yuv420,
        bitDepth: bitdepth ?? 8))
  }

  /// The exact frame rate.
  public var rate: FrameRate? { frameRate.flatMap(FrameRate.init(text:)) }

  /// Fills in size and sample layout.
  mutating func setFormat(_ format: VideoFormat) {
    width = format.width
    height = format.height
    pixelFormat = format.pixelFormat.chroma.rawValue
    bitdepth = format.pixelFormat.bitDepth
  }

  func validate(path: String, name: String) throws {
    func fail(_ reason: String) -> CorpusError {
      CorpusError.manifest(path: path, reason: "the entry \"\(name)\" \(reason)")
    }
    if (width == nil) != (height == nil) { throw fail("needs both width and height") }
    if let problem = RawGeometry.problem(
      width: width, height: height, chroma: pixelFormat, bitDepth: bitdepth)
    {
      throw fail("says \(problem)")
    }
    if let frameRate, rate == nil {
      throw fail("says frame_rate \(frameRate); write it as 25 or 30000/1001")
    }
    if let frames, frames < 0 { throw fail("says \(frames) frames") }
  }
}

extension FrameRate {
  /// Frames per second to the nearest integer, at least 1, as file names state it.
  var rounded: Int { max(1, (2 * numerator + denominator) / (2 * denominator)) }
}

/// What a JSON decoder complains about, in one sentence.
func jsonReason(_ error: any Error) -> String {
  func place(_ path: [any CodingKey]) -> String {
    let text = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    return text.isEmpty ? "" : " at \(text)"
  }
  switch error {
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    return "a value of another type is expected\(place(context.codingPath))"
  case DecodingError.keyNotFound(let key, let context):
    return "\"\(key.stringValue)\" is missing\(place(context.codingPath))"
  case DecodingError.dataCorrupted(let context):
    return context.codingPath.isEmpty
      ? "this is not valid JSON" : "an impossible value\(place(context.codingPath))"
  default:
    return "this is not valid JSON"
  }
}
