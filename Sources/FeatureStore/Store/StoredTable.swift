public import Features

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The rows of one stored file.
///
/// In the file: `source` and `pair` as strings, `frame` as a 32-bit integer, every feature and
/// score as a double, and ``Header`` as JSON under the metadata key `tinyvmaf.header`.
public struct StoredTable: Sendable, Equatable {
  /// What a file says about itself.
  public struct Header: Sendable, Equatable, Codable {
    /// The layout of the file.
    public let format: String
    /// The key's ``StoreKey/digest``, which is also the file's name.
    public let digest: String
    /// What the rows depend on.
    public let key: StoreKey
    /// The program that wrote them.
    public let toolVersion: String

    private enum CodingKeys: String, CodingKey {
      case format, digest, key
      case toolVersion = "tool_version"
    }

    /// The layout this version writes and reads.
    public static let currentFormat = "tinyvmaf.features/1"
  }

  /// The columns that are not values.
  static let reserved = ["source", "pair", "frame"]
  static let metadataKey = "tinyvmaf.header"

  /// What the file says about itself.
  public let header: Header
  /// Of each row, the content.
  public let sources: StringColumn
  /// Of each row, the clip.
  public let pairs: StringColumn
  /// Of each row, the frame number; 0 where a row is a clip.
  public let frames: [Int32]
  /// The features and scores.
  public let columns: [FeatureTable.Column]

  /// The number of rows.
  public var rowCount: Int { frames.count }

  /// The values of a name, or `nil`.
  public subscript(name: FeatureName) -> [Double]? {
    columns.first { $0.name == name }?.values
  }

  /// The values alone, as they were extracted.
  public var featureTable: FeatureTable {
    FeatureTable(frames: frames.map(Int.init), columns: columns)
  }

  init(_ record: PairRecord) {
    let rows = record.table.frames.count
    self.init(
      key: record.key, toolVersion: record.toolVersion,
      sources: StringColumn(repeating: record.key.source, count: rows),
      pairs: StringColumn(repeating: record.key.pair, count: rows),
      frames: record.table.frames.map { Int32(truncatingIfNeeded: $0) },
      columns: record.table.columns)
  }

  init(
    key: StoreKey, toolVersion: String, sources: StringColumn, pairs: StringColumn,
    frames: [Int32], columns: [FeatureTable.Column]
  ) {
    self.header = Header(
      format: Header.currentFormat, digest: key.digest, key: key, toolVersion: toolVersion)
    self.sources = sources
    self.pairs = pairs
    self.frames = frames
    self.columns = columns
  }

  /// The Parquet table of these rows.
  func parquet() throws -> ParquetTable {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let header = String(decoding: try encoder.encode(header), as: UTF8.self)
    let values = columns.map { ParquetColumn($0.name.rawValue, .double($0.values)) }
    return try ParquetTable(
      columns: [
        ParquetColumn("source", .string(sources)), ParquetColumn("pair", .string(pairs)),
        ParquetColumn("frame", .int32(frames)),
      ] + values, metadata: [.init(key: Self.metadataKey, value: header)])
  }

  /// Reads a stored file.
  ///
  /// - Throws: ``StoreError/corrupt(path:reason:)`` or another ``StoreError``.
  init(path: String) throws {
    do {
      let reader = try ParquetReader(path: path)
      let header = try Self.header(of: reader, path: path)
      let table = try reader.read()
      guard let sources = table["source"]?.strings, let pairs = table["pair"]?.strings,
        case .int32(let frames)? = table["frame"]?.values
      else { throw StoreError.corrupt(path: path, reason: "source, pair or frame is missing") }
      self.header = header
      self.sources = sources
      self.pairs = pairs
      self.frames = frames
      self.columns = try table.columns.compactMap { column in
        if Self.reserved.contains(column.name) { return nil }
        guard case .double(let values) = column.values else {
          throw StoreError.corrupt(path: path, reason: "\(column.name) is not of type double")
        }
        return FeatureTable.Column(name: FeatureName(column.name), values: values)
      }
    } catch let error as ParquetError {
      throw StoreError.corrupt(path: path, reason: "\(error)")
    }
  }

  /// The header in a file's metadata.
  static func header(of reader: ParquetReader, path: String) throws -> Header {
    guard let text = reader.metadata.first(where: { $0.key == metadataKey })?.value else {
      throw StoreError.corrupt(path: path, reason: "it has no metadata \(metadataKey)")
    }
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8)) else {
      throw StoreError.corrupt(path: path, reason: "its metadata cannot be read")
    }
    guard header.format == Header.currentFormat else {
      throw StoreError.corrupt(path: path, reason: "its format is \(header.format)")
    }
    guard header.digest == header.key.digest else {
      throw StoreError.corrupt(path: path, reason: "its key does not match its hash")
    }
    return header
  }
}
