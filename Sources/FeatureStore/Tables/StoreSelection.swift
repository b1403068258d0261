/// Which stored files to use.
///
/// A store may hold one pair under several options, feature versions or teachers. A table must not
/// hold its rows twice, so a selection that leaves two variants of a pair is an error, never a
/// guess.
public struct StoreSelection: Sendable, Equatable {
  /// Only files with these ``StoreKey/digest``s: what the current corpus refers to.
  public var digests: Set<String>?
  /// Only pairs of these sources (imported tables are not narrowed by it).
  public var sources: Set<String>?
  /// Only imported tables of these names, and no extracted pairs; unless `nil`.
  public var importedTables: Set<String>?
  /// Only pairs extracted with exactly these options.
  public var options: [String: String]?
  /// Only pairs extracted under this feature version.
  public var featureVersion: String?
  /// Only pairs with scores of all these teachers.
  public var teachers: Set<String>?

  /// Creates a selection; by default all extracted pairs.
  public init(
    digests: Set<String>? = nil, sources: Set<String>? = nil, importedTables: Set<String>? = nil,
    options: [String: String]? = nil, featureVersion: String? = nil,
    teachers: Set<String>? = nil
  ) {
    self.digests = digests
    self.sources = sources
    self.importedTables = importedTables
    self.options = options
    self.featureVersion = featureVersion
    self.teachers = teachers
  }

  func includes(_ entry: StoreEntry) -> Bool {
    let key = entry.key
    if let digests, !digests.contains(entry.header.digest) { return false }
    if let importedTables { return key.origin == .imported && importedTables.contains(key.pair) }
    if let options, key.options != options { return false }
    if let sources, !sources.contains(key.source) { return false }
    if let featureVersion, key.featureVersion != featureVersion { return false }
    if let teachers, !teachers.isSubset(of: key.teachers.map(\.name)) { return false }
    return key.origin == .extracted
  }
}

extension Store {
  /// The entries of a selection, sorted by source, pair and key.
  ///
  /// - Throws: ``StoreError/ambiguous(pair:count:)``, ``StoreError/nothingSelected(reason:)`` or
  ///   another ``StoreError``.
  public func entries(matching selection: StoreSelection) throws -> [StoreEntry] {
    let all = try entries()
    let chosen = all.filter(selection.includes)
    guard !chosen.isEmpty else {
      throw StoreError.nothingSelected(
        reason: all.isEmpty
          ? "the store is empty" : "none of its \(all.count) files matches the selection")
    }
    var counts: [String: Int] = [:]
    for entry in chosen { counts[entry.key.identity, default: 0] += 1 }
    if let double = counts.filter({ $0.value > 1 }).min(by: { $0.key < $1.key }) {
      throw StoreError.ambiguous(pair: double.key, count: double.value)
    }
    return chosen
  }
}
