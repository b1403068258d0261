import SwiftProtobuf

extension WireModel {
  /// Reads a file: checks its size, its fields, its version, and that it is whole in itself.
  init(decoding bytes: [UInt8]) throws(ONNXError) {
    guard bytes.count <= ONNXLimits.fileSize else { throw .tooLarge(bytes: bytes.count) }
    try WireCensus.check(bytes)
    do {
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      try self.init(serializedBytes: bytes, options: options)
    } catch {
      throw .malformed("its fields are damaged")
    }
    guard hasGraph, !operatorSets.isEmpty else {
      throw .malformed("it has no graph or no version of its operators")
    }
    guard functions.isEmpty else { throw .unsupported("it defines functions of its own") }
    guard graph.sparseInitializers.isEmpty else { throw .unsupported("it has sparse constants") }
    _ = try operatorSetVersion
  }

  /// The bytes of the file; equal models give equal bytes.
  func encoded() throws(ONNXError) -> [UInt8] {
    do {
      return try serializedBytes()
    } catch {
      throw .malformed("it cannot be written (\(error))")
    }
  }

  /// The versions of the standard operators that are read.
  ///
  /// The operators here have one meaning from version 7 on, or the version decides between two.
  static let operatorSetVersions: ClosedRange<Int64> = 7...25

  /// The version of the standard operators.
  var operatorSetVersion: Int {
    get throws(ONNXError) {
      let versions = operatorSets.filter { Self.isStandard($0.domain) }.map(\.version)
      guard versions.count == 1 else {
        throw .malformed("it does not give one version of the standard operators")
      }
      guard Self.operatorSetVersions.contains(versions[0]) else {
        throw .unsupported(
          "its operators are of version \(versions[0]): versions "
            + "\(Self.operatorSetVersions.lowerBound) to \(Self.operatorSetVersions.upperBound) "
            + "are read")
      }
      return Int(versions[0])
    }
  }

  /// Whether a domain is that of the standard operators.
  static func isStandard(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

  /// The free text by key.
  var propertyTable: [String: String] {
    get throws(ONNXError) {
      var table: [String: String] = [:]
      for property in properties {
        guard table.updateValue(property.value, forKey: property.key) == nil else {
          throw .malformed("its metadata has the key '\(property.key)' twice")
        }
      }
      return table
    }
  }
}

extension ONNXPort {
  /// Reads an input or an output of a graph.
  init(_ wire: WirePort) throws(ONNXError) {
    guard wire.type.hasTensor, !wire.name.isEmpty else {
      throw .unsupported("its input or output '\(wire.name)' is no tensor")
    }
    let tensor = wire.type.tensor
    guard let type = ONNXElementType(rawValue: Int(tensor.elementType)) else {
      throw .unsupported(
        "its input or output '\(wire.name)' has the element type \(tensor.elementType)")
    }
    guard tensor.shape.dimensions.count <= ONNXLimits.rank else {
      throw .unsupported("its input or output '\(wire.name)' has too many dimensions")
    }
    var shape: [ONNXDimension] = []
    for dimension in tensor.shape.dimensions {
      switch dimension.extent {
      case .size(let size):
        guard size >= 0, size <= ONNXLimits.elements else {
          throw .malformed("its input or output '\(wire.name)' has the extent \(size)")
        }
        shape.append(.fixed(Int(size)))
      case .symbol(let name): shape.append(.named(name))
      case nil: shape.append(.named(""))
      }
    }
    self.init(wire.name, type, shape: shape)
  }

  /// The input or output as the file holds it.
  var wire: WirePort {
    WirePort.with { port in
      port.name = name
      port.type.tensor.elementType = Int32(elementType.rawValue)
      port.type.tensor.shape.dimensions = shape.map { dimension in
        WireDimension.with {
          switch dimension {
          case .fixed(let extent): $0.size = Int64(extent)
          case .named(let name): $0.symbol = name
          }
        }
      }
    }
  }
}
