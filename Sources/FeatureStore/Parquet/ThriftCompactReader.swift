/// Reads the compact protocol of Apache Thrift from bytes that nobody vouches for.
///
/// Every read is bounded by the end of the bytes, a length or count by what is left (an element
/// takes at least a byte), and nesting by ``maximumDepth``; so time and memory are linear in the
/// input.
struct ThriftCompactReader {
  /// The deepest nesting that is followed; Parquet's own headers need six.
  static let maximumDepth = 16

  private let bytes: [UInt8]
  private let end: Int
  private var depth = 0
  /// The offset of the next byte.
  private(set) var offset: Int

  init(_ bytes: [UInt8], from start: Int = 0) {
    self.bytes = bytes
    self.offset = start
    self.end = bytes.count
  }

  /// Reads a struct, calling `field` with each field's number and type.
  ///
  /// `field` returns `true` when it has read the value, and `false` to have it skipped.
  mutating func structure(
    _ field: (inout ThriftCompactReader, Int, ThriftCompactType) throws -> Bool
  ) throws {
    depth += 1
    guard depth <= Self.maximumDepth else { throw ParquetError.corrupt(reason: "nesting too deep") }
    defer { depth -= 1 }
    var id = 0
    while true {
      let byte = try next()
      if byte == 0 { return }
      let type = try Self.type(byte & 0x0F)
      if byte >> 4 == 0 {
        id = Int(try signed())
      } else {
        id += Int(byte >> 4)
      }
      if try !field(&self, id, type) { try skip(type) }
    }
  }

  /// Reads a list of structs, strings or integers by calling `element` once for each.
  mutating func list(
    of expected: ThriftCompactType, _ element: (inout ThriftCompactReader) throws -> Void
  ) throws {
    let (type, count) = try listHeader()
    guard count == 0 || type == expected else {
      throw ParquetError.corrupt(reason: "a list has elements of another type")
    }
    for _ in 0..<count { try element(&self) }
  }

  /// Reads an integer and checks that it lies in a range.
  mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int {
    let value = try signed()
    guard range.contains(value) else {
      throw ParquetError.corrupt(reason: "\(name) is \(value)")
    }
    return Int(value)
  }

  /// Reads a UTF-8 string.
  mutating func string() throws -> String {
    let count = try length()
    let start = offset
    offset += count
    guard let text = String(validating: bytes[start..<offset], as: UTF8.self) else {
      throw ParquetError.corrupt(reason: "a name is not UTF-8")
    }
    return text
  }

  private mutating func next() throws -> UInt8 {
    guard offset < end else { throw ParquetError.corrupt(reason: "a header ends early") }
    offset += 1
    return bytes[offset - 1]
  }

  private mutating func unsigned() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try next()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw ParquetError.corrupt(reason: "an integer is too long")
  }

  private mutating func signed() throws -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func length() throws -> Int {
    let count = try unsigned()
    guard count <= UInt64(end - offset) else {
      throw ParquetError.corrupt(reason: "a length points past the end")
    }
    return Int(count)
  }

  private mutating func listHeader() throws -> (ThriftCompactType, Int) {
    let byte = try next()
    let count = byte >> 4 == 15 ? try length() : Int(byte >> 4)
    guard count <= end - offset else {
      throw ParquetError.corrupt(reason: "a list is longer than its bytes")
    }
    return (count == 0 ? .byte : try Self.type(byte & 0x0F), count)
  }

  private static func type(_ code: UInt8) throws -> ThriftCompactType {
    guard let type = ThriftCompactType(rawValue: code) else {
      throw ParquetError.corrupt(reason: "unknown field type \(code)")
    }
    return type
  }

  private mutating func skip(_ type: ThriftCompactType, element: Bool = false) throws {
    depth += 1
    guard depth <= Self.maximumDepth else { throw ParquetError.corrupt(reason: "nesting too deep") }
    defer { depth -= 1 }
    switch type {
    case .booleanTrue, .booleanFalse:
      // A field's boolean is in its header; a list's takes a byte.
      if element { _ = try next() }
    case .byte: _ = try next()
    case .int16, .int32, .int64: _ = try unsigned()
    case .double:
      for _ in 0..<8 { _ = try next() }
    case .binary:
      let count = try length()
      offset += count
    case .list, .set:
      let (elementType, count) = try listHeader()
      for _ in 0..<count { try skip(elementType, element: true) }
    case .map:
      let count = try length()
      if count == 0 { return }
      let types = try next()
      let key = try Self.type(types >> 4)
      let value = try Self.type(types & 0x0F)
      for _ in 0..<count {
        try skip(key, element: true)
        try skip(value, element: true)
      }
    case .structure:
      try structure { _, _, _ in false }
    }
  }
}
