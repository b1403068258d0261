#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ONNXOperator {
  /// Operators on corresponding elements.
  static let elementwise: [String: ONNXOperator] = [
    "Add": binary(+),
    "Sub": binary(-),
    "Mul": binary(*),
    "Div": binary(/),
    "Pow": binary { Float(pow(Double($0), Double($1))) },
    "Min": extremum { $1 < $0 || $1.isNaN ? $1 : $0 },
    "Max": extremum { $1 > $0 || $1.isNaN ? $1 : $0 },
    "Abs": unary { $0.magnitude },
    "Neg": unary { -$0 },
    "Reciprocal": unary { 1 / $0 },
    "Sqrt": unary { $0.squareRoot() },
    "Exp": unary { Float(exp(Double($0))) },
    "Log": unary { Float(log(Double($0))) },
    "Erf": unary { Float(erf(Double($0))) },
    "Clip": ONNXOperator(1...3, ["min", "max"]) { settings throws(ONNXMisfit) in
      let lower = try settings.real("min")
      let upper = try settings.real("max")
      return { inputs, budget throws(ONNXMisfit) in
        // Before version 11 the limits were attributes; the last of two crossed limits wins.
        let low = try inputs.scalar(ifAny: 1) ?? lower ?? -.infinity
        let high = try inputs.scalar(ifAny: 2) ?? upper ?? .infinity
        return try map(inputs, &budget) {
          let raised = $0 < low ? low : $0
          return raised > high ? high : raised
        }
      }
    },
    "Where": ONNXOperator(3...3) { _ in
      { inputs, budget throws(ONNXMisfit) in
        let condition = try inputs.tensor(0)
        guard condition.elementType == .bool, let flags = condition.integers else {
          throw ONNXMisfit("its condition is no truth value")
        }
        let (a, b) = (try inputs.reals(1), try inputs.reals(2))
        let whole = try Broadcast([condition.shape, a.shape, b.shape])
        try budget.allocate(whole.count)
        let strides = [condition.shape, a.shape, b.shape].map(whole.strides)
        let steps = strides.map { $0.last ?? 0 }
        var result = [Float](repeating: 0, count: whole.count)
        whole.forEachRun(strides) { start, places in
          for offset in 0..<(whole.shape.last ?? 1) {
            let holds = flags[places[0] + offset * steps[0]] != 0
            result[start + offset] =
              holds
              ? a.values[places[1] + offset * steps[1]] : b.values[places[2] + offset * steps[2]]
          }
        }
        return ONNXTensor(reals: result, shape: whole.shape)
      }
    },
  ]

  /// The functions that networks apply to their sums.
  static let activations: [String: ONNXOperator] = [
    "Relu": unary { $0 < 0 ? 0 : $0 },
    "Sigmoid": unary { Float(1 / (1 + exp(-Double($0)))) },
    "Tanh": unary { Float(tanh(Double($0))) },
    "Softplus": unary { Float(max(Double($0), 0) + log1p(exp(-abs(Double($0))))) },
    "LeakyRelu": withParameter("alpha", 0.01) { x, alpha in x < 0 ? alpha * x : x },
    "Elu": withParameter("alpha", 1) { x, alpha in
      x < 0 ? Float(Double(alpha) * expm1(Double(x))) : x
    },
    "Gelu": ONNXOperator(1...1, ["approximate"]) { settings throws(ONNXMisfit) in
      let function: @Sendable (Double) -> Double
      switch try settings.text("approximate") ?? "none" {
      case "none": function = { 0.5 * $0 * (1 + erf($0 * 0.5.squareRoot())) }
      case "tanh":
        function = {
          0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
        }
      case let name: throw ONNXMisfit("its approximation '\(name)' is not supported")
      }
      return { inputs, budget throws(ONNXMisfit) in
        try map(inputs, &budget) { Float(function(Double($0))) }
      }
    },
  ]

  private static func unary(_ function: @escaping @Sendable (Float) -> Float) -> ONNXOperator {
    ONNXOperator(1...1) { _ in
      { inputs, budget throws(ONNXMisfit) in try map(inputs, &budget, function) }
    }
  }

  private static func withParameter(
    _ name: String, _ value: Float, _ function: @escaping @Sendable (Float, Float) -> Float
  ) -> ONNXOperator {
    ONNXOperator(1...1, [name]) { settings throws(ONNXMisfit) in
      let parameter = try settings.real(name) ?? value
      return { inputs, budget throws(ONNXMisfit) in
        try map(inputs, &budget) { function($0, parameter) }
      }
    }
  }

  private static func binary(
    _ function: @escaping @Sendable (Float, Float) -> Float
  ) -> ONNXOperator {
    ONNXOperator(2...2) { _ in
      { inputs, budget throws(ONNXMisfit) in
        try Broadcast.map(inputs.reals(0), inputs.reals(1), &budget, function)
      }
    }
  }

  /// The smallest or largest of any number of inputs.
  private static func extremum(
    _ function: @escaping @Sendable (Float, Float) -> Float
  ) -> ONNXOperator {
    ONNXOperator(1...16) { _ in
      { inputs, budget throws(ONNXMisfit) in
        var result = try inputs.reals(0)
        for index in inputs.indices.dropFirst() {
          let next = try Broadcast.map(result, inputs.reals(index), &budget, function)
          result = (next.reals ?? [], next.shape)
        }
        return ONNXTensor(reals: result.values, shape: result.shape)
      }
    }
  }

  /// A function of each element of the first input.
  private static func map(
    _ inputs: [ONNXTensor?], _ budget: inout ONNXBudget, _ function: (Float) -> Float
  ) throws(ONNXMisfit) -> ONNXTensor {
    let (values, shape) = try inputs.reals(0)
    try budget.allocate(values.count)
    return ONNXTensor(reals: values.map(function), shape: shape)
  }
}
