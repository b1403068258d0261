public import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A list of pairs in a file, for videos that do not lie in the Netflix layout.
///
/// Either JSON lines, one object per line, or CSV with a header. The columns, in any order:
///
/// | column | needed | meaning |
/// |---|---|---|
/// | `reference`, `distorted` | yes | paths; relative ones count from the pairs file's folder |
/// | `source` | yes | the content, by which splits are made |
/// | `id` | no | a unique name; else `<source>/<stem of distorted>` |
/// | `score` | no | the viewers' score |
/// | `width`, `height` | for raw files | the size of a frame |
/// | `pixel_format`, `bitdepth` | no | of raw files: `420` and 8 unless said |
/// | `frame_rate` | no | `25` or `30000/1001` |
///
/// An unknown column is an error, lest a misspelt one be lost in silence.
public enum PairsFile {
  /// The names of all columns.
  public static let columns = [
    "reference", "distorted", "source", "id", "score", "width", "height", "pixel_format",
    "bitdepth", "frame_rate",
  ]
  private static let sizeLimit = 256 << 20

  /// Reads a pairs file.
  ///
  /// - Parameters:
  ///   - path: The file; JSON lines when its first character is `{`, else CSV.
  ///   - rawFormat: The format of raw files in rows that state none.
  ///   - checkingFiles: Whether each video must be there.
  /// - Returns: The pairs in the file's order.
  /// - Throws: ``CorpusError/pairsFile(path:line:reason:)``, which names the line.
  public static func read(
    _ path: String, rawFormat: VideoFormat? = nil, checkingFiles: Bool = true
  ) throws -> [VideoPair] {
    let data = try FileSystem.contents(path, limit: sizeLimit)
    var bytes = data[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    guard let first = bytes.first(where: { !blank.contains($0) }) else {
      throw CorpusError.pairsFile(path: path, line: 0, reason: "it is empty")
    }
    let records =
      first == UInt8(ascii: "{") ? try jsonRecords(bytes, path) : try csvRecords(bytes, path)
    let folder = FileSystem.folder(of: path)
    var pairs: [VideoPair] = []
    var lineOfID: [String: Int] = [:]
    for record in records {
      let pair = try record.pair(folder: folder, rawFormat: rawFormat)
      if let other = lineOfID.updateValue(record.line, forKey: pair.id) {
        throw record.error("the id \(pair.id) is already that of line \(other); give it an id")
      }
      if checkingFiles { try record.checkFiles(pair) }
      pairs.append(pair)
    }
    if pairs.isEmpty {
      throw CorpusError.pairsFile(path: path, line: 0, reason: "it holds a header but no pair")
    }
    return pairs
  }

  private static func csvRecords(_ bytes: Data, _ path: String) throws -> [PairRecord] {
    let rows: [DelimitedText.Row]
    do {
      rows = try DelimitedText.rows(bytes)
    } catch let damage as DelimitedText.Damage {
      throw CorpusError.pairsFile(path: path, line: damage.line, reason: damage.reason)
    }
    guard let header = rows.first else { return [] }
    try check(Set(header.fields), path, header.line)
    if Set(header.fields).count < header.fields.count {
      throw CorpusError.pairsFile(path: path, line: header.line, reason: "a column is there twice")
    }
    return try rows.dropFirst().map { row in
      guard row.fields.count == header.fields.count else {
        throw CorpusError.pairsFile(
          path: path, line: row.line,
          reason: "\(row.fields.count) fields under \(header.fields.count) columns")
      }
      let values = zip(header.fields, row.fields).filter { !$0.1.isEmpty }
      return PairRecord(
        path: path, line: row.line, values: Dictionary(values, uniquingKeysWith: { a, _ in a }))
    }
  }

  private static func jsonRecords(_ bytes: Data, _ path: String) throws -> [PairRecord] {
    var records: [PairRecord] = []
    let decoder = JSONDecoder()
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      do {
        let values = try decoder.decode([String: ScalarText?].self, from: Data(line))
        try check(Set(values.keys), path, index + 1, requireAll: false)
        records.append(
          PairRecord(path: path, line: index + 1, values: values.compactMapValues { $0?.text }))
      } catch let error as CorpusError {
        throw error
      } catch {
        throw CorpusError.pairsFile(path: path, line: index + 1, reason: jsonReason(error))
      }
    }
    return records
  }

  private static func check(
    _ names: Set<String>, _ path: String, _ line: Int, requireAll: Bool = true
  ) throws {
    if let unknown = names.subtracting(columns).min() {
      throw CorpusError.pairsFile(
        path: path, line: line,
        reason: "unknown column \"\(unknown)\"; known are \(columns.joined(separator: ", "))")
    }
    if requireAll, let missing = columns.prefix(3).first(where: { !names.contains($0) }) {
      throw CorpusError.pairsFile(
        path: path, line: line, reason: "the header has no column \"\(missing)\"")
    }
  }
}

/// A string, number or integer of a JSON object, as text.
private struct ScalarText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(String.self) {
      text = value
    } else if let value = try? container.decode(Int.self) {
      text = String(value)
    } else {
      text = String(try container.decode(Double.self))
    }
  }
}

/// The values of one line by column.
private struct PairRecord {
  let path: String
  let line: Int
  let values: [String: String]

  func error(_ reason: String) -> CorpusError {
    CorpusError.pairsFile(path: path, line: line, reason: reason)
  }

  func pair(folder: String, rawFormat: VideoFormat?) throws -> VideoPair {
    let reference = FileSystem.join(folder, try need("reference"))
    let distorted = FileSystem.join(folder, try need("distorted"))
    let source = try need("source")
    let format = try statedFormat() ?? rawFormat
    let isRaw = [reference, distorted].contains {
      FileSystem.stemAndExtension($0).extension == "yuv"
    }
    if isRaw, format == nil {
      throw error("a raw .yuv file needs width and height")
    }
    let rate = values["frame_rate"].map { FrameRate(text: $0) }
    if case .some(.none) = rate { throw error("frame_rate must be like 25 or 30000/1001") }
    var score: Double?
    if let text = values["score"] {
      guard let value = Double(text), value.isFinite else {
        throw error("score \"\(text)\" is not a number")
      }
      score = value
    }
    let stem = FileSystem.stemAndExtension(distorted).stem
    return VideoPair(
      id: values["id"] ?? "\(source)/\(stem)", source: source, reference: reference,
      distorted: distorted, rawFormat: isRaw ? format : nil, frameRate: rate ?? nil,
      humanScore: score)
  }

  func checkFiles(_ pair: VideoPair) throws {
    for file in [pair.reference, pair.distorted] where FileSystem.status(file)?.kind != .file {
      throw error("there is no file \(file)")
    }
  }

  private func need(_ column: String) throws -> String {
    guard let value = values[column] else { throw error("\(column) is missing") }
    return value
  }

  private func statedFormat() throws -> VideoFormat? {
    var entry = CorpusManifest.Entry()
    entry.width = try integer("width")
    entry.height = try integer("height")
    entry.pixelFormat = values["pixel_format"]
    entry.bitdepth = try integer("bitdepth")
    if (entry.width == nil) != (entry.height == nil) {
      throw error("width and height must be given together")
    }
    if let problem = RawGeometry.problem(
      width: entry.width, height: entry.height, chroma: entry.pixelFormat,
      bitDepth: entry.bitdepth)
    {
      throw error(problem)
    }
    return entry.format
  }

  private func integer(_ column: String) throws -> Int? {
    guard let text = values[column] else { return nil }
    guard let value = Int(text) else { throw error("\(column) \"\(text)\" is not an integer") }
    return value
  }
}
