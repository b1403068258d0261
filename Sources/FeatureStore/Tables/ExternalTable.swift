/// A table that somebody else made, from CSV or Parquet, seen as named columns.
public struct ExternalTable: Sendable {
  /// Where it was read from.
  public let path: String
  /// The number of rows.
  public let rowCount: Int
  private let columns: [String: Column]

  private enum Column: Sendable {
    case text([String])
    case strings(StringColumn)
    case numbers([Double])
  }

  /// The most bytes of a CSV file, which is read whole.
  static let maximumCSVBytes = 1 << 32

  /// Reads the columns that `wanted` chooses, given the names of all.
  ///
  /// - Throws: ``StoreError``, ``ParquetError``.
  public init(path: String, columns wanted: ([String]) throws -> [String]) throws {
    self.path = path
    let file = try InputFile(path: path)
    if file.size >= 4, try file.read(0..<4) == ParquetFormat.magic {
      let reader = try ParquetReader(path: path)
      let table = try reader.read(columns: wanted(reader.columns.map(\.name)))
      self.rowCount = table.rowCount
      self.columns = Dictionary(
        uniqueKeysWithValues: table.columns.map { column in
          (column.name, column.strings.map(Column.strings) ?? .numbers(column.doubles ?? []))
        })
    } else {
      guard file.size <= Self.maximumCSVBytes else {
        throw StoreError.invalidTable(
          path: path, reason: "it is larger than 4 GiB; convert it to Parquet")
      }
      let table = try CSVTable(file.read(0..<file.size), path: path, columns: wanted)
      self.rowCount = table.rowCount
      self.columns = table.columns.mapValues(Column.text)
    }
  }

  /// The value of a cell as text; whole numbers without a fraction.
  public func text(_ column: String, row: Int) -> String {
    switch columns[column] {
    case .text(let values): return values[row]
    case .strings(let values): return values[row]
    case .numbers(let values):
      let value = values[row]
      return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    case nil: return ""
    }
  }

  /// The value of a cell as a number, NaN where it is empty or says so.
  ///
  /// - Throws: ``StoreError/invalidTable(path:reason:)`` when it is other text.
  public func number(_ column: String, row: Int) throws -> Double {
    if case .numbers(let values)? = columns[column] { return values[row] }
    let text = text(column, row: row)
    if let value = Double(text) { return value }
    if ["", "na", "n/a", "null"].contains(text.lowercased()) { return .nan }
    throw StoreError.invalidTable(
      path: path, reason: "column \(column), row \(row + 1) is \"\(text)\", not a number")
  }
}
