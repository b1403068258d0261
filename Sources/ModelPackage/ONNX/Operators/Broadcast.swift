/// How arrays of different shapes are read side by side: shapes are aligned at their ends, and an
/// extent of 1 is repeated.
struct Broadcast {
  /// The shape of the result.
  let shape: [Int]
  /// The number of elements of the result.
  let count: Int

  init(_ shapes: [[Int]]) throws(ONNXMisfit) {
    let rank = shapes.map(\.count).max() ?? 0
    var shape = [Int](repeating: 1, count: rank)
    for other in shapes {
      for (index, extent) in other.enumerated() {
        let place = rank - other.count + index
        guard extent == 1 || shape[place] == 1 || shape[place] == extent else {
          throw ONNXMisfit(
            "shapes \(shapes.map(\.description).joined(separator: " and ")) do not fit each other")
        }
        if extent != 1 { shape[place] = extent }
      }
    }
    guard let count = ONNXTensor.count(of: shape) else {
      throw ONNXMisfit("its output would be too large")
    }
    self.shape = shape
    self.count = count
  }

  /// The distance between neighbours along each dimension of the result, 0 where repeated.
  func strides(of other: [Int]) -> [Int] {
    var strides = [Int](repeating: 0, count: shape.count)
    var step = 1
    for (index, extent) in other.enumerated().reversed() {
      strides[shape.count - other.count + index] = extent == 1 ? 0 : step
      step *= extent
    }
    return strides
  }

  /// Calls `body` for every run of the last dimension with the places where each array's run
  /// begins: `body(result, places)`.
  func forEachRun(_ strides: [[Int]], _ body: (_ result: Int, _ places: [Int]) -> Void) {
    guard count > 0 else { return }
    let outer = shape.dropLast()
    let length = shape.last ?? 1
    var index = [Int](repeating: 0, count: outer.count)
    var places = [Int](repeating: 0, count: strides.count)
    var result = 0
    while true {
      body(result, places)
      result += length
      var dimension = outer.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        for array in places.indices { places[array] += strides[array][dimension] }
        if index[dimension] < outer[dimension] { break }
        for array in places.indices {
          places[array] -= strides[array][dimension] * outer[dimension]
        }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }

  /// The result of a function of two arrays.
  static func map(
    _ a: (values: [Float], shape: [Int]), _ b: (values: [Float], shape: [Int]),
    _ budget: inout ONNXBudget, _ function: (Float, Float) -> Float
  ) throws(ONNXMisfit) -> ONNXTensor {
    let whole = try Broadcast([a.shape, b.shape])
    try budget.allocate(whole.count)
    let strides = [whole.strides(of: a.shape), whole.strides(of: b.shape)]
    let (stepA, stepB) = (strides[0].last ?? 0, strides[1].last ?? 0)
    let length = whole.shape.last ?? 1
    var result = [Float](repeating: 0, count: whole.count)
    whole.forEachRun(strides) { start, places in
      for offset in 0..<length {
        result[start + offset] = function(
          a.values[places[0] + offset * stepA], b.values[places[1] + offset * stepB])
      }
    }
    return ONNXTensor(reals: result, shape: whole.shape)
  }
}
