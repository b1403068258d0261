import TinyNets

/// Writes a clip encoder as a graph over padded clips.
///
/// The graph is the formula of ``TinyNets/ClipEncoder`` on `[N, T, ...]`. Left-out frames get
/// features of zero at the start and no weight in any softmax, and time is counted over the frames
/// that are kept, so that padding may stand anywhere.
struct ClipGraphWriter {
  typealias Value = ONNXGraphBuilder.Value

  /// What the metadata names as the kind of file.
  static let format = "tinyvmaf-clip-onnx-1"
  /// What the keys of the frame student's own metadata begin with.
  static let studentPrefix = "frame."
  /// The metadata that is written from the encoder itself.
  static let ownKeys: Set = [
    "format", "architecture", "activation", "clip_architecture", "parameters", "precision",
  ]

  /// A logit so low that its weight is zero, even beside others that are.
  private static let never: Float = -1e30

  /// Some columns of a layer that are a matrix of their own in the graph.
  struct Part {
    let name: String
    let columns: Range<Int>
  }

  let encoder: ClipEncoder
  private var builder = ONNXGraphBuilder(name: "tinyvmaf-clip")
  private var sharedConstants: [String: Value] = [:]

  init(_ encoder: ClipEncoder) { self.encoder = encoder }

  static func frameLayerName(_ index: Int) -> String { "frame.layers.\(index)" }

  /// The matrices that a layer is written as: queries, keys and values apart, and the pooling of
  /// scores apart from that of frames.
  static func parts(
    of layer: ClipArchitecture.Layer, in architecture: ClipArchitecture
  ) -> [Part] {
    let width = architecture.width
    if layer.name.hasSuffix(".projection") {
      return ["query", "key", "value"].enumerated().map { index, name in
        Part(name: "\(layer.name).\(name)", columns: index * width..<(index + 1) * width)
      }
    }
    if layer.name == "pooling" {
      return [
        Part(name: "pooling.score", columns: 0..<1),
        Part(name: "pooling.frames", columns: 1..<layer.outputs),
      ]
    }
    return [Part(name: layer.name, columns: 0..<layer.outputs)]
  }

  /// The metadata of the file.
  func properties(_ more: [String: String]) -> [String: String] {
    let student = encoder.frameStudent
    var properties = encoder.metadata
    for (key, text) in student.metadata { properties[Self.studentPrefix + key] = text }
    let own = [
      "format": Self.format,
      "architecture": student.architecture.widths.map(String.init).joined(separator: "-"),
      "activation": student.architecture.activation.rawValue,
      "clip_architecture": encoder.architecture.description,
      "parameters": String(encoder.parameterCount), "precision": "float32",
    ]
    return properties.merging(more) { $1 }.merging(own) { $1 }
  }

  /// The whole graph.
  mutating func graph() -> ONNXGraphBuilder {
    let architecture = encoder.architecture
    let layers = architecture.layers
    let features = builder.input(
      ONNXPort("features", shape: ["N", "T", .fixed(encoder.frameStudent.architecture.inputs)]))
    let mask = builder.input(ONNXPort("mask", .bool, shape: ["N", "T"]))
    let kept = builder.apply("Unsqueeze", mask, integers("axis.last", [2]), as: "mask.frames")
    let (embedding, scores) = frameStudent(features, kept)
    let centred = builder.apply(
      "Sub", embedding, numbers("embedding.mean", encoder.embeddingMean), as: "embedding.centred")
    var input = builder.apply(
      "Mul", centred, numbers("embedding.scale", encoder.embeddingScale),
      as: "embedding.standardised")
    for polynomial in timePolynomials(mask) {
      input = builder.apply(
        "Concat", input, polynomial, attributes: ["axis": .integer(2)],
        as: "input.with.\(polynomial.name)")
    }
    var frames = silu(dense(layers.input, input), "input")
    for (index, block) in layers.blocks.enumerated() {
      frames = attention(block, frames, mask, "blocks.\(index)")
      let expanded = silu(dense(block.expansion, frames), block.expansion.name)
      frames = builder.apply(
        "Add", frames, dense(block.contraction, expanded), as: "blocks.\(index).frames")
    }
    let score = pooledScore(frames, scores, kept)
    let pooled = pooledFrames(frames, kept)
    let head = silu(dense(layers.head, pooled), "head")
    let correction = builder.apply(
      "Squeeze", dense(layers.correction, head), integers("axis.second", [1]),
      as: "correction.flat")
    let scaled = builder.apply(
      "Mul", correction, scalar("correction.scale", encoder.correctionScale),
      as: "correction.scaled")
    builder.output(
      clamped(builder.apply("Add", score, scaled, as: "sum"), as: "vmaf"), shape: ["N"])
    return builder
  }

  // MARK: - Frames

  /// The last hidden layer and the clamped score of every frame.
  private mutating func frameStudent(
    _ features: Value, _ kept: Value
  ) -> (embedding: Value, scores: Value) {
    let student = encoder.frameStudent
    // Padding may hold anything, also what is no number.
    let clean = builder.apply("Where", kept, features, scalar("zero", 0), as: "features.kept")
    let centred = builder.apply(
      "Sub", clean, numbers("input.mean", student.inputMean), as: "features.centred")
    var value = builder.apply(
      "Mul", centred, numbers("input.scale", student.inputScale), as: "features.standardised")
    var embedding = value
    for (index, layer) in student.architecture.layers.enumerated() {
      let name = Self.frameLayerName(index)
      let weights = numbers(
        "\(name).weight", Array(student.parameters[layer.weights]),
        shape: [layer.inputs, layer.outputs])
      let product = builder.apply("MatMul", value, weights, as: "\(name).product")
      value = builder.apply(
        "Add", product, numbers("\(name).bias", Array(student.parameters[layer.biases])),
        as: "\(name).sum")
      if index < student.architecture.layers.count - 1 {
        value = builder.activation(student.architecture.activation, value, name)
        embedding = value
      }
    }
    let scaled = builder.apply(
      "Mul", value, numbers("output.scale", student.outputScale), as: "scores.scaled")
    let shifted = builder.apply(
      "Add", scaled, numbers("output.offset", student.outputOffset), as: "scores.shifted")
    return (embedding, clamped(shifted, as: "scores"))
  }

  /// The Chebyshev polynomials of the kept frames' relative time, each `[N, T, 1]`.
  private mutating func timePolynomials(_ mask: Value) -> [Value] {
    let count = encoder.architecture.positions
    guard count > 0 else { return [] }
    let float = ONNXGraphBuilder.Attribute.integer(ONNXElementType.float32.rawValue)
    let weight = builder.apply("Cast", mask, attributes: ["to": float], as: "mask.weight")
    let axis = builder.constant("time.axis", ONNXTensor(.int64, shape: [], .integers([1])))
    let order = builder.apply("CumSum", weight, axis, as: "time.order")
    let frames = builder.apply("ReduceSum", weight, integers("axis.second", [1]), as: "time.frames")
    let two = scalar("two", 2)
    let one = scalar("one", 1)
    let doubled = builder.apply("Mul", order, two, as: "time.doubled")
    let odd = builder.apply("Sub", doubled, one, as: "time.odd")
    let share = builder.apply("Div", odd, frames, as: "time.share")
    let flat = builder.apply("Sub", share, one, as: "time.flat")
    let first = builder.apply("Unsqueeze", flat, integers("axis.last", [2]), as: "time.1")
    var polynomials = [first]
    let twice = builder.apply("Mul", first, two, as: "time.twice")
    while polynomials.count < count {
      let degree = polynomials.count + 1
      let before = degree == 2 ? one : polynomials[degree - 3]
      let raised = builder.apply(
        "Mul", twice, polynomials[degree - 2], as: "time.\(degree).raised")
      polynomials.append(builder.apply("Sub", raised, before, as: "time.\(degree)"))
    }
    return polynomials
  }

  /// Self-attention of one block, on top of the frames.
  private mutating func attention(
    _ block: ClipArchitecture.Block, _ frames: Value, _ mask: Value, _ name: String
  ) -> Value {
    let architecture = encoder.architecture
    let parts = Self.parts(of: block.projection, in: architecture).map { part in
      let sum = dense(part, of: block.projection, frames)
      let split = builder.apply(
        "Reshape", sum, integers("shape.heads", [0, 0, architecture.heads, headWidth]),
        as: "\(part.name).heads")
      let isKey = part.name.hasSuffix(".key")
      return builder.apply(
        "Transpose", split,
        attributes: ["perm": .integers(isKey ? [0, 2, 3, 1] : [0, 2, 1, 3])],
        as: "\(part.name).turned")
    }
    let products = builder.apply("MatMul", parts[0], parts[1], as: "\(name).products")
    let logits = builder.apply(
      "Mul", products, scalar("attention.scale", 1 / Float(headWidth).squareRoot()),
      as: "\(name).logits")
    let keys = builder.apply(
      "Unsqueeze", mask, integers("axes.keys", [1, 2]), as: "\(name).keys.kept")
    let weights = softmax(logits, keys, axis: 3, "\(name).weights")
    let mixed = builder.apply("MatMul", weights, parts[2], as: "\(name).mixed")
    let turned = builder.apply(
      "Transpose", mixed, attributes: ["perm": .integers([0, 2, 1, 3])], as: "\(name).turned")
    let joined = builder.apply(
      "Reshape", turned, integers("shape.frames", [0, 0, architecture.width]),
      as: "\(name).joined")
    return builder.apply("Add", frames, dense(block.output, joined), as: "\(name).attended")
  }

  // MARK: - Clips

  /// The frame scores summed by their pooling weights.
  private mutating func pooledScore(
    _ frames: Value, _ scores: Value, _ kept: Value
  ) -> Value {
    let layer = encoder.architecture.layers.pooling
    let part = Self.parts(of: layer, in: encoder.architecture)[0]
    let weights = softmax(dense(part, of: layer, frames), kept, axis: 1, "pooling.score.weights")
    let weighted = builder.apply("Mul", weights, scores, as: "score.weighted")
    return builder.apply(
      "ReduceSum", weighted, integers("axes.frames", [1, 2]),
      attributes: ["keepdims": .integer(0)], as: "score.pooled")
  }

  /// The frames summed by their pooling weights, head by head.
  private mutating func pooledFrames(_ frames: Value, _ kept: Value) -> Value {
    let architecture = encoder.architecture
    let layer = architecture.layers.pooling
    let part = Self.parts(of: layer, in: architecture)[1]
    let weights = softmax(dense(part, of: layer, frames), kept, axis: 1, "pooling.frames.weights")
    let columns = builder.apply(
      "Unsqueeze", weights, integers("axis.fourth", [3]), as: "pooling.frames.columns")
    let split = builder.apply(
      "Reshape", frames, integers("shape.heads", [0, 0, architecture.heads, headWidth]),
      as: "pooling.frames.heads")
    let weighted = builder.apply("Mul", split, columns, as: "pooling.frames.weighted")
    let sums = builder.apply(
      "ReduceSum", weighted, integers("axis.second", [1]),
      attributes: ["keepdims": .integer(0)], as: "pooling.frames.sums")
    return builder.apply(
      "Reshape", sums, integers("shape.clips", [0, architecture.width]), as: "pooled")
  }

  // MARK: - Parts

  private var headWidth: Int { encoder.architecture.headWidth }

  private mutating func dense(_ layer: ClipArchitecture.Layer, _ input: Value) -> Value {
    let part = Part(name: layer.name, columns: 0..<layer.outputs)
    return dense(part, of: layer, input)
  }

  private mutating func dense(
    _ part: Part, of layer: ClipArchitecture.Layer, _ input: Value
  ) -> Value {
    let parameters = encoder.parameters
    let weights = (0..<layer.inputs).flatMap { row in
      part.columns.map { parameters[layer.weights.lowerBound + row * layer.outputs + $0] }
    }
    let matrix = numbers(
      "\(part.name).weight", weights, shape: [layer.inputs, part.columns.count])
    let product = builder.apply("MatMul", input, matrix, as: "\(part.name).product")
    guard layer.hasBias else { return product }
    let biases = part.columns.map { parameters[layer.biases.lowerBound + $0] }
    return builder.apply(
      "Add", product, numbers("\(part.name).bias", biases), as: "\(part.name).sum")
  }

  private mutating func softmax(
    _ logits: Value, _ kept: Value, axis: Int, _ name: String
  ) -> Value {
    let masked = builder.apply(
      "Where", kept, logits, scalar("never", Self.never), as: "\(name).logits")
    return builder.apply("Softmax", masked, attributes: ["axis": .integer(axis)], as: name)
  }

  private mutating func silu(_ sum: Value, _ name: String) -> Value {
    builder.activation(.silu, sum, name)
  }

  private mutating func clamped(_ value: Value, as name: String) -> Value {
    guard let range = encoder.range else { return builder.apply("Identity", value, as: name) }
    let lower = scalar("output.minimum", range.lowerBound)
    let upper = scalar("output.maximum", range.upperBound)
    return builder.apply("Clip", value, lower, upper, as: name)
  }

  private mutating func numbers(
    _ name: String, _ values: [Float], shape: [Int]? = nil
  ) -> Value {
    builder.constant(name, ONNXTensor(reals: values, shape: shape ?? [values.count]))
  }

  /// A constant that several nodes share.
  private mutating func scalar(_ name: String, _ value: Float) -> Value {
    if let known = sharedConstants[name] { return known }
    let constant = builder.constant(name, ONNXTensor(reals: [value], shape: []))
    sharedConstants[name] = constant
    return constant
  }

  private mutating func integers(_ name: String, _ values: [Int]) -> Value {
    if let known = sharedConstants[name] { return known }
    let constant = builder.constant(name, integers: values)
    sharedConstants[name] = constant
    return constant
  }
}
