/// Writes a Parquet file of flat, required columns: PLAIN encoding, no compression.
///
/// One page per column and row group, each with its CRC-32. No statistics, no dictionary, no time
/// stamp: the same rows in the same calls give the same bytes. Numbers go from the caller's arrays
/// to the sink without a copy. Format: apache/parquet-format, version 2.
///
/// ```swift
/// var writer = ParquetWriter(metadata: []) { bytes in try file.write(bytes) }
/// try writer.append(columns)
/// try writer.finish()
/// ```
public struct ParquetWriter {
  /// The most rows of a row group; longer tables are cut.
  public static let rowsPerGroup = 131_072

  /// Receives the file's bytes in order.
  public typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private struct Chunk {
    let offset: Int64
    let size: Int64
  }

  private struct Group {
    let rows: Int
    let chunks: [Chunk]
  }

  private let sink: Sink
  private let metadata: [ParquetTable.Metadata]
  private var schema: [(name: String, type: ParquetFormat.PhysicalType)]?
  private var groups: [Group] = []
  private var offset: Int64 = 0

  /// Creates a writer; the first appended columns set the schema.
  public init(metadata: [ParquetTable.Metadata] = [], sink: @escaping Sink) {
    self.metadata = metadata
    self.sink = sink
  }

  /// Appends the rows of some columns as one or more row groups.
  ///
  /// - Throws: ``ParquetError/schemaMismatch(reason:)`` when names or types differ from the first
  ///   call's, and what the sink throws.
  public mutating func append(_ table: ParquetTable) throws {
    let shape = table.columns.map { (name: $0.name, type: $0.values.physicalType) }
    if let schema {
      guard schema.count == shape.count, zip(schema, shape).allSatisfy({ $0 == $1 }) else {
        throw ParquetError.schemaMismatch(reason: "names or types differ from the first rows'")
      }
    } else {
      guard !shape.isEmpty else { throw ParquetError.schemaMismatch(reason: "there are none") }
      schema = shape
      try emit(ParquetFormat.magic)
    }
    for start in stride(from: 0, to: table.rowCount, by: Self.rowsPerGroup) {
      let rows = start..<min(start + Self.rowsPerGroup, table.rowCount)
      var chunks: [Chunk] = []
      for column in table.columns { chunks.append(try writeChunk(column, rows)) }
      groups.append(Group(rows: rows.count, chunks: chunks))
    }
  }

  /// Writes the footer; the file is complete after it.
  ///
  /// - Throws: ``ParquetError/schemaMismatch(reason:)`` when nothing was ever appended.
  public mutating func finish() throws {
    guard let schema else { throw ParquetError.schemaMismatch(reason: "there are none") }
    var footer = ThriftCompactWriter()
    footer.structure { writeFileMetadata(&$0, schema) }
    var tail = footer.bytes
    withUnsafeBytes(of: UInt32(footer.bytes.count).littleEndian) { tail += $0 }
    try emit(tail + ParquetFormat.magic)
  }

  private mutating func emit(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try emit($0) }
  }

  private mutating func emit(_ bytes: UnsafeRawBufferPointer) throws {
    try sink(bytes)
    offset += Int64(bytes.count)
  }

  private mutating func writeChunk(_ column: ParquetColumn, _ rows: Range<Int>) throws -> Chunk {
    switch column.values {
    case .int32(let values): try writePage(values, rows)
    case .int64(let values): try writePage(values, rows)
    case .float(let values): try writePage(values, rows)
    case .double(let values): try writePage(values, rows)
    case .string(let values):
      try Self.encode(values, rows).withUnsafeBytes { try writePage($0, rows.count) }
    }
  }

  /// Little-endian arrays are PLAIN encoding already.
  private mutating func writePage<Value>(_ values: [Value], _ rows: Range<Int>) throws -> Chunk {
    #if _endian(big)
      #error("PLAIN encoding is little-endian")
    #endif
    return try values[rows].withUnsafeBytes { try writePage($0, rows.count) }
  }

  private mutating func writePage(_ body: UnsafeRawBufferPointer, _ rows: Int) throws -> Chunk {
    guard let size = Int32(exactly: body.count) else {
      throw ParquetError.tooLarge(what: "bytes in a page", found: body.count, limit: 1 << 31 - 1)
    }
    let crc = Int32(bitPattern: CRC32.checksum(body))
    var header = ThriftCompactWriter()
    header.structure { page in
      page.field(1, int32: ParquetFormat.dataPage)
      page.field(2, int32: size)
      page.field(3, int32: size)
      page.field(4, int32: crc)
      page.field(5) { data in
        data.field(1, int32: Int32(rows))
        data.field(2, int32: ParquetFormat.plain)
        data.field(3, int32: ParquetFormat.rle)
        data.field(4, int32: ParquetFormat.rle)
      }
    }
    let start = offset
    try emit(header.bytes)
    try emit(body)
    return Chunk(offset: start, size: offset - start)
  }

  private static func encode(_ column: StringColumn, _ rows: Range<Int>) -> [UInt8] {
    let encoded = column.distinct.map { string in
      withUnsafeBytes(of: UInt32(string.utf8.count).littleEndian) { Array($0) } + string.utf8
    }
    let indices = column.indices[rows]
    let size = indices.reduce(0) { $0 + encoded[Int($1)].count }
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let target = UnsafeMutableRawBufferPointer(buffer)
      for index in indices {
        encoded[Int(index)].withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: bytes)
          count += bytes.count
        }
      }
    }
  }
}

extension ParquetWriter {
  private func writeFileMetadata(
    _ file: inout ThriftCompactWriter, _ schema: [(name: String, type: ParquetFormat.PhysicalType)]
  ) {
    file.field(1, int32: 2)
    let elements = [nil] + schema.map(Optional.some)
    file.field(2, list: elements, of: .structure) { writer, element in
      writer.structure { Self.writeSchemaElement(&$0, element, children: schema.count) }
    }
    file.field(3, int64: groups.reduce(0) { $0 + Int64($1.rows) })
    file.field(4, list: groups, of: .structure) { writer, group in
      writer.structure { Self.writeRowGroup(&$0, group, schema) }
    }
    if !metadata.isEmpty {
      file.field(5, list: metadata, of: .structure) { writer, entry in
        writer.structure { pair in
          pair.field(1, string: entry.key)
          pair.field(2, string: entry.value)
        }
      }
    }
    file.field(6, string: "tinyvmaf")
  }

  /// `nil` is the root.
  private static func writeSchemaElement(
    _ writer: inout ThriftCompactWriter,
    _ element: (name: String, type: ParquetFormat.PhysicalType)?, children: Int
  ) {
    guard let element else {
      writer.field(4, string: "schema")
      writer.field(5, int32: Int32(children))
      return
    }
    writer.field(1, int32: element.type.rawValue)
    writer.field(3, int32: ParquetFormat.required)
    writer.field(4, string: element.name)
    if element.type == .byteArray {
      writer.field(6, int32: ParquetFormat.utf8)
      writer.field(10) { logicalType in logicalType.field(1) { _ in } }
    }
  }

  private static func writeRowGroup(
    _ writer: inout ThriftCompactWriter, _ group: Group,
    _ schema: [(name: String, type: ParquetFormat.PhysicalType)]
  ) {
    let size = group.chunks.reduce(0) { $0 + $1.size }
    writer.field(1, list: Array(zip(schema, group.chunks)), of: .structure) { writer, entry in
      let (column, chunk) = entry
      writer.structure { columnChunk in
        columnChunk.field(2, int64: 0)
        columnChunk.field(3) { data in
          data.field(1, int32: column.type.rawValue)
          data.field(2, list: [ParquetFormat.plain, ParquetFormat.rle], of: .int32) {
            $0.int32($1)
          }
          data.field(3, list: [column.name], of: .binary) { $0.binary($1) }
          data.field(4, int32: 0)
          data.field(5, int64: Int64(group.rows))
          data.field(6, int64: chunk.size)
          data.field(7, int64: chunk.size)
          data.field(9, int64: chunk.offset)
        }
      }
    }
    writer.field(2, int64: size)
    writer.field(3, int64: Int64(group.rows))
  }
}

extension ParquetTable {
  /// The table as the bytes of a Parquet file.
  ///
  /// - Throws: ``ParquetError/schemaMismatch(reason:)`` when there is no column.
  public func parquetBytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = ParquetWriter(metadata: metadata) { bytes.append(contentsOf: $0) }
    try writer.append(self)
    try writer.finish()
    return bytes
  }
}
