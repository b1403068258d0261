public import Features

/// Rows for training and evaluation: a matrix of features, targets by name, and where each row is
/// from.
///
/// The features are row-major, `rowCount` × `featureNames.count`, in the order of `featureNames`
/// (the canonical six unless others are asked for). Rows follow source, pair and frame.
public struct FeatureDataset: Sendable, Equatable {
  /// The names of the matrix's columns.
  public let featureNames: [FeatureName]
  /// The matrix, row by row.
  public let features: [Double]
  /// The targets: one value per row under each name.
  public private(set) var targets: [String: [Double]]
  /// Of each row, the content; splits are made by it.
  public let sources: StringColumn
  /// Of each row, the clip.
  public let pairs: StringColumn
  /// Of each row, the frame; 0 where a row is a clip.
  public let frames: [Int32]

  /// The number of rows.
  public var rowCount: Int { frames.count }

  /// The matrix in single precision.
  public func floatFeatures() -> [Float] { features.map(Float.init) }

  /// A target in single precision, or `nil`.
  public func floatTarget(_ name: String) -> [Float]? { targets[name]?.map(Float.init) }

  /// The values of a row.
  public func row(_ index: Int) -> ArraySlice<Double> {
    features[(index * featureNames.count)..<((index + 1) * featureNames.count)]
  }
}

extension FeatureDataset {
  /// Reads the rows of a selection.
  ///
  /// - Parameters:
  ///   - store: where to read.
  ///   - selection: which files.
  ///   - features: the columns of the matrix.
  ///   - targets: the names of teachers or imported scores.
  /// - Throws: ``StoreError/nothingSelected(reason:)`` naming a column that a file lacks, or
  ///   another ``StoreError``.
  public init(
    _ store: Store, _ selection: StoreSelection = StoreSelection(),
    features: [FeatureName] = FeatureName.canonicalSix, targets: [String]
  ) throws {
    let entries = try store.entries(matching: selection)
    let names = features.map(\.rawValue) + targets
    for entry in entries {
      if let missing = names.first(where: { !entry.columns.contains($0) }) {
        throw StoreError.nothingSelected(
          reason: "\(entry.key.identity) has no column \(missing); extract it again or select "
            + "files that have it")
      }
    }
    var block = RowBlock(names: names)
    for entry in entries { block.append(try store.load(entry)) }
    let columns = block.values[..<features.count]
    var matrix: [Double] = []
    matrix.reserveCapacity(block.rowCount * features.count)
    for row in 0..<block.rowCount {
      for column in columns { matrix.append(column[row]) }
    }
    self.init(
      featureNames: features, features: matrix,
      targets: Dictionary(
        zip(targets, block.values[features.count...]), uniquingKeysWith: { first, _ in first }),
      sources: block.sources, pairs: block.pairs, frames: block.frames)
  }

  /// The rows of some sources, in order.
  public func selecting(sources wanted: Set<String>) -> FeatureDataset {
    let isWanted = sources.distinct.map(wanted.contains)
    let rows = (0..<rowCount).filter { isWanted[Int(sources.indices[$0])] }
    return FeatureDataset(
      featureNames: featureNames, features: rows.flatMap { row($0) },
      targets: targets.mapValues { values in rows.map { values[$0] } },
      sources: StringColumn(rows.lazy.map { sources[$0] }),
      pairs: StringColumn(rows.lazy.map { pairs[$0] }), frames: rows.map { frames[$0] })
  }

  /// One row per clip: the arithmetic means over its frames, as libvmaf pools by default.
  public func pooledByPair() -> FeatureDataset {
    struct Clip: Hashable {
      let source: Int32
      let pair: Int32
    }
    var order: [Clip] = []
    var rows: [Clip: [Int]] = [:]
    for row in 0..<rowCount {
      let clip = Clip(source: sources.indices[row], pair: pairs.indices[row])
      if rows[clip] == nil { order.append(clip) }
      rows[clip, default: []].append(row)
    }
    let groups = order.map { rows[$0] ?? [] }
    let width = featureNames.count
    let mean = { (group: [Int], value: (Int) -> Double) in
      group.reduce(0) { $0 + value($1) } / Double(group.count)
    }
    return FeatureDataset(
      featureNames: featureNames,
      features: groups.flatMap { group in
        (0..<width).map { column in mean(group) { features[$0 * width + column] } }
      },
      targets: targets.mapValues { values in groups.map { group in mean(group) { values[$0] } } },
      sources: StringColumn(order.lazy.map { sources.distinct[Int($0.source)] }),
      pairs: StringColumn(order.lazy.map { pairs.distinct[Int($0.pair)] }),
      frames: [Int32](repeating: 0, count: groups.count))
  }

  /// Adds or replaces a column of one value per row, such as a model's predictions.
  public mutating func setTarget(_ name: String, _ values: [Double]) {
    precondition(values.count == rowCount, "column \(name) has another length")
    targets[name] = values
  }

  /// Adds a target that is known per clip, such as a human score.
  ///
  /// - Parameter scores: by `source/pair`, as in ``StoreKey/identity``.
  /// - Throws: ``StoreError/nothingSelected(reason:)`` naming a clip without a score.
  public mutating func addTarget(_ name: String, byPair scores: [String: Double]) throws {
    targets[name] = try (0..<rowCount).map { row in
      guard let score = scores["\(sources[row])/\(pairs[row])"] else {
        throw StoreError.nothingSelected(
          reason: "\(sources[row])/\(pairs[row]) has no \(name); leave the pair out or add it")
      }
      return score
    }
  }
}
