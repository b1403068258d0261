/// Rows of comma-separated values (RFC 4180: quoted fields may hold commas, line breaks and, doubled,
/// quotes), each with the line on which it starts.
struct DelimitedText {
  struct Row: Hashable {
    let line: Int
    let fields: [String]
  }

  /// A quote that is never closed, or text after a closing quote.
  struct Damage: Error {
    let line: Int
    let reason: String
  }

  /// Takes the text apart; blank lines are passed over.
  static func rows(_ text: some Collection<UInt8>) throws -> [Row] {
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var start = 1
    var state = State.fieldStart

    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
      state = .fieldStart
    }
    func endRow() {
      endField()
      if fields != [""] { rows.append(Row(line: start, fields: fields)) }
      fields = []
    }

    for byte in text {
      switch (state, byte) {
      case (.quoted, quote): state = .quoteInQuoted
      case (.quoted, _):
        if byte == newline { line += 1 }
        field.append(byte)
      case (.quoteInQuoted, quote):
        field.append(quote)
        state = .quoted
      case (.fieldStart, quote): state = .quoted
      case (_, comma): endField()
      case (_, newline):
        if field.last == carriageReturn { field.removeLast() }
        endRow()
        line += 1
        start = line
      case (.quoteInQuoted, carriageReturn): break
      case (.quoteInQuoted, _):
        throw Damage(line: line, reason: "text after a closing quote")
      default:
        field.append(byte)
        state = .plain
      }
    }
    if state == .quoted { throw Damage(line: start, reason: "a quote that is never closed") }
    if !fields.isEmpty || !field.isEmpty {
      if field.last == carriageReturn { field.removeLast() }
      endRow()
    }
    return rows
  }

  private enum State { case fieldStart, plain, quoted, quoteInQuoted }
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
