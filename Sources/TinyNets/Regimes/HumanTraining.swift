public import Processor

/// Clips to learn from and clips to predict.
public struct ClipSplit: Sendable, Equatable {
  /// The indices of the clips that training may see.
  public let training: [Int]
  /// The indices of the clips that are predicted.
  public let tested: [Int]

  /// Creates a split.
  public init(training: [Int], tested: [Int]) {
    self.training = training
    self.tested = tested
  }
}

/// Trains one network on human scores, split by split.
///
/// The strength of the regime is chosen inside the training clips of a split, by its inner splits:
/// for hybrid regimes the smallest deviation from the parent whose error is within one standard
/// error (over inner splits) of the best, so that the parent is left only for a reason; for
/// subjective ones the best. Hybrid candidates are compared on the network's tangent, which has a
/// closed form; the network itself is then trained at the chosen strength.
///
/// Everything is deterministic: equal inputs give equal bits for any instruction set.
public struct HumanTraining: Sendable {
  /// What is trained.
  public let regime: HumanRegime
  /// The parent; for subjective regimes only its architecture and scales count.
  public let parent: Network
  /// The clips of all splits.
  public let clips: ClipSet
  /// The seed of random weights.
  public let seed: UInt64
  /// The scores' range.
  public let range: ClosedRange<Double>

  private let rising: [Bool]
  private let set: InstructionSet
  private let tangent: TangentModel?

  /// What training on one split gives.
  public struct Result: Sendable {
    /// The chosen deviation in points.
    public let deviation: Double
    /// The scores of the tested clips, in the split's order, clamped, on their tests' scales.
    public let scores: [Double]
    /// Scores of training clips by inner splits that did not see them, in the order of
    /// ``calibrationClips``; their errors tell how far off the model is on unseen sources.
    public let calibrationScores: [Double]
    /// The clips of ``calibrationScores``.
    public let calibrationClips: [Int]
    /// The trained network, on the anchor's scale; `nil` for a residual, which is no plain network.
    public let network: Network?
  }

  /// Prepares training.
  ///
  /// - Parameters:
  ///   - regime: What to do.
  ///   - parent: The distilled network, or for subjective regimes any network of the architecture.
  ///   - clips: All clips.
  ///   - rising: Of each feature, whether a monotone network may not fall as it rises.
  ///   - seed: The seed of random weights.
  ///   - range: The scores' range.
  ///   - set: The kernels to use; the result does not depend on it.
  /// - Throws: ``DatasetError`` or ``TrainingError`` where the parts do not fit together.
  public init(
    _ regime: HumanRegime, parent: Network, clips: ClipSet, rising: [Bool], seed: UInt64 = 0,
    range: ClosedRange<Double> = 0...100, on set: InstructionSet = .best
  ) throws {
    let architecture = parent.architecture
    guard architecture.inputs == clips.inputs, architecture.outputs == 1 else {
      throw DatasetError.shapeMismatch(
        features: clips.inputs, targets: 1, architecture: architecture.description)
    }
    guard rising.count == clips.inputs, !regime.deviations.isEmpty,
      regime.deviations.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw TrainingError.invalidOption("the deviations must be 0 or more points") }
    if case .subjective(let isMonotone) = regime.kind {
      guard regime.deviations.allSatisfy({ $0 > 0 }) else {
        throw TrainingError.invalidOption("a subjective regime needs positive deviations")
      }
      if isMonotone { _ = try MonotoneSigns(architecture, rising: rising) }
    }
    self.regime = regime
    self.parent = parent
    self.clips = clips
    self.seed = seed
    self.range = range
    self.rising = rising
    self.set = set
    switch regime.kind {
    case .distil, .subjective: tangent = nil
    case .hybrid(let freedom):
      let function = NetworkClipFunction(
        parent, clips: clips, freedom: freedom, seed: seed, on: set)
      tangent = TangentModel(function, clips: clips, on: set)
    case .residual(let limit):
      tangent = TangentModel(
        BoundedResidual(parent, clips: clips, limit: limit), clips: clips, on: set)
    }
  }

  /// Trains on a split's training clips and predicts the tested ones.
  ///
  /// - Parameters:
  ///   - split: The clips.
  ///   - inner: Splits of the training clips, in which every clip is tested once.
  /// - Throws: ``TrainingError``.
  public func train(on split: ClipSplit, inner: [ClipSplit]) throws -> Result {
    var table: [[[Double]]] = []
    for part in inner { table.append(try candidateScores(on: part)) }
    let choice = choose(table, inner)
    let final = try fit(on: split, deviation: regime.deviations[choice])
    return Result(
      deviation: regime.deviations[choice], scores: final.scores,
      calibrationScores: table.flatMap { $0[choice] },
      calibrationClips: inner.flatMap(\.tested), network: final.network)
  }

  /// The scores of an inner split's tested clips under each candidate deviation.
  private func candidateScores(on split: ClipSplit) throws -> [[Double]] {
    switch regime.kind {
    case .distil:
      let scores = try fit(on: split, deviation: 0).scores
      return regime.deviations.map { _ in scores }
    case .hybrid, .residual:
      guard let tangent else { return [] }
      return regime.deviations.map { deviation in
        clamped(
          tangent.scores(of: split.tested, trainedOn: split.training, deviation: deviation))
      }
    case .subjective:
      // From the freest to the stiffest: a stiff network is nearly constant and teaches nothing.
      let function = try subjectiveFunction(on: split.training)
      var vector: [Float]?
      var scores: [[Double]] = []
      for deviation in regime.deviations.sorted(by: >) {
        let fit = try regression(function, deviation: deviation, on: split.training)
          .fit(function, to: split.training, from: vector)
        vector = fit.vector
        scores.append(mapped(function, fit, split.tested))
      }
      let order = regime.deviations.sorted(by: >)
      return regime.deviations.map { deviation in
        scores[order.firstIndex(of: deviation) ?? 0]
      }
    }
  }

  /// The index of the deviation to take.
  private func choose(_ table: [[[Double]]], _ inner: [ClipSplit]) -> Int {
    let errors = zip(table, inner).filter { !$1.tested.isEmpty }.map { candidates, part in
      candidates.map { scores in
        zip(scores, part.tested).reduce(0.0) { sum, pair in
          let error = pair.0 - clips.targets[pair.1]
          return sum + error * error
        } / Double(part.tested.count)
      }
    }
    guard errors.count > 1 else { return 0 }
    let candidates = regime.deviations.indices
    let count = Double(errors.count)
    let means = candidates.map { c in errors.reduce(0) { $0 + $1[c] } / count }
    let best = candidates.min { means[$0] < means[$1] } ?? 0
    if case .subjective = regime.kind { return best }
    let ascending = candidates.sorted { regime.deviations[$0] < regime.deviations[$1] }
    return ascending.first { candidate in
      let differences = errors.map { $0[candidate] - $0[best] }
      let mean = differences.reduce(0, +) / count
      let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return mean <= (squares / (count - 1) / count).squareRoot()
    } ?? best
  }

  /// Trains at a given deviation.
  private func fit(
    on split: ClipSplit, deviation: Double
  ) throws -> (scores: [Double], network: Network?) {
    switch regime.kind {
    case .distil(let fitsMap):
      let all = clamped(zip(parent.scores(of: clips), clips.poolingGaps).map(+))
      guard fitsMap else { return (split.tested.map { all[$0] }, parent) }
      let maps = WeightedMaps(all, clips, split.training)
      return (clamped(split.tested.map { maps(all[$0], test: clips.tests[$0]) }), nil)
    case .subjective:
      let function = try subjectiveFunction(on: split.training)
      let fit = try regression(function, deviation: deviation, on: split.training)
        .fit(function, to: split.training)
      return (mapped(function, fit, split.tested), finished(function.network(fit.vector)))
    case .hybrid(let freedom):
      let function = NetworkClipFunction(
        parent, clips: clips, freedom: freedom, seed: seed, on: set)
      let (scores, vector) = try fitFromParent(function, split, deviation)
      return (scores, finished(function.network(vector)))
    case .residual(let limit):
      let function = BoundedResidual(parent, clips: clips, limit: limit)
      return (try fitFromParent(function, split, deviation).scores, nil)
    }
  }

  private func fitFromParent(
    _ function: some ClipFunction, _ split: ClipSplit, _ deviation: Double
  ) throws -> (scores: [Double], vector: [Float]) {
    guard let tangent, deviation > 0 else {
      var maps = TestMaps(count: clips.testCount)
      let start = function.scores(function.start, of: split.training, jacobian: nil)
      maps.fit(scores: start, to: clips, of: split.training)
      let fit = ClipRegression.Fit(vector: function.start, maps: maps, objective: 0, steps: 0)
      return (mapped(function, fit, split.tested), function.start)
    }
    let regression = ClipRegression(
      clips: clips, penalty: tangent.penalty(deviation: deviation, on: split.training), set: set)
    let fit = try regression.fit(function, to: split.training)
    return (mapped(function, fit, split.tested), fit.vector)
  }

  private func subjectiveFunction(on training: [Int]) throws -> NetworkClipFunction {
    var network = Network(architecture: parent.architecture, seed: seed)
    network.fitScales(to: clips, of: training)
    var signs: MonotoneSigns?
    if case .subjective(isMonotone: true) = regime.kind {
      signs = try MonotoneSigns(parent.architecture, rising: rising)
    }
    return NetworkClipFunction(
      network, clips: clips, shrinksToZero: true, signs: signs, on: set)
  }

  private func regression(
    _ function: NetworkClipFunction, deviation: Double, on training: [Int]
  ) throws -> ClipRegression {
    let jacobian = AlignedBuffer<Float>(count: training.count * function.dimension, repeating: 0)
    _ = function.scores(function.start, of: training, jacobian: jacobian.base)
    var squares = 0.0
    for index in 0..<jacobian.count {
      squares += Double(jacobian.base[index]) * Double(jacobian.base[index])
    }
    let penalty = squares / Double(training.count) / (deviation * deviation)
    return ClipRegression(clips: clips, penalty: penalty, set: set)
  }

  private func mapped(
    _ function: some ClipFunction, _ fit: ClipRegression.Fit, _ tested: [Int]
  ) -> [Double] {
    let scores = function.scores(fit.vector, of: tested, jacobian: nil)
    return clamped(zip(scores, tested).map { fit.maps($0, test: clips.tests[$1]) })
  }

  private func clamped(_ scores: [Double]) -> [Double] {
    scores.map { min(max($0, range.lowerBound), range.upperBound) }
  }

  private func finished(_ network: Network) -> Network {
    var network = network
    network.range = Float(range.lowerBound)...Float(range.upperBound)
    return network
  }
}

/// Slope and offset of each test by weighted least squares without a prior, the anchor included.
private struct WeightedMaps {
  private var maps: [Int: (slope: Double, offset: Double)] = [:]

  init(_ scores: [Double], _ clips: ClipSet, _ training: [Int]) {
    for (test, members) in Dictionary(grouping: training, by: { clips.tests[$0] ?? -1 }) {
      let total = members.reduce(0) { $0 + clips.weights[$1] }
      let meanX = members.reduce(0) { $0 + clips.weights[$1] * scores[$1] } / total
      let meanY = members.reduce(0) { $0 + clips.weights[$1] * clips.targets[$1] } / total
      var xx = 0.0
      var xy = 0.0
      for clip in members {
        let x = scores[clip] - meanX
        xx += clips.weights[clip] * x * x
        xy += clips.weights[clip] * x * (clips.targets[clip] - meanY)
      }
      let slope = xx > 0 ? xy / xx : 1
      maps[test] = (slope, meanY - slope * meanX)
    }
  }

  func callAsFunction(_ score: Double, test: Int?) -> Double {
    guard let map = maps[test ?? -1] else { return score }
    return map.offset + map.slope * score
  }
}
