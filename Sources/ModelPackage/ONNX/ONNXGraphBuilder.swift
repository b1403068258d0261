import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Builds a model in the ONNX format, node by node.
///
/// ```swift
/// var graph = ONNXGraphBuilder(name: "half")
/// let x = graph.input(ONNXPort("features", shape: ["N", 6]))
/// let half = graph.constant("half", try ONNXTensor([0.5], shape: []))
/// graph.output(graph.apply("Mul", x, half, as: "scaled"), shape: ["N", 6])
/// let bytes = try graph.encoded(metadata: ["note": "multiplies by one half"])
/// ```
///
/// Nodes are written in the order of their making, attributes and metadata in the order of their
/// names, so equal graphs give equal bytes. Files are of format version 8 and operator version 17,
/// which every runtime since 2022 reads.
public struct ONNXGraphBuilder: Sendable {
  /// The version of the standard operators that files rely on.
  public static let operatorSetVersion = 17
  /// The version of the file format.
  static let formatVersion: Int64 = 8
  /// The name that files give as that of their maker.
  static let producerName = "tinyvmaf"
  /// The metadata that also stands as the version of the maker.
  static let versionKey = "tool_version"

  /// A value in the graph: an input, a constant, or what a node computes.
  public struct Value: Sendable, Hashable {
    /// The name that it has in the file.
    public let name: String
  }

  /// A setting of a node.
  public enum Attribute: Sendable, Hashable {
    /// An integer, such as an axis; flags are 0 or 1.
    case integer(Int)
    /// A list of integers, such as an order of dimensions.
    case integers([Int])
    /// A real number.
    case real(Float)
    /// A word.
    case text(String)
  }

  private var graph = WireGraph()
  private var names: Set<String> = []
  private var problem: ONNXError?

  /// Begins an empty graph.
  public init(name: String) { graph.name = name }

  /// Adds an input.
  public mutating func input(_ port: ONNXPort) -> Value {
    graph.inputs.append(port.wire)
    return define(port.name)
  }

  /// Adds a constant that travels in the file.
  public mutating func constant(_ name: String, _ tensor: ONNXTensor) -> Value {
    graph.initializers.append(tensor.wire(named: name))
    return define(name)
  }

  /// Adds a constant list of 64-bit integers, as axes and shapes are.
  public mutating func constant(_ name: String, integers: [Int]) -> Value {
    constant(
      name, ONNXTensor(.int64, shape: [integers.count], .integers(integers.map(Int64.init))))
  }

  /// Adds a node.
  ///
  /// - Parameters:
  ///   - name: The operator, such as `Gemm`.
  ///   - inputs: Its inputs in order; `nil` for one that is left out.
  ///   - attributes: Its settings by name.
  ///   - result: The name of the value that it computes; its operator and a number unless given.
  /// - Returns: What it computes.
  public mutating func apply(
    _ name: String, _ inputs: Value?..., attributes: [String: Attribute] = [:],
    as result: String? = nil
  ) -> Value {
    let result = result ?? "\(name.lowercased())_\(graph.nodes.count)"
    graph.nodes.append(
      WireNode.with { node in
        node.operator = name
        node.name = result
        node.inputs = inputs.map { $0?.name ?? "" }
        node.outputs = [result]
        node.attributes = attributes.sorted { $0.key < $1.key }.map {
          WireAttribute(name: $0.key, $0.value)
        }
      })
    return define(result)
  }

  /// Makes a value an output; its name is that of the output.
  public mutating func output(
    _ value: Value, _ elementType: ONNXElementType = .float32, shape: [ONNXDimension]
  ) {
    graph.outputs.append(ONNXPort(value.name, elementType, shape: shape).wire)
  }

  /// The bytes of the file.
  ///
  /// The graph is read back and, if it scores rows, tried before it is given out.
  ///
  /// - Parameter metadata: Free text by key; `tool_version` also stands as the maker's version.
  /// - Throws: ``ONNXError`` if names are used twice, shapes do not fit or an operator is unknown.
  public func encoded(metadata: [String: String] = [:]) throws(ONNXError) -> [UInt8] {
    let model = try model(metadata: metadata)
    _ = try ONNXGraph(model)
    return try model.encoded()
  }

  /// The file as a message, unchecked.
  func model(metadata: [String: String]) throws(ONNXError) -> WireModel {
    if let problem { throw problem }
    return WireModel.with { model in
      model.irVersion = Self.formatVersion
      model.producerName = Self.producerName
      if let version = metadata[Self.versionKey] { model.producerVersion = version }
      model.graph = graph
      model.operatorSets = [
        WireOperatorSet.with {
          $0.domain = ""
          $0.version = Int64(Self.operatorSetVersion)
        }
      ]
      model.properties = metadata.sorted { $0.key < $1.key }.map { key, value in
        WireProperty.with {
          $0.key = key
          $0.value = value
        }
      }
    }
  }

  private mutating func define(_ name: String) -> Value {
    if name.isEmpty || !names.insert(name).inserted {
      problem = problem ?? .malformed("it defines '\(name)' twice")
    }
    return Value(name: name)
  }
}

extension WireAttribute {
  init(name: String, _ value: ONNXGraphBuilder.Attribute) {
    self.init()
    self.name = name
    switch value {
    case .real(let number):
      real = number
      type = 1
    case .integer(let number):
      integer = Int64(number)
      type = 2
    case .text(let word):
      text = Data(word.utf8)
      type = 3
    case .integers(let numbers):
      integers = numbers.map(Int64.init)
      type = 7
    }
  }
}
