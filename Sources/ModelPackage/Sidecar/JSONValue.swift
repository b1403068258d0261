#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Any JSON, as a value that is written in one way only.
///
/// Objects are written with sorted keys and two spaces of indentation, lists of plain values on one
/// line, numbers in the shortest form that reads back as the same number. So equal values have
/// equal bytes on every platform, which hashes of them rely on.
public indirect enum JSONValue: Hashable, Sendable {
  /// Members by name.
  case object([String: JSONValue])
  /// Values in order.
  case array([JSONValue])
  /// Text.
  case string(String)
  /// A number.
  case number(Double)
  /// A whole number too large for ``number(_:)`` to be exact.
  case whole(UInt64)
  /// True or false.
  case bool(Bool)
  /// Nothing.
  case null

  /// Reads JSON text.
  ///
  /// - Throws: `DecodingError`.
  public init(json bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  /// The JSON of a value.
  ///
  /// - Throws: `EncodingError`, for numbers that are not finite.
  public init(encoding value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  /// The text, ending in a line feed.
  public var bytes: [UInt8] {
    var text = ""
    write(to: &text, indent: "")
    return Array((text + "\n").utf8)
  }

  /// The place of the first key, in the keys' order, that the other value lacks.
  ///
  /// A key whose value is `null` counts as lacking on both sides.
  func firstKey(missingIn other: JSONValue, at place: String = "") -> String? {
    switch (self, other) {
    case (.object(let mine), .object(let theirs)):
      for (key, value) in mine.sorted(by: { $0.key < $1.key }) where value != .null {
        let here = place.isEmpty ? key : "\(place).\(key)"
        guard let their = theirs[key] else { return here }
        if let found = value.firstKey(missingIn: their, at: here) { return found }
      }
      return nil
    case (.array(let mine), .array(let theirs)):
      for (index, pair) in zip(mine, theirs).enumerated() {
        if let found = pair.0.firstKey(missingIn: pair.1, at: "\(place)[\(index)]") {
          return found
        }
      }
      return nil
    default:
      return nil
    }
  }
}

extension JSONValue {
  private func write(to text: inout String, indent: String) {
    switch self {
    case .object(let members):
      guard !members.isEmpty else { return text += "{}" }
      var separator = "{\n"
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        text += separator + indent + "  " + Self.quoted(key) + ": "
        value.write(to: &text, indent: indent + "  ")
        separator = ",\n"
      }
      text += "\n" + indent + "}"
    case .array(let values):
      let isPlain = values.allSatisfy(\.isPlain)
      var separator = isPlain ? "[" : "[\n"
      guard !values.isEmpty else { return text += "[]" }
      for value in values {
        text += separator + (isPlain ? "" : indent + "  ")
        value.write(to: &text, indent: indent + "  ")
        separator = isPlain ? ", " : ",\n"
      }
      text += isPlain ? "]" : "\n" + indent + "]"
    case .string(let string): text += Self.quoted(string)
    case .number(let number): text += Self.text(of: number)
    case .whole(let number): text += "\(number)"
    case .bool(let flag): text += flag ? "true" : "false"
    case .null: text += "null"
    }
  }

  private var isPlain: Bool {
    switch self {
    case .object, .array: false
    default: true
    }
  }

  private static func text(of number: Double) -> String {
    if let whole = Int64(exactly: number), abs(number) < 0x1p53 { return "\(whole)" }
    return "\(number)"
  }

  /// A JSON string literal.
  private static func quoted(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        literal += "\\"
        literal.unicodeScalars.append(scalar)
      case "\n": literal += "\\n"
      case "\u{00}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}

extension JSONValue: Codable {
  /// Reads a value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      let isExact = abs(number) < 0x1p53
      self =
        isExact
        ? .number(number)
        : (try? container.decode(UInt64.self)).map(JSONValue.whole)
          ?? .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let members = try? container.decode([String: JSONValue].self) {
      self = .object(members)
    } else if let values = try? container.decode([JSONValue].self) {
      self = .array(values)
    } else if container.decodeNil() {
      self = .null
    } else {
      self = .bool(try container.decode(Bool.self))
    }
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .array(let values): try container.encode(values)
    case .string(let text): try container.encode(text)
    case .number(let number):
      if let whole = Int64(exactly: number), abs(number) < 0x1p53 {
        try container.encode(whole)
      } else {
        try container.encode(number)
      }
    case .whole(let number): try container.encode(number)
    case .bool(let flag): try container.encode(flag)
    case .null: try container.encodeNil()
    }
  }
}
