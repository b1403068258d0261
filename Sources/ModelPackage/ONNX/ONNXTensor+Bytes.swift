extension ONNXTensor {
  /// Reads numbers from memory; `nil` if a byte is no truth value.
  init?(_ type: ONNXElementType, shape: [Int], at start: UnsafeRawPointer, count: Int) {
    let bytes = UnsafeRawBufferPointer(start: start, count: count * type.size)
    guard let storage = Self.storage(bytes: bytes, type) else { return nil }
    self.init(type, shape: shape, storage)
  }

  /// The numbers that little-endian bytes hold; `nil` if a byte is no truth value.
  static func storage(bytes: UnsafeRawBufferPointer, _ type: ONNXElementType) -> Storage? {
    func load<T: FixedWidthInteger>(_ index: Int, as: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: index * (T.bitWidth / 8), as: T.self))
    }
    let range = 0..<bytes.count / type.size
    switch type {
    case .float32: return .reals(range.map { Float(bitPattern: load($0, as: UInt32.self)) })
    case .float16: return .reals(range.map { HalfPrecision.value(load($0, as: UInt16.self)) })
    case .int64: return .integers(range.map { load($0, as: Int64.self) })
    case .int32: return .integers(range.map { Int64(load($0, as: Int32.self)) })
    case .int8: return .integers(range.map { Int64(load($0, as: Int8.self)) })
    case .uint8: return .integers(range.map { Int64(bytes[$0]) })
    case .bool:
      guard bytes.allSatisfy({ $0 <= 1 }) else { return nil }
      return .integers(range.map { Int64(bytes[$0]) })
    }
  }

  /// Writes the numbers as little-endian bytes, `count` times the size of one.
  func write(to bytes: UnsafeMutableRawBufferPointer) {
    func store<T: FixedWidthInteger>(_ value: T, _ index: Int) {
      bytes.storeBytes(
        of: value.littleEndian, toByteOffset: index * (T.bitWidth / 8), as: T.self)
    }
    switch storage {
    case .reals(let values):
      for (index, value) in values.enumerated() {
        if elementType == .float16 {
          store(HalfPrecision.bits(value), index)
        } else {
          store(value.bitPattern, index)
        }
      }
    case .integers(let values):
      for (index, value) in values.enumerated() {
        switch elementType.size {
        case 1: store(UInt8(truncatingIfNeeded: value), index)
        case 4: store(Int32(truncatingIfNeeded: value), index)
        default: store(value, index)
        }
      }
    }
  }

  /// The numbers in memory of their own, which the caller deallocates.
  func copied() -> UnsafeMutableRawPointer {
    let size = count * elementType.size
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(size, 1), alignment: 64)
    write(to: UnsafeMutableRawBufferPointer(start: memory, count: size))
    return memory
  }
}
