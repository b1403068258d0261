public import Processor

extension Network {
  /// What every layer gives for rows of features: hidden layers after their activation, the last
  /// layer before its result is scaled to a score.
  ///
  /// - Parameters:
  ///   - features: The rows, one after the other, in the network's order of features.
  ///   - set: The kernels to use; all give the same bits.
  /// - Returns: One array per layer: as many numbers per row as the layer has outputs.
  /// - Precondition: The number of features is a multiple of the architecture's inputs.
  public func layerOutputs(_ features: [Float], on set: InstructionSet = .best) -> [[Float]] {
    layerOutputs(
      features, parameters: parameters, mean: inputMean, scale: inputScale, on: set)
  }

  /// The same in double precision, element by element: what single precision is measured against.
  public func layerOutputsInDoublePrecision(_ features: [Float]) -> [[Double]] {
    layerOutputs(
      features.map(Double.init), parameters: parameters.map(Double.init),
      mean: inputMean.map(Double.init), scale: inputScale.map(Double.init), on: .scalar)
  }

  private func layerOutputs<Scalar: NetworkScalar & BitwiseCopyable>(
    _ features: [Scalar], parameters: [Scalar], mean: [Scalar], scale: [Scalar],
    on set: InstructionSet
  ) -> [[Scalar]] {
    let inputs = architecture.inputs
    precondition(features.count % inputs == 0, "the features are no whole number of rows")
    let rows = features.count / inputs
    guard rows > 0 else { return architecture.layers.map { _ in [] } }
    let standardised = features.enumerated().map { index, value in
      (value - mean[index % inputs]) * scale[index % inputs]
    }
    let pass = Backpropagation<Scalar>(architecture, capacity: rows, on: set)
    let input = AlignedBuffer<Scalar>(copying: standardised, or: 0)
    let weights = AlignedBuffer<Scalar>(copying: parameters, or: 0)
    pass.forward(
      UnsafePointer(weights.base), input: UnsafePointer(input.base), inputStride: inputs,
      rows: rows, training: false)
    return architecture.layers.enumerated().map { index, layer in
      Array(UnsafeBufferPointer(start: pass.activations(of: index), count: rows * layer.outputs))
    }
  }
}
