extension ONNXOperator {
  /// Integers with a scale and back, for one tensor or for each index along an axis.
  static let quantisation: [String: ONNXOperator] = [
    "QuantizeLinear": ONNXOperator(2...3, ["axis", "saturate"]) { settings throws(ONNXMisfit) in
      let axis = try settings.integer("axis") ?? 1
      return { inputs, budget throws(ONNXMisfit) in
        let (values, shape) = try inputs.reals(0)
        let steps = try QuantisationSteps(inputs, shape: shape, axis: axis, &budget)
        let type = steps.type ?? .uint8
        guard type == .uint8 || type == .int8 else {
          throw ONNXMisfit("it makes numbers of the type \(type)")
        }
        try budget.allocate(values.count)
        let range = type.integerRange
        let limits = Float(range.lowerBound)...Float(range.upperBound)
        let integers = values.indices.map { index in
          let (scale, zero) = steps[index]
          let level = (values[index] / scale).rounded(.toNearestOrEven) + Float(zero)
          // NaN has no integer; it becomes the zero point, as unspecified as anything else.
          return level.isNaN
            ? zero : Int64(min(max(level, limits.lowerBound), limits.upperBound))
        }
        return ONNXTensor(type, shape: shape, .integers(integers))
      }
    },
    "DequantizeLinear": ONNXOperator(2...3, ["axis"]) { settings throws(ONNXMisfit) in
      let axis = try settings.integer("axis") ?? 1
      return { inputs, budget throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        guard let values = tensor.integers,
          [.uint8, .int8, .int32].contains(tensor.elementType)
        else { throw ONNXMisfit("its input is \(tensor.elementType)") }
        let steps = try QuantisationSteps(inputs, shape: tensor.shape, axis: axis, &budget)
        guard steps.type == nil || steps.type == tensor.elementType else {
          throw ONNXMisfit("its zero point has another type than its input")
        }
        try budget.allocate(values.count)
        let reals = values.indices.map { index in
          let (scale, zero) = steps[index]
          return Float(values[index] - zero) * scale
        }
        return ONNXTensor(reals: reals, shape: tensor.shape)
      }
    },
  ]
}

/// The scale and zero point of every element of a tensor.
private struct QuantisationSteps {
  let scales: [Float]
  let zeros: [Int64]
  /// The type of the zero point, if there is one.
  let type: ONNXElementType?
  /// How many neighbouring elements share a step.
  private let run: Int

  init(
    _ inputs: [ONNXTensor?], shape: [Int], axis: Int, _ budget: inout ONNXBudget
  ) throws(ONNXMisfit) {
    let (scales, scaleShape) = try inputs.reals(1)
    try budget.allocate(scales.count)
    var extent = 1
    if scaleShape.isEmpty || scales.count == 1 {
      run = max(shape.reduce(1, *), 1)
    } else {
      let place = try normalised(axis: axis, rank: shape.count)
      extent = shape[place]
      run = max(shape[(place + 1)...].reduce(1, *), 1)
    }
    guard scaleShape.count <= 1, scales.count == extent, scales.allSatisfy({ $0 > 0 }) else {
      throw ONNXMisfit("its scales do not fit the shape \(shape) or are not positive")
    }
    var zeros = [Int64](repeating: 0, count: extent)
    var type: ONNXElementType?
    if inputs.count > 2, let tensor = inputs[2] {
      guard let values = tensor.integers, tensor.shape.count <= 1, values.count == extent,
        tensor.elementType != .int64, tensor.elementType != .bool
      else { throw ONNXMisfit("its zero point does not fit its scale") }
      zeros = values
      type = tensor.elementType
    }
    self.scales = scales
    self.zeros = zeros
    self.type = type
  }

  subscript(index: Int) -> (scale: Float, zero: Int64) {
    let place = scales.count == 1 ? 0 : index / run % scales.count
    return (scales[place], zeros[place])
  }
}
