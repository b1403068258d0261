/// Counts what a file would become in memory, before the parser makes it so.
///
/// A field of two bytes can become an object of hundreds, so the size of a file alone bounds
/// nothing. The walk reads tags and lengths only and allocates nothing. Messages do not nest
/// without end: the ones we read form a tree of fixed depth, and what we do not know is skipped.
struct WireCensus {
  private var fields = 0
  private var packedBytes = 0

  /// The messages that hold others or lists of numbers, and those without either.
  private enum Message {
    case model, graph, node, attribute, tensor, port, portType, tensorType, shape, leaf

    /// The message in a field, or `nil` for anything else.
    func message(in field: UInt64) -> Message? {
      switch (self, field) {
      case (.model, 7): .graph
      case (.model, 8), (.model, 14), (.shape, 1): .leaf
      case (.graph, 1): .node
      case (.graph, 5), (.attribute, 5): .tensor
      case (.graph, 11), (.graph, 12): .port
      case (.node, 5): .attribute
      case (.port, 2): .portType
      case (.portType, 1): .tensorType
      case (.tensorType, 2): .shape
      default: nil
      }
    }

    /// Whether a field is a list of numbers that take fewer bytes here than in memory.
    func packsIntegers(in field: UInt64) -> Bool {
      switch (self, field) {
      case (.tensor, 1), (.tensor, 5), (.tensor, 7), (.attribute, 8): true
      default: false
      }
    }
  }

  /// Throws unless the bytes are well-formed and of bounded content.
  static func check(_ bytes: [UInt8]) throws(ONNXError) {
    var census = WireCensus()
    try census.walk(bytes[...], as: .model)
  }

  private mutating func walk(_ bytes: ArraySlice<UInt8>, as message: Message) throws(ONNXError) {
    var position = bytes.startIndex
    while position < bytes.endIndex {
      fields += 1
      guard fields <= ONNXLimits.fields else { throw .tooCostly("it has too many parts") }
      let tag = try Self.varint(bytes, &position)
      let field = tag >> 3
      guard field > 0, field < 1 << 29 else { throw Self.broken }
      switch tag & 7 {
      case 0: _ = try Self.varint(bytes, &position)
      case 1: try Self.skip(8, of: bytes, &position)
      case 5: try Self.skip(4, of: bytes, &position)
      case 2:
        let length = try Self.varint(bytes, &position)
        let start = position
        guard let length = Int(exactly: length) else { throw Self.broken }
        try Self.skip(length, of: bytes, &position)
        if let inner = message.message(in: field) {
          try walk(bytes[start..<position], as: inner)
        } else if message.packsIntegers(in: field) {
          packedBytes += length
          guard packedBytes <= ONNXLimits.elements else {
            throw .tooCostly("it has too many integers")
          }
        }
      default: throw Self.broken  // groups, which the format never used
      }
    }
  }

  private static var broken: ONNXError { .malformed("its fields are damaged") }

  private static func skip(
    _ count: Int, of bytes: ArraySlice<UInt8>, _ position: inout Int
  ) throws(ONNXError) {
    guard count <= bytes.endIndex - position else { throw broken }
    position += count
  }

  private static func varint(
    _ bytes: ArraySlice<UInt8>, _ position: inout Int
  ) throws(ONNXError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard position < bytes.endIndex else { throw broken }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw broken
  }
}
