/// The footer of a Parquet file, checked against the file's size.
struct ParquetFooter: Sendable {
  /// A horizontal slice of the table.
  struct RowGroup: Sendable {
    /// The number of rows.
    var rows: Int
    /// Of each column, where its pages lie in the file.
    var chunks: [Range<Int>]
  }

  /// The columns of the schema.
  private(set) var columns: [ParquetReader.Column] = []
  /// The row groups, in order.
  private(set) var groups: [RowGroup] = []
  /// The rows of the table.
  private(set) var rowCount = 0
  /// The key-value metadata.
  private(set) var metadata: [ParquetTable.Metadata] = []

  init(size: Int, limits: ParquetReader.Limits, read: (Range<Int>) throws -> [UInt8]) throws {
    guard size >= 12 else {
      throw ParquetError.notParquet(reason: "it has \(size) bytes, too few for one")
    }
    guard try read(0..<4) == ParquetFormat.magic else {
      throw ParquetError.notParquet(reason: "it does not begin with PAR1")
    }
    let tail = try read((size - 8)..<size)
    if Array(tail[4...]) == Array("PARE".utf8) {
      throw ParquetError.unsupported(feature: "encryption")
    }
    guard Array(tail[4...]) == ParquetFormat.magic else {
      throw ParquetError.notParquet(reason: "it does not end with PAR1, so it may be cut short")
    }
    let length = tail[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= size - 12 else {
      throw ParquetError.corrupt(reason: "the footer is longer than the file")
    }
    guard length <= limits.footerBytes else {
      throw ParquetError.tooLarge(what: "footer bytes", found: length, limit: limits.footerBytes)
    }
    let dataEnd = size - 8 - length
    var reader = ThriftCompactReader(try read(dataEnd..<(size - 8)))
    var elements: [SchemaElement] = []
    try reader.structure { reader, id, type in
      switch (id, type) {
      case (2, .list):
        try reader.list(of: .structure) { elements.append(try SchemaElement(&$0)) }
      case (3, .int64):
        rowCount = try reader.integer("the row count", in: 0...Int64(Int32.max))
      case (4, .list):
        // The schema comes before, by field number.
        columns = try Self.columns(elements)
        try reader.list(of: .structure) {
          groups.append(try RowGroup(&$0, columns: columns, dataEnd: dataEnd))
        }
      case (5, .list):
        try reader.list(of: .structure) { metadata.append(try ParquetTable.Metadata(&$0)) }
      default: return false
      }
      return true
    }
    if columns.isEmpty { columns = try Self.columns(elements) }
    guard groups.reduce(0, { $0 + $1.rows }) == rowCount else {
      throw ParquetError.corrupt(reason: "the row groups do not add up to the row count")
    }
  }

  private static func columns(_ elements: [SchemaElement]) throws -> [ParquetReader.Column] {
    guard let root = elements.first, root.children == elements.count - 1 else {
      if elements.dropFirst().contains(where: { $0.children > 0 }) {
        throw ParquetError.unsupported(feature: "nested columns")
      }
      throw ParquetError.corrupt(reason: "the schema does not list its columns")
    }
    var names: Set<String> = []
    return try elements.dropFirst().map { element in
      guard element.children == 0, let code = element.type else {
        throw ParquetError.unsupported(feature: "nested column \(element.name)")
      }
      guard
        element.repetition == ParquetFormat.required
          || element.repetition == ParquetFormat.optional
      else { throw ParquetError.unsupported(feature: "repeated column \(element.name)") }
      guard let type = ParquetFormat.PhysicalType(rawValue: code) else {
        throw ParquetError.unsupported(
          feature: "\(ParquetFormat.name(ofType: code)) in column \(element.name)")
      }
      guard names.insert(element.name).inserted else {
        throw ParquetError.corrupt(reason: "column \(element.name) occurs twice")
      }
      return ParquetReader.Column(
        name: element.name, isOptional: element.repetition == ParquetFormat.optional, type: type)
    }
  }
}

/// A node of the schema tree.
private struct SchemaElement {
  var type: Int32?
  var repetition: Int32 = ParquetFormat.required
  var name = ""
  var children = 0

  init(_ reader: inout ThriftCompactReader) throws {
    try reader.structure { reader, id, type in
      switch (id, type) {
      case (1, .int32): self.type = Int32(try reader.integer("a type", in: 0...1000))
      case (3, .int32): repetition = Int32(try reader.integer("a repetition", in: 0...2))
      case (4, .binary): name = try reader.string()
      case (5, .int32): children = try reader.integer("a child count", in: 0...1_000_000)
      default: return false
      }
      return true
    }
  }
}

extension ParquetTable.Metadata {
  fileprivate init(_ reader: inout ThriftCompactReader) throws {
    var key = ""
    var value = ""
    try reader.structure { reader, id, type in
      switch (id, type) {
      case (1, .binary): key = try reader.string()
      case (2, .binary): value = try reader.string()
      default: return false
      }
      return true
    }
    self.init(key: key, value: value)
  }
}

extension ParquetFooter.RowGroup {
  fileprivate init(
    _ reader: inout ThriftCompactReader, columns: [ParquetReader.Column], dataEnd: Int
  ) throws {
    self.init(rows: 0, chunks: [])
    var found: [ColumnChunk] = []
    var rows: Int?
    try reader.structure { reader, id, type in
      switch (id, type) {
      case (1, .list): try reader.list(of: .structure) { found.append(try ColumnChunk(&$0)) }
      case (3, .int64):
        rows = try reader.integer("a row group's row count", in: 0...Int64(Int32.max))
      default: return false
      }
      return true
    }
    guard let rows, found.count == columns.count else {
      throw ParquetError.corrupt(reason: "a row group does not hold every column")
    }
    self.rows = rows
    self.chunks = try zip(columns, found).map { column, chunk in
      try chunk.range(for: column, rows: rows, dataEnd: dataEnd)
    }
  }
}

/// A column's part of a row group.
private struct ColumnChunk {
  private var type: Int32 = -1
  private var path: [String] = []
  private var codec = 0
  private var values = -1
  private var size = -1
  private var start = -1
  private var hasDictionary = false
  private var isElsewhere = false

  init(_ reader: inout ThriftCompactReader) throws {
    try reader.structure { reader, id, type in
      switch (id, type) {
      case (1, .binary):
        isElsewhere = try !reader.string().isEmpty
        return true
      case (3, .structure):
        try reader.structure { try readMetadata(&$0, $1, $2) }
        return true
      default: return false
      }
    }
  }

  private mutating func readMetadata(
    _ reader: inout ThriftCompactReader, _ id: Int, _ type: ThriftCompactType
  ) throws -> Bool {
    switch (id, type) {
    case (1, .int32): self.type = Int32(try reader.integer("a type", in: 0...1000))
    case (3, .list): try reader.list(of: .binary) { path.append(try $0.string()) }
    case (4, .int32): codec = try reader.integer("a codec", in: 0...1000)
    case (5, .int64): values = try reader.integer("a value count", in: 0...Int64(Int32.max))
    case (7, .int64): size = try reader.integer("a size", in: 0...Int64.max)
    case (9, .int64): start = try reader.integer("an offset", in: 0...Int64.max)
    case (11, .int64): hasDictionary = try reader.integer("an offset", in: 0...Int64.max) > 0
    default: return false
    }
    return true
  }

  func range(for column: ParquetReader.Column, rows: Int, dataEnd: Int) throws -> Range<Int> {
    if isElsewhere { throw ParquetError.unsupported(feature: "columns in other files") }
    guard type == column.type.rawValue, path == [column.name] else {
      throw ParquetError.corrupt(reason: "a row group's column is not \(column.name)")
    }
    guard codec == 0 else {
      throw ParquetError.unsupported(
        feature: "\(ParquetFormat.name(ofCodec: codec)) compression of column \(column.name)")
    }
    if hasDictionary {
      throw ParquetError.unsupported(feature: "dictionary encoding of column \(column.name)")
    }
    guard start >= 4, size >= 0, start <= dataEnd, size <= dataEnd - start else {
      throw ParquetError.corrupt(reason: "column \(column.name) lies outside the file")
    }
    guard values == rows else {
      throw ParquetError.corrupt(reason: "column \(column.name) has \(values) of \(rows) values")
    }
    // A required value takes its bytes, so a count that the pages cannot hold is found here,
    // before an array is made for it.
    if !column.isOptional, size / column.type.minimumSize < rows {
      throw ParquetError.corrupt(reason: "column \(column.name) has fewer bytes than values")
    }
    return start..<(start + size)
  }
}
