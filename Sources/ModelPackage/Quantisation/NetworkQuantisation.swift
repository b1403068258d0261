public import TinyNets

/// A smaller form in which a network can travel.
public enum QuantisedPrecision: String, Sendable, Hashable, CaseIterable, Codable {
  /// Weights and biases in half precision; computed in single precision. Half the size.
  case float16
  /// Weights as signed bytes with one scale per output, hidden activations as unsigned bytes of
  /// calibrated ranges; the first layer, which sees the features, stays in single precision. A
  /// quarter of the size, and byte arithmetic where a runtime has it.
  case int8

  /// The largest root mean square error to the network itself that is let pass unless another is
  /// given, on the 0 to 100 scale of scores.
  public var defaultBudget: Double {
    switch self {
    case .float16: 0.05
    case .int8: 0.25
    }
  }
}

/// A network in a smaller form, with what that costs.
public struct QuantisedNetwork: Sendable, Equatable {
  /// The form.
  public let precision: QuantisedPrecision
  /// The ONNX file; its metadata holds the accuracy too.
  public let bytes: [UInt8]
  /// How far its scores are from those of the network.
  public let accuracy: QuantisationAccuracy
}

/// How far a quantised network's scores are from those of the network that it was made from.
public struct QuantisationAccuracy: Sendable, Equatable, Codable {
  /// On how many rows it was measured; none of them had a part in the calibration.
  public let rows: Int
  /// The root mean square of the differences.
  public let rmse: Double
  /// The largest difference.
  public let maximumError: Double
  /// The largest RMSE that was let pass.
  public let budget: Double

  private enum CodingKeys: String, CodingKey {
    case rows, rmse, budget
    case maximumError = "maximum_error"
  }

  /// Compares scores; both lists have the same length.
  init(_ scores: [Float], parent: [Float], budget: Double) {
    var squares = 0.0
    var largest = 0.0
    for (a, b) in zip(scores, parent) {
      let difference = Double(a) - Double(b)
      squares += difference * difference
      largest = max(largest, abs(difference))
    }
    rows = scores.count
    rmse = (squares / Double(max(rows, 1))).squareRoot()
    maximumError = largest
    self.budget = budget
  }
}

/// Why a network cannot be quantised.
public enum QuantisationError: Error, Equatable, CustomStringConvertible {
  /// The rows are too few, not whole or not finite.
  case unusableRows(String)
  /// The network gives several outputs.
  case severalOutputs(Int)
  /// The form is less accurate than was asked for.
  case budgetExceeded(QuantisedPrecision, QuantisationAccuracy)

  /// One sentence for a person: what is wrong and what can be done.
  public var description: String {
    switch self {
    case .unusableRows(let reason):
      return "the network cannot be quantised with these rows: \(reason)"
    case .severalOutputs(let count):
      return "the network has \(count) outputs: only networks of one score are quantised"
    case .budgetExceeded(let precision, let accuracy):
      return
        "the \(precision.rawValue) form differs from the network by an RMSE of \(accuracy.rmse) "
        + "(at most \(accuracy.maximumError)), but its budget is \(accuracy.budget): use a larger "
        + "budget, another precision or a wider network"
    }
  }
}

extension Network {
  /// The network in a smaller form, if that is accurate enough.
  ///
  /// Every second row calibrates the ranges of activations; the others measure the accuracy, with
  /// the graph computed by ``ONNXGraph`` exactly as it stands in the file.
  ///
  /// - Parameters:
  ///   - precision: The form.
  ///   - rows: Rows of features as the network will see them, one after the other.
  ///   - budget: The largest RMSE to this network that is let pass.
  ///   - metadata: Free text by key to travel in the file.
  /// - Throws: ``QuantisationError``, or ``ONNXError`` if the network is too large.
  public func quantised(
    to precision: QuantisedPrecision, rows: [Float], budget: Double? = nil,
    metadata: [String: String] = [:]
  ) throws -> QuantisedNetwork {
    let inputs = architecture.inputs
    guard architecture.outputs == 1 else {
      throw QuantisationError.severalOutputs(architecture.outputs)
    }
    guard rows.count % inputs == 0, rows.count >= 2 * inputs else {
      throw QuantisationError.unusableRows(
        "\(rows.count) numbers are not two or more rows of \(inputs) features")
    }
    guard rows.allSatisfy(\.isFinite) else {
      throw QuantisationError.unusableRows("a number is not finite")
    }
    func every(second start: Int) -> [Float] {
      stride(from: start * inputs, to: rows.count, by: 2 * inputs).flatMap {
        rows[$0..<$0 + inputs]
      }
    }
    let form: NetworkGraphWriter.Precision
    switch precision {
    case .float16: form = .float16
    case .int8: form = .int8(try activationRanges(on: every(second: 0)))
    }
    var writer = NetworkGraphWriter(self, precision: form)
    let graph = writer.graph()
    let held = every(second: 1)
    let accuracy = QuantisationAccuracy(
      try ONNXGraph(graph.model(metadata: [:])).predict(rows: held), parent: predict(held),
      budget: budget ?? precision.defaultBudget)
    guard accuracy.rmse <= accuracy.budget else {
      throw QuantisationError.budgetExceeded(precision, accuracy)
    }
    let measured = [
      "quantisation_rows": String(accuracy.rows), "quantisation_rmse": String(accuracy.rmse),
      "quantisation_maximum_error": String(accuracy.maximumError),
    ]
    let properties = writer.properties(metadata.merging(measured) { $1 })
    return QuantisedNetwork(
      precision: precision, bytes: try graph.encoded(metadata: properties), accuracy: accuracy)
  }

  /// The range of each hidden layer's outputs that loses least when cut into bytes.
  func activationRanges(on rows: [Float]) throws -> [ClosedRange<Float>] {
    let inputs = architecture.inputs
    let hidden = architecture.hidden.indices
    var writer = NetworkGraphWriter(self, precision: .float32)
    let graph = try ONNXGraph(
      writer.graph(watching: hidden.map { "\(NetworkGraphWriter.layerName($0)).output" })
        .model(metadata: [:]))
    // A spread of rows is enough to know ranges.
    let count = rows.count / inputs
    let step = (count + Self.calibrationRows - 1) / Self.calibrationRows
    let chosen = stride(from: 0, to: count, by: step).flatMap {
      rows[$0 * inputs..<($0 + 1) * inputs]
    }
    var outputs = [[Float]](repeating: [], count: hidden.count)
    for start in stride(from: 0, to: chosen.count, by: 256 * inputs) {
      let chunk = Array(chosen[start..<min(start + 256 * inputs, chosen.count)])
      let shape = [chunk.count / inputs, inputs]
      let results = try graph.run([ONNXTensor(reals: chunk, shape: shape)])
      for layer in hidden { outputs[layer] += results[layer + 1].reals ?? [] }
    }
    return outputs.map { ByteSteps.calibrated(on: $0) }
  }

  /// How many rows calibrate at most.
  private static let calibrationRows = 4_096
}

extension ByteSteps {
  /// The range whose steps give values back with the least squared error: that of all values, or
  /// less, when few large values would make every step coarse.
  static func calibrated(on values: [Float]) -> ClosedRange<Float> {
    let lower = min(values.min() ?? 0, 0)
    let upper = max(values.max() ?? 0, 0)
    var best = lower...upper
    var least = Double.infinity
    for part in stride(from: Float(1), through: 0.5, by: -0.05) {
      let range = lower * part...upper * part
      let steps = ByteSteps(range)
      let error = values.reduce(0.0) { sum, value in
        let level = min(max((value / steps.size).rounded() + Float(steps.zero), 0), 255)
        let difference = Double((level - Float(steps.zero)) * steps.size - value)
        return sum + difference * difference
      }
      if error < least { (least, best) = (error, range) }
    }
    return best
  }
}
