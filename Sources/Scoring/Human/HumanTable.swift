import Evaluation
import FeatureStore
import Features

/// The clip table of a ``HumanDataDescription``, read column by column.
struct HumanTable {
  let path: String
  /// The rows that the description keeps.
  let rows: [Int]
  /// The single ratings of all rows, the kept and the others.
  let ratings: RatingTable?

  private let table: ExternalTable
  private let description: HumanDataDescription
  private let columns: HumanDataDescription.Columns
  private let featureColumns: [ImportMapping.Value]

  init(_ path: String, _ description: HumanDataDescription) throws {
    let columns = description.columns ?? HumanDataDescription.Columns()
    var features: [ImportMapping.Value] = []
    var subjects: [String] = []
    let table = try ExternalTable(path: path) { header in
      features = ImportMapping.canonicalFeatures(in: header)
      if let prefix = description.ratings?.prefix {
        subjects = header.filter { $0.hasPrefix(prefix) }
      }
      let named = [
        columns.clip, columns.source, columns.test, columns.reference, columns.teacher,
        columns.bitrate, columns.psnr,
      ].compactMap(\.self)
      let targets = description.targets.sorted { $0.key < $1.key }.flatMap { _, target in
        [target.column, target.standardError, target.confidence95].compactMap(\.self)
      }
      let conditions = (description.keep ?? [:]).keys.sorted()
      let frameKeys = [description.frames?.prefix].compactMap(\.self)
      var seen: Set<String> = []
      let all = named + targets + conditions + frameKeys + subjects + features.map(\.column)
      return all.filter { seen.insert($0).inserted }
    }
    if description.frames == nil, features.count < FeatureName.canonicalSix.count {
      throw HumanDataError.table(path: path, reason: "it lacks some of the canonical six features")
    }
    self.path = path
    self.table = table
    self.description = description
    self.columns = columns
    featureColumns = features
    rows = (0..<table.rowCount).filter { row in
      (description.keep ?? [:]).allSatisfy { column, texts in
        texts.contains(table.text(column, row: row))
      }
    }
    ratings =
      subjects.isEmpty
      ? nil
      : try Self.readRatings(table, clip: columns.clip, subjects: subjects, scale: description)
    var names: Set<String> = []
    for row in rows where !names.insert(frameName(row)).inserted {
      throw HumanDataError.table(path: path, reason: "clip \(name(row)) occurs twice")
    }
  }

  private static func readRatings(
    _ table: ExternalTable, clip: String, subjects: [String], scale: HumanDataDescription
  ) throws -> RatingTable {
    var entries: [(stimulus: String, subject: String, value: Double)] = []
    for row in 0..<table.rowCount {
      for subject in subjects {
        let value = try table.number(subject, row: row)
        if !value.isNaN { entries.append((table.text(clip, row: row), subject, value)) }
      }
    }
    return try RatingTable(entries)
  }

  /// The clip's name.
  func name(_ row: Int) -> String { table.text(columns.clip, row: row) }

  /// The text of a cell.
  func text(_ column: String, _ row: Int) -> String { table.text(column, row: row) }

  /// The clip's name, with its test where names repeat across tests.
  private func frameName(_ row: Int) -> String {
    columns.test.map { "\(table.text($0, row: row))/\(name(row))" } ?? name(row)
  }

  /// Whether a row is a reference itself.
  func isReference(_ row: Int) -> Bool {
    columns.reference.map { table.text($0, row: row) == name(row) } ?? false
  }

  /// Of each clip, the name of its reference.
  var referenceNames: [String: String] {
    guard let column = columns.reference else { return [:] }
    var names: [String: String] = [:]
    for row in 0..<table.rowCount { names[name(row)] = table.text(column, row: row) }
    return names
  }

  /// The clip's feature means in canonical order, or nothing where one is missing.
  func features(_ row: Int) throws -> [Double] {
    let values = try FeatureName.canonicalSix.compactMap { feature -> Double? in
      try optional(featureColumns.first { $0.name == feature }?.column, row)
    }
    return values.count == FeatureName.canonicalSix.count ? values : []
  }

  /// A number, or `nil` where the cell is empty; other text is an error.
  private func optional(_ column: String?, _ row: Int) throws -> Double? {
    guard let column else { return nil }
    let value = try table.number(column, row: row)
    return value.isFinite ? value : nil
  }

  /// The scores of a target by row.
  ///
  /// Where a column of scores comes without errors, they are those of the plain rating means.
  func scores(
    _ target: HumanDataDescription.Target, panel: Panel?
  ) throws -> [Int: HumanScore] {
    var result: [Int: HumanScore] = [:]
    if let method = target.ratings {
      let byName = try panel?.scores(method) ?? [:]
      for row in rows { result[row] = byName[name(row)] }
      return result
    }
    guard let column = target.column else { return [:] }
    let plain = try panel?.scores(.mean) ?? [:]
    let scale = target.scale ?? [0, 100]
    let unit = 100 / (scale[1] - scale[0])
    for row in rows {
      let value = try table.number(column, row: row)
      guard value.isFinite else { continue }
      let half = try optional(target.confidence95, row).map { $0 / 1.959964 }
      let own = try optional(target.standardError, row) ?? half
      let error = own.map { $0 * unit } ?? plain[name(row)]?.standardError ?? 0
      result[row] = HumanScore(value: unit * (value - scale[0]), standardError: abs(error))
    }
    return result
  }

  /// The clip of a row.
  func clip(_ row: Int, features: [Double], score: HumanScore) throws -> HumanClip {
    let source = table.text(columns.source, row: row)
    let test = columns.test.map { table.text($0, row: row) }
    let label = test.map { "\(description.name)/\($0)" } ?? description.name
    return try HumanClip(
      data: description.name, name: frameName(row), source: source,
      contents: Set(description.contents?[source] ?? [source]),
      test: description.isAnchor ?? true ? nil : label, features: features, target: score.value,
      standardError: score.standardError, teacher: optional(columns.teacher, row),
      bitrate: optional(columns.bitrate, row), psnr: optional(columns.psnr, row))
  }
}
