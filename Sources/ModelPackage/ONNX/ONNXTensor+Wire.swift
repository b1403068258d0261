import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ONNXTensor {
  /// Reads a constant.
  ///
  /// - Parameter room: How many numbers may still be read; reduced by those of this one.
  init(_ wire: WireTensor, room: inout Int) throws(ONNXError) {
    let name = "its constant '\(wire.name)'"
    guard wire.external.isEmpty, wire.location == 0 else {
      throw .unsupported("\(name) lies in another file: only models of one file are read")
    }
    guard let type = ONNXElementType(rawValue: Int(wire.elementType)) else {
      throw .unsupported("\(name) has the element type \(wire.elementType)")
    }
    let shape = wire.shape.map { Int(clamping: $0) }
    guard let count = Self.count(of: shape) else {
      throw .malformed("\(name) has no possible shape")
    }
    guard count <= room else { throw .tooCostly("it has too many parameters") }
    room -= count
    let storage: Storage?
    if wire.hasRaw, !wire.raw.isEmpty {
      storage = Self.storage(raw: wire.raw, type, count: count)
    } else {
      storage = Self.storage(listed: wire, type)
    }
    guard let storage else { throw .malformed("\(name) holds numbers outside its type") }
    self.init(type, shape: shape, storage)
    guard self.count == count else {
      throw .malformed("\(name) does not hold the \(count) numbers of its shape")
    }
  }

  /// Numbers as little-endian bytes.
  private static func storage(raw: Data, _ type: ONNXElementType, count: Int) -> Storage? {
    guard raw.count % type.size == 0, raw.count / type.size == count else {
      return type.isReal ? .reals([]) : .integers([])
    }
    return raw.withUnsafeBytes { storage(bytes: $0, type) }
  }

  /// Numbers in the field of their type; `nil` if one is none of the type.
  private static func storage(listed wire: WireTensor, _ type: ONNXElementType) -> Storage? {
    switch type {
    case .float32: return .reals(wire.floats)
    case .int64: return .integers(wire.int64S)
    case .float16:
      guard wire.int32S.allSatisfy({ UInt16(exactly: $0) != nil }) else { return nil }
      return .reals(wire.int32S.map { HalfPrecision.value(UInt16(truncatingIfNeeded: $0)) })
    case .int32, .int8, .uint8, .bool:
      let range = type.integerRange
      guard wire.int32S.allSatisfy({ range.contains(Int64($0)) }) else { return nil }
      return .integers(wire.int32S.map(Int64.init))
    }
  }

  /// The constant as the file holds it: little-endian bytes.
  func wire(named name: String) -> WireTensor {
    WireTensor.with {
      $0.shape = shape.map(Int64.init)
      $0.elementType = Int32(elementType.rawValue)
      $0.name = name
      $0.raw = Data(count: count * elementType.size)
      $0.raw.withUnsafeMutableBytes(write)
    }
  }
}
