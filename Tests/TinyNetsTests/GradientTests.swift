import Processor
import Testing

@testable import TinyNets

/// Backpropagation against central differences, both in Double.
@Suite struct GradientTests {
  @Test(arguments: ["linear", "6-5-1", "6-7-4-1", "6-4-3-2"], Activation.allCases)
  func equalsFiniteDifferences(_ text: String, _ activation: Activation) throws {
    let architecture = try Architecture(text, activation: activation)
    let rows = 5
    var generator = SeededGenerator(seed: 3)
    let parameters = AlignedBuffer<Double>(count: architecture.parameterCount, repeating: 0)
    for i in 0..<parameters.count { parameters.base[i] = 0.6 * generator.normal() }
    let input = AlignedBuffer<Double>(count: rows * 6, repeating: 0)
    for i in 0..<input.count { input.base[i] = generator.normal() }
    let targets = (0..<rows * architecture.outputs).map { _ in generator.normal() }
    let pass = Backpropagation<Double>(architecture, capacity: rows, on: .scalar)

    func loss() -> Double {
      pass.forward(
        UnsafePointer(parameters.base), input: UnsafePointer(input.base), inputStride: 6,
        rows: rows, training: true)
      var sum = 0.0
      for (i, target) in targets.enumerated() {
        sum += (pass.outputs[i] - target) * (pass.outputs[i] - target)
      }
      return sum
    }

    _ = loss()
    for (i, target) in targets.enumerated() {
      pass.deltas[architecture.layers.count - 1].base[i] = 2 * (pass.outputs[i] - target)
    }
    let transposed = AlignedBuffer<Double>(count: parameters.count, repeating: 0)
    architecture.transposeWeights(of: UnsafePointer(parameters.base), into: transposed.base)
    pass.propagateDeltas(transposed: UnsafePointer(transposed.base), rows: rows)
    let gradient = AlignedBuffer<Double>(count: parameters.count, repeating: 0)
    pass.gradient(
      input: UnsafePointer(input.base), inputStride: 6, rows: rows, into: gradient.base)

    let norm = gradient.values.reduce(0) { max($0, abs($1)) }
    for i in 0..<parameters.count {
      let value = parameters.base[i]
      let h = 1e-5
      parameters.base[i] = value + h
      let above = loss()
      parameters.base[i] = value - h
      let below = loss()
      parameters.base[i] = value
      let difference = (above - below) / (2 * h)
      #expect(
        abs(difference - gradient.base[i]) <= 1e-6 * max(abs(difference), 1e-3 * norm),
        "parameter \(i): \(gradient.base[i]) against \(difference)")
    }
  }

  /// The single-precision pass follows the Double one, so the vector kernels are right and not
  /// only equal to each other.
  @Test(arguments: InstructionSet.supported)
  func singlePrecisionFollowsDouble(_ set: InstructionSet) throws {
    let architecture = try Architecture("6-24-10-1")
    let rows = 21
    var generator = SeededGenerator(seed: 5)
    let network = Network(architecture: architecture, seed: 1)
    let input = (0..<rows * 6).map { _ in Float(generator.normal()) }
    let outputs = network.predict(input, on: set)
    let pass = Backpropagation<Double>(architecture, capacity: rows, on: .scalar)
    let parameters = AlignedBuffer<Double>(copying: network.parameters.map(Double.init), or: 0)
    let wide = AlignedBuffer<Double>(copying: input.map(Double.init), or: 0)
    pass.forward(
      UnsafePointer(parameters.base), input: UnsafePointer(wide.base), inputStride: 6, rows: rows,
      training: false)
    for row in 0..<rows { #expect(abs(Double(outputs[row]) - pass.outputs[row]) < 2e-6) }
  }
}
