extension ONNXOperator {
  /// Sums along an axis, each element with all before it.
  static let cumulative: [String: ONNXOperator] = [
    "CumSum": ONNXOperator(2...2, ["exclusive", "reverse"]) { settings throws(ONNXMisfit) in
      let isExclusive = try settings.flag("exclusive", default: false)
      let isReversed = try settings.flag("reverse", default: false)
      return { inputs, budget throws(ONNXMisfit) in
        let (values, shape) = try inputs.reals(0)
        guard let axis = try inputs.integers(ifAny: 1), axis.count == 1 else {
          throw ONNXMisfit("its axis is no single integer")
        }
        try budget.allocate(values.count)
        let place = try normalised(axis: axis[0], rank: shape.count)
        let count = shape[place]
        let stride = shape[(place + 1)...].reduce(1, *)
        var result = values
        for start in values.indices where start / stride % max(count, 1) == 0 {
          var sum = 0.0
          for step in 0..<count {
            let at = start + (isReversed ? count - 1 - step : step) * stride
            let value = Double(values[at])
            result[at] = Float(isExclusive ? sum : sum + value)
            sum += value
          }
        }
        return ONNXTensor(reals: result, shape: shape)
      }
    }
  ]
}
