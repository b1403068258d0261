extension ONNXOperator {
  /// Operators that move numbers and compute none.
  static let shapes: [String: ONNXOperator] = [
    "Identity": ONNXOperator(1...1) { _ in
      { inputs, _ throws(ONNXMisfit) in try inputs.tensor(0) }
    },
    "Constant": ONNXOperator(
      0...0, ["value", "value_float", "value_floats", "value_int", "value_ints"]
    ) { settings throws(ONNXMisfit) in
      let constant = try constant(settings)
      return { _, _ in constant }
    },
    "Reshape": ONNXOperator(2...2, ["allowzero"]) { settings throws(ONNXMisfit) in
      guard try !settings.flag("allowzero", default: false) else {
        throw ONNXMisfit("its attribute 'allowzero' is not supported")
      }
      return { inputs, _ throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        let wanted = try inputs.integers(ifAny: 1) ?? []
        return tensor.reshaped(to: try shape(wanted, holding: tensor))
      }
    },
    "Flatten": ONNXOperator(1...1, ["axis"]) { settings throws(ONNXMisfit) in
      let axis = try settings.integer("axis") ?? 1
      return { inputs, _ throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        let rank = tensor.shape.count
        let place = axis == rank ? rank : try normalised(axis: axis, rank: rank)
        return tensor.reshaped(
          to: [tensor.shape[..<place].reduce(1, *), tensor.shape[place...].reduce(1, *)])
      }
    },
    "Squeeze": ONNXOperator(1...2, ["axes"]) { settings throws(ONNXMisfit) in
      let listed = try settings.integers("axes")
      return { inputs, _ throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        let axes = try inputs.integers(ifAny: 1) ?? listed
        let places =
          try axes.map { axes throws(ONNXMisfit) in
            try normalised(axes: axes, rank: tensor.shape.count)
          } ?? tensor.shape.indices.filter { tensor.shape[$0] == 1 }
        guard places.allSatisfy({ tensor.shape[$0] == 1 }) else {
          throw ONNXMisfit("it removes a dimension of shape \(tensor.shape) that is not 1")
        }
        let kept = tensor.shape.indices.filter { !places.contains($0) }
        return tensor.reshaped(to: kept.map { tensor.shape[$0] })
      }
    },
    "Unsqueeze": ONNXOperator(1...2, ["axes"]) { settings throws(ONNXMisfit) in
      let listed = try settings.integers("axes")
      return { inputs, _ throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        let axes = try inputs.integers(ifAny: 1) ?? listed ?? []
        let rank = tensor.shape.count + axes.count
        guard rank <= ONNXLimits.rank else { throw ONNXMisfit("it makes too many dimensions") }
        let places = try normalised(axes: axes, rank: rank)
        var shape = tensor.shape
        for place in places { shape.insert(1, at: place) }
        return tensor.reshaped(to: shape)
      }
    },
    "Transpose": ONNXOperator(1...1, ["perm"]) { settings throws(ONNXMisfit) in
      let order = try settings.integers("perm")
      return { inputs, budget throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        let order = order ?? tensor.shape.indices.reversed()
        guard order.sorted() == Array(tensor.shape.indices) else {
          throw ONNXMisfit("its order of dimensions does not fit shape \(tensor.shape)")
        }
        try budget.allocate(tensor.count)
        let shape = order.map { tensor.shape[$0] }
        guard tensor.count > 0 else { return tensor.reshaped(to: shape) }
        return tensor.gathered(places(of: tensor.shape, in: order), shape: shape)
      }
    },
    "Concat": ONNXOperator(1...64, ["axis"]) { settings throws(ONNXMisfit) in
      guard let axis = try settings.integer("axis") else { throw ONNXMisfit("it has no axis") }
      return { inputs, budget throws(ONNXMisfit) in
        let tensors = try inputs.indices.map { index throws(ONNXMisfit) in
          try inputs.tensor(index)
        }
        return try concatenated(tensors, axis: axis, &budget)
      }
    },
  ]

  private static func constant(_ settings: ONNXSettings) throws(ONNXMisfit) -> ONNXTensor {
    guard settings.names.count == 1 else { throw ONNXMisfit("it has not exactly one value") }
    if let tensor = settings.tensor { return tensor }
    if let value = try settings.real("value_float") { return ONNXTensor(reals: [value], shape: []) }
    if let values = try settings.reals("value_floats") {
      return ONNXTensor(reals: values, shape: [values.count])
    }
    if let value = try settings.integer("value_int") {
      return ONNXTensor(.int64, shape: [], .integers([Int64(value)]))
    }
    let values = try settings.integers("value_ints") ?? []
    return ONNXTensor(.int64, shape: [values.count], .integers(values.map(Int64.init)))
  }

  /// The shape that a list stands for: 0 keeps an extent, -1 takes what is left.
  private static func shape(
    _ wanted: [Int], holding tensor: ONNXTensor
  ) throws(ONNXMisfit) -> [Int] {
    var shape = wanted
    for (index, extent) in wanted.enumerated() where extent == 0 {
      guard index < tensor.shape.count else { throw ONNXMisfit("it keeps an extent too many") }
      shape[index] = tensor.shape[index]
    }
    let open = shape.indices.filter { shape[$0] == -1 }
    guard open.count <= 1 else { throw ONNXMisfit("it leaves two extents open") }
    if let place = open.first {
      shape[place] = 1
      guard let others = ONNXTensor.count(of: shape), others > 0, tensor.count % others == 0 else {
        throw ONNXMisfit("\(tensor.count) numbers do not fill the shape \(wanted)")
      }
      shape[place] = tensor.count / others
    }
    guard ONNXTensor.count(of: shape) == tensor.count else {
      throw ONNXMisfit("\(tensor.count) numbers do not fill the shape \(wanted)")
    }
    return shape
  }

  /// Where the numbers of a transposed tensor come from.
  private static func places(of shape: [Int], in order: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: order.count)
    for index in strides.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * shape[index + 1]
    }
    var places = [0]
    for index in order {
      places = places.flatMap { place in
        (0..<shape[index]).map { place + $0 * strides[index] }
      }
    }
    return places
  }

  private static func concatenated(
    _ tensors: [ONNXTensor], axis: Int, _ budget: inout ONNXBudget
  ) throws(ONNXMisfit) -> ONNXTensor {
    let first = tensors[0]
    let place = try normalised(axis: axis, rank: first.shape.count)
    var shape = first.shape
    shape[place] = 0
    for tensor in tensors {
      var other = tensor.shape
      guard other.count == shape.count, tensor.elementType == first.elementType else {
        throw ONNXMisfit("its inputs have different types or numbers of dimensions")
      }
      let (sum, overflow) = shape[place].addingReportingOverflow(other[place])
      guard !overflow else { throw ONNXMisfit("its output would be too large") }
      shape[place] = sum
      other[place] = sum
      guard other == shape else { throw ONNXMisfit("its inputs' shapes do not fit each other") }
      try budget.allocate(tensor.count)
    }
    guard let count = ONNXTensor.count(of: shape) else {
      throw ONNXMisfit("its output would be too large")
    }
    let outer = count == 0 ? 0 : shape[..<place].reduce(1, *)
    var reals: [Float] = []
    var integers: [Int64] = []
    for block in 0..<outer {
      for tensor in tensors {
        let length = tensor.count / outer
        let range = block * length..<(block + 1) * length
        switch tensor.storage {
        case .reals(let values): reals += values[range]
        case .integers(let values): integers += values[range]
        }
      }
    }
    return ONNXTensor(
      first.elementType, shape: shape,
      first.elementType.isReal ? .reals(reals) : .integers(integers))
  }
}
