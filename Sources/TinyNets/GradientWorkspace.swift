import Dispatch
import Processor

/// The error of a batch.
struct BatchLoss {
  /// The weighted mean squared error in the network's own output scale: what is minimised.
  var objective = 0.0
  /// The weighted mean squared error in target units.
  var squaredError = 0.0
}

/// Loss and gradient of a batch.
///
/// The batch is cut into chunks of 256 rows; each chunk's gradient is summed on its own, and the
/// chunks' are then added in their order. The result is therefore the same for any number of
/// threads.
final class GradientWorkspace {
  let architecture: Architecture
  let batchSize: Int
  let stride: Int
  /// The rows of the batch: inputs, targets, weight.
  let batch: AlignedBuffer<Float>
  /// The sum over the batch, after ``compute(_:)``.
  let gradient: AlignedBuffer<Float>
  private let transposed: AlignedBuffer<Float>
  private let passes: [Backpropagation<Float>]
  private let chunkGradients: [AlignedBuffer<Float>]
  private let chunkLosses: AlignedBuffer<BatchLoss>
  /// The saturation of each output in the network's own scale.
  private let saturation: [ClosedRange<Float>]?
  /// The square of each output's scale.
  private let squaredScales: [Double]

  init(
    _ network: Network, batchSize: Int, saturation: TrainingOptions.Saturation?, threads: Int,
    on set: InstructionSet
  ) {
    architecture = network.architecture
    self.batchSize = batchSize
    stride = architecture.inputs + architecture.outputs + 1
    batch = AlignedBuffer(count: batchSize * stride, repeating: 0)
    let chunks = (batchSize + Network.chunkRows - 1) / Network.chunkRows
    let parameterCount = architecture.parameterCount
    chunkGradients = (0..<chunks).map { _ in AlignedBuffer(count: parameterCount, repeating: 0) }
    chunkLosses = AlignedBuffer(count: chunks, repeating: BatchLoss())
    gradient = AlignedBuffer(count: parameterCount, repeating: 0)
    transposed = AlignedBuffer(count: parameterCount, repeating: 0)
    let architecture = network.architecture
    passes = (0..<max(1, min(threads, chunks))).map { _ in
      Backpropagation(
        architecture, capacity: min(batchSize, Network.chunkRows), on: set)
    }
    self.saturation = saturation.map { limits in
      zip(network.outputOffset, network.outputScale).map { offset, scale in
        let a = (Float(limits.lower) - offset) / scale
        let b = (Float(limits.upper) - offset) / scale
        return min(a, b)...max(a, b)
      }
    }
    squaredScales = network.outputScale.map { Double($0) * Double($0) }
  }

  /// Fills ``gradient`` for the rows in ``batch``.
  @discardableResult
  func compute(_ parameters: UnsafePointer<Float>) -> BatchLoss {
    architecture.transposeWeights(of: parameters, into: transposed.base)
    var totalWeight = 0.0
    for row in 0..<batchSize { totalWeight += Double(batch.base[row * stride + stride - 1]) }
    let scale = totalWeight > 0 ? Float(1 / totalWeight) : 0
    if passes.count == 1 {
      for chunk in chunkGradients.indices {
        compute(chunk, with: passes[0], parameters, scale)
      }
    } else {
      // Every iteration has its own pass and its own chunks: nothing is shared but the inputs.
      nonisolated(unsafe) let workspace = self
      nonisolated(unsafe) let parameters = parameters
      DispatchQueue.concurrentPerform(iterations: passes.count) { worker in
        var chunk = worker
        while chunk < workspace.chunkGradients.count {
          workspace.compute(chunk, with: workspace.passes[worker], parameters, scale)
          chunk += workspace.passes.count
        }
      }
    }
    gradient.copy(from: chunkGradients[0].base)
    var loss = chunkLosses.base[0]
    for chunk in chunkGradients.indices.dropFirst() {
      let part = chunkGradients[chunk].base
      for i in 0..<gradient.count { gradient.base[i] += part[i] }
      loss.objective += chunkLosses.base[chunk].objective
      loss.squaredError += chunkLosses.base[chunk].squaredError
    }
    guard totalWeight > 0 else { return BatchLoss() }
    loss.objective /= totalWeight
    loss.squaredError /= totalWeight
    return loss
  }

  private func compute(
    _ chunk: Int, with pass: Backpropagation<Float>, _ parameters: UnsafePointer<Float>,
    _ scale: Float
  ) {
    let start = chunk * Network.chunkRows
    let rows = min(Network.chunkRows, batchSize - start)
    let input = UnsafePointer(batch.base + start * stride)
    pass.forward(parameters, input: input, inputStride: stride, rows: rows, training: true)
    chunkLosses.base[chunk] = outputDeltas(of: pass, input, rows: rows, scale)
    pass.propagateDeltas(transposed: transposed.base, rows: rows)
    pass.gradient(
      input: input, inputStride: stride, rows: rows, into: chunkGradients[chunk].base)
  }

  /// The error of an output for a target, both in the network's own scale; zero if saturated.
  func error(of y: Float, _ target: Float, output: Int) -> Float {
    guard let limits = saturation?[output] else { return y - target }
    let saturated = min(max(target, limits.lowerBound), limits.upperBound)
    let error = y - saturated
    if saturated == limits.lowerBound && error < 0 { return 0 }
    if saturated == limits.upperBound && error > 0 { return 0 }
    return error
  }

  /// Fills the deltas of the outputs and returns the weighted sums of squared errors.
  private func outputDeltas(
    of pass: Backpropagation<Float>, _ input: UnsafePointer<Float>, rows: Int, _ scale: Float
  ) -> BatchLoss {
    let inputs = architecture.inputs
    let outputs = architecture.outputs
    let deltas = pass.deltas[pass.layers.count - 1].base
    var loss = BatchLoss()
    for row in 0..<rows {
      let numbers = input + row * stride
      let weight = numbers[stride - 1]
      for k in 0..<outputs {
        let error = error(
          of: pass.outputs[row * outputs + k], numbers[inputs + k], output: k)
        let square = Double(weight) * Double(error) * Double(error)
        loss.objective += square
        loss.squaredError += square * squaredScales[k]
        deltas[row * outputs + k] = 2 * weight * error * scale
      }
    }
    return loss
  }
}
