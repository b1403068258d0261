extension ONNXOperator {
  /// Products of matrices.
  static let matrix: [String: ONNXOperator] = [
    "Gemm": ONNXOperator(2...3, ["alpha", "beta", "transA", "transB"]) {
      settings throws(ONNXMisfit) in
      let alpha = try settings.real("alpha") ?? 1
      let beta = try settings.real("beta") ?? 1
      let transposesA = try settings.flag("transA", default: false)
      let transposesB = try settings.flag("transB", default: false)
      return { inputs, budget throws(ONNXMisfit) in
        let a = try Matrix(inputs.reals(0), transposed: transposesA, &budget)
        let b = try Matrix(inputs.reals(1), transposed: transposesB, &budget)
        guard a.columns == b.rows else {
          throw ONNXMisfit("its matrices have inner extents \(a.columns) and \(b.rows)")
        }
        let shape = [a.rows, b.columns]
        guard let count = ONNXTensor.count(of: shape) else {
          throw ONNXMisfit("its output would be too large")
        }
        try budget.allocate(count)
        try budget.multiply(a.rows, a.columns, b.columns)
        var start = [Double](repeating: 0, count: count)
        if inputs.count > 2, inputs[2] != nil {
          let added = try inputs.reals(2)
          let whole = try Broadcast([shape, added.shape])
          guard whole.shape == shape else { throw ONNXMisfit("its added matrix is too large") }
          let strides = [whole.strides(of: added.shape)]
          let step = strides[0].last ?? 0
          whole.forEachRun(strides) { first, places in
            for column in 0..<b.columns {
              start[first + column] = Double(beta) * Double(added.values[places[0] + column * step])
            }
          }
        }
        return ONNXTensor(reals: a.product(b, scale: Double(alpha), start: start), shape: shape)
      }
    },
    "MatMul": ONNXOperator(2...2) { _ in
      { inputs, budget throws(ONNXMisfit) in
        var a = try inputs.reals(0)
        var b = try inputs.reals(1)
        let (isRow, isColumn) = (a.shape.count == 1, b.shape.count == 1)
        guard !a.shape.isEmpty, !b.shape.isEmpty else { throw ONNXMisfit("an input is no matrix") }
        if isRow { a.shape.insert(1, at: 0) }
        if isColumn { b.shape.append(1) }
        let (rows, depth) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
        let columns = b.shape[b.shape.count - 1]
        guard b.shape[b.shape.count - 2] == depth else {
          throw ONNXMisfit("shapes \(a.shape) and \(b.shape) do not fit each other")
        }
        let batches = try Broadcast([Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2))])
        let full = batches.shape + [rows, columns]
        guard let count = ONNXTensor.count(of: full) else {
          throw ONNXMisfit("its output would be too large")
        }
        try budget.allocate(count)
        try budget.multiply(batches.count, 1 + rows * columns)
        try budget.multiply(count, depth)
        // Runs of the batches' last dimension, one matrix after the other.
        let strides = [
          batches.strides(of: Array(a.shape.dropLast(2))),
          batches.strides(of: Array(b.shape.dropLast(2))),
        ]
        let (stepA, stepB) = (strides[0].last ?? 0, strides[1].last ?? 0)
        var result: [Float] = []
        result.reserveCapacity(count)
        batches.forEachRun(strides) { _, places in
          for batch in 0..<(batches.shape.last ?? 1) {
            let left = Matrix(
              a.values, from: (places[0] + batch * stepA) * rows * depth, rows, depth)
            let right = Matrix(
              b.values, from: (places[1] + batch * stepB) * depth * columns, depth, columns)
            result += left.product(
              right, scale: 1, start: [Double](repeating: 0, count: rows * columns))
          }
        }
        var shape = batches.shape
        if !isRow { shape.append(rows) }
        if !isColumn { shape.append(columns) }
        return ONNXTensor(reals: result, shape: shape)
      }
    },
  ]
}

/// A matrix with contiguous rows.
private struct Matrix {
  let values: ArraySlice<Float>
  let rows: Int
  let columns: Int

  init(_ values: [Float], from start: Int, _ rows: Int, _ columns: Int) {
    self.values = values[start..<start + rows * columns]
    self.rows = rows
    self.columns = columns
  }

  /// A tensor of two dimensions, or its transpose.
  init(
    _ tensor: (values: [Float], shape: [Int]), transposed: Bool, _ budget: inout ONNXBudget
  ) throws(ONNXMisfit) {
    guard tensor.shape.count == 2 else {
      throw ONNXMisfit("an input has \(tensor.shape.count) dimensions instead of 2")
    }
    let (height, width) = (tensor.shape[0], tensor.shape[1])
    guard transposed, !tensor.values.isEmpty else {
      let size = transposed ? (width, height) : (height, width)
      self.init(tensor.values, from: 0, size.0, size.1)
      return
    }
    try budget.allocate(tensor.values.count)
    var values: [Float] = []
    values.reserveCapacity(tensor.values.count)
    for column in 0..<width {
      for row in 0..<height { values.append(tensor.values[row * width + column]) }
    }
    self.init(values, from: 0, width, height)
  }

  /// `start + scale A B`, summed in double precision: the products are exact there.
  func product(_ other: Matrix, scale: Double, start: [Double]) -> [Float] {
    let width = other.columns
    let depth = columns
    guard rows * width > 0 else { return [] }
    var sums = [Double](repeating: 0, count: width)
    return [Float](unsafeUninitializedCapacity: rows * width) { result, count in
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          for row in 0..<rows {
            for column in 0..<width { sums[column] = 0 }
            sums.withUnsafeMutableBufferPointer { sums in
              for k in 0..<depth {
                let x = Double(a[row &* depth &+ k])
                for column in 0..<width {
                  sums[column] += x * Double(b[k &* width &+ column])
                }
              }
            }
            for column in 0..<width {
              let at = row * width + column
              result.initializeElement(at: at, to: Float(start[at] + scale * sums[column]))
            }
          }
        }
      }
      count = rows * width
    }
  }
}
