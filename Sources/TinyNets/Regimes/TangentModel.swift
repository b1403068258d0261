import Processor

/// A function of parameters replaced by its tangent at the start: a kernel regression.
///
/// Near its parent a fine-tuned network is linear in its parameters, and a penalised linear fit has
/// a closed form in the space of the clips: with the Gram matrix K of the Jacobian,
///
///     scores(test) = start(test) + K[test, train] (K[train, train] + penalty W^-1)^-1 r(train).
///
/// K is computed once; trying every penalty on every split of the clips then costs nothing. This is
/// how the strength of a hybrid regime is chosen.
struct TangentModel: Sendable {
  private let clips: ClipSet
  private let start: [Double]
  private let gram: GramMatrix

  init(_ function: some ClipFunction, clips: ClipSet, on set: InstructionSet) {
    self.clips = clips
    let all = Array(0..<clips.count)
    let jacobian = AlignedBuffer<Float>(count: clips.count * function.dimension, repeating: 0)
    start = function.scores(function.start, of: all, jacobian: jacobian.base)
    gram = GramMatrix(jacobian.base, size: clips.count, dimension: function.dimension, on: set)
  }

  /// The penalty under which the function is expected to move by `deviation` points on a typical
  /// one of some clips.
  func penalty(deviation: Double, on chosen: [Int]) -> Double {
    gram.meanSquare(of: chosen) / (deviation * deviation)
  }

  /// Scores of `tested`, on the scale of their tests, after learning from `trained`.
  ///
  /// A deviation of zero gives the start's scores, with maps of tests fitted alone.
  func scores(of tested: [Int], trainedOn trained: [Int], deviation: Double) -> [Double] {
    var maps = TestMaps(count: clips.testCount)
    let weights = trained.map { clips.weights[$0] }
    var solution: [Double]?
    // With maps to fit, the two parts are set to their optimum in turn.
    for _ in 0..<(clips.testCount == 0 ? 1 : 5) {
      maps.fit(scores: scores(trained, trained, solution), to: clips, of: trained)
      guard deviation > 0 else { continue }
      let slopes = trained.map { maps[clips.tests[$0]].slope }
      let residuals = zip(trained, slopes).map { clip, slope in
        (clips.targets[clip] - maps(start[clip], test: clips.tests[clip])) / slope
      }
      solution = gram.solve(
        trained, weights: zip(weights, slopes).map { $0 * $1 * $1 },
        penalty: penalty(deviation: deviation, on: trained), residuals)
    }
    maps.fit(scores: scores(trained, trained, solution), to: clips, of: trained)
    return zip(tested, scores(tested, trained, solution)).map { clip, score in
      maps(score, test: clips.tests[clip])
    }
  }

  private func scores(_ tested: [Int], _ trained: [Int], _ solution: [Double]?) -> [Double] {
    tested.map { clip in
      start[clip] + (solution.map { gram.product(row: clip, columns: trained, $0) } ?? 0)
    }
  }
}
