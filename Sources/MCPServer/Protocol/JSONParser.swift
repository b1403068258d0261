/// A strict parser of JSON texts from strangers.
///
/// It follows RFC 8259 and is stricter where the standard leaves a choice: names in an object are
/// distinct, texts are valid Unicode (no lone surrogates), numbers are finite. Nesting, the number
/// of values and the length of numbers are limited, so that no input takes more than time and
/// memory in proportion to its size.
struct JSONParser {
  /// The deepest nesting of lists and objects.
  static let depthLimit = 64
  /// The most values in a text.
  static let valueLimit = 200_000
  /// The longest number in characters.
  static let numberLengthLimit = 400

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var valueCount = 0

  /// Parses a whole text.
  ///
  /// - Throws: ``JSONSyntaxError``.
  static func parse(_ bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> JSONValue {
    let contiguous = Array(bytes)
    let result = contiguous.withUnsafeBufferPointer {
      buffer -> Result<JSONValue, JSONSyntaxError> in
      var parser = JSONParser(bytes: buffer)
      return Result { () throws(JSONSyntaxError) in try parser.parseText() }
    }
    return try result.get()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private func failure(_ reason: String) -> JSONSyntaxError {
    JSONSyntaxError(reason: reason, offset: position)
  }

  private mutating func parseText() throws(JSONSyntaxError) -> JSONValue {
    let value = try parseValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("there is more after the value") }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    skipSpace()
    valueCount += 1
    guard valueCount <= Self.valueLimit else { throw failure("there are too many values") }
    guard position < bytes.count else { throw failure("the text ends where a value should be") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parse("true", as: .bool(true))
    case UInt8(ascii: "f"): return try parse("false", as: .bool(false))
    case UInt8(ascii: "n"): return try parse("null", as: .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: throw failure("this is no value")
    }
  }

  private mutating func parse(
    _ word: StaticString, as value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { throw failure("this is no value") }
    for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
      throw failure("this is no value")
    }
    position += length
    return value
  }
}

/// Why a text is no JSON.
struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  let reason: String
  /// The byte at which it was seen.
  let offset: Int

  var description: String { "\(reason) (at byte \(offset))" }
}

// MARK: - Lists and objects

extension JSONParser {
  private mutating func enter(depth: Int) throws(JSONSyntaxError) {
    guard depth <= Self.depthLimit else {
      throw failure("lists and objects are nested deeper than \(Self.depthLimit) levels")
    }
    position += 1
    skipSpace()
  }

  /// Steps over `byte` if it comes next.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    try enter(depth: depth)
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    while true {
      elements.append(try parseValue(depth: depth))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw failure("a list goes on with , or ends with ]") }
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    try enter(depth: depth)
    var members = JSONObject()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw failure("a member begins with its name in quotes")
      }
      let name = try parseString()
      guard members[name] == nil else { throw failure("an object has two members of one name") }
      skipSpace()
      guard take(":") else { throw failure("a member's name is followed by :") }
      members[name] = try parseValue(depth: depth)
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("an object goes on with , or ends with }") }
    }
  }
}

// MARK: - Numbers

extension JSONParser {
  private mutating func skipDigits() -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func parseNumber() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    _ = take("-")
    let isZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    let digits = skipDigits()
    guard digits > 0 else { throw failure("a number has a digit after its sign") }
    guard !isZero || digits == 1 else { throw failure("a number has no leading zero") }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard skipDigits() > 0 else { throw failure("a number has a digit after its point") }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard skipDigits() > 0 else { throw failure("a number has a digit in its exponent") }
    }
    guard position - start <= Self.numberLengthLimit else {
      throw failure("a number has more than \(Self.numberLengthLimit) characters")
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw failure("a number is too large")
    }
    return .number(value)
  }
}

// MARK: - Texts

extension JSONParser {
  private mutating func parseString() throws(JSONSyntaxError) -> String {
    position += 1
    var units: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw failure("a text is not valid UTF-8")
        }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        position += 1
        try parseEscape(into: &units)
      case 0..<0x20:
        throw failure("a text has a control character, which must be escaped")
      default:
        units.append(byte)
        position += 1
      }
    }
    throw failure("a text does not end")
  }

  private mutating func parseEscape(into units: inout [UInt8]) throws(JSONSyntaxError) {
    guard position < bytes.count else { throw failure("a text does not end") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(letter)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"): units.append(contentsOf: Array(try parseScalar().utf8))
    default: throw failure("\\ is followed by none of \"\\/bfnrtu")
    }
  }

  /// The character of `\uXXXX` or of two of them, after the first `\u`.
  private mutating func parseScalar() throws(JSONSyntaxError) -> Character {
    let first = try parseHexadecimal()
    var code = first
    if (0xD800..<0xDC00).contains(first) {
      guard take("\\"), take("u") else { throw failure("a surrogate is alone") }
      let second = try parseHexadecimal()
      guard (0xDC00..<0xE000).contains(second) else { throw failure("a surrogate is alone") }
      code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("a surrogate is alone") }
    return Character(scalar)
  }

  private mutating func parseHexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position]))
          .hexDigitValue
      else { throw failure("\\u is followed by four hexadecimal digits") }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }
}
