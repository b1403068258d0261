/// Writes the compact protocol of Apache Thrift, in which Parquet keeps its headers and footer.
///
/// A struct is a sequence of fields (type and distance of the field number in one byte, then the
/// value) ended by a zero byte; integers are zigzag varints; lists carry type and length in front.
/// Specification: `doc/specs/thrift-compact-protocol.md` of Apache Thrift.
struct ThriftCompactWriter {
  /// The bytes so far.
  private(set) var bytes: [UInt8] = []
  /// The last field number of each open struct.
  private var lastField: [Int] = [0]

  mutating func field(_ id: Int, int32 value: Int32) {
    header(id, .int32)
    varint(zigzag(Int64(value)))
  }

  mutating func field(_ id: Int, int64 value: Int64) {
    header(id, .int64)
    varint(zigzag(value))
  }

  mutating func field(_ id: Int, string value: String) {
    header(id, .binary)
    binary(value)
  }

  mutating func field(_ id: Int, structure body: (inout ThriftCompactWriter) -> Void) {
    header(id, .structure)
    structure(body)
  }

  mutating func field<Element>(
    _ id: Int, list: [Element], of type: ThriftCompactType,
    _ body: (inout ThriftCompactWriter, Element) -> Void
  ) {
    header(id, .list)
    if list.count < 15 {
      bytes.append(UInt8(list.count) << 4 | type.rawValue)
    } else {
      bytes.append(0xF0 | type.rawValue)
      varint(UInt64(list.count))
    }
    for element in list { body(&self, element) }
  }

  /// A struct as the whole message or as a list's element.
  mutating func structure(_ body: (inout ThriftCompactWriter) -> Void) {
    lastField.append(0)
    body(&self)
    lastField.removeLast()
    bytes.append(0)
  }

  /// A bare integer, as a list's element.
  mutating func int32(_ value: Int32) { varint(zigzag(Int64(value))) }

  /// A bare string, as a list's element.
  mutating func binary(_ value: String) {
    varint(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  private mutating func header(_ id: Int, _ type: ThriftCompactType) {
    let delta = id - lastField[lastField.count - 1]
    precondition((1...15).contains(delta), "fields are written in ascending order, close by")
    bytes.append(UInt8(delta) << 4 | type.rawValue)
    lastField[lastField.count - 1] = id
  }

  private mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  private func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }
}

/// The value types of the compact protocol.
enum ThriftCompactType: UInt8 {
  case booleanTrue = 1
  case booleanFalse = 2
  case byte = 3
  case int16 = 4
  case int32 = 5
  case int64 = 6
  case double = 7
  case binary = 8
  case list = 9
  case set = 10
  case map = 11
  case structure = 12
}
