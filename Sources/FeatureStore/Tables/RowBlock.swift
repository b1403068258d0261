internal import Features

/// Rows of several stored files under one set of columns.
struct RowBlock {
  /// The names of the value columns.
  let names: [String]
  var sources = StringColumn()
  var pairs = StringColumn()
  var frames: [Int32] = []
  var values: [[Double]]

  init(names: [String]) {
    self.names = names
    self.values = [[Double]](repeating: [], count: names.count)
  }

  var rowCount: Int { frames.count }

  /// Appends a file's rows; a column that it lacks is NaN.
  mutating func append(_ table: StoredTable) {
    sources.append(contentsOf: table.sources)
    pairs.append(contentsOf: table.pairs)
    frames += table.frames
    for (index, name) in names.enumerated() {
      if let column = table[FeatureName(name)] {
        values[index] += column
      } else {
        values[index] += repeatElement(.nan, count: table.rowCount)
      }
    }
  }

  /// The columns of all entries, in order of first appearance.
  static func columnNames(of entries: [StoreEntry]) -> [String] {
    var seen: Set<String> = []
    return entries.flatMap(\.columns).filter { seen.insert($0).inserted }
  }
}
