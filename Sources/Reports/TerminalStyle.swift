/// How text for a person is laid out.
public struct TerminalStyle: Hashable, Sendable {
  /// The columns of the terminal.
  public var width: Int
  /// Whether ANSI colours are understood and wanted.
  public var usesColor: Bool

  /// Creates a style; widths below 40 columns are taken as 40.
  public init(width: Int = 80, usesColor: Bool = false) {
    self.width = max(40, width)
    self.usesColor = usesColor
  }

  /// A colour or weight of text.
  enum Ink: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// The text in one or more inks, or as it is where colours are not wanted.
  func paint(_ text: String, _ inks: Ink...) -> String {
    guard usesColor, !text.isEmpty else { return text }
    return "\u{1B}[\(inks.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  /// The text without control characters, shortened in its middle to at most `limit` characters.
  static func shortened(_ text: String, to limit: Int) -> String {
    let clean = String(
      text.map { character in
        character.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
          ? "?" : character
      })
    guard clean.count > limit else { return clean }
    let tail = (limit - 1) * 2 / 3
    return clean.prefix(limit - 1 - tail) + "…" + clean.suffix(tail)
  }
}

extension String {
  /// The text with spaces on its left up to `width` characters.
  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// The text with spaces on its right up to `width` characters.
  func rightPadded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
