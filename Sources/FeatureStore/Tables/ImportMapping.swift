public import Features

/// Which columns of an external table mean what.
public struct ImportMapping: Sendable, Equatable {
  /// A column and the name its values get.
  public struct Value: Sendable, Equatable {
    /// The column of the external table.
    public let column: String
    /// The name in the store.
    public let name: FeatureName

    /// Creates a mapping of one column.
    public init(column: String, name: FeatureName) {
      self.column = column
      self.name = name
    }

    /// Reads `column=name`, or `name` for a column that keeps its name; `nil` if a part is empty.
    public init?(_ text: String) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let column = parts.first, let name = parts.last, !column.isEmpty, !name.isEmpty else {
        return nil
      }
      self.init(column: String(column), name: FeatureName(String(name)))
    }
  }

  /// The name of the imported table in the store.
  public var name: String
  /// The column that names a row's content; splits are made by it.
  public var sourceColumn: String
  /// Other names for what ``sourceColumn`` says: several names of one content become one source,
  /// and a table that names only clips gets its sources from the clips' names.
  public var sourceNames: [String: String]
  /// The column that names a row's clip; a video file's extension is dropped.
  public var pairColumn: String
  /// The column of frame numbers, or `nil` where a row is a clip.
  public var frameColumn: String?
  /// The features; when empty, the canonical six are looked for under their usual names.
  public var features: [Value]
  /// The human or other scores.
  public var scores: [Value]
  /// Rows are kept where each of these columns has this text.
  public var conditions: [String: String]
  /// Whether rows with a missing value are left out rather than an error.
  public var skipsIncomplete: Bool

  /// Creates a mapping.
  public init(
    name: String, sourceColumn: String = "source", pairColumn: String = "pair",
    frameColumn: String? = nil, features: [Value] = [], scores: [Value] = [],
    conditions: [String: String] = [:], skipsIncomplete: Bool = false,
    sourceNames: [String: String] = [:]
  ) {
    self.name = name
    self.sourceColumn = sourceColumn
    self.sourceNames = sourceNames
    self.pairColumn = pairColumn
    self.frameColumn = frameColumn
    self.features = features
    self.scores = scores
    self.conditions = conditions
    self.skipsIncomplete = skipsIncomplete
  }

  /// The canonical six among some column names: `integer_adm2`, `adm2`, or those with `_mean`.
  public static func canonicalFeatures(in columns: [String]) -> [Value] {
    FeatureName.canonicalSix.compactMap { feature in
      let short = String(feature.rawValue.dropFirst("integer_".count))
      let usual = [feature.rawValue, short, "\(feature.rawValue)_mean", "\(short)_mean"]
      return usual.first(where: columns.contains).map { Value(column: $0, name: feature) }
    }
  }

  /// Reads names of sources from two columns of a table, for ``sourceNames``.
  ///
  /// - Throws: ``StoreError``, ``ParquetError``.
  public static func sourceNames(
    fromTableAt path: String, from nameColumn: String, to sourceColumn: String
  ) throws -> [String: String] {
    let table = try ExternalTable(path: path) { _ in
      nameColumn == sourceColumn ? [nameColumn] : [nameColumn, sourceColumn]
    }
    var names: [String: String] = [:]
    for row in 0..<table.rowCount {
      let name = table.text(nameColumn, row: row)
      let source = table.text(sourceColumn, row: row)
      guard names.updateValue(source, forKey: name) ?? source == source else {
        throw StoreError.invalidTable(path: path, reason: "\(name) has two sources")
      }
    }
    return names
  }

  /// The mapping as text, for the key of what was imported with it.
  var options: [String: String] {
    var options = ["source_column": sourceColumn, "pair_column": pairColumn]
    options["frame_column"] = frameColumn
    options["skip_incomplete"] = "\(skipsIncomplete)"
    for value in features { options["feature:\(value.name)"] = value.column }
    for value in scores { options["score:\(value.name)"] = value.column }
    for (column, text) in conditions { options["where:\(column)"] = text }
    if !sourceNames.isEmpty {
      let lines = sourceNames.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }
      options["source_names_sha256"] = sha256(Array(lines.joined().utf8))
    }
    return options
  }
}
