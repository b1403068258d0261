/// A flat table in memory, column by column: what a Parquet file of our subset holds.
public struct ParquetTable: Sendable, Equatable {
  /// The columns, all of one length.
  public let columns: [ParquetColumn]
  /// Key-value metadata of the file, in the file's order.
  public var metadata: [Metadata]

  /// One key-value entry of a file's metadata.
  public struct Metadata: Sendable, Equatable {
    /// The key.
    public let key: String
    /// The value.
    public let value: String

    /// Creates an entry.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// Creates a table.
  ///
  /// - Throws: ``ParquetError/schemaMismatch(reason:)`` when lengths differ or a name occurs twice.
  public init(columns: [ParquetColumn], metadata: [Metadata] = []) throws {
    var names: Set<String> = []
    for column in columns {
      guard column.count == columns[0].count else {
        throw ParquetError.schemaMismatch(
          reason: "column \(column.name) has \(column.count) rows, \(columns[0].name) has "
            + "\(columns[0].count)")
      }
      guard names.insert(column.name).inserted else {
        throw ParquetError.schemaMismatch(reason: "column \(column.name) occurs twice")
      }
    }
    self.columns = columns
    self.metadata = metadata
  }

  /// The number of rows.
  public var rowCount: Int { columns.first?.count ?? 0 }

  /// The column of a name, or `nil`.
  public subscript(name: String) -> ParquetColumn? { columns.first { $0.name == name } }

  /// The value of a metadata key, or `nil`.
  public func metadataValue(_ key: String) -> String? {
    metadata.first { $0.key == key }?.value
  }
}

/// A named column.
public struct ParquetColumn: Sendable, Equatable {
  /// The values of a column, in one of the five types of the subset.
  public enum Values: Sendable, Equatable {
    /// Signed 32-bit integers.
    case int32([Int32])
    /// Signed 64-bit integers.
    case int64([Int64])
    /// Single-precision numbers.
    case float([Float])
    /// Double-precision numbers.
    case double([Double])
    /// UTF-8 strings.
    case string(StringColumn)
  }

  /// The name.
  public let name: String
  /// The values.
  public let values: Values

  /// Creates a column.
  public init(_ name: String, _ values: Values) {
    self.name = name
    self.values = values
  }

  /// The number of rows.
  public var count: Int {
    switch values {
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .float(let values): values.count
    case .double(let values): values.count
    case .string(let values): values.count
    }
  }

  /// The values as doubles, or `nil` for strings; 64-bit integers beyond 2^53 are rounded.
  public var doubles: [Double]? {
    switch values {
    case .int32(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    case .float(let values): values.map(Double.init)
    case .double(let values): values
    case .string: nil
    }
  }

  /// The strings, or `nil` for numbers.
  public var strings: StringColumn? {
    if case .string(let values) = values { return values }
    return nil
  }
}

/// A column of strings in which the same few repeat: each distinct string is kept once.
///
/// Tables of this kind name a source and a pair in every row; a million rows of plain `String`
/// would cost far more than all their numbers.
public struct StringColumn: Sendable, Equatable {
  /// The distinct strings, in order of first appearance.
  public private(set) var distinct: [String] = []
  /// Of each row, the index into ``distinct``.
  public private(set) var indices: [Int32] = []
  private var lookup: [String: Int32] = [:]

  /// Creates an empty column.
  public init() {}

  /// Creates a column from one string per row.
  public init(_ strings: some Sequence<String>) {
    for string in strings { append(string) }
  }

  /// Creates a column of one string, repeated.
  public init(repeating string: String, count: Int) {
    append(string, count: count)
  }

  /// The number of rows.
  public var count: Int { indices.count }

  /// The string of a row.
  public subscript(row: Int) -> String { distinct[Int(indices[row])] }

  /// Appends rows of one string.
  public mutating func append(_ string: String, count: Int = 1) {
    let index = index(of: string)
    if count == 1 {
      indices.append(index)
    } else {
      indices.append(contentsOf: repeatElement(index, count: count))
    }
  }

  /// Appends the rows of another column.
  public mutating func append(contentsOf other: StringColumn) {
    let mapping = other.distinct.map { index(of: $0) }
    indices.append(contentsOf: other.indices.lazy.map { mapping[Int($0)] })
  }

  /// Appends a row with the string of the row before.
  mutating func repeatLast() {
    if let last = indices.last { indices.append(last) }
  }

  mutating func reserveCapacity(_ count: Int) { indices.reserveCapacity(count) }

  private mutating func index(of string: String) -> Int32 {
    if let index = lookup[string] { return index }
    let index = Int32(distinct.count)
    distinct.append(string)
    lookup[string] = index
    return index
  }

  /// Two columns are equal when their rows are.
  public static func == (a: StringColumn, b: StringColumn) -> Bool {
    a.count == b.count && (0..<a.count).allSatisfy { a[$0] == b[$0] }
  }
}
