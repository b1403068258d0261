/// The types of numbers that ONNX models hold here, with ONNX's own numbers for them.
public enum ONNXElementType: Int, Sendable, Hashable, CaseIterable {
  /// Single precision.
  case float32 = 1
  /// Unsigned bytes.
  case uint8 = 2
  /// Signed bytes.
  case int8 = 3
  /// 32-bit integers.
  case int32 = 6
  /// 64-bit integers.
  case int64 = 7
  /// Truth values.
  case bool = 9
  /// Half precision.
  case float16 = 10

  /// Whether the numbers are floating-point numbers.
  public var isReal: Bool { self == .float32 || self == .float16 }

  /// The values of an integer type.
  var integerRange: ClosedRange<Int64> {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .int32: Int64(Int32.min)...Int64(Int32.max)
    case .bool: 0...1
    case .int64, .float32, .float16: Int64.min...Int64.max
    }
  }

  /// Bytes of one number in a file.
  var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .float16: 2
    case .float32, .int32: 4
    case .int64: 8
    }
  }
}

/// An array of numbers with a shape, as ONNX models compute on.
///
/// Numbers of half precision are kept in single precision, which holds them exactly; integers of
/// every width and truth values are kept as 64-bit integers.
public struct ONNXTensor: Sendable, Equatable {
  /// The type of the numbers.
  public let elementType: ONNXElementType
  /// The extents, outermost first; empty for a single number.
  public let shape: [Int]
  let storage: Storage

  enum Storage: Sendable, Equatable {
    case reals([Float])
    case integers([Int64])
  }

  /// Creates a tensor of single precision.
  ///
  /// - Parameters:
  ///   - values: The numbers, last index fastest.
  ///   - shape: The extents; the number of values unless given.
  /// - Throws: ``ONNXError/invalidInput(_:)`` if the shape does not hold as many numbers.
  public init(_ values: [Float], shape: [Int]? = nil) throws(ONNXError) {
    let shape = shape ?? [values.count]
    guard Self.count(of: shape) == values.count else {
      throw .invalidInput("\(values.count) numbers do not fill the shape \(shape)")
    }
    self.init(.float32, shape: shape, .reals(values))
  }

  /// Creates a tensor of 64-bit integers.
  ///
  /// - Throws: ``ONNXError/invalidInput(_:)`` if the shape does not hold as many numbers.
  public init(integers values: [Int64], shape: [Int]? = nil) throws(ONNXError) {
    let shape = shape ?? [values.count]
    guard Self.count(of: shape) == values.count else {
      throw .invalidInput("\(values.count) integers do not fill the shape \(shape)")
    }
    self.init(.int64, shape: shape, .integers(values))
  }

  /// Wraps numbers that are known to fill the shape and to be of the type.
  init(_ elementType: ONNXElementType, shape: [Int], _ storage: Storage) {
    self.elementType = elementType
    self.shape = shape
    self.storage = storage
  }

  init(reals: [Float], shape: [Int]) {
    self.init(.float32, shape: shape, .reals(reals))
  }

  /// How many numbers there are.
  public var count: Int {
    switch storage {
    case .reals(let values): values.count
    case .integers(let values): values.count
    }
  }

  /// The numbers of a floating-point tensor, last index fastest, or `nil` for integers.
  public var reals: [Float]? {
    if case .reals(let values) = storage { values } else { nil }
  }

  /// The numbers of an integer tensor, last index fastest, or `nil` for floating-point numbers.
  public var integers: [Int64]? {
    if case .integers(let values) = storage { values } else { nil }
  }

  /// The number of elements of a shape, or `nil` if it has a negative extent, too many dimensions
  /// or more elements than any value here.
  ///
  /// Of a shape that passes, every product of extents is a small number, whatever is left out, even
  /// if another extent is zero.
  static func count(of shape: [Int]) -> Int? {
    guard shape.count <= ONNXLimits.rank else { return nil }
    var count = 1
    for extent in shape {
      guard extent >= 0, extent <= ONNXLimits.elements else { return nil }
      count *= max(extent, 1)
      guard count <= ONNXLimits.elements else { return nil }
    }
    return shape.contains(0) ? 0 : count
  }

  /// The same numbers with another shape of as many.
  func reshaped(to shape: [Int]) -> ONNXTensor { ONNXTensor(elementType, shape: shape, storage) }

  /// The numbers at the given places, with a shape of as many.
  func gathered(_ places: [Int], shape: [Int]) -> ONNXTensor {
    switch storage {
    case .reals(let values):
      ONNXTensor(elementType, shape: shape, .reals(places.map { values[$0] }))
    case .integers(let values):
      ONNXTensor(elementType, shape: shape, .integers(places.map { values[$0] }))
    }
  }
}

/// An input or an output of a model.
public struct ONNXPort: Sendable, Hashable {
  /// The name, by which runtimes refer to it.
  public let name: String
  /// The type of its numbers.
  public let elementType: ONNXElementType
  /// Its extents, outermost first.
  public let shape: [ONNXDimension]

  /// Describes an input or an output.
  public init(_ name: String, _ elementType: ONNXElementType = .float32, shape: [ONNXDimension]) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
  }
}

/// An extent of an input or an output.
public enum ONNXDimension: Sendable, Hashable, CustomStringConvertible {
  /// A fixed number.
  case fixed(Int)
  /// Any number, the same wherever the name stands; the name may be empty.
  case named(String)

  /// The number or the name.
  public var description: String {
    switch self {
    case .fixed(let extent): String(extent)
    case .named(let name): name.isEmpty ? "?" : name
    }
  }
}

extension ONNXDimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  /// A fixed number.
  public init(integerLiteral value: Int) { self = .fixed(value) }
  /// Any number, by its name.
  public init(stringLiteral value: String) { self = .named(value) }
}
