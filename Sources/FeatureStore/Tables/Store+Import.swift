public import Features

/// What an import did.
public struct ImportReport: Sendable, Equatable {
  /// The key under which the table is stored.
  public let key: StoreKey
  /// The rows that were stored.
  public let rows: Int
  /// The rows that a condition left out.
  public let filtered: Int
  /// The rows left out since a value was missing.
  public let incomplete: Int
  /// The features, in the store's order.
  public let features: [FeatureName]
}

extension Store {
  /// Imports an external table, CSV or Parquet, as one file of the store.
  ///
  /// The table's bytes and the mapping are the key, so importing it again changes nothing. The rows
  /// keep the table's order.
  ///
  /// - Throws: ``StoreError/invalidTable(path:reason:)`` naming column and row, or another
  ///   ``StoreError`` or ``ParquetError``.
  public func importTable(
    at path: String, mapping: ImportMapping, toolVersion: String
  ) throws -> ImportReport {
    let digest = try InputDigest(hashing: path)
    var mapping = mapping
    let table = try ExternalTable(path: path) { columns in
      if mapping.features.isEmpty {
        mapping.features = ImportMapping.canonicalFeatures(in: columns)
      }
      let used =
        [mapping.sourceColumn, mapping.pairColumn] + (mapping.frameColumn.map { [$0] } ?? [])
        + (mapping.features + mapping.scores).map(\.column) + mapping.conditions.keys.sorted()
      var seen: Set<String> = []
      return used.filter { seen.insert($0).inserted }
    }
    let key = StoreKey(
      origin: .imported, unit: mapping.frameColumn == nil ? .clip : .frame, source: "",
      pair: mapping.name, inputs: [digest], featureVersion: "imported",
      options: mapping.options, teachers: [])
    var rows = try ImportedRows(mapping, path: path)
    for row in 0..<table.rowCount { try rows.append(row, of: table) }
    guard rows.frames.count > 0 else {
      throw StoreError.invalidTable(path: path, reason: "no row is left to import")
    }
    if !contains(key) {
      try write(
        StoredTable(
          key: key, toolVersion: toolVersion, sources: rows.sources, pairs: rows.pairs,
          frames: rows.frames,
          columns: zip(rows.values, rows.columns).map { .init(name: $0.name, values: $1) }))
    }
    return ImportReport(
      key: key, rows: rows.frames.count, filtered: rows.filtered, incomplete: rows.incomplete,
      features: mapping.features.map(\.name))
  }
}

/// The rows of an import so far.
private struct ImportedRows {
  let mapping: ImportMapping
  let path: String
  let values: [ImportMapping.Value]
  var sources = StringColumn()
  var pairs = StringColumn()
  var frames: [Int32] = []
  var columns: [[Double]]
  var filtered = 0
  var incomplete = 0
  private var seen: Set<RowIdentity> = []

  private struct RowIdentity: Hashable {
    let source: Int32
    let pair: Int32
    let frame: Int32
  }

  init(_ mapping: ImportMapping, path: String) throws {
    // The order of every table of this project: the canonical six, further features, scores.
    let six = FeatureName.canonicalSix.compactMap { name in
      mapping.features.first { $0.name == name }
    }
    let others = mapping.features.filter { !FeatureName.canonicalSix.contains($0.name) }
    let values = six + others + mapping.scores
    let names = values.map(\.name.rawValue)
    guard Set(names + StoredTable.reserved).count == names.count + StoredTable.reserved.count else {
      throw StoreError.invalidTable(path: path, reason: "a name is mapped twice or reserved")
    }
    guard !values.isEmpty else {
      throw StoreError.invalidTable(path: path, reason: "no feature and no score is mapped")
    }
    self.mapping = mapping
    self.path = path
    self.values = values
    self.columns = [[Double]](repeating: [], count: values.count)
  }

  mutating func append(_ row: Int, of table: ExternalTable) throws {
    for (column, text) in mapping.conditions where table.text(column, row: row) != text {
      filtered += 1
      return
    }
    let numbers = try values.map { try table.number($0.column, row: row) }
    let missing = numbers.firstIndex { $0.isNaN }
    if let missing {
      guard mapping.skipsIncomplete else {
        throw StoreError.invalidTable(
          path: path,
          reason: "column \(values[missing].column), row \(row + 1) has no value; "
            + "skip incomplete rows or map another column")
      }
      incomplete += 1
      return
    }
    let name = table.text(mapping.sourceColumn, row: row)
    let source = mapping.sourceNames[name] ?? name
    let pair = Self.stem(table.text(mapping.pairColumn, row: row))
    guard !source.isEmpty, !pair.isEmpty else {
      throw StoreError.invalidTable(path: path, reason: "row \(row + 1) names no source or no clip")
    }
    var frame: Int32 = 0
    if let column = mapping.frameColumn {
      guard let number = Int32(exactly: try table.number(column, row: row)) else {
        throw StoreError.invalidTable(
          path: path, reason: "column \(column), row \(row + 1) is not a frame number")
      }
      frame = number
    }
    sources.append(source)
    pairs.append(pair)
    frames.append(frame)
    let last = frames.count - 1
    let identity = RowIdentity(
      source: sources.indices[last], pair: pairs.indices[last], frame: frame)
    guard seen.insert(identity).inserted else {
      throw StoreError.invalidTable(
        path: path, reason: "row \(row + 1) repeats \(source)/\(pair), frame \(frame)")
    }
    for (index, number) in numbers.enumerated() { columns[index].append(number) }
  }

  private static func stem(_ name: String) -> String {
    let extensions = [".yuv", ".y4m", ".mp4", ".mkv", ".webm", ".mov", ".avi"]
    let found = extensions.first { name.hasSuffix($0) && name.count > $0.count }
    return found.map { String(name.dropLast($0.count)) } ?? name
  }
}
