/// An operator that graphs may use.
struct ONNXOperator: Sendable {
  /// Computes the output from the inputs; an input that is left out is `nil` or missing.
  typealias Evaluation =
    @Sendable ([ONNXTensor?], inout ONNXBudget) throws(ONNXMisfit) -> ONNXTensor

  /// How many inputs there may be; those up to the lower bound must be.
  let inputs: ClosedRange<Int>
  /// The attributes that are understood; a node with any other is refused.
  let attributes: Set<String>
  /// Reads a node's attributes.
  let make: @Sendable (ONNXSettings) throws(ONNXMisfit) -> Evaluation

  init(
    _ inputs: ClosedRange<Int>, _ attributes: Set<String> = [],
    make: @escaping @Sendable (ONNXSettings) throws(ONNXMisfit) -> Evaluation
  ) {
    self.inputs = inputs
    self.attributes = attributes
    self.make = make
  }

  /// Every operator by its name.
  static let all: [String: ONNXOperator] = {
    let groups = [
      elementwise, activations, matrix, reductions, cumulative, shapes, casts, quantisation,
    ]
    return groups.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }()
}

/// A node's attributes, and the version of the operators that gives them their meaning.
struct ONNXSettings {
  let version: Int
  private var attributes: [String: WireAttribute] = [:]
  /// The tensor of a node that is a constant.
  private(set) var tensor: ONNXTensor?

  /// The numbers that the format gives to the types of attributes.
  private enum Kind: Int32 {
    case real = 1
    case integer = 2
    case text = 3
    case tensor = 4
    case reals = 6
    case integers = 7
  }

  init(
    _ node: WireNode, version: Int, known: Set<String>, room: inout Int
  ) throws {
    self.version = version
    for attribute in node.attributes {
      let name = attribute.name
      guard known.contains(name) else {
        throw ONNXMisfit("its attribute '\(name)' is not supported")
      }
      guard Kind(rawValue: attribute.type) != nil else {
        throw ONNXMisfit("its attribute '\(name)' has a type that is not supported")
      }
      guard attributes.updateValue(attribute, forKey: name) == nil else {
        throw ONNXMisfit("it has the attribute '\(name)' twice")
      }
      if attribute.type == Kind.tensor.rawValue {
        tensor = try ONNXTensor(attribute.tensor, room: &room)
      }
    }
  }

  /// The names of the attributes that are there.
  var names: [String] { attributes.keys.sorted() }

  func real(_ name: String) throws(ONNXMisfit) -> Float? {
    try attribute(name, .real)?.real
  }

  func integer(_ name: String) throws(ONNXMisfit) -> Int? {
    try attribute(name, .integer).map { Int(clamping: $0.integer) }
  }

  func flag(_ name: String, default value: Bool) throws(ONNXMisfit) -> Bool {
    try integer(name).map { $0 != 0 } ?? value
  }

  func integers(_ name: String) throws(ONNXMisfit) -> [Int]? {
    try attribute(name, .integers)?.integers.map { Int(clamping: $0) }
  }

  func reals(_ name: String) throws(ONNXMisfit) -> [Float]? {
    try attribute(name, .reals)?.reals
  }

  func text(_ name: String) throws(ONNXMisfit) -> String? {
    try attribute(name, .text).map { String(decoding: $0.text, as: UTF8.self) }
  }

  private func attribute(_ name: String, _ kind: Kind) throws(ONNXMisfit) -> WireAttribute? {
    guard let attribute = attributes[name] else { return nil }
    guard attribute.type == kind.rawValue else {
      throw ONNXMisfit("its attribute '\(name)' has another type than it should")
    }
    return attribute
  }
}

// MARK: - Inputs of operators

extension [ONNXTensor?] {
  /// The tensor of an input that must be there.
  func tensor(_ index: Int) throws(ONNXMisfit) -> ONNXTensor {
    guard index < count, let tensor = self[index] else { throw ONNXMisfit("an input is missing") }
    return tensor
  }

  /// The numbers and the shape of an input that must be there and of single precision.
  func reals(_ index: Int) throws(ONNXMisfit) -> (values: [Float], shape: [Int]) {
    let tensor = try tensor(index)
    guard tensor.elementType == .float32, let values = tensor.reals else {
      throw ONNXMisfit("an input is \(tensor.elementType) instead of float32")
    }
    return (values, tensor.shape)
  }

  /// The integers of an input that may be left out.
  func integers(ifAny index: Int) throws(ONNXMisfit) -> [Int]? {
    guard index < count, let tensor = self[index] else { return nil }
    guard let values = tensor.integers, tensor.shape.count <= 1,
      values.count <= ONNXLimits.rank
    else {
      throw ONNXMisfit("an input is no short list of integers")
    }
    return values.map { Int(clamping: $0) }
  }

  /// The single number of an input that may be left out.
  func scalar(ifAny index: Int) throws(ONNXMisfit) -> Float? {
    guard index < count, self[index] != nil else { return nil }
    let (values, _) = try reals(index)
    guard values.count == 1 else { throw ONNXMisfit("an input is no single number") }
    return values[0]
  }
}

/// The place of an axis that may count from the end.
func normalised(axis: Int, rank: Int) throws(ONNXMisfit) -> Int {
  guard axis >= -rank, axis < rank else {
    throw ONNXMisfit("axis \(axis) lies outside its \(rank) dimensions")
  }
  return axis < 0 ? axis + rank : axis
}

/// The places of axes that may count from the end, ascending.
func normalised(axes: [Int], rank: Int) throws(ONNXMisfit) -> [Int] {
  var places: Set<Int> = []
  for axis in axes {
    guard places.insert(try normalised(axis: axis, rank: rank)).inserted else {
      throw ONNXMisfit("axis \(axis) is named twice")
    }
  }
  return places.sorted()
}
