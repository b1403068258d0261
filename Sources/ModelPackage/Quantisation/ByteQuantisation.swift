/// Weights as signed bytes with one step per column, symmetric about zero.
struct QuantisedWeights {
  /// The integers, laid out as the weights; -127 to 127.
  let levels: [Int64]
  /// What a level of each column stands for.
  let steps: [Float]

  /// - Parameters:
  ///   - weights: Rows of `columns` numbers.
  ///   - columns: The number of outputs.
  init(_ weights: [Float], columns: Int) {
    var largest = [Float](repeating: 0, count: columns)
    for (index, weight) in weights.enumerated() {
      largest[index % columns] = max(largest[index % columns], weight.magnitude)
    }
    let steps = largest.map { $0 > 0 ? max($0 / 127, .leastNormalMagnitude) : 1 }
    levels = weights.enumerated().map { index, weight in
      let level = (weight / steps[index % columns]).rounded(.toNearestOrEven)
      return Int64(min(max(level, -127), 127))
    }
    self.steps = steps
  }
}

/// A range of numbers cut into the 255 steps of an unsigned byte, with zero on a step.
struct ByteSteps {
  /// The distance of neighbouring levels.
  let size: Float
  /// The level that stands for zero.
  let zero: Int64

  init(_ range: ClosedRange<Float>) {
    let lower = min(range.lowerBound, 0)
    let upper = max(range.upperBound, 0)
    size = max((upper - lower) / 255, .leastNormalMagnitude)
    zero = Int64(min(max((-lower / size).rounded(), 0), 255))
  }
}
