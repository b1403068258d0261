/// Clips with their human scores: what subjective and hybrid regimes learn from.
///
/// A clip has one row of features (their mean) or one per frame; its prediction is the mean of the
/// rows' predictions, as libvmaf pools. Its weight is the inverse variance of its score. Clips of
/// one test share a scale; tests other than the anchor get an affine map of their own.
public struct ClipSet: Sendable, Equatable {
  /// The number of features of a row.
  public let inputs: Int
  /// The features of all rows, clip after clip.
  public private(set) var features: [Float] = []
  /// Of each clip, its rows.
  public private(set) var rows: [Range<Int>] = []
  /// Of each clip, its human score.
  public private(set) var targets: [Double] = []
  /// Of each clip, how much its squared error counts.
  public private(set) var weights: [Double] = []
  /// Of each clip, the index of its test's affine map, or `nil` where the scale is the anchor's.
  public private(set) var tests: [Int?] = []

  /// Of each clip, what is added to the scores of distilled networks: the parent's score pooled over
  /// the clip's frames less that of their mean features, where only means are at hand.
  public private(set) var poolingGaps: [Double] = []

  /// The number of clips.
  public var count: Int { rows.count }

  /// The number of affine maps.
  public var testCount: Int { (tests.compactMap(\.self).max() ?? -1) + 1 }

  /// Creates an empty set.
  public init(inputs: Int) { self.inputs = inputs }

  /// Appends a clip.
  ///
  /// - Parameters:
  ///   - features: One or several rows.
  ///   - target: The human score.
  ///   - weight: The inverse variance of the score, positive.
  ///   - test: The affine map that it shares with its test, or `nil` for none.
  ///   - poolingGap: The clip's entry of ``poolingGaps``.
  /// - Throws: ``DatasetError`` if the rows are not whole or a number is not finite.
  public mutating func append(
    features newFeatures: [Double], target: Double, weight: Double, test: Int? = nil,
    poolingGap: Double = 0
  ) throws(DatasetError) {
    let clip = "clip \(count)"
    guard !newFeatures.isEmpty, newFeatures.count % inputs == 0 else {
      throw .unequalCounts(group: clip, features: newFeatures.count, targets: 1, weights: 1)
    }
    let numbers = newFeatures + [target, weight, poolingGap]
    if let index = numbers.firstIndex(where: { !Float($0).isFinite }) {
      throw .notFinite(group: clip, row: 0, column: "\(index)", value: numbers[index])
    }
    guard weight > 0 else {
      throw .notFinite(group: clip, row: 0, column: "weight", value: weight)
    }
    let start = features.count / inputs
    features.append(contentsOf: newFeatures.lazy.map { Float($0) })
    rows.append(start..<features.count / inputs)
    targets.append(target)
    weights.append(weight)
    tests.append(test)
    poolingGaps.append(poolingGap)
  }

  /// The mean feature row of a clip.
  public func meanRow(of clip: Int) -> [Double] {
    let range = rows[clip]
    return (0..<inputs).map { column in
      range.reduce(0) { $0 + Double(features[$1 * inputs + column]) } / Double(range.count)
    }
  }
}

extension Network {
  /// Sets the scales from some clips: inputs to mean 0 and deviation 1 over the clips' mean rows,
  /// outputs to the weighted mean and deviation of their scores.
  mutating func fitScales(to clips: ClipSet, of indices: [Int]) {
    let means = indices.map { clips.meanRow(of: $0) }
    let count = Double(indices.count)
    for column in 0..<clips.inputs {
      let mean = means.reduce(0) { $0 + $1[column] } / count
      let squares = means.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) }
      let deviation = (squares / count).squareRoot()
      inputMean[column] = Float(mean)
      inputScale[column] = Float(deviation > 1e-9 ? 1 / deviation : 1)
    }
    let total = indices.reduce(0) { $0 + clips.weights[$1] }
    let mean = indices.reduce(0) { $0 + clips.weights[$1] * clips.targets[$1] } / total
    let squares = indices.reduce(0.0) { sum, clip in
      let difference = clips.targets[clip] - mean
      return sum + clips.weights[clip] * difference * difference
    }
    let deviation = (squares / total).squareRoot()
    outputOffset = [Float(mean)]
    outputScale = [Float(deviation > 1e-9 ? deviation : 1)]
  }

  /// The score of each clip: the mean over its rows, each clamped to the range if asked.
  public func scores(of clips: ClipSet, clamped: Bool = true) -> [Double] {
    let outputs = predict(clips.features, clamped: clamped)
    return clips.rows.map { range in
      range.reduce(0) { $0 + Double(outputs[$1]) } / Double(range.count)
    }
  }
}
