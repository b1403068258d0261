import Processor

/// The forward and backward pass of a network over a chunk of rows, with its own workspace.
///
/// Activations stand row by row. Biases and activations are part of the matrix products, and so is
/// the product with the activation's slope on the way back, so a pass is two products per layer
/// forward and three back.
final class Backpropagation<Scalar: NetworkScalar & BitwiseCopyable> {
  let layers: [Architecture.Layer]
  let activation: Activation
  let capacity: Int
  let set: InstructionSet
  /// The outputs of each layer.
  private let activations: [AlignedBuffer<Scalar>]
  /// The derivative of each hidden layer's activation.
  private let slopes: [AlignedBuffer<Scalar>]
  /// The loss's derivative by each layer's sums; the last one is filled by the caller.
  let deltas: [AlignedBuffer<Scalar>]
  private let ones: AlignedBuffer<Scalar>

  /// Creates a workspace for at most `capacity` rows at a time.
  init(_ architecture: Architecture, capacity: Int, on set: InstructionSet) {
    layers = architecture.layers
    activation = architecture.activation
    self.capacity = capacity
    self.set = set
    func buffers() -> [AlignedBuffer<Scalar>] {
      architecture.layers.map { AlignedBuffer(count: capacity * $0.outputs, repeating: 0) }
    }
    activations = buffers()
    slopes = buffers()
    deltas = buffers()
    ones = AlignedBuffer(count: 1, repeating: 1)
  }

  /// The outputs of the last forward pass, row by row.
  var outputs: UnsafeMutablePointer<Scalar> { activations[layers.count - 1].base }

  /// The outputs of a layer in the last forward pass, row by row.
  func activations(of layer: Int) -> UnsafeMutablePointer<Scalar> { activations[layer].base }

  /// Computes the outputs of `rows` standardised input rows; keeps the slopes if `training`.
  func forward(
    _ parameters: UnsafePointer<Scalar>, input: UnsafePointer<Scalar>, inputStride: Int,
    rows: Int, training: Bool
  ) {
    var previous = input
    var stride = inputStride
    for (index, layer) in layers.enumerated() {
      let isHidden = index < layers.count - 1
      let product = MatrixProduct(
        rows: rows, columns: layer.outputs, depth: layer.inputs,
        a: previous, aRowStride: stride,
        b: parameters + layer.weights.lowerBound, bStride: layer.outputs,
        c: activations[index].base, cStride: layer.outputs,
        bias: parameters + layer.biases.lowerBound,
        activation: isHidden ? activation : nil,
        slope: isHidden && training ? slopes[index].base : nil)
      Scalar.compute(product, on: set)
      previous = UnsafePointer(activations[index].base)
      stride = layer.outputs
    }
  }

  /// Fills the deltas of the hidden layers from that of the outputs.
  ///
  /// - Parameter transposed: The weights of each layer as `outputs` rows of `inputs`, at the same
  ///   places as in the parameters.
  func propagateDeltas(transposed: UnsafePointer<Scalar>, rows: Int) {
    for index in stride(from: layers.count - 1, to: 0, by: -1) {
      let layer = layers[index]
      let product = MatrixProduct(
        rows: rows, columns: layer.inputs, depth: layer.outputs,
        a: UnsafePointer(deltas[index].base), aRowStride: layer.outputs,
        b: transposed + layer.weights.lowerBound, bStride: layer.inputs,
        c: deltas[index - 1].base, cStride: layer.inputs,
        gate: UnsafePointer(slopes[index - 1].base))
      Scalar.compute(product, on: set)
    }
  }

  /// Writes the gradient of the parameters, summed over the rows, from the deltas.
  func gradient(
    input: UnsafePointer<Scalar>, inputStride: Int, rows: Int,
    into gradient: UnsafeMutablePointer<Scalar>
  ) {
    for (index, layer) in layers.enumerated() {
      let previous = index == 0 ? input : UnsafePointer(activations[index - 1].base)
      let stride = index == 0 ? inputStride : layer.inputs
      let delta = UnsafePointer(deltas[index].base)
      let weights = gradient + layer.weights.lowerBound
      if layer.outputs == 1 {
        // One row of `inputs` columns keeps the vector lanes full.
        Scalar.compute(
          MatrixProduct(
            rows: 1, columns: layer.inputs, depth: rows, a: delta, aRowStride: 0,
            b: previous, bStride: stride, c: weights, cStride: layer.inputs), on: set)
      } else {
        Scalar.compute(
          MatrixProduct(
            rows: layer.inputs, columns: layer.outputs, depth: rows,
            a: previous, aRowStride: 1, aDepthStride: stride,
            b: delta, bStride: layer.outputs, c: weights, cStride: layer.outputs), on: set)
      }
      Scalar.compute(
        MatrixProduct(
          rows: 1, columns: layer.outputs, depth: rows,
          a: UnsafePointer(ones.base), aRowStride: 0, aDepthStride: 0,
          b: delta, bStride: layer.outputs,
          c: gradient + layer.biases.lowerBound, cStride: layer.outputs), on: set)
    }
  }
}

extension Architecture {
  /// Writes every layer's weights as `outputs` rows of `inputs`, at the places of the parameters.
  func transposeWeights<Scalar>(
    of parameters: UnsafePointer<Scalar>, into transposed: UnsafeMutablePointer<Scalar>
  ) {
    for layer in layers {
      let from = parameters + layer.weights.lowerBound
      let to = transposed + layer.weights.lowerBound
      transpose(from, rows: layer.inputs, columns: layer.outputs, into: to)
    }
  }
}

/// Writes the transpose of a matrix with contiguous rows, tile by tile.
func transpose<Scalar>(
  _ matrix: UnsafePointer<Scalar>, rows: Int, columns: Int,
  into result: UnsafeMutablePointer<Scalar>
) {
  let tile = 16
  for top in stride(from: 0, to: rows, by: tile) {
    for left in stride(from: 0, to: columns, by: tile) {
      for row in top..<min(top + tile, rows) {
        for column in left..<min(left + tile, columns) {
          result[column &* rows &+ row] = matrix[row &* columns &+ column]
        }
      }
    }
  }
}
