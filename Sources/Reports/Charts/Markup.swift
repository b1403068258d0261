/// Text for HTML, SVG and JSON, in which nothing from outside is taken for markup.
enum Markup {
  /// Text as the content of an element or the value of a quoted attribute.
  ///
  /// Characters that no document may hold become the replacement character.
  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isSpecial) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      default: result.append(isSpecial(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return String(result)
  }

  private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x26, 0x3C, 0x3E, 0x22, 0x27: true
    case 0x09, 0x0A, 0x0D: false
    // Controls, and characters that turn the direction of what follows.
    case ..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  /// Text as a JSON string that may stand inside of a `script` element.
  static func json(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        literal += "\\"
        literal.unicodeScalars.append(scalar)
      case "\u{00}"..."\u{1F}", "<", ">", "&", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }

  /// A number for JSON; `null` where it is not finite.
  static func json(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

  /// A number with at most `digits` decimals and no needless zeros.
  static func number(_ value: Double, digits: Int = 2) -> String {
    guard value.isFinite else { return "0" }
    var text = decimal(value, digits: digits)
    guard text.contains(".") else { return text == "-0" ? "0" : text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }

  /// Part of a file name: what is neither letter nor digit becomes a hyphen.
  static func fileStem(_ text: String) -> String {
    let parts = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return parts.isEmpty ? "chart" : parts.joined(separator: "-")
  }
}
