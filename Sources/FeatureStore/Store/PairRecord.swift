public import Features

/// The features and teacher scores of one pair, ready to be stored.
public struct PairRecord: Sendable, Equatable {
  /// What the values depend on.
  public let key: StoreKey
  /// The tool that computed them; not part of the key.
  public let toolVersion: String
  /// The values: the canonical six first, then further features, then one column per teacher.
  public let table: FeatureTable

  /// Creates a record, putting the columns in the store's order.
  ///
  /// - Parameters:
  ///   - key: what the values depend on.
  ///   - toolVersion: the version of this program.
  ///   - table: the features, and one column under each teacher's name.
  /// - Throws: ``StoreError/invalidRecord(pair:reason:)`` when there is no frame, a teacher has no
  ///   column, a value is NaN or a column has a reserved name.
  public init(key: StoreKey, toolVersion: String, table: FeatureTable) throws(StoreError) {
    let teachers = key.teachers.map { FeatureName($0.name) }
    let names = table.columns.map(\.name)
    let reason: String?
    if table.frames.isEmpty {
      reason = "there are no frames"
    } else if let missing = teachers.first(where: { table[$0] == nil }) {
      reason = "there is no column of teacher \(missing)"
    } else if let reserved = names.first(where: { StoredTable.reserved.contains($0.rawValue) }) {
      reason = "the column name \(reserved) is reserved"
    } else if table.frames.contains(where: { Int32(exactly: $0) == nil }) {
      reason = "a frame number is beyond 32 bits"
    } else {
      reason = Self.firstNaN(table)
    }
    if let reason { throw .invalidRecord(pair: key.identity, reason: reason) }

    let six = FeatureName.canonicalSix.filter(names.contains)
    let others = names.filter { !six.contains($0) && !teachers.contains($0) }
    self.key = key
    self.toolVersion = toolVersion
    self.table = FeatureTable(
      frames: table.frames,
      columns: (six + others + teachers).map {
        FeatureTable.Column(name: $0, values: table[$0] ?? [])
      })
  }

  private static func firstNaN(_ table: FeatureTable) -> String? {
    for column in table.columns {
      if let row = column.values.firstIndex(where: { $0.isNaN }) {
        return "\(column.name) is NaN at frame \(table.frames[row])"
      }
    }
    return nil
  }
}
