import Processor

/// Levenberg-Marquardt steps on large batches, for networks of at most 2,000 parameters.
///
/// With J the Jacobian of the outputs and g the gradient of the mean squared error,
///
///     (2 J' J / n + damping diag) d = g,    w = w - d.
///
/// A step that lowers the batch's error is taken and the damping falls; otherwise the damping
/// rises and the step is tried again (Marquardt, 1963). J' J is summed in single precision per
/// chunk of 256 rows and in Double over the chunks, in their order; the system is solved by
/// Cholesky's method in Double. The learning rate plays no part.
final class LevenbergMarquardt: Optimizer {
  static let maximumParameterCount = 2_000
  private static let attempts = 10

  private let architecture: Architecture
  private let set: InstructionSet
  private let pass: Backpropagation<Float>
  private let transposed: AlignedBuffer<Float>
  private let jacobian: AlignedBuffer<Float>
  private let product: AlignedBuffer<Float>
  private let curvature: AlignedBuffer<Double>
  private let system: AlignedBuffer<Double>
  private let damping: AlignedBuffer<Float>

  init(_ architecture: Architecture, _ settings: OptimizerSettings, on set: InstructionSet) {
    self.architecture = architecture
    self.set = set
    let count = architecture.parameterCount
    pass = Backpropagation(architecture, capacity: Network.chunkRows, on: set)
    transposed = AlignedBuffer(count: count, repeating: 0)
    jacobian = AlignedBuffer(count: Network.chunkRows * count, repeating: 0)
    product = AlignedBuffer(count: count * count, repeating: 0)
    curvature = AlignedBuffer(count: count * count, repeating: 0)
    system = AlignedBuffer(count: count * count, repeating: 0)
    damping = AlignedBuffer(count: 1, repeating: Float(settings.damping))
  }

  var state: [String: AlignedBuffer<Float>] { ["lm.damping": damping] }

  func update(
    _ parameters: UnsafeMutablePointer<Float>, workspace: GradientWorkspace, loss: BatchLoss,
    step: Int, rate: Double
  ) {
    let count = architecture.parameterCount
    let gradient = workspace.gradient.values.map(Double.init)
    let old = Array(UnsafeBufferPointer(start: parameters, count: count))
    sumCurvature(parameters, workspace)
    for _ in 0..<Self.attempts {
      let lambda = Double(damping.base[0])
      if let change = solve(gradient, damping: lambda) {
        for i in 0..<count { parameters[i] = Float(Double(old[i]) - change[i]) }
        if workspace.compute(parameters).objective < loss.objective {
          damping.base[0] = Float(max(lambda / 3, 1e-12))
          return
        }
      }
      damping.base[0] = Float(min(lambda * 4, 1e12))
    }
    parameters.update(from: old, count: count)
  }

  /// Fills `curvature` with 2 / n times the weighted sum of J' J.
  private func sumCurvature(
    _ parameters: UnsafePointer<Float>, _ workspace: GradientWorkspace
  ) {
    let count = architecture.parameterCount
    let stride = workspace.stride
    let outputs = architecture.outputs
    architecture.transposeWeights(of: parameters, into: transposed.base)
    curvature.fill(0)
    var total = 0.0
    for start in Swift.stride(from: 0, to: workspace.batchSize, by: Network.chunkRows) {
      let rows = min(Network.chunkRows, workspace.batchSize - start)
      let input = UnsafePointer(workspace.batch.base + start * stride)
      for row in 0..<rows { total += Double(input[row * stride + stride - 1]) }
      pass.forward(parameters, input: input, inputStride: stride, rows: rows, training: true)
      for output in 0..<outputs {
        fillJacobian(input, stride: stride, rows: rows, output: output, workspace)
        Float.compute(
          MatrixProduct(
            rows: count, columns: count, depth: rows, a: UnsafePointer(jacobian.base),
            aRowStride: 1, aDepthStride: count, b: UnsafePointer(jacobian.base), bStride: count,
            c: product.base, cStride: count), on: set)
        for i in 0..<curvature.count { curvature.base[i] += Double(product.base[i]) }
      }
    }
    for i in 0..<curvature.count { curvature.base[i] *= 2 / total }
  }

  /// Writes each row's derivative of one output by all parameters, times the root of its weight;
  /// zero where the row is saturated and so costs nothing.
  private func fillJacobian(
    _ input: UnsafePointer<Float>, stride: Int, rows: Int, output: Int,
    _ workspace: GradientWorkspace
  ) {
    let last = pass.layers.count - 1
    let outputs = architecture.outputs
    let deltas = pass.deltas[last].base
    for row in 0..<rows {
      let numbers = input + row * stride
      for k in 0..<outputs { deltas[row * outputs + k] = 0 }
      let error = workspace.error(
        of: pass.outputs[row * outputs + output], numbers[architecture.inputs + output],
        output: output)
      deltas[row * outputs + output] = error == 0 ? 0 : numbers[stride - 1].squareRoot()
    }
    pass.propagateDeltas(transposed: transposed.base, rows: rows)
    let count = architecture.parameterCount
    for (index, layer) in pass.layers.enumerated() {
      let previous = index == 0 ? input : UnsafePointer(pass.activations(of: index - 1))
      let previousStride = index == 0 ? stride : layer.inputs
      for row in 0..<rows {
        let delta = pass.deltas[index].base + row * layer.outputs
        let weights = jacobian.base + row * count + layer.weights.lowerBound
        for i in 0..<layer.inputs {
          let x = previous[row * previousStride + i]
          for o in 0..<layer.outputs { weights[i &* layer.outputs &+ o] = x * delta[o] }
        }
        let biases = jacobian.base + row * count + layer.biases.lowerBound
        for o in 0..<layer.outputs { biases[o] = delta[o] }
      }
    }
  }

  /// Solves the damped system, or gives nothing if it is not positive definite.
  private func solve(_ gradient: [Double], damping: Double) -> [Double]? {
    let n = gradient.count
    system.copy(from: curvature.base)
    var largest = 0.0
    for i in 0..<n { largest = max(largest, curvature.base[i * n + i]) }
    for i in 0..<n {
      system.base[i * n + i] += damping * (curvature.base[i * n + i] + 1e-6 * largest)
    }
    return solveByCholesky(system.base, gradient)
  }
}

/// Solves `A x = b` for a symmetric positive definite A, which is overwritten.
///
/// - Returns: x, or `nil` if A is not positive definite.
func solveByCholesky(_ a: UnsafeMutablePointer<Double>, _ b: [Double]) -> [Double]? {
  let n = b.count
  // Row by row, A = L L'; updating whole rows of the upper triangle keeps the loops contiguous.
  for k in 0..<n {
    let pivot = a[k * n + k]
    guard pivot > 0, pivot.isFinite else { return nil }
    let root = pivot.squareRoot()
    let row = a + k * n
    for j in k..<n { row[j] /= root }
    for i in k + 1..<max(n, k + 1) {
      let factor = row[i]
      guard factor != 0 else { continue }
      let other = a + i * n
      for j in i..<n { other[j] -= factor * row[j] }
    }
  }
  var x = b
  for k in 0..<n {
    x[k] /= a[k * n + k]
    for j in k + 1..<max(n, k + 1) { x[j] -= a[k * n + j] * x[k] }
  }
  for k in stride(from: n - 1, through: 0, by: -1) {
    for j in k + 1..<max(n, k + 1) { x[k] -= a[k * n + j] * x[j] }
    x[k] /= a[k * n + k]
  }
  return x
}
