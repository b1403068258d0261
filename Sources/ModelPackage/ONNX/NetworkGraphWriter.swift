import TinyNets

/// Writes a network as a graph, with its parameters in one of several precisions.
struct NetworkGraphWriter {
  /// What the metadata names as the kind of file.
  static let format = "tinyvmaf-onnx-1"
  /// The metadata that is written from the network itself.
  static let ownKeys: Set = ["format", "architecture", "activation", "parameters", "precision"]

  /// How parameters and activations are held.
  enum Precision: Sendable {
    /// Single precision throughout.
    case float32
    /// Weights and biases in half precision, computed with in single precision.
    case float16
    /// Weights as bytes with a scale per output, hidden activations as bytes with the given ranges.
    /// The first layer stays in single precision: it is small, and features are sharper than bytes.
    case int8([ClosedRange<Float>])

    var name: String {
      switch self {
      case .float32: "float32"
      case .float16: "float16"
      case .int8: "int8"
      }
    }
  }

  let network: Network
  let precision: Precision
  private var builder = ONNXGraphBuilder(name: "tinyvmaf")

  init(_ network: Network, precision: Precision) {
    self.network = network
    self.precision = precision
  }

  static func layerName(_ index: Int) -> String { "layers.\(index)" }

  /// The metadata of the file.
  func properties(_ more: [String: String]) -> [String: String] {
    let architecture = network.architecture
    let own = [
      "format": Self.format,
      "architecture": architecture.widths.map(String.init).joined(separator: "-"),
      "activation": architecture.activation.rawValue,
      "parameters": String(architecture.parameterCount),
      "precision": precision.name,
    ]
    return network.metadata.merging(more) { $1 }.merging(own) { $1 }
  }

  /// The whole graph, as the formula of ``TinyNets/Network`` goes.
  ///
  /// - Parameter watched: The names of values that are to be outputs too.
  mutating func graph(watching watched: [String] = []) -> ONNXGraphBuilder {
    let architecture = network.architecture
    let features = builder.input(
      ONNXPort("features", shape: ["N", .fixed(architecture.inputs)]))
    let mean = constant("input.mean", network.inputMean)
    let scale = constant("input.scale", network.inputScale)
    let centred = builder.apply("Sub", features, mean, as: "features.centred")
    var value = builder.apply("Mul", centred, scale, as: "features.standardised")
    for (index, layer) in architecture.layers.enumerated() {
      let name = Self.layerName(index)
      if index > 0 { value = quantised(value, of: index - 1) }
      value = builder.apply(
        "Gemm", value, weights(layer, name, isFirst: index == 0), biases(layer, name),
        as: "\(name).sum")
      if index < architecture.layers.count - 1 {
        value = builder.activation(architecture.activation, value, name)
      }
    }
    let outputScale = constant("output.scale", network.outputScale)
    let outputOffset = constant("output.offset", network.outputOffset)
    value = builder.apply("Mul", value, outputScale, as: "score.scaled")
    value = builder.apply("Add", value, outputOffset, as: "score.shifted")
    let isSingle = architecture.outputs == 1
    if let range = network.range {
      let lower = builder.constant(
        "output.minimum", ONNXTensor(reals: [range.lowerBound], shape: []))
      let upper = builder.constant(
        "output.maximum", ONNXTensor(reals: [range.upperBound], shape: []))
      value = builder.apply(
        "Clip", value, lower, upper, as: isSingle ? "score.clamped" : "vmaf")
    } else if !isSingle {
      value = builder.apply("Identity", value, as: "vmaf")
    }
    if isSingle {
      let axes = builder.constant("output.axes", integers: [1])
      value = builder.apply("Squeeze", value, axes, as: "vmaf")
    }
    builder.output(value, shape: isSingle ? ["N"] : ["N", .fixed(architecture.outputs)])
    for name in watched {
      builder.output(ONNXGraphBuilder.Value(name: name), shape: ["N", ""])
    }
    return builder
  }

  // MARK: - Parts

  private mutating func constant(
    _ name: String, _ values: [Float], shape: [Int]? = nil
  ) -> ONNXGraphBuilder.Value {
    builder.constant(name, ONNXTensor(reals: values, shape: shape ?? [values.count]))
  }

  /// The weights of a layer as `inputs` rows of `outputs`, in single precision when used.
  private mutating func weights(
    _ layer: Architecture.Layer, _ name: String, isFirst: Bool
  ) -> ONNXGraphBuilder.Value {
    let values = Array(network.parameters[layer.weights])
    let shape = [layer.inputs, layer.outputs]
    switch precision {
    case .float32: return constant("\(name).weight", values, shape: shape)
    case .int8 where isFirst: return constant("\(name).weight", values, shape: shape)
    case .float16: return half("\(name).weight", values, shape)
    case .int8:
      let bytes = QuantisedWeights(values, columns: layer.outputs)
      let levels = builder.constant(
        "\(name).weight.levels", ONNXTensor(.int8, shape: shape, .integers(bytes.levels)))
      let steps = constant("\(name).weight.steps", bytes.steps)
      return builder.apply(
        "DequantizeLinear", levels, steps, attributes: ["axis": .integer(1)],
        as: "\(name).weight")
    }
  }

  private mutating func biases(
    _ layer: Architecture.Layer, _ name: String
  ) -> ONNXGraphBuilder.Value {
    let values = Array(network.parameters[layer.biases])
    if case .float16 = precision { return half("\(name).bias", values, [layer.outputs]) }
    return constant("\(name).bias", values)
  }

  private mutating func half(
    _ name: String, _ values: [Float], _ shape: [Int]
  ) -> ONNXGraphBuilder.Value {
    let stored = builder.constant(
      "\(name).half", ONNXTensor(.float16, shape: shape, .reals(values)))
    return builder.apply(
      "Cast", stored, attributes: ["to": .integer(ONNXElementType.float32.rawValue)], as: name)
  }

  /// The outputs of a hidden layer, rounded to bytes and back where the precision asks for it.
  private mutating func quantised(
    _ value: ONNXGraphBuilder.Value, of layer: Int
  ) -> ONNXGraphBuilder.Value {
    guard case .int8(let ranges) = precision else { return value }
    let name = Self.layerName(layer)
    let steps = ByteSteps(ranges[layer])
    let size = constant("\(name).step", [steps.size], shape: [])
    let zero = builder.constant(
      "\(name).zero", ONNXTensor(.uint8, shape: [], .integers([steps.zero])))
    let levels = builder.apply("QuantizeLinear", value, size, zero, as: "\(name).levels")
    return builder.apply("DequantizeLinear", levels, size, zero, as: "\(name).rounded")
  }
}
