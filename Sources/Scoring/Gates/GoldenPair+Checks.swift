import Evaluation
import Features
import GoldenClips

/// The features of one frame of a golden pair and the teacher's score of it.
struct GoldenPoint {
  let pair: String
  let frame: Int
  /// The canonical six features, with the distorted video and with the reference in its place.
  let features: [Double]
  let identical: [Double]
  /// The teacher's score.
  let score: Double
}

extension GoldenPair {
  private typealias Check = GoldenReport.Check

  /// Every feature of every frame against the figures.
  func featureCheck(_ table: FeatureTable, _ expected: GoldenTable.Clip) -> GoldenReport.Check {
    let names = expected.perFrame.keys.filter { !$0.hasPrefix("vmaf") }.sorted()
    return check(.features, nil, table, expected, names) {
      GoldenGate.featureTolerance * abs($0)
    }
  }

  /// A model's score of every frame against the figures.
  func scoreCheck(
    _ table: FeatureTable, _ expected: GoldenTable.Clip, _ model: String
  ) -> GoldenReport.Check {
    var result = check(.score, model, table, expected, [model]) { _ in GoldenGate.scoreTolerance }
    result.found = table[FeatureName(model)].flatMap { Pooling.mean($0) }
    result.expected = expected.perFrame[model].flatMap { Pooling.mean($0) }
    result.bar = GoldenGate.scoreTolerance
    return result
  }

  private func check(
    _ kind: GoldenReport.Check.Kind, _ model: String?, _ table: FeatureTable,
    _ expected: GoldenTable.Clip, _ names: [String], tolerance: (Double) -> Double
  ) -> GoldenReport.Check {
    var values = 0
    var ulp: UInt64 = 0
    var difference = 0.0
    var place: String?
    for name in names {
      let figures = expected.perFrame[name] ?? []
      let column = table[FeatureName(name)] ?? []
      guard column.count == figures.count, !figures.isEmpty else {
        return .init(
          kind, pair: self.name, model: model, verdict: .failed, values: column.count,
          note: "\(name) has \(column.count) values instead of \(figures.count)")
      }
      for (frame, (value, figure)) in zip(column, figures).enumerated() {
        values += 1
        // A NaN is further away than any number.
        guard let steps = ULP.distance(value, figure) else {
          return .init(
            kind, pair: self.name, model: model, verdict: .failed, values: values,
            note: "\(name) of frame \(frame) is \(value)")
        }
        ulp = max(ulp, steps)
        let off = abs(value - figure)
        difference = max(difference, off)
        if off > tolerance(figure), place == nil { place = "\(name) of frame \(frame)" }
      }
    }
    return .init(
      kind, pair: self.name, model: model, verdict: place == nil ? .passed : .failed,
      values: values, largestULP: ulp, largestDifference: difference, note: place)
  }

  /// The mean score against the one that libvmaf's tests assert.
  func meanCheck(
    _ scores: [Double], _ asserted: GoldenTable.AssertedMean
  ) -> GoldenReport.Check {
    let mean = Pooling.mean(scores) ?? .nan
    return .init(
      .mean, pair: name, verdict: asserted.agrees(with: mean) ? .passed : .failed,
      values: scores.count, largestDifference: abs(mean - asserted.mean), bar: 0.5e-4,
      found: mean, expected: asserted.mean, note: "\(asserted.places) decimals")
  }

  /// Whether the reference itself scores no less than the distorted video.
  func identityCheck(_ scores: [Double], _ identical: [Double]) -> GoldenReport.Check {
    let broken = zip(scores, identical).enumerated().first { !($1.1 >= $1.0) }
    return .init(
      .identity, pair: name, verdict: broken == nil ? .passed : .failed, values: scores.count,
      note: broken.map { "frame \($0.offset): \($0.element.1) below \($0.element.0)" })
  }

  /// The points that students are checked at.
  func points(_ tables: [FeatureTable], scores: String) throws -> [GoldenPoint] {
    let columns = tables.map { table in FeatureName.canonicalSix.map { table[$0] ?? [] } }
    let scores = tables[0][FeatureName(scores)] ?? []
    return scores.indices.map { frame in
      GoldenPoint(
        pair: name, frame: frame, features: columns[0].map { $0[frame] },
        identical: columns[1].map { $0[frame] }, score: scores[frame])
    }
  }
}

extension Student {
  /// The student's promises at golden points: its error, its range, its order.
  func goldenChecks(_ points: [GoldenPoint], budget: Double) throws -> [GoldenReport.Check] {
    let found = try scores(ofRows: points.flatMap(\.features))
    let identical = try scores(ofRows: points.flatMap(\.identical))
    func place(_ index: Int) -> String { "\(points[index].pair), frame \(points[index].frame)" }

    let errors = zip(found, points).map { abs($0 - $1.score) }
    let worst = errors.indices.max { errors[$0] < errors[$1] || errors[$1].isNaN }
    let largest = worst.map { errors[$0] } ?? 0
    var checks: [GoldenReport.Check] = [
      .init(
        .studentError, pair: nil, model: name, verdict: largest <= budget ? .passed : .failed,
        values: points.count, largestDifference: largest, bar: budget, note: worst.map(place))
    ]
    let outside = (found + identical).firstIndex { !(0...100).contains($0) }
    checks.append(
      .init(
        .studentRange, pair: nil, model: name, verdict: outside == nil ? .passed : .failed,
        values: 2 * points.count, note: outside.map { place($0 % points.count) }))
    // Points that differ by more than twice the budget keep their order.
    var disorder: String?
    var pairs = 0
    for i in points.indices {
      for j in points.indices where points[i].score > points[j].score + 2 * budget {
        pairs += 1
        if !(found[i] > found[j]) { disorder = "\(place(i)) and \(place(j))" }
      }
    }
    checks.append(
      .init(
        .studentOrder, pair: nil, model: name, verdict: disorder == nil ? .passed : .failed,
        values: pairs, note: disorder))
    let below = points.indices.first { !(identical[$0] >= found[$0]) }
    checks.append(
      .init(
        .studentIdentity, pair: nil, model: name, verdict: below == nil ? .passed : .failed,
        values: points.count, note: below.map(place)))
    return checks
  }
}
