public import Processor

extension Network {
  /// The rows that are computed together, so that activations stay in the cache.
  static let chunkRows = 256

  /// The outputs of one row of features, clamped to ``range``.
  ///
  /// For many rows ``predict(_:clamped:on:)`` is far cheaper per row.
  ///
  /// - Precondition: There are as many features as the architecture has inputs.
  public func callAsFunction(_ features: [Double]) -> [Double] {
    precondition(features.count == architecture.inputs, "another number of features")
    return predict(features.map(Float.init)).map(Double.init)
  }

  /// The outputs of many rows, one after the other.
  ///
  /// A row with a NaN gives NaN.
  ///
  /// - Parameters:
  ///   - features: The rows, one after the other, in the network's order of features.
  ///   - clamped: Whether outputs are clamped to ``range``.
  ///   - set: The kernels to use; all give the same bits.
  /// - Precondition: The number of features is a multiple of the architecture's inputs.
  public func predict(
    _ features: [Float], clamped: Bool = true, on set: InstructionSet = .best
  ) -> [Float] {
    let inputs = architecture.inputs
    let outputs = architecture.outputs
    precondition(features.count % inputs == 0, "the features are no whole number of rows")
    let rows = features.count / inputs
    let capacity = min(rows, Self.chunkRows)
    let widest = max(inputs, architecture.hidden.max() ?? 0, outputs)
    let limits = clamped ? range : nil
    return [Float](unsafeUninitializedCapacity: rows * outputs) { result, count in
      // One piece of memory for both sides of a layer: a single row costs little more than its
      // products.
      withUnsafeTemporaryAllocation(
        byteCount: 2 * capacity * widest * MemoryLayout<Float>.stride, alignment: 64
      ) { memory in
        let values = memory.bindMemory(to: Float.self)
        guard let first = values.baseAddress else { return }
        let second = first + capacity * widest
        var start = 0
        while start < rows {
          let chunk = min(capacity, rows - start)
          features.withUnsafeBufferPointer {
            guard let base = $0.baseAddress else { return }
            standardise(base + start * inputs, rows: chunk, into: first, stride: inputs)
          }
          let last = forward(rows: chunk, from: first, and: second, on: set)
          for index in 0..<chunk * outputs {
            let output = index % outputs
            var y = outputOffset[output] + outputScale[output] * last[index]
            if let limits {
              y = y < limits.lowerBound ? limits.lowerBound : y
              y = y > limits.upperBound ? limits.upperBound : y
            }
            result[start * outputs + index] = y
          }
          start += chunk
        }
      }
      count = rows * outputs
    }
  }

  /// Computes the layers, which read one buffer and write the other in turn.
  ///
  /// - Parameters:
  ///   - first: Holds the standardised rows; each buffer has room for the widest layer.
  ///   - second: Any content.
  /// - Returns: The buffer that holds the outputs of the last layer.
  private func forward(
    rows: Int, from first: UnsafeMutablePointer<Float>, and second: UnsafeMutablePointer<Float>,
    on set: InstructionSet
  ) -> UnsafeMutablePointer<Float> {
    parameters.withUnsafeBufferPointer {
      guard var weights = $0.baseAddress else { return first }
      var (source, target) = (first, second)
      var inputs = architecture.inputs
      for index in 0...architecture.hidden.count {
        let isHidden = index < architecture.hidden.count
        let outputs = isHidden ? architecture.hidden[index] : architecture.outputs
        let biases = weights + inputs * outputs
        let product = MatrixProduct(
          rows: rows, columns: outputs, depth: inputs,
          a: UnsafePointer(source), aRowStride: inputs, b: weights, bStride: outputs,
          c: target, cStride: outputs, bias: biases,
          activation: isHidden ? architecture.activation : nil)
        Float.compute(product, on: set)
        weights = biases + outputs
        inputs = outputs
        (source, target) = (target, source)
      }
      return source
    }
  }

  /// Writes `(x - mean) * scale` of contiguous rows to rows that are `stride` numbers apart.
  func standardise(
    _ features: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let inputs = architecture.inputs
    inputMean.withUnsafeBufferPointer { mean in
      inputScale.withUnsafeBufferPointer { scale in
        for row in 0..<rows {
          for k in 0..<inputs {
            result[row &* stride &+ k] = (features[row &* inputs &+ k] - mean[k]) * scale[k]
          }
        }
      }
    }
  }
}
