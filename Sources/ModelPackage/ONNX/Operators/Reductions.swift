#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ONNXOperator {
  /// Operators that sum over dimensions.
  static let reductions: [String: ONNXOperator] = [
    "ReduceSum": reduction { sum, _ in sum },
    "ReduceMean": reduction { sum, count in sum / Double(count) },
    "Softmax": ONNXOperator(1...1, ["axis"]) { settings throws(ONNXMisfit) in
      let axis = try settings.integer("axis")
      let isFlattened = settings.version < 13
      return { inputs, budget throws(ONNXMisfit) in
        let (values, shape) = try inputs.reals(0)
        try budget.allocate(values.count)
        let place = try normalised(axis: axis ?? (isFlattened ? 1 : -1), rank: shape.count)
        // Before version 13 everything from the axis on was one dimension.
        let last = isFlattened ? shape.count : place + 1
        return ONNXTensor(
          reals: softmax(values, Lanes(shape, place..<last)), shape: shape)
      }
    },
    "LayerNormalization": ONNXOperator(2...3, ["axis", "epsilon", "stash_type"]) {
      settings throws(ONNXMisfit) in
      let axis = try settings.integer("axis") ?? -1
      let epsilon = Double(try settings.real("epsilon") ?? 1e-5)
      return { inputs, budget throws(ONNXMisfit) in
        let (values, shape) = try inputs.reals(0)
        let place = try normalised(axis: axis, rank: shape.count)
        try budget.allocate(values.count)
        let whole = ONNXTensor(
          reals: standardised(values, Lanes(shape, place..<shape.count), epsilon), shape: shape)
        let scaled = try Broadcast.map((whole.reals ?? [], shape), inputs.reals(1), &budget, *)
        guard inputs.count > 2, inputs[2] != nil else { return scaled }
        return try Broadcast.map(
          (scaled.reals ?? [], scaled.shape), inputs.reals(2), &budget, +)
      }
    },
  ]

  /// A sum over axes, finished by a function of the sum and the number of summands.
  private static func reduction(
    _ finish: @escaping @Sendable (Double, Int) -> Double
  ) -> ONNXOperator {
    ONNXOperator(1...2, ["axes", "keepdims", "noop_with_empty_axes"]) {
      settings throws(ONNXMisfit) in
      let listed = try settings.integers("axes")
      let keeps = try settings.flag("keepdims", default: true)
      let isIdentityWithoutAxes = try settings.flag("noop_with_empty_axes", default: false)
      return { inputs, budget throws(ONNXMisfit) in
        let (values, shape) = try inputs.reals(0)
        var axes = try inputs.integers(ifAny: 1) ?? listed ?? []
        if axes.isEmpty {
          if isIdentityWithoutAxes { return try inputs.tensor(0) }
          axes = Array(shape.indices)
        }
        let places = try normalised(axes: axes, rank: shape.count)
        var strides = [Int](repeating: 0, count: shape.count)
        var count = 1
        for index in shape.indices.reversed() where !places.contains(index) {
          strides[index] = count
          count *= shape[index]
        }
        try budget.allocate(max(count, values.count))
        var sums = [Double](repeating: 0, count: count)
        let length = shape.last ?? 1
        let step = strides.last ?? 0
        try Broadcast([shape]).forEachRun([strides]) { start, target in
          for offset in 0..<length {
            sums[target[0] + offset * step] += Double(values[start + offset])
          }
        }
        let summands = places.reduce(1) { $0 * shape[$1] }
        var reduced: [Int] = []
        for (index, extent) in shape.enumerated() {
          if !places.contains(index) { reduced.append(extent) } else if keeps { reduced.append(1) }
        }
        return ONNXTensor(
          reals: sums.map { Float(finish($0, summands)) }, shape: reduced)
      }
    }
  }

  /// The elements along some neighbouring dimensions, for each position in the others.
  private struct Lanes {
    let outer: Int
    let length: Int
    let inner: Int

    init(_ shape: [Int], _ range: Range<Int>) {
      outer = shape[..<range.lowerBound].reduce(1, *)
      length = shape[range].reduce(1, *)
      inner = shape[range.upperBound...].reduce(1, *)
    }

    /// Calls `body` with where each lane begins; its elements are ``inner`` apart.
    func forEach(_ body: (Int) -> Void) {
      guard length > 0, inner > 0 else { return }
      for block in 0..<outer {
        for offset in 0..<inner { body(block * length * inner + offset) }
      }
    }
  }

  private static func softmax(_ values: [Float], _ lanes: Lanes) -> [Float] {
    var result = values
    lanes.forEach { start in
      let places = (0..<lanes.length).map { start + $0 * lanes.inner }
      let largest = Double(places.map { values[$0] }.max() ?? 0)
      let powers = places.map { exp(Double(values[$0]) - largest) }
      let sum = powers.reduce(0, +)
      for (place, power) in zip(places, powers) { result[place] = Float(power / sum) }
    }
    return result
  }

  /// Every lane with mean 0 and variance 1.
  private static func standardised(
    _ values: [Float], _ lanes: Lanes, _ epsilon: Double
  ) -> [Float] {
    var result = values
    lanes.forEach { start in
      let places = (0..<lanes.length).map { start + $0 * lanes.inner }
      let count = Double(lanes.length)
      let mean = places.reduce(0) { $0 + Double(values[$1]) } / count
      let variance =
        places.reduce(0) {
          let difference = Double(values[$1]) - mean
          return $0 + difference * difference
        } / count
      let scale = 1 / (variance + epsilon).squareRoot()
      for place in places { result[place] = Float((Double(values[place]) - mean) * scale) }
    }
    return result
  }
}
