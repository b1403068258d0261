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
    let pass = Backpropagation<Float>(
      architecture, capacity: min(max(rows, 1), Self.chunkRows), on: set)
    let standardised = AlignedBuffer<Float>(count: pass.capacity * inputs, repeating: 0)
    let limits = clamped ? range : nil
    return [Float](unsafeUninitializedCapacity: rows * outputs) { result, count in
      var start = 0
      while start < rows {
        let chunk = min(pass.capacity, rows - start)
        features.withUnsafeBufferPointer {
          guard let base = $0.baseAddress else { return }
          standardise(base + start * inputs, rows: chunk, into: standardised.base, stride: inputs)
        }
        parameters.withUnsafeBufferPointer {
          guard let base = $0.baseAddress else { return }
          pass.forward(
            base, input: UnsafePointer(standardised.base), inputStride: inputs, rows: chunk,
            training: false)
        }
        for index in 0..<chunk * outputs {
          let output = index % outputs
          var y = outputOffset[output] + outputScale[output] * pass.outputs[index]
          if let limits {
            y = y < limits.lowerBound ? limits.lowerBound : y
            y = y > limits.upperBound ? limits.upperBound : y
          }
          result[start * outputs + index] = y
        }
        start += chunk
      }
      count = rows * outputs
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
