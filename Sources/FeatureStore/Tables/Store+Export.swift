import DurableFiles

/// A format that stored rows are exported in.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Comma-separated values with a header; a missing value is empty.
  case csv
  /// One JSON object per line; a missing value is `null`.
  case jsonl
  /// One Parquet file; a missing value is NaN.
  case parquet
  /// NumPy's archive, one array per column; names as an index array and an array of names.
  case npz
}

extension Store {
  /// Exports the rows of a selection as one file, which appears complete or not at all.
  ///
  /// - Returns: the number of rows.
  /// - Throws: as ``export(_:as:into:)``; nothing is left behind.
  @discardableResult
  public func export(
    _ selection: StoreSelection = StoreSelection(), as format: ExportFormat, to path: String
  ) throws -> Int {
    var rows = 0
    try writeAtomically(path) { file in
      rows = try export(selection, as: format) { try file.write($0) }
    }
    return rows
  }

  /// Exports the rows of a selection, sorted by source, pair and frame order, to a receiver of
  /// bytes such as a pipe.
  ///
  /// The same stored files give the same bytes. Files with other columns than the rest are filled
  /// with missing values. CSV, JSONL and Parquet are written in pieces of bounded size; an npz
  /// archive needs its columns whole, about 8 bytes a value in memory.
  ///
  /// - Returns: the number of rows.
  /// - Throws: ``StoreError``, and what `sink` throws.
  public func export(
    _ selection: StoreSelection, as format: ExportFormat,
    into sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    let entries = try entries(matching: selection)
    let names = RowBlock.columnNames(of: entries)
    var rows = 0
    switch format {
    case .csv:
      try emit(CSVRows.header(names), sink)
      try forEachBlock(entries, names) { block in
        try CSVRows.write(block, sink)
        rows += block.rowCount
      }
    case .jsonl:
      try forEachBlock(entries, names) { block in
        try JSONRows.write(block, sink)
        rows += block.rowCount
      }
    case .parquet:
      let metadata = [ParquetTable.Metadata(key: "tinyvmaf.format", value: "export/1")]
      var writer = ParquetWriter(metadata: metadata, sink: sink)
      try forEachBlock(entries, names) { block in
        try writer.append(block.parquet())
        rows += block.rowCount
      }
      try writer.finish()
    case .npz:
      var block = RowBlock(names: names)
      for entry in entries { block.append(try load(entry)) }
      rows = block.rowCount
      try block.writeNPZ(sink)
    }
    return rows
  }

  /// Calls `body` with blocks of at least a row group's rows, but for the last.
  private func forEachBlock(
    _ entries: [StoreEntry], _ names: [String], _ body: (RowBlock) throws -> Void
  ) throws {
    var block = RowBlock(names: names)
    for entry in entries {
      block.append(try load(entry))
      if block.rowCount >= ParquetWriter.rowsPerGroup {
        try body(block)
        block = RowBlock(names: names)
      }
    }
    if block.rowCount > 0 { try body(block) }
  }
}

extension RowBlock {
  func parquet() throws -> ParquetTable {
    try ParquetTable(
      columns: [
        ParquetColumn("source", .string(sources)), ParquetColumn("pair", .string(pairs)),
        ParquetColumn("frame", .int32(frames)),
      ] + zip(names, values).map { ParquetColumn($0, .double($1)) })
  }

  /// Writes arrays `frame`, `source` and `pair` (indices), `source_names`, `pair_names`,
  /// `column_names`, and one per column.
  func writeNPZ(_ sink: @escaping ParquetWriter.Sink) throws {
    var archive = NPZWriter(sink: sink)
    try archive.add("source", sources.indices)
    try archive.add("source_names", sources.distinct)
    try archive.add("pair", pairs.indices)
    try archive.add("pair_names", pairs.distinct)
    try archive.add("frame", frames)
    try archive.add("column_names", names)
    for (name, column) in zip(names, values) { try archive.add(name, column) }
    try archive.finish()
  }
}

/// Rows as comma-separated values.
private enum CSVRows {
  static func header(_ names: [String]) -> String {
    (StoredTable.reserved + names).map(quoted).joined(separator: ",") + "\n"
  }

  static func write(_ block: RowBlock, _ sink: ParquetWriter.Sink) throws {
    let sources = block.sources.distinct.map(quoted)
    let pairs = block.pairs.distinct.map(quoted)
    try writeLines(block.rowCount, sink) { row, line in
      line += sources[Int(block.sources.indices[row])]
      line += ","
      line += pairs[Int(block.pairs.indices[row])]
      line += ",\(block.frames[row])"
      for column in block.values {
        line += ","
        if !column[row].isNaN { line += "\(column[row])" }
      }
    }
  }

  private static func quoted(_ text: String) -> String {
    let special = Array(",\"\r\n".utf8)
    guard text.utf8.contains(where: special.contains) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}

/// Rows as one JSON object per line.
private enum JSONRows {
  static func write(_ block: RowBlock, _ sink: ParquetWriter.Sink) throws {
    let sources = block.sources.distinct.map(quoted)
    let pairs = block.pairs.distinct.map(quoted)
    let keys = block.names.map(quoted)
    try writeLines(block.rowCount, sink) { row, line in
      line += "{\"source\":\(sources[Int(block.sources.indices[row])])"
      line += ",\"pair\":\(pairs[Int(block.pairs.indices[row])])"
      line += ",\"frame\":\(block.frames[row])"
      for (key, column) in zip(keys, block.values) {
        line += ","
        line += key
        line += column[row].isFinite ? ":\(column[row])" : ":null"
      }
      line += "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Writes lines in pieces of about 256 KiB.
private func writeLines(
  _ rows: Int, _ sink: ParquetWriter.Sink, _ line: (Int, inout String) -> Void
) throws {
  var text = ""
  for row in 0..<rows {
    line(row, &text)
    text += "\n"
    if text.utf8.count >= 1 << 18 {
      try emit(text, sink)
      text.removeAll(keepingCapacity: true)
    }
  }
  try emit(text, sink)
}

private func emit(_ text: String, _ sink: ParquetWriter.Sink) throws {
  try Array(text.utf8).withUnsafeBytes { try sink($0) }
}
