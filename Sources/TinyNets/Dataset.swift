/// Rows of features with their targets: what networks learn from and are measured on.
///
/// A row is a frame or a clip; it has a weight (how much it counts) and a group (its source, whose
/// rows are held out together). There may be several targets, such as a teacher's score and a mean
/// opinion score. Every number is finite: rows with a NaN or an infinity are refused by name.
public struct Dataset: Sendable, Equatable {
  /// The names of the features, in their order.
  public let featureNames: [String]
  /// The names of the targets, in their order.
  public let targetNames: [String]
  /// The features, row by row.
  public private(set) var features: [Float]
  /// The targets, row by row.
  public private(set) var targets: [Float]
  /// How much each row counts; not negative.
  public private(set) var weights: [Float]
  /// The index in ``groupNames`` of each row's group.
  public private(set) var groups: [Int]
  /// The names of the groups, in order of first appearance.
  public private(set) var groupNames: [String]

  /// The number of rows.
  public var count: Int { weights.count }

  /// Creates an empty dataset to append to.
  public init(featureNames: [String], targetNames: [String] = ["score"]) {
    self.featureNames = featureNames
    self.targetNames = targetNames
    features = []
    targets = []
    weights = []
    groups = []
    groupNames = []
  }

  /// Appends rows of one group.
  ///
  /// - Parameters:
  ///   - features: The rows, one after the other, in the order of ``featureNames``.
  ///   - targets: The rows' targets, one after the other, in the order of ``targetNames``.
  ///   - group: The name of the rows' source.
  ///   - weights: One per row; all 1 if `nil`.
  /// - Throws: ``DatasetError`` if the counts do not fit or a number is not finite; nothing is
  ///   appended then.
  public mutating func append(
    features newFeatures: [Double], targets newTargets: [Double], group: String,
    weights newWeights: [Double]? = nil
  ) throws(DatasetError) {
    let width = max(featureNames.count, 1)
    let rows = newFeatures.count / width
    guard !featureNames.isEmpty, rows * width == newFeatures.count,
      rows * targetNames.count == newTargets.count, rows == newWeights?.count ?? rows
    else {
      throw .unequalCounts(
        group: group, features: newFeatures.count, targets: newTargets.count,
        weights: newWeights?.count)
    }
    for (index, value) in newFeatures.enumerated() where !Float(value).isFinite {
      throw .notFinite(
        group: group, row: index / width, column: featureNames[index % width], value: value)
    }
    for (index, value) in newTargets.enumerated() where !Float(value).isFinite {
      throw .notFinite(
        group: group, row: index / targetNames.count,
        column: targetNames[index % targetNames.count], value: value)
    }
    for (row, value) in (newWeights ?? []).enumerated() where !(Float(value).isFinite && value >= 0)
    {
      throw .notFinite(group: group, row: row, column: "weight", value: value)
    }
    let groupIndex = groupNames.firstIndex(of: group) ?? groupNames.count
    if groupIndex == groupNames.count { groupNames.append(group) }
    features.append(contentsOf: newFeatures.lazy.map { Float($0) })
    targets.append(contentsOf: newTargets.lazy.map { Float($0) })
    weights.append(
      contentsOf: newWeights.map { $0.map { Float($0) } } ?? Array(repeating: 1, count: rows))
    groups.append(contentsOf: repeatElement(groupIndex, count: rows))
  }

  /// The rows whose group is one of the named ones, in their order.
  public func rows(inGroups names: Set<String>) -> Dataset {
    var result = Dataset(featureNames: featureNames, targetNames: targetNames)
    let chosen = groupNames.map { names.contains($0) }
    var newIndex = Array(repeating: -1, count: groupNames.count)
    let width = featureNames.count
    let depth = targetNames.count
    for row in 0..<count where chosen[groups[row]] {
      let group = groups[row]
      if newIndex[group] < 0 {
        newIndex[group] = result.groupNames.count
        result.groupNames.append(groupNames[group])
      }
      result.features.append(contentsOf: features[row * width..<(row + 1) * width])
      result.targets.append(contentsOf: targets[row * depth..<(row + 1) * depth])
      result.weights.append(weights[row])
      result.groups.append(newIndex[group])
    }
    return result
  }

  /// The rows to learn from and the rows of the named groups, which are held out.
  ///
  /// - Throws: ``DatasetError`` if a name is unknown, or one of the two parts would have no rows.
  public func split(
    holdingOut names: Set<String>
  ) throws(DatasetError) -> (training: Dataset, heldOut: Dataset) {
    if let unknown = names.subtracting(groupNames).min() {
      throw .unknownGroup(unknown, known: groupNames)
    }
    guard groupNames.count > 1 else { throw .oneSource(groupNames.first ?? "") }
    let heldOut = rows(inGroups: names)
    let training = rows(inGroups: Set(groupNames).subtracting(names))
    guard training.count > 0, heldOut.count > 0 else {
      throw .emptyPart(heldOut: names.sorted(), isTraining: training.count == 0)
    }
    return (training, heldOut)
  }
}

/// Why rows are no dataset, or a dataset cannot be used.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// Features, targets and weights are of unequal numbers of rows.
  case unequalCounts(group: String, features: Int, targets: Int, weights: Int?)
  /// A number is NaN or infinite, or a weight negative.
  case notFinite(group: String, row: Int, column: String, value: Double)
  /// There is no such group.
  case unknownGroup(String, known: [String])
  /// A source is to be held out, but there is only one.
  case oneSource(String)
  /// Nothing is left to learn from or to measure on.
  case emptyPart(heldOut: [String], isTraining: Bool)
  /// There are no rows at all.
  case empty
  /// All rows have the same target.
  case constantTarget(String, value: Float)
  /// The rows' weights add up to zero.
  case noWeight
  /// The dataset has other numbers of columns than the network.
  case shapeMismatch(features: Int, targets: Int, architecture: String)

  /// One sentence for a person: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .unequalCounts(let group, let features, let targets, let weights):
      return
        "the rows of '\(group)' do not fit together: \(features) features, \(targets) targets, "
        + "\(weights.map(String.init) ?? "no") weights"
    case .notFinite(let group, let row, let column, let value):
      return "row \(row) of '\(group)' has \(value) in column '\(column)': remove or repair the row"
    case .unknownGroup(let name, let known):
      return "there is no source '\(name)': there are \(known.joined(separator: ", "))"
    case .oneSource(let name):
      return "there is only one source ('\(name)'): holding one out needs at least two"
    case .emptyPart(let names, let isTraining):
      let part = isTraining ? "to train on" : "to measure on"
      return "holding out \(names.joined(separator: ", ")) leaves no rows \(part)"
    case .empty:
      return "the dataset has no rows"
    case .constantTarget(let name, let value):
      return "all rows have the same target '\(name)' (\(value)): there is nothing to learn"
    case .noWeight:
      return "the weights of all rows are zero"
    case .shapeMismatch(let features, let targets, let architecture):
      return
        "the dataset has \(features) features and \(targets) targets, "
        + "which does not fit the network \(architecture)"
    }
  }
}
