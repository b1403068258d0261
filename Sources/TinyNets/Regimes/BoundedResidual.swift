/// A parent's score with a small correction that cannot run away.
///
///     score = parent(x) + limit * tanh(c0 + c . (x - mean) * scale)
///
/// averaged over the clip's rows. However odd a clip, the score stays within `limit` points of the
/// parent's.
struct BoundedResidual: ClipFunction {
  private let clips: ClipSet
  private let parentScores: [Double]
  private let standardised: [Float]
  private let limit: Double

  /// - Parameters:
  ///   - parent: What is corrected; its scales standardise the features.
  ///   - limit: The largest correction in points.
  init(_ parent: Network, clips: ClipSet, limit: Double) {
    self.clips = clips
    self.limit = limit
    parentScores = zip(parent.scores(of: clips, clamped: false), clips.poolingGaps).map(+)
    let inputs = clips.inputs
    standardised = clips.features.indices.map { index in
      (clips.features[index] - parent.inputMean[index % inputs])
        * parent.inputScale[index % inputs]
    }
  }

  var dimension: Int { clips.inputs + 1 }
  var start: [Float] { [Float](repeating: 0, count: dimension) }
  var centre: [Float] { start }

  func project(_ vector: inout [Float]) {}

  func scores(
    _ vector: [Float], of chosen: [Int], jacobian: UnsafeMutablePointer<Float>?
  ) -> [Double] {
    let inputs = clips.inputs
    return chosen.enumerated().map { place, clip in
      let range = clips.rows[clip]
      let share = 1 / Double(range.count)
      var sum = 0.0
      var slopes = [Double](repeating: 0, count: dimension)
      for row in range {
        var z = Double(vector[inputs])
        for k in 0..<inputs { z += Double(vector[k]) * Double(standardised[row * inputs + k]) }
        let e = Double(Float.exponential(Float(-2 * z)))
        let t = (1 - e) / (1 + e)
        sum += limit * t * share
        let slope = limit * (1 - t * t) * share
        for k in 0..<inputs { slopes[k] += slope * Double(standardised[row * inputs + k]) }
        slopes[inputs] += slope
      }
      if let jacobian {
        for k in 0..<dimension { jacobian[place * dimension + k] = Float(slopes[k]) }
      }
      return parentScores[clip] + sum
    }
  }
}
