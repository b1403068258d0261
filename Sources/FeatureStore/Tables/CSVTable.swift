/// Columns of a CSV file (RFC 4180: commas, quotes doubled inside quotes, LF or CRLF).
///
/// Only the wanted columns are kept. Every row must have as many fields as the header; a file that
/// is cut inside quotes is an error, not a short table.
struct CSVTable {
  /// The names of the first line.
  let header: [String]
  /// The wanted columns, by name.
  private(set) var columns: [String: [String]] = [:]
  /// The number of rows after the header.
  private(set) var rowCount = 0

  /// The most columns that a file may have.
  static let maximumColumns = 10_000

  /// Parses a file.
  ///
  /// - Parameter wanted: chooses the columns to keep, given the header.
  /// - Throws: ``StoreError/invalidTable(path:reason:)``, and what `wanted` throws.
  init(_ bytes: [UInt8], path: String, columns wanted: ([String]) throws -> [String]) throws {
    var scanner = CSVScanner(bytes)
    var fields: [String] = []
    let invalid = { (reason: String) in StoreError.invalidTable(path: path, reason: reason) }
    guard try scanner.nextRow(into: &fields, keeping: nil, orThrow: invalid) else {
      throw invalid("it is empty")
    }
    let header = fields
    guard header.count <= Self.maximumColumns else {
      throw invalid("it has \(header.count) columns, and the limit is \(Self.maximumColumns)")
    }
    guard Set(header).count == header.count else { throw invalid("a column name occurs twice") }
    let names = try wanted(header)
    let kept = try names.map { name in
      guard let index = header.firstIndex(of: name) else {
        throw invalid("it has no column \(name); it has \(header.joined(separator: ", "))")
      }
      return index
    }
    var isKept = [Bool](repeating: false, count: header.count)
    for index in kept { isKept[index] = true }
    var values = [[String]](repeating: [], count: names.count)
    while try scanner.nextRow(into: &fields, keeping: isKept, orThrow: invalid) {
      if fields.count == 1, header.count > 1, fields[0].isEmpty { continue }
      guard fields.count == header.count else {
        throw invalid(
          "line \(scanner.line) has \(fields.count) fields, and the header \(header.count)")
      }
      for (position, index) in kept.enumerated() { values[position].append(fields[index]) }
      rowCount += 1
    }
    self.header = header
    for (name, column) in zip(names, values) { columns[name] = column }
  }
}

/// Cuts the bytes of a CSV file into rows of fields.
private struct CSVScanner {
  private let bytes: [UInt8]
  private var offset: Int
  /// The line that the last row ended on, from 1.
  private(set) var line = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    self.offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Reads a row, or returns `false` at the end; fields that are not kept become empty strings.
  mutating func nextRow(
    into fields: inout [String], keeping isKept: [Bool]?, orThrow invalid: (String) -> StoreError
  ) throws -> Bool {
    guard offset < bytes.count else { return false }
    fields.removeAll(keepingCapacity: true)
    line += 1
    while true {
      let index = fields.count
      let isWanted = isKept.map { index < $0.count ? $0[index] : false } ?? true
      fields.append(try field(isWanted, invalid))
      guard offset < bytes.count else { return true }
      offset += 1
      if bytes[offset - 1] == UInt8(ascii: "\n") { return true }
    }
  }

  /// Reads up to the comma or newline that ends a field, and leaves it.
  private mutating func field(
    _ isWanted: Bool, _ invalid: (String) -> StoreError
  ) throws -> String {
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
      return try quotedField(invalid)
    }
    let start = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: ","),
      bytes[offset] != UInt8(ascii: "\n")
    {
      offset += 1
    }
    var end = offset
    if end > start, bytes[end - 1] == UInt8(ascii: "\r"), !isComma { end -= 1 }
    return isWanted ? String(decoding: bytes[start..<end], as: UTF8.self) : ""
  }

  private var isComma: Bool { offset < bytes.count && bytes[offset] == UInt8(ascii: ",") }

  private mutating func quotedField(_ invalid: (String) -> StoreError) throws -> String {
    let first = line
    var text: [UInt8] = []
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\n") { line += 1 }
        text.append(byte)
        continue
      }
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
        text.append(byte)
        offset += 1
        continue
      }
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "\r") { offset += 1 }
      guard offset == bytes.count || isComma || bytes[offset] == UInt8(ascii: "\n") else {
        throw invalid("line \(line) has text after a closing quote")
      }
      return String(decoding: text, as: UTF8.self)
    }
    throw invalid("a quote opened in line \(first) is never closed")
  }
}
