import TinyNets

extension ONNXGraphBuilder {
  /// Applies an activation in the forms that operator version 17 has.
  ///
  /// - Parameters:
  ///   - activation: What is applied.
  ///   - sum: To what.
  ///   - name: What the names of the nodes begin with; the result is `name.output`.
  mutating func activation(_ activation: Activation, _ sum: Value, _ name: String) -> Value {
    switch activation {
    case .relu:
      return apply("Relu", sum, as: "\(name).output")
    case .silu:
      let gate = apply("Sigmoid", sum, as: "\(name).gate")
      return apply("Mul", sum, gate, as: "\(name).output")
    case .gelu:
      // z sigmoid(z (c1 + c3 z^2)), which is the tanh form.
      let linear = constant("\(name).gelu.linear", ONNXTensor(reals: [1.5957691216], shape: []))
      let cubic = constant("\(name).gelu.cubic", ONNXTensor(reals: [0.0713548163], shape: []))
      let square = apply("Mul", sum, sum, as: "\(name).square")
      let curve = apply("Mul", square, cubic, as: "\(name).curve")
      let slope = apply("Add", curve, linear, as: "\(name).slope")
      let bent = apply("Mul", sum, slope, as: "\(name).bent")
      let gate = apply("Sigmoid", bent, as: "\(name).gate")
      return apply("Mul", sum, gate, as: "\(name).output")
    }
  }
}
